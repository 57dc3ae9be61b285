"""Mistakes in conditions, and entries of a policy file that do not fit together."""

import pytest

from tests.unit.a_policy_file import HARD_PRODUCTION, changed, problems_of

BAD_CONDITIONS = [
    (
        'environment == "prod"',
        'enviroment == "prod"',
        (
            "30:11: found unknown name `enviroment` at line 1, column 1 of the condition, "
            "expected a fact, perhaps `environment`"
        ),
    ),
    (
        "!impact.financial && impact.reversible",
        "!impact.financial && impact.revresible",
        (
            "35:33: found unknown name `impact.revresible` at line 1, column 22 of the condition, "
            "expected a fact, perhaps `impact.reversible`"
        ),
    ),
    (
        'environment == "prod"',
        "\"'true'\"",
        (
            "30:12: found a condition of type string at line 1, column 1 of the condition, "
            "expected one of type bool: compare the value with something"
        ),
    ),
    (
        'environment == "prod"',
        "action.arguments.force",
        (
            "30:11: found a condition of type dyn at line 1, column 1 of the condition, "
            "expected one of type bool: compare the value with something"
        ),
    ),
    ('environment == "prod"', "true", "30:11: found true, expected text"),
    (
        'environment == "prod"',
        "confidence > 1",
        (
            "30:22: found `>` applied to (double, int) at line 1, column 12 of the condition, "
            "expected values of types that go together (a double is written 1.0)"
        ),
    ),
    (
        'environment == "prod"',
        "confidence >",
        (
            "30:23: found a syntax error (mismatched input the end) at line 1, column 13 of the condition, "
            "expected a CEL expression"
        ),
    ),
    (
        'environment == "prod"',
        "has(impact.financial)",
        (
            "30:11: found `has(impact.financial)`, a fact that always exists at line 1, column 1 of the condition, "
            "expected has() only of what may be absent: has(action.arguments.NAME)"
        ),
    ),
    (
        "      && !impact.financial",
        "      && !impact.money",
        (
            "41:11: found unknown name `impact.money` at line 1, column 35 of the condition, "
            "expected one of action.name, action.arguments, environment, confidence, agent.name, kind, risk, "
            "impact.reversible, impact.blast_radius, impact.external_effects, impact.financial, impact.personal_data, "
            "impact.regulated, impact.cost_usd, impact.affected_count, declared.reversible, declared.blast_radius, "
            "declared.external_effects, declared.financial, declared.personal_data, declared.regulated, "
            "declared.cost_usd, declared.affected_count"
        ),
    ),
    (
        'when: environment == "prod"',
        "when: |\n      true\n        && riks == 'safe'",
        "32:12: found unknown name `riks` at line 2, column 6 of the condition, expected a fact, perhaps `risk`",
    ),
]

BAD_RELATIONS = [
    (
        "U03BO",
        "U02ANA",
        "3:23: found the Slack user of `ana` again, expected another person: a quorum counts people, not names",
    ),
    ("  oncall: {", "  ana: {", "5:3: found the name `ana` again, expected a name that no person under `people` has"),
    (
        "instead: [bo]",
        "instead: [chen]",
        "5:64: found the unknown name `chen`, expected a name under `people` (ana, bo)",
    ),
    (
        "operators: [ana]",
        "operators: [oncall]",
        "19:13: found the unknown name `oncall`, expected a name under `people` (ana, bo)",
    ),
    (
        "operators: [ana]",
        "operators: [[ana]]",
        "19:13: found something that is no name, expected a name under `people` (ana, bo)",
    ),
    (
        "    - ask: [bo]",
        "    - ask: [chen]",
        "14:13: found the unknown name `chen`, expected a name under `people` or `groups` (ana, bo, oncall)",
    ),
    (
        "    - ask: [bo]",
        "    - ask: [bo, bo]",
        "14:17: found `bo` a second time, expected each reviewer once in a step",
    ),
    (
        "operations: {channel: approvals",
        "operations: {channel: C01APPROVALS",
        "18:23: found the unknown name `C01APPROVALS`, expected a name under `channels` (approvals)",
    ),
    (
        "default_ladder: standard",
        "default_ladder: standart",
        "17:17: found the unknown ladder `standart`, expected one of standard",
    ),
    (
        "    reason: Soft.",
        "    ladder: fast\n    reason: Soft.",
        "38:13: found the unknown ladder `fast`, expected one of standard",
    ),
    (
        "    reason: Reading.",
        "    ladder: fast\n    reason: Reading.",
        "44:13: found the unknown ladder `fast`, expected one of standard",
    ),
    (
        "default_ladder: standard",
        "  empty: []\ndefault_ladder: standard",
        "17:10: found an empty list, expected a list of steps, one at least",
    ),
    ("[60, 120]", "[60, 600]", "13:34: found a reminder after 600 seconds, expected one before the wait ends (600)"),
    ("[60, 120]", "[120, 60]", "13:35: found a reminder after 60 seconds, expected reminders in the order of time"),
    (
        "wait_seconds: 300",
        "wait_seconds: 85801",
        "9:3: found a ladder that takes 86401 seconds, expected 86400 at most, all steps together",
    ),
    ("wipe_*", "DROP_*", "22:21: found `drop_*` a second time, expected it once (the first is on line 22)"),
    (
        "id: reading",
        "id: soft",
        "40:9: found the rule id `soft` a second time, expected another id (the first is on line 34)",
    ),
    (
        "  id: fallback",
        "  id: no",
        "46:7: found the rule id `no` a second time, expected another id (the first is on line 25)",
    ),
    (
        HARD_PRODUCTION,
        HARD_PRODUCTION.replace("hard_approval", "notify_only"),
        "31:12: found notify_only, expected a level that asks: soft_approval, hard_approval or human_takeover",
    ),
    (
        "  id: fallback\n  level: hard_approval",
        "  id: fallback\n  level: full_auto",
        "47:10: found full_auto, expected a level that asks: soft_approval, hard_approval or human_takeover",
    ),
    (
        "    reason: Reading.",
        "    level: soft_approval\n    reason: Reading.",
        "44:12: found soft_approval, expected a level that does not ask: full_auto or notify_only",
    ),
    (
        HARD_PRODUCTION,
        HARD_PRODUCTION + "\n    quorum: 2",
        "32:13: found a quorum of 2, where the ladder first asks 1, expected no more than are asked at first",
    ),
    (
        HARD_PRODUCTION,
        HARD_PRODUCTION + "\n    consent_after_seconds: 300",
        (
            "32:5: found the unknown field `consent_after_seconds`, expected one of "
            "id, reason, level, quorum, ladder, may_approve_own, deny_reason_required, when"
        ),
    ),
    (
        "level: soft_approval",
        "level: hard_approval",
        (
            "37:5: found consent in a rule of level hard_approval, "
            "expected it only at soft_approval: elsewhere silence is never consent"
        ),
    ),
    (
        "consent_after_seconds: 300",
        "consent_after_seconds: 299",
        "37:28: found consent after 299 seconds, expected 300 at least",
    ),
    (
        "consent_after_seconds: 300",
        "consent_after_seconds: 600",
        "37:28: found consent after 600 seconds, expected less than the wait of its ladder's first step (600)",
    ),
    (
        "!impact.financial && impact.reversible",
        "!declared.financial && impact.reversible",
        (
            "35:11: found `declared.financial` in a rule that loosens, "
            "expected `impact.financial`, which an agent cannot loosen"
        ),
    ),
    (
        "      && !impact.financial",
        "      && !declared.financial",
        (
            "41:11: found `declared.financial` in a rule that loosens, "
            "expected `impact.financial`, which an agent cannot loosen"
        ),
    ),
]


@pytest.mark.parametrize(("old", "new", "problem"), [*BAD_CONDITIONS, *BAD_RELATIONS])
def test_what_does_not_fit_is_named_with_its_place(old: str, new: str, problem: str) -> None:
    assert problems_of(changed(old, new)) == [problem]
