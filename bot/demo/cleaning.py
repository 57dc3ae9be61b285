"""A clean-up that is larger than its name."""

from sayso import Decided, Option, Sayso
from sayso.protocol import Action

from bot.demo.story import DEADLINE, run

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
    await run(sayso, decided, _clean_up_report(decided))


def _clean_up_report(decided: Decided) -> str:
    if decided.action.name == "move_files":
        return "847 files moved to staging/."
    is_all = decided.action.arguments["max_age_days"] == 0
    return "847 files deleted, 2.3 GB freed." if is_all else "312 files deleted, 535 kept, 0.9 GB freed."
