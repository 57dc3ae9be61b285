"""Machines: servers that are not unused, a deploy, keys that nobody is there to replace."""

from sayso import Sayso

from bot.demo.story import DEADLINE, run

SHORT_DEADLINE = 60  # the one that nobody answers asks for an answer within a minute


async def terminate(sayso: Sayso) -> None:
    """47 "unused" servers that are the disaster-recovery cluster."""
    decided = await sayso.ask(
        "terminate_instances",
        {"region": "eu-west-1", "filter": "network_in_30d = 0", "count": 47, "delete_volumes": True},
        title="Terminate 47 unused EC2 instances",
        reason="No network traffic for 30 days.",
        goal="Cut the cloud bill",
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
        deadline_seconds=DEADLINE,
    )
    await run(sayso, decided, f"{decided.action.arguments['count']} instances terminated.")


async def deploy(sayso: Sayso) -> None:
    """A production deploy with a 30-minute rollback."""
    decided = await sayso.ask(
        "deploy",
        {"version": "2.1.0", "region": "us-east-1", "strategy": "rolling, 3 hosts at a time"},
        title="Deploy v2.1.0 to us-east-1",
        reason="Fixes the checkout time-outs reported since Monday. 24 hours in staging, all tests green.",
        goal="Ship the checkout fix",
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
        deadline_seconds=DEADLINE,
    )
    await run(sayso, decided, f"v{decided.action.arguments['version']} runs on all 12 hosts.")


async def rotate(sayso: Sayso) -> None:
    """One that nobody answers: it climbs to the backup and expires."""
    decided = await sayso.ask(
        "rotate_signing_keys",
        {"service": "checkout", "keep_old_for_hours": 0},
        title="Replace the signing keys of checkout now",
        reason="The quarterly rotation is due today.",
        goal="Keep keys younger than 90 days",
        impact="Every signed session of checkout ends at once.",
        reversible=False,
        blast_radius="service",
        external_effects=False,
        financial=False,
        personal_data=False,
        regulated=False,
        affected_count=1,
        environment="prod",
        confidence=0.8,
        uncertainties=["Are old sessions to be kept alive for a day?"],
        deadline_seconds=SHORT_DEADLINE,
    )
    await run(sayso, decided, "New keys are in use.")
