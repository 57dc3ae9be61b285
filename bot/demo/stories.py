"""Five agents with something to ask. Each asks once, does as it is told, and reports what came of it."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass

from sayso import Decided, NotAllowed, Option, Sayso
from sayso.protocol import Action

WORK_SECONDS = 2.0  # so that a person sees "running" before "done"
DEADLINE = 3600  # the backup is asked after 15 minutes
SHORT_DEADLINE = 60  # the one that nobody answers asks for an answer within a minute

FILES_SCHEMA = {
    "type": "object",
    "properties": {
        "bucket": {"title": "Bucket", "enum": ["ci-cache", "ci-cache-eu"]},
        "pattern": {
            "title": "Pattern",
            "type": "string",
            "pattern": "^old/",
            "maxLength": 200,
            "description": "Which files. Must start with old/",
        },
        "max_age_days": {
            "title": "Only files older than (days)",
            "type": "integer",
            "minimum": 0,
            "maximum": 3650,
            "description": "A whole number. 0 means any age.",
        },
        "permanent": {"title": "Delete for good", "type": "boolean"},
        "filters": {"title": "Filters", "type": "object"},
    },
}
OTHER_WAYS = [
    Option(
        id="older",
        label="Only files older than a year (312)",
        consequence="312 files deleted, 535 kept.",
        arguments={"max_age_days": 365},
    ),
    Option(
        id="stage",
        label="Move to staging",
        consequence="Nothing is deleted; review later.",
        action=Action(name="move_files", arguments={"from": "ci-cache/old", "to": "staging/"}),
    ),
    Option(id="cancel", label="Cancel", consequence="No files changed.", proceed=False),
]


@dataclass(frozen=True, slots=True)
class Story:
    """One agent: its name, the Slack user id of its owner, and what it does with its key."""

    agent: str
    owner: str
    script: Callable[[Sayso], Awaitable[None]]

    async def play(self, sayso: Sayso) -> None:
        """Ask, and do as told. A no ends the story: the agent does not argue."""
        with suppress(NotAllowed):
            await self.script(sayso)


async def clean_up(sayso: Sayso) -> None:
    """847 files in a "small clean-up", with options."""
    decided = await sayso.ask(
        "delete_files",
        {
            "bucket": "ci-cache",
            "pattern": "old/*",
            "max_age_days": 0,
            "permanent": True,
            "filters": {"keep": ["*.golden"], "owners": ["ci"]},
        },
        title="Delete 847 old test files",
        arguments_schema=FILES_SCHEMA,
        reason="They match the “old test files” pattern. The cache disk is 94% full.",
        goal="Free disk space",
        impact="847 files, 2.3 GB in s3://ci-cache.",
        reversible=False,
        blast_radius="service",
        external_effects=False,
        financial=False,
        personal_data=False,
        regulated=False,
        affected_count=847,
        resources=["s3://ci-cache"],
        environment="staging",
        confidence=0.62,
        uncertainties=["Is “old” by name or by date?"],
        alternatives=["Archive first."],
        options=OTHER_WAYS,
        deadline_seconds=DEADLINE,
    )
    await _run(sayso, decided, _clean_up_report(decided))


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
    await _run(sayso, decided, f"{decided.action.arguments['count']} instances terminated.")


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
    await _run(sayso, decided, f"v{decided.action.arguments['version']} runs on all 12 hosts.")


async def refund(sayso: Sayso) -> None:
    """A double charge that needs two people."""
    decided = await sayso.ask(
        "refund",
        {"charge": "ch_8842", "amount_usd": "240.00", "card_token": "tok_5fJq0ZkV81"},
        title="Refund $240.00 for the double charge on invoice 1182",
        reason="A time-out made me charge invoice 1182 twice.",
        goal="Put invoice 1182 right",
        impact="$240.00 go back to one customer.",
        reversible=False,
        blast_radius="local",
        external_effects=True,
        financial=True,
        personal_data=False,
        regulated=False,
        affected_count=1,
        environment="prod",
        confidence=0.9,
        uncertainties=["The bank may have reversed one charge already."],
        deadline_seconds=DEADLINE,
    )
    await _run(sayso, decided, f"${decided.action.arguments['amount_usd']} sent back.")


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
    await _run(sayso, decided, "New keys are in use.")


STORIES = (
    Story("costwatch", "U04CHEN", terminate),
    Story("tidy", "U04CHEN", clean_up),
    Story("shipper", "U04CHEN", deploy),
    Story("teller", "U04CHEN", refund),
    Story("keysmith", "U04CHEN", rotate),
)


async def _run(sayso: Sayso, decided: Decided, report: str) -> None:
    """Redeem the claim, pretend to work, report."""
    await sayso.acknowledge(decided.id, claim=decided.claim, holder="demo")
    if decided.claim is not None:
        await asyncio.sleep(WORK_SECONDS)
        await sayso.report(decided.id, "succeeded", report)


def _clean_up_report(decided: Decided) -> str:
    if decided.action.name == "move_files":
        return "847 files moved to staging/."
    is_all = decided.action.arguments["max_age_days"] == 0
    return "847 files deleted, 2.3 GB freed." if is_all else "312 files deleted, 535 kept, 0.9 GB freed."
