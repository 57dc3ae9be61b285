"""Which rule decides, and what all of them together come to."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

import pytest

from bot.domain.action import Action, AllowedDecision, Asked, BlastRadius, Environment, Impact, Kind
from bot.domain.people import Agent, ReviewerKind, ReviewerRef
from bot.domain.policy import CannotTell, Facts, KnownAction, Operations, Policy, Rule, evaluate
from bot.domain.ruling import LadderStep, Level, Risk, RuleRef, Ruling

TIDY = Agent(id="agt_1", name="tidy", owner_slack_user_id="U04CHEN")
ANA = ReviewerRef(kind=ReviewerKind.USER, id="U02ANA", name="Ana")
BO = ReviewerRef(kind=ReviewerKind.USER, id="U03BO", name="Bo")
HARMLESS = Impact(
    reversible=True,
    blast_radius=BlastRadius.LOCAL,
    external_effects=False,
    financial=False,
    personal_data=False,
    regulated=False,
)
CONSENT = timedelta(seconds=300)


@dataclass(frozen=True)
class When:
    """A condition that asks a Python function."""

    test: Callable[[Facts], bool]

    def holds(self, facts: Facts) -> bool:
        return self.test(facts)


def _nobody_can_tell(_facts: Facts) -> bool:
    raise CannotTell("there is no 'bucket'")


IN_DOUBT = When(_nobody_can_tell)


def rule(id: str, level: Level = Level.HARD_APPROVAL, **fields: Any) -> Rule:
    return Rule(ref=RuleRef(place="p/x.yaml:1", id=id), level=level, reason=f"because {id}", **fields)


def ladder(*reviewers: ReviewerRef) -> tuple[LadderStep, ...]:
    return (LadderStep(reviewers=reviewers, channel="C01APPROVALS", wait=timedelta(hours=1)),)


def a_policy(**fields: Any) -> Policy:
    touch = KnownAction(ref=RuleRef(place="p/x.yaml:2", id="touch"), names=("touch",), impact=HARMLESS)
    defaults: dict[str, Any] = {
        "ladders": {"standard": ladder(ANA), "both": ladder(ANA, BO)},
        "default_ladder": "standard",
        "default": rule("default"),
        "operations": Operations(channel="C03OPERATIONS"),
        "known_actions": (touch,),
        "masked": ("*token*",),
        "people": {"U02ANA": ANA, "U03BO": BO},
        "groups": {},
    }
    return Policy(**(defaults | fields))


def ruled(*, name: str = "touch", agent: Agent = TIDY, policy: Policy | None = None, **fields: Any) -> Ruling:
    action = Action(name=name, arguments={})
    asked = Asked(action=action, **({"environment": Environment.STAGING} | fields.pop("asked", {})))
    return evaluate(policy or a_policy(**fields), asked, action, agent=agent)


def soft(id: str = "soft", **fields: Any) -> Rule:
    return rule(id, Level.SOFT_APPROVAL, **({"consent_after": CONSENT} | fields))


def test_where_no_rule_matches_the_default_decides_and_is_named() -> None:
    ruling = ruled()
    assert (ruling.rule.id, ruling.level, ruling.reason) == ("default", Level.HARD_APPROVAL, "because default")
    assert "rule p/x.yaml:1 default is the default" in ruling.evidence


def test_a_deny_rule_comes_before_everything() -> None:
    ruling = ruled(deny=(rule("no"),), always_ask=(rule("ask"),), never_ask=(rule("go", Level.FULL_AUTO),))
    assert ruling.denied
    assert (ruling.rule.id, ruling.reason) == ("no", "because no")
    assert not ruling.asks


def test_a_deny_rule_that_cannot_be_evaluated_denies() -> None:
    ruling = ruled(deny=(rule("no", when=IN_DOUBT),))
    assert ruling.denied
    assert "rule p/x.yaml:1 no cannot be evaluated (there is no 'bucket'), so it counts as matched" in ruling.evidence


def test_nothing_lifts_an_always_ask_rule() -> None:
    ruling = ruled(always_ask=(rule("ask", quorum=2),), never_ask=(rule("go", Level.FULL_AUTO),))
    assert (ruling.rule.id, ruling.level, ruling.quorum) == ("ask", Level.HARD_APPROVAL, 2)


def test_a_never_ask_rule_lifts_what_rules_and_the_default_demand() -> None:
    go = (rule("go", Level.FULL_AUTO),)
    assert ruled(never_ask=go).level is Level.FULL_AUTO
    assert ruled(rules=(rule("hard"),), never_ask=go).rule.id == "go"


def test_a_never_ask_rule_only_loosens() -> None:
    auto = rule("auto", Level.FULL_AUTO)
    assert ruled(rules=(auto,), never_ask=(rule("tell", Level.NOTIFY_ONLY),)).level is Level.FULL_AUTO


def test_a_loosening_rule_that_cannot_be_evaluated_does_not_count() -> None:
    ruling = ruled(never_ask=(rule("go", Level.FULL_AUTO, when=IN_DOUBT),))
    assert ruling.level is Level.HARD_APPROVAL
    assert any("go cannot be evaluated" in line and "not matched" in line for line in ruling.evidence)


def test_a_tightening_rule_that_cannot_be_evaluated_counts() -> None:
    ruling = ruled(rules=(rule("two", quorum=2, ladder="both", when=IN_DOUBT), soft()))
    assert (ruling.rule.id, ruling.quorum) == ("two", 2)


def test_a_soft_rule_in_doubt_brings_the_default_back_beside_a_looser_one() -> None:
    ruling = ruled(rules=(soft(when=IN_DOUBT), rule("tell", Level.NOTIFY_ONLY)))
    assert (ruling.rule.id, ruling.level) == ("default", Level.HARD_APPROVAL)


def test_the_strictest_of_all_matching_rules_decides_in_every_respect() -> None:
    ruling = ruled(
        rules=(
            soft(deny_reason_required=True),
            rule("two", quorum=2, ladder="both", may_approve_own=True),
            rule("takeover", Level.HUMAN_TAKEOVER),
            rule("tell", Level.NOTIFY_ONLY),
        )
    )
    assert (ruling.rule.id, ruling.level, ruling.quorum) == ("takeover", Level.HUMAN_TAKEOVER, 2)
    assert ruling.deny_reason_required
    assert not ruling.may_approve_own
    assert ruling.ladder == ladder(ANA, BO), "the ladder whose people can give the quorum"
    assert ruling.consent_after is None


def test_of_equally_strict_rules_the_upper_one_is_named() -> None:
    assert ruled(always_ask=(rule("upper"), rule("lower"))).rule.id == "upper"


def test_a_rule_chooses_its_ladder_and_others_have_the_default_one() -> None:
    assert ruled(rules=(rule("named", ladder="both"),)).ladder == ladder(ANA, BO)
    assert ruled(rules=(rule("plain"),)).ladder == ladder(ANA)


def test_who_is_told_afterwards_has_a_channel_and_who_is_not_told_has_none() -> None:
    assert ruled(never_ask=(rule("tell", Level.NOTIFY_ONLY),)).ladder == ladder(ANA)
    assert ruled(never_ask=(rule("go", Level.FULL_AUTO),)).ladder == ()


def test_owners_may_approve_their_own_only_where_every_rule_that_asks_says_so() -> None:
    own = rule("own", may_approve_own=True)
    assert ruled(rules=(own,)).may_approve_own
    assert not ruled(rules=(own, rule("other"))).may_approve_own


def test_the_names_of_secrets_travel_with_every_ruling() -> None:
    assert ruled().masked == ruled(deny=(rule("no"),)).masked == ("*token*",)


def test_silence_is_consent_where_the_rule_says_so_and_everything_is_known_to_be_harmless() -> None:
    ruling = ruled(rules=(soft(),))
    assert (ruling.level, ruling.consent_after) == (Level.SOFT_APPROVAL, CONSENT)
    assert "silence is consent after 300 s" in ruling.evidence


@pytest.mark.parametrize(
    ("asked", "obstacle"),
    [
        ({"impact": Impact(reversible=False)}, "cannot be undone"),
        ({"environment": Environment.PROD}, "production"),
        ({"environment": None}, "production"),
        ({"impact": Impact(financial=True)}, "money"),
        ({"impact": Impact(cost_micros=1)}, "money"),
        ({"impact": Impact(personal_data=True)}, "personal data"),
        ({"impact": Impact(regulated=True)}, "regulated"),
        ({"impact": Impact(external_effects=True)}, "external effects"),
        ({"kind": Kind.CLARIFICATION}, "only words answer it"),
        ({"allowed_decisions": frozenset({AllowedDecision.DENY})}, "only words answer it"),
    ],
)
def test_silence_is_no_consent_where_anything_speaks_against_it(asked: dict[str, Any], obstacle: str) -> None:
    ruling = ruled(rules=(soft(),), asked=asked)
    assert (ruling.level, ruling.consent_after) == (Level.SOFT_APPROVAL, None)
    assert f"silence is no consent: {obstacle}" in ruling.evidence


def test_silence_is_no_consent_where_a_fact_is_unknown() -> None:
    assert ruled(name="frobnicate", rules=(soft(),)).consent_after is None


def test_one_soft_rule_without_consent_is_enough_against_it() -> None:
    assert ruled(rules=(soft(), soft("silent", consent_after=None))).consent_after is None


def test_of_two_rules_with_consent_the_longer_wait_counts() -> None:
    longer = timedelta(seconds=600)
    assert ruled(rules=(soft(), soft("slow", consent_after=longer))).consent_after == longer


@pytest.mark.parametrize("kind", [Kind.CLARIFICATION, Kind.PLAN])
def test_a_question_is_put_to_people_even_where_nothing_would_be_asked(kind: Kind) -> None:
    ruling = ruled(never_ask=(rule("go", Level.FULL_AUTO),), asked={"kind": kind})
    assert (ruling.level, ruling.rule.id) == (Level.HARD_APPROVAL, "default")
    loose = ruled(rules=(rule("auto", Level.FULL_AUTO),), asked={"kind": kind})
    assert loose.level is Level.HARD_APPROVAL


def test_a_question_is_put_to_people_even_under_a_default_that_does_not_ask() -> None:
    ruling = ruled(default=rule("default", Level.FULL_AUTO), asked={"kind": Kind.PLAN})
    assert ruling.level is Level.HARD_APPROVAL


def test_policy_does_not_say_yes_to_an_agent_that_takes_no_yes() -> None:
    asked = {"allowed_decisions": frozenset({AllowedDecision.OPTION, AllowedDecision.DENY})}
    assert ruled(never_ask=(rule("go", Level.FULL_AUTO),), asked=asked).asks


def test_only_the_agent_that_the_policy_names_is_trusted() -> None:
    policy = a_policy(trusted_agents=frozenset({"tidy"}), rules=(soft(when=When(lambda f: bool(f.impact.reversible))),))
    stated = {"impact": HARMLESS}
    assert ruled(name="frobnicate", policy=policy, asked=stated).consent_after == CONSENT
    other = replace(TIDY, name="teller")
    assert ruled(name="frobnicate", policy=policy, asked=stated, agent=other).level is Level.HARD_APPROVAL


def test_the_ruling_carries_the_risk_and_the_facts_behind_it() -> None:
    ruling = ruled(name="frobnicate")
    assert ruling.risk is Risk.RISKY
    assert "action frobnicate is not in the table of known actions" in ruling.evidence


def test_people_and_groups_have_names() -> None:
    group = ReviewerRef(kind=ReviewerKind.GROUP, id="S01ONCALL", name="Platform on-call")
    policy = a_policy(groups={"S01ONCALL": group})
    assert (policy.person_name("U02ANA"), policy.person_name("U99")) == ("Ana", None)
    assert (policy.group_name("S01ONCALL"), policy.group_name("S99")) == ("Platform on-call", None)
