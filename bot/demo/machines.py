"""Machines: servers that are not unused, a deploy, keys that nobody is there to replace."""

from typing import Unpack

from sayso import Decided, Expired
from sayso.question import Details

from bot.demo.story import Run

SHORT_DEADLINE = 60  # the one that nobody answers asks for an answer within a minute


async def terminate(run: Run) -> None:
    """47 "unused" servers that are the disaster-recovery cluster."""
    await run.session.alert("spend", "EC2 in eu-west-1 costs $11,400 a month more than planned")
    decided = await run.ask(
        "terminate_instances",
        {"region": "eu-west-1", "filter": "network_in_30d = 0", "count": 47, "delete_volumes": True},
        title="Terminate 47 unused EC2 instances",
        reason="No network traffic for 30 days.",
        impact="47 instances in eu-west-1, dr-standby-01 to dr-standby-47. Disks go too. Saves $11,400 a month.",
        reversible=False,
        blast_radius="service",
        external_effects=False,
        financial=False,
        personal_data=False,
        regulated=False,
        affected_count=47,
        environment="prod",
        confidence=0.71,
        uncertainties=["No owner found for 41 of them. What does “dr-standby” mean?"],
    )
    await run.do(decided, f"{decided.action.arguments['count']} instances terminated.")


async def deploy(run: Run) -> None:
    """A production deploy with a 30-minute rollback."""
    decided = await run.ask(
        "deploy",
        {"version": "2.1.0", "region": "us-east-1", "strategy": "rolling, 3 hosts at a time"},
        title="Deploy v2.1.0 to us-east-1",
        reason="Fixes the checkout time-outs reported since Monday. 24 hours in staging, all tests green.",
        impact="12,000 users. About 2 minutes of slow logins.",
        reversible=True,
        undo="Roll back to v2.0.4, takes 30 minutes.",
        blast_radius="service",
        external_effects=False,
        financial=False,
        personal_data=False,
        regulated=False,
        affected_count=12_000,
        environment="prod",
        confidence=0.93,
    )
    await run.do(decided, f"v{decided.action.arguments['version']} runs on all 12 hosts.")


async def rotate(run: Run) -> None:
    """One that nobody answers: it climbs to the backup, expires, and asks again once somebody lets it go on."""
    try:
        decided = await _ask_to_rotate(run, deadline_seconds=SHORT_DEADLINE)
    except Expired as expired:
        await run.checkpoint()  # an expiry pauses the run
        decided = await _ask_to_rotate(run, follows=expired.decided.id)
    await run.do(decided, "New keys are in use.")


async def _ask_to_rotate(run: Run, **more: Unpack[Details]) -> Decided:
    details: Details = {
        "title": "Replace the signing keys of checkout now",
        "reason": "The quarterly rotation is due today.",
        "impact": "Every signed session of checkout ends at once.",
        "reversible": False,
        "blast_radius": "service",
        "external_effects": False,
        "financial": False,
        "personal_data": False,
        "regulated": False,
        "affected_count": 1,
        "environment": "prod",
        "confidence": 0.8,
        "uncertainties": ["Are old sessions to be kept alive for a day?"],
    }
    return await run.ask("rotate_signing_keys", {"service": "checkout", "keep_old_for_hours": 0}, **{**details, **more})
