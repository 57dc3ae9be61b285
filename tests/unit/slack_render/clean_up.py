"""What tidy asks in the first example card."""

from bot.domain.action import Action, Asked, Environment, Impact, Option

CLEAN_UP = Asked(
    action=Action(
        name="delete_files",
        title="Delete 847 old test files",
        arguments={
            "bucket": "ci-cache",
            "pattern": "old/*",
            "max_age_days": 0,
            "permanent": True,
            "filters": {"keep": ["*.golden"], "owners": ["ci"]},
        },
        arguments_schema={
            "type": "object",
            "properties": {
                "bucket": {"title": "Bucket", "enum": ["ci-cache", "ci-cache-eu"]},
                "pattern": {
                    "title": "Pattern",
                    "type": "string",
                    "maxLength": 200,
                    "pattern": "^old/",
                    "description": "Which files. Must start with old/",
                },
                "max_age_days": {
                    "title": "Only files older than (days)",
                    "type": "integer",
                    "minimum": 0,
                    "maximum": 3650,
                    "description": "A whole number. 0 means any age.",
                },
                "permanent": {
                    "title": "Delete for good",
                    "oneOf": [
                        {"const": True, "title": "Yes"},
                        {"const": False, "title": "No, keep in the bin for 30 days"},
                    ],
                },
                "filters": {
                    "title": "Filters",
                    "type": "object",
                    "description": "keep: list of patterns. owners: list of teams.",
                },
            },
        },
    ),
    reason="They match the “old test files” pattern. The cache disk is 94% full.",
    goal="Free disk space",
    impact=Impact(summary="847 files, 2.3 GB in s3://ci-cache.", reversible=False),
    environment=Environment.STAGING,
    confidence=0.62,
    uncertainties=("Is “old” by name or by date?",),
    alternatives=("Archive first.",),
    options=(
        Option(
            id="older",
            label="Only files older than a year (312)",
            consequence="312 files deleted, 535 kept",
            arguments={"max_age_days": 365},
        ),
        Option(
            id="stage",
            label="Move to staging",
            consequence="Nothing is deleted; review later",
            action=Action(name="move_files", arguments={"to": "staging/"}),
        ),
        Option(id="cancel", label="Cancel", consequence="No files changed", proceed=False),
    ),
)
