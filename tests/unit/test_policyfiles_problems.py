"""Every mistake in a policy file is reported: where it is, what was found, what was expected."""

import pytest

from bot.policyfiles import Problem, read_policy
from tests.unit.a_policy_file import GOOD, changed, problems_of


def test_the_file_that_all_bad_ones_are_made_of_is_good() -> None:
    assert read_policy(GOOD, file="policies/p.yaml").default.ref.id == "fallback"


BAD_SHAPES = [
    ("U02ANA", "B02ANA", "2:24: found 'B02ANA', expected a Slack user id: U or W, then capitals and digits"),
    ("U02ANA", "12", "2:24: found 12, expected text"),
    ("S01ONCALL", "oncall", "5:28: found 'oncall', expected a Slack user group id: S, then capitals and digits"),
    (
        "C01APPROVALS",
        "'#approvals'",
        "7:14: found '#approvals', expected a Slack channel id: C or G, then capitals and digits",
    ),
    ("C01APPROVALS", "D01", "7:14: found 'D01', expected a Slack channel id: C or G, then capitals and digits"),
    ("[ops@example.com]", "[ops]", "18:43: found 'ops', expected an e-mail address"),
    (
        "id: in-production",
        "id: In Production",
        "29:9: found 'In Production', expected an id of small letters, digits and single dashes",
    ),
    ("    reason: No.\n", "", "25:5: found no `reason`, expected it here: it is required"),
    ("    reason: No.", "    reason: ' '", "27:13: found ' ', expected some text"),
    ("    reason: No.", "    reason:", "27:12: found nothing, expected text"),
    ("reversible: false", "reversible: no", "23:17: found 'no', expected true or false"),
    (
        "reversible: false",
        "blast_radius: huge",
        "23:19: found 'huge', expected 'none', 'local', 'service' or 'organization'",
    ),
    (
        "level: soft_approval",
        "level: soft",
        (
            "36:12: found 'soft', "
            "expected 'full_auto', 'notify_only', 'soft_approval', 'hard_approval' or 'human_takeover'"
        ),
    ),
    ("wait_seconds: 300", "wait_seconds: 5m", "16:21: found '5m', expected a whole number"),
    ("wait_seconds: 300", "wait_seconds: 0", "16:21: found 0, expected a number above 0"),
    (
        "wait_seconds: 300",
        "wait_seconds: 300\n      wait: 5",
        (
            "17:7: found the unknown field `wait`, "
            "expected one of ask, channel, wait_seconds, remind_after_seconds, direct"
        ),
    ),
    ("  - names: [drop_*, wipe_*]", "  - names: []", "22:12: found an empty list, expected at least 1"),
    ("    - ask: [bo]", "    - ask: bo", "14:12: found 'bo', expected a list"),
    ('masked: ["*token*"]\n', "", "1:1: found no `masked`, expected it here: it is required"),
    ("default_ladder", "defaultladder", "1:1: found no `default_ladder`, expected it here: it is required"),
]

BAD_YAML = [
    (
        "  bo: {slack_user_id: U03BO",
        "  ana: {slack_user_id: U03BO",
        "3:3: found the key `ana` a second time, expected it once (the first is on line 2)",
    ),
    (
        "default_ladder: standard",
        "default_ladder: [standard",
        "18:11: found no YAML (expected ',' or ']', but got ':'), expected one YAML document",
    ),
    (
        '"!impact.financial && impact.reversible"',
        "!impact.financial && impact.reversible",
        (
            "35:30: found a value that begins with `!`, `&` or `*`, which mean something in YAML, "
            "expected the whole value in quotes"
        ),
    ),
    (
        '"!impact.financial && impact.reversible"',
        "!financial x",
        (
            "35:11: found a value that begins with `!`, `&` or `*`, which mean something in YAML, "
            "expected the whole value in quotes"
        ),
    ),
    (
        "instead: [bo]",
        "instead: &b [bo]}\n  other: {slack_group_id: S02, name: B, instead: *b",
        "5:63: found an alias (*), expected the values written out",
    ),
    (
        "operators: [ana]",
        "operators: [ana]\n? [a, b]\n: c",
        "20:3: found a key made of several values, expected a name",
    ),
    ("reason: No.", "reason: \x07", "27:13: found the character U+0007, expected text that can be printed"),
    (
        "reason: No.",
        "reason: 2024-13-45",
        "27:13: found '2024-13-45' (month must be in 1..12), expected a plain value; put text in quotes",
    ),
]


@pytest.mark.parametrize(("old", "new", "problem"), [*BAD_SHAPES, *BAD_YAML])
def test_a_mistake_is_named_with_its_place(old: str, new: str, problem: str) -> None:
    assert problem in problems_of(changed(old, new))


def test_a_mistake_of_the_yaml_itself_is_one_problem() -> None:
    for old, new, problem in BAD_YAML[1:4]:
        assert problems_of(changed(old, new)) == [problem]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("", "nothing"),
        ("# only a comment", "nothing"),
        ("[]", "an empty list"),
        ("- a", "a list"),
        ("no", "'no'"),
        ("x" * 100, "'" + "x" * 59 + "…"),
    ],
)
def test_what_is_no_mapping_of_sections_is_no_policy(text: str, found: str) -> None:
    expected = "expected a policy: a mapping of sections such as `people` and `rules`"
    assert problems_of(text) == [f"1:1: found {found}, {expected}"]


def test_two_documents_are_no_policy() -> None:
    assert problems_of("a: 1\n---\nb: 2\n")[0].startswith("2:1: found no YAML")


def test_all_problems_are_reported_from_the_top() -> None:
    text = GOOD
    for old, new in [
        ("U03BO", "bo"),
        ("    - ask: [bo]", "    - ask: [chen]"),
        ('environment == "prod"', "enviroment == riks"),
        ("    reason: Soft.", "    reasons: Soft."),
        ("consent_after_seconds: 300", "consent_after_seconds: 299"),
        ("id: reading", "id: no"),
    ]:
        text = text.replace(old, new)
    places = [problem.split(": ")[0] for problem in problems_of(text)]
    assert places == ["3:23", "14:13", "30:11", "30:25", "34:5", "37:28", "38:5", "40:9"]


def test_a_problem_prints_as_one_line_an_editor_can_jump_to() -> None:
    problem = Problem("policies/standard.yaml", 41, 11, "a", "b")
    assert str(problem) == "policies/standard.yaml:41:11: found a, expected b"
