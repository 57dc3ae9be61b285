"""Good policy files become a policy, and their conditions are evaluated on facts."""

from pathlib import Path
from typing import Any

import pytest

from bot.domain.action import Action, Asked, BlastRadius, Environment, Impact
from bot.domain.people import Agent, ReviewerKind
from bot.domain.policy import Policy, WhoMayStop, evaluate
from bot.domain.ruling import Level, Risk, Ruling
from bot.policyfiles import PolicyError, load_policy, read_policy, shipped_policies

TIDY = Agent(id="agt_1", name="tidy", owner_slack_user_id="U04CHEN")
SMALL = """\
people:
  ana: {slack_user_id: U02ANA, name: Ana}
  bo: {slack_user_id: W03BO, name: Bo}
groups:
  oncall: {slack_group_id: S01ONCALL, name: On call, instead: [bo]}
channels:
  approvals: C01APPROVALS
  operations: G02OPS
ladders:
  standard:
    - ask: [ana, oncall]
      channel: approvals
      wait_seconds: 600
      remind_after_seconds: [60, 120]
      direct: true
    - {ask: [bo], channel: approvals, wait_seconds: 300}
default_ladder: standard
operations: {channel: operations, emails: [ops@example.com]}
operators: [ana]
policy_admins: [bo]
trusted_agents: [shipper]
masked: ["*token*"]
known_actions:
  - {names: [drop_*], reversible: false, blast_radius: service, risk: dangerous}
"""
DEFAULT = "default: {id: fallback, level: hard_approval, reason: Nothing else fits.}\n"


def policy_with(rules: str = "") -> Policy:
    return read_policy(SMALL + rules + DEFAULT, file="policies/small.yaml")


def one_rule(section: str, when: str, *, level: str = "") -> Policy:
    level_line = f"    level: {level}\n" if level else ""
    return policy_with(f"{section}:\n  - id: it\n    reason: Because.\n{level_line}    when: |-\n      {when}\n")


def ruled(policy: Policy, arguments: dict[str, Any] | None = None, **impact: Any) -> Ruling:
    action = Action(name="run_shell", arguments=arguments or {})
    asked = Asked(action=action, impact=Impact(**impact), environment=Environment.DEV, confidence=0.9)
    return evaluate(policy, asked, action, agent=TIDY)


def test_everything_a_file_says_is_in_the_policy() -> None:
    policy = policy_with()
    first, second = policy.ladders["standard"]
    ana, oncall = first.reviewers
    assert (ana.kind, ana.id, ana.name) == (ReviewerKind.USER, "U02ANA", "Ana")
    assert (oncall.kind, oncall.id, [person.id for person in oncall.instead]) == (
        ReviewerKind.GROUP,
        "S01ONCALL",
        ["W03BO"],
    )
    assert (first.channel, first.wait.total_seconds(), first.direct) == ("C01APPROVALS", 600, True)
    assert [reminder.total_seconds() for reminder in first.reminders] == [60, 120]
    assert (second.direct, second.reminders) == (False, ())
    assert (policy.operations.channel, policy.operations.emails) == ("G02OPS", ("ops@example.com",))
    assert (policy.operators, policy.policy_admins) == ({"U02ANA"}, {"W03BO"})
    assert policy.trusted_agents == {"shipper"}
    assert policy.masked == ("*token*",)
    (drop,) = policy.known_actions
    assert (drop.impact.reversible, drop.impact.blast_radius, drop.impact.financial, drop.risk) == (
        False,
        BlastRadius.SERVICE,
        None,
        Risk.DANGEROUS,
    )
    assert policy.person_name("W03BO") == "Bo"
    assert policy.group_name("S01ONCALL") == "On call"


def test_a_rule_is_named_by_file_and_line() -> None:
    policy = one_rule("always_ask", "true", level="hard_approval")
    assert str(ruled(policy).rule) == "policies/small.yaml:26 it"
    assert str(policy.default.ref) == "policies/small.yaml:31 fallback"


@pytest.mark.parametrize(
    "when",
    [
        'action.name == "run_shell"',
        'action.arguments.command.contains("rm")',
        "has(action.arguments.command)",
        "action.arguments.count > 2",
        "action.arguments.count > 2.5",
        'action.arguments.hosts.exists(host, host.startsWith("db-"))',
        '"force" in action.arguments',
        "action.arguments.force == null",
        'action.arguments.nested.deep == "é"',
        'environment in ["dev"] && confidence > 0.85 && agent.name == "tidy"',
        'kind == "tool_call" && risk == "dangerous"',
        'declared.affected_count == 3 && impact.blast_radius == "organization"',
        "declared.cost_usd == 1.5 && impact.cost_usd > 1000.0",
        "!impact.reversible && impact.external_effects && !declared.external_effects",
    ],
)
def test_conditions_may_ask_about_every_fact(when: str) -> None:
    arguments = {
        "command": "rm -rf /",
        "count": 3,
        "hosts": ["web-1", "db-1"],
        "force": None,
        "nested": {"deep": "é"},
    }
    policy = one_rule("deny", when)
    ruling = ruled(policy, arguments, reversible=False, affected_count=3, cost_micros=1_500_000)
    assert ruling.denied
    assert "rule policies/small.yaml:26 it matches" in ruling.evidence


@pytest.mark.parametrize(
    ("when", "why"),
    [
        ("action.arguments.absent == 1", "there is no 'absent'"),
        ('action.arguments.count > "x"', "a value is of another type"),
        ("action.arguments.count.deep == 1", "a value is of another type"),
        ("int(action.arguments.command) > 1", "invalid argument"),
        ("1 / (action.arguments.count - 3) == 1", "invalid argument"),
    ],
)
def test_a_condition_without_an_answer_counts_against_the_action(when: str, why: str) -> None:
    arguments = {"count": 3, "command": "s3cret"}
    tightening = ruled(one_rule("always_ask", when, level="human_takeover"), arguments)
    assert (tightening.level, tightening.rule.id) == (Level.HUMAN_TAKEOVER, "it")
    loosening = ruled(one_rule("never_ask", when), arguments)
    assert (loosening.level, loosening.rule.id) == (Level.HARD_APPROVAL, "fallback")
    assert f"rule policies/small.yaml:26 it cannot be evaluated ({why}), so it counts as not matched" in (
        loosening.evidence
    )
    assert not any("s3cret" in line for line in (*tightening.evidence, *loosening.evidence))


@pytest.mark.parametrize("odd", [10**30, "\ud800", object(), (1, 2)])
def test_an_argument_that_conditions_cannot_read_counts_against_the_action(odd: Any) -> None:
    policy = one_rule("always_ask", "action.arguments.odd == 1", level="human_takeover")
    assert ruled(policy, {"odd": odd}).level is Level.HUMAN_TAKEOVER


def test_conditions_are_asked_about_the_facts_at_hand_and_not_earlier_ones() -> None:
    policy = one_rule("deny", "action.arguments.n == 1")
    assert [ruled(policy, {"n": n}).denied for n in (1, 2, 1)] == [True, False, True]


def test_a_section_that_holds_only_comments_is_empty() -> None:
    assert policy_with("deny:\n  # nothing yet\n").deny == ()


def test_the_shipped_policy_is_found_and_is_good() -> None:
    folder = shipped_policies()
    assert (folder / "standard.yaml").is_file()
    assert load_policy(folder / "standard.yaml").masked == load_policy(folder).masked
    assert load_policy(folder).default.ref.place.startswith("policies/standard.yaml:")


def test_places_never_show_a_path_of_the_machine(tmp_path: Path) -> None:
    folder = tmp_path / "rules"
    folder.mkdir()
    (folder / "mine.yml").write_text(SMALL + DEFAULT, encoding="utf-8")
    assert load_policy(folder).default.ref.place == "rules/mine.yml:25"


def test_a_byte_order_mark_and_windows_line_ends_do_no_harm(tmp_path: Path) -> None:
    path = tmp_path / "mine.yaml"
    path.write_bytes(b"\xef\xbb\xbf" + (SMALL + DEFAULT).replace("\n", "\r\n").encode())
    assert load_policy(path).default.ref.place.endswith("/mine.yaml:25")


def test_a_folder_holds_exactly_one_policy_file(tmp_path: Path) -> None:
    folder = tmp_path / "rules"
    folder.mkdir()
    (folder / ".hidden.yaml").write_text("x", encoding="utf-8")
    (folder / "README.md").write_text("x", encoding="utf-8")
    with pytest.raises(PolicyError) as none:
        load_policy(folder)
    assert str(none.value) == (
        "rules:1:1: found no policy file, expected one file that ends in .yaml; or name the file itself"
    )
    for name in ("b.yaml", "a.yml"):
        (folder / name).write_text(SMALL + DEFAULT, encoding="utf-8")
    with pytest.raises(PolicyError, match=r"rules:1:1: found 2 policy files \(a\.yml, b\.yaml\)"):
        load_policy(folder)


def test_a_file_that_is_missing_or_no_text_is_named(tmp_path: Path) -> None:
    folder = tmp_path / "rules"
    folder.mkdir()
    with pytest.raises(PolicyError, match=r"rules/no\.yaml:1:1: found no readable file \(no such file or directory\)"):
        load_policy(folder / "no.yaml")
    (folder / "latin.yaml").write_bytes(b"people:\n  a: J\xe9r\xf4me\n")
    with pytest.raises(PolicyError, match=r"rules/latin\.yaml:2:7: found bytes that are no UTF-8"):
        load_policy(folder)


@pytest.mark.parametrize(
    ("said", "expected"),
    [("", WhoMayStop.MEMBERS), ("members", WhoMayStop.MEMBERS), ("operators", WhoMayStop.OPERATORS)],
)
def test_a_policy_says_who_may_pause_and_stop(said: str, expected: WhoMayStop):
    assert policy_with(f"who_may_stop: {said}\n" if said else "").who_may_stop is expected


def test_who_may_stop_is_one_of_two_words():
    with pytest.raises(PolicyError, match="found 'nobody', expected 'members' or 'operators'"):
        policy_with("who_may_stop: nobody\n")
