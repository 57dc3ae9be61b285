"""Clean-ups: one that is larger than its name, and small ones that go ahead unless somebody says no."""

import asyncio
from contextlib import suppress

from sayso import Decided, NotAllowed, Option
from sayso.protocol import Action

from bot.demo.story import Run

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

LOGS = {"checkout": 412, "search": 96, "mobile": 158}
"""Old build logs by project: how many files."""


async def clean_up(run: Run) -> None:
    """847 files in a "small clean-up", with options."""
    await run.session.alert("disk", "The cache disk is 94% full")
    decided = await run.ask(
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
    )
    await run.do(decided, _clean_up_report(decided))


def _clean_up_report(decided: Decided) -> str:
    if decided.action.name == "move_files":
        return "847 files moved to staging/."
    is_all = decided.action.arguments["max_age_days"] == 0
    return "847 files deleted, 2.3 GB freed." if is_all else "312 files deleted, 535 kept, 0.9 GB freed."


async def archive_logs(run: Run) -> None:
    """Three small ones at once. Each goes ahead on silence; together they can be approved from the digest."""
    await asyncio.gather(*(_move(run, project, files) for project, files in LOGS.items()))
    await run.checkpoint()


async def _move(run: Run, project: str, files: int) -> None:
    with suppress(NotAllowed):
        decided = await run.ask(
            "move_files",
            {"from": f"ci-logs/{project}", "to": f"log-archive/{project}", "older_than_days": 30},
            title=f"Move {files} old build logs of {project} to the archive",
            reason="Nobody opened them in 30 days.",
            impact=f"{files} files. The links to them in old builds end.",
            reversible=True,
            undo="Move them back, takes 5 minutes.",
            blast_radius="service",
            external_effects=False,
            financial=False,
            personal_data=False,
            regulated=False,
            affected_count=files,
            environment="staging",
            confidence=0.9,
        )
        await run.do(decided, f"{files} files moved to log-archive/{project}.")
