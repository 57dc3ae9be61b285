"""The policy that is shipped: what it says of the actions of the demo, and properties that hold for every action."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.action import Action, Asked, BlastRadius, Environment, Impact, Kind
from bot.domain.people import Agent
from bot.domain.policy import evaluate
from bot.domain.ruling import Level, Risk, Ruling
from bot.policyfiles import load_policy, shipped_policies

POLICY = load_policy(shipped_policies())
TIDY = Agent(id="agt_1", name="tidy", owner_slack_user_id="U04CHEN")
NOTHING_ELSE = {"external_effects": False, "financial": False, "personal_data": False, "regulated": False}
SERVICE = BlastRadius.SERVICE


def asked(name: str, environment: Environment | None = None, confidence: float | None = None, **impact: Any) -> Asked:
    action = Action(name=name, arguments={})
    return Asked(action=action, environment=environment, confidence=confidence, impact=Impact(**impact))


def ruled(question: Asked, policy: Any = POLICY) -> Ruling:
    return evaluate(policy, question, question.action, agent=TIDY)


def test_terminating_servers_in_production_is_dangerous_and_asked() -> None:
    impact = {"reversible": False, "affected_count": 47, "blast_radius": SERVICE} | NOTHING_ELSE
    ruling = ruled(asked("terminate_instances", Environment.PROD, 0.71, **impact))
    assert (ruling.level, ruling.risk, ruling.quorum) == (Level.HARD_APPROVAL, Risk.DANGEROUS, 1)
    assert ruling.rule.id == "irreversible-in-production"


def test_deleting_many_files_is_asked_because_of_the_scale() -> None:
    impact = {"reversible": False, "affected_count": 847, "blast_radius": SERVICE} | NOTHING_ELSE
    ruling = ruled(asked("delete_files", Environment.STAGING, 0.62, **impact))
    assert (ruling.level, ruling.risk, ruling.quorum) == (Level.HARD_APPROVAL, Risk.DANGEROUS, 1)
    assert ruling.rule.id == "irreversible-at-scale"
    assert ruling.rule.place.startswith("policies/standard.yaml:")


def test_a_deploy_with_a_way_back_is_risky_and_asked_because_it_is_production() -> None:
    impact = {"reversible": True, "undo": "Roll back", "blast_radius": SERVICE, "affected_count": 12_000}
    ruling = ruled(asked("deploy", Environment.PROD, 0.9, **impact, **NOTHING_ELSE))
    assert (ruling.level, ruling.risk, ruling.quorum) == (Level.HARD_APPROVAL, Risk.RISKY, 1)
    assert ruling.rule.id == "always-ask-in-production"


def test_a_refund_needs_two_people_of_the_on_call_group() -> None:
    impact = {"reversible": False, "financial": True, "external_effects": True, "cost_micros": 240_000_000}
    ruling = ruled(asked("refund", Environment.PROD, 0.9, **impact))
    assert (ruling.level, ruling.risk, ruling.quorum) == (Level.HARD_APPROVAL, Risk.DANGEROUS, 2)
    assert ruling.rule.id == "money-needs-two"
    (group,) = ruling.ladder[0].reviewers
    assert (group.id, [person.name for person in group.instead]) == ("S01ONCALL", ["Ana", "Bo"])


def test_moving_files_outside_production_goes_ahead_on_silence() -> None:
    impact = {"reversible": True, "blast_radius": SERVICE, "affected_count": 312, "cost_micros": 0} | NOTHING_ELSE
    ruling = ruled(asked("move_files", Environment.STAGING, 0.92, **impact))
    assert (ruling.level, ruling.risk) == (Level.SOFT_APPROVAL, Risk.RISKY)
    assert ruling.consent_after == timedelta(seconds=300)
    assert ruling.rule.id == "soft-when-reversible"


def test_a_small_sure_reversible_change_is_only_told() -> None:
    ruling = ruled(asked("copy_files", Environment.DEV, 0.9))
    assert (ruling.level, ruling.risk, ruling.rule.id) == (Level.NOTIFY_ONLY, Risk.SAFE, "notify-when-reversible")
    assert ruled(asked("copy_files", Environment.DEV, 0.85)).level is Level.SOFT_APPROVAL


@pytest.mark.parametrize("environment", [None, *Environment])
def test_reading_is_never_asked(environment: Environment | None) -> None:
    ruling = ruled(asked("read_logs", environment))
    assert (ruling.level, ruling.risk, ruling.rule.id) == (Level.FULL_AUTO, Risk.SAFE, "reading")


@pytest.mark.parametrize("environment", [None, *Environment])
def test_an_unknown_action_with_only_a_name_is_asked_and_no_more(environment: Environment | None) -> None:
    ruling = ruled(asked("frobnicate", environment))
    assert (ruling.level, ruling.risk, ruling.quorum) == (Level.HARD_APPROVAL, Risk.RISKY, 1)
    assert not ruling.denied
    assert ruling.consent_after is None
    assert ruling.ladder[0].reviewers[0].name == "Ana"


@pytest.mark.parametrize(
    ("name", "rule_id"),
    [
        ("send_campaign", "external-effects"),
        ("grant_role", "permissions"),
        ("create_role", "permissions"),
        ("create_payment", "money-needs-two"),
        ("transfer_funds", "money-needs-two"),
        ("read_and_delete_logs", "ask-when-unknown"),
        ("create_issue", "ask-when-unknown"),
        ("restart_service", "soft-when-reversible"),
        ("list_payments", "reading"),
    ],
)
def test_other_actions_outside_production(name: str, rule_id: str) -> None:
    assert ruled(asked(name, Environment.STAGING)).rule.id == rule_id


def test_a_question_is_for_people_even_about_reading() -> None:
    ruling = ruled(replace(asked("read_logs"), kind=Kind.CLARIFICATION))
    assert (ruling.level, ruling.rule.id) == (Level.HARD_APPROVAL, "questions-are-for-people")


def test_the_ladder_of_a_request_takes_a_day_and_its_first_step_an_hour() -> None:
    for ladder in POLICY.ladders.values():
        assert ladder[0].wait == timedelta(hours=1)
        assert sum((step.wait for step in ladder), timedelta()) == timedelta(days=1)


# Properties

NAMES = st.sampled_from(
    ["frobnicate", "read_x", "copy_x", "move_x", "deploy", "delete_x", "refund", "send_x", "create_x"]
)
IMPACTS = st.builds(
    Impact,
    reversible=st.none() | st.booleans(),
    blast_radius=st.none() | st.sampled_from(BlastRadius),
    external_effects=st.none() | st.booleans(),
    financial=st.none() | st.booleans(),
    personal_data=st.none() | st.booleans(),
    regulated=st.none() | st.booleans(),
    cost_micros=st.none() | st.integers(0, 10**9),
    affected_count=st.none() | st.integers(0, 10**6),
)
QUESTIONS = st.builds(
    lambda name, **fields: Asked(action=Action(name=name, arguments={}), **fields),
    NAMES,
    impact=IMPACTS,
    environment=st.none() | st.sampled_from(Environment),
    confidence=st.none() | st.floats(0, 1),
    kind=st.sampled_from(Kind),
)
DANGERS = st.sampled_from(
    [
        {"reversible": False},
        {"blast_radius": BlastRadius.ORGANIZATION},
        {"external_effects": True},
        {"financial": True},
        {"personal_data": True},
        {"regulated": True},
        {"cost_micros": 2**52},
        {"affected_count": 2**52},
    ]
)
POLICIES = st.sampled_from([POLICY, replace(POLICY, trusted_agents=frozenset({TIDY.name}))])


def may_pass_without_a_yes(ruling: Ruling) -> bool:
    return not ruling.asks or ruling.consent_after is not None


def is_no_looser(one: Ruling, other: Ruling) -> bool:
    return (
        one.level.strictness >= other.level.strictness
        and one.quorum >= other.quorum
        and (may_pass_without_a_yes(other) or not may_pass_without_a_yes(one))
    )


@given(QUESTIONS, DANGERS, POLICIES)
def test_one_more_declared_danger_never_loosens(question: Asked, danger: dict[str, Any], policy: Any) -> None:
    worse = replace(question, impact=replace(question.impact, **danger))
    before, after = ruled(question, policy), ruled(worse, policy)
    assert is_no_looser(after, before)
    assert list(Risk).index(before.risk) <= list(Risk).index(after.risk)


@given(QUESTIONS, IMPACTS)
def test_whatever_an_untrusted_agent_declares_is_never_looser_than_saying_nothing(
    question: Asked, said: Impact
) -> None:
    silent = ruled(replace(question, impact=Impact()))
    assert is_no_looser(ruled(replace(question, impact=said)), silent)


@given(QUESTIONS, st.sampled_from([fact for fact in Impact.__slots__ if fact != "cost_micros"]), st.booleans())
def test_a_missing_fact_is_never_looser_than_any_stated_value(question: Asked, fact: str, place: bool) -> None:
    """For a trusted agent and an action of no table, so that only what is stated counts.

    Costs are left out: few actions have any, so the shipped rule about them speaks of stated ones.
    """
    trusting = replace(POLICY, trusted_agents=frozenset({TIDY.name}), known_actions=())
    silent = replace(question, impact=replace(question.impact, **{fact: () if fact == "resources" else None}))
    if place:
        silent = replace(silent, environment=None, confidence=None)
    before, after = ruled(question, trusting), ruled(silent, trusting)
    assert after.level.strictness >= before.level.strictness
    assert not may_pass_without_a_yes(after) or may_pass_without_a_yes(before)


@given(QUESTIONS, IMPACTS)
def test_consent_is_given_only_where_nothing_speaks_against_it(question: Asked, said: Impact) -> None:
    ruling = ruled(replace(question, impact=said))
    if ruling.consent_after is None:
        return
    assert ruling.level is Level.SOFT_APPROVAL
    assert question.environment in (Environment.DEV, Environment.STAGING)
    assert said.reversible is not False
    speaking_against = (said.financial, said.personal_data, said.regulated, said.external_effects, said.cost_micros)
    assert not any(speaking_against)
    assert question.action.name in ("read_x", "copy_x", "move_x", "deploy"), "only what the table knows to be harmless"


@given(QUESTIONS)
def test_every_ruling_names_its_rule_and_can_be_carried_out(question: Asked) -> None:
    ruling = ruled(question)
    assert ruling.rule.id
    assert ruling.rule.place.startswith("policies/standard.yaml:")
    assert ruling.reason
    assert ruling.ladder or not ruling.asks
    assert not ruling.denied
