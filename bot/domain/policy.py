"""Policy: whether an action is asked about, whom, and how long. A policy and an action come in, a ruling goes out.

The order of precedence (B5a): `deny` rules; `always_ask` rules; the strictest of `rules`. `never_ask` rules lift what
`rules` and the default would demand, and nothing else. A condition that cannot be evaluated counts against the action:
a tightening rule as matched, a loosening one as not, and the evidence says so.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta
from enum import StrEnum
from typing import Protocol

from bot.domain.action import QUESTIONS, Action, AllowedDecision, Asked, Environment
from bot.domain.people import Agent, ReviewerRef
from bot.domain.risk import Facts, KnownAction, weigh
from bot.domain.ruling import WITHOUT_ASKING, LadderStep, Level, RuleRef, Ruling
from bot.domain.schedule import DigestPlan, Schedule

__all__ = ["CannotTell", "Condition", "Facts", "KnownAction", "Operations", "Policy", "Rule", "evaluate"]


class CannotTell(Exception):
    """A condition could not be evaluated on these facts; the text says why, in words for the audit."""


class Condition(Protocol):
    """When a rule applies."""

    def holds(self, facts: Facts) -> bool:
        """Whether the rule applies. Raises CannotTell when that cannot be said."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One entry of a policy. `when` is None for a rule that always applies, `ladder` None for the default one.

    `consent_after` is a wish: silence is consent only where B8 allows it as well.
    """

    ref: RuleRef
    level: Level
    when: Condition | None = None
    reason: str = ""
    quorum: int = 1
    ladder: str | None = None
    consent_after: timedelta | None = None
    may_approve_own: bool = False
    deny_reason_required: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Operations:
    """Who is told when something goes wrong: a Slack channel id and e-mail addresses."""

    channel: str
    emails: tuple[str, ...] = ()


class WhoMayStop(StrEnum):
    """Who may pause and stop agents. An agent's owner always may."""

    MEMBERS = "members"  # any full member of the workspace
    OPERATORS = "operators"


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """Everything one policy file says, checked. Rules are in the order of the file.

    `people` and `groups` are found by their Slack ids; `operators` and `policy_admins` hold Slack user ids.
    """

    ladders: Mapping[str, tuple[LadderStep, ...]]
    default_ladder: str
    default: Rule
    operations: Operations
    deny: tuple[Rule, ...] = ()
    always_ask: tuple[Rule, ...] = ()
    rules: tuple[Rule, ...] = ()
    never_ask: tuple[Rule, ...] = ()
    known_actions: tuple[KnownAction, ...] = ()
    trusted_agents: frozenset[str] = frozenset()
    masked: tuple[str, ...] = ()
    who_may_stop: WhoMayStop = WhoMayStop.MEMBERS
    operators: frozenset[str] = frozenset()
    policy_admins: frozenset[str] = frozenset()
    people: Mapping[str, ReviewerRef]
    groups: Mapping[str, ReviewerRef]
    digest: DigestPlan = field(default_factory=DigestPlan)

    @property
    def home_channel(self) -> str:
        """Where things are shown for which no ladder names a channel."""
        return self.ladders[self.default_ladder][0].channel

    @property
    def asking_channels(self) -> tuple[str, ...]:
        """Where ladders ask first: what happens to an agent's requests, and its alerts, are told there."""
        return tuple(dict.fromkeys([self.home_channel, *(ladder[0].channel for ladder in self.ladders.values())]))

    @property
    def digest_schedules(self) -> Mapping[str, Schedule]:
        """When each of these channels gets its daily digest; those that never get one are left out."""
        return {channel: when for channel in self.asking_channels if (when := self.digest.of(channel)).days}

    def person_name(self, slack_user_id: str) -> str | None:
        """How a person of the policy is called; None for somebody it does not name."""
        found = self.people.get(slack_user_id)
        return found.name if found else None

    def group_name(self, slack_group_id: str) -> str | None:
        """How a user group of the policy is called; None for one it does not name."""
        found = self.groups.get(slack_group_id)
        return found.name if found else None


def evaluate(policy: Policy, asked: Asked, action: Action, *, agent: Agent) -> Ruling:
    """What policy says of `action`, which is what would run now; `asked` holds what the agent said about it."""
    is_trusted = agent.name in policy.trusted_agents
    weighed = weigh(policy.known_actions, asked, action, agent=agent, is_trusted=is_trusted)
    reading = _Reading(weighed.facts, list(weighed.evidence))
    denying = reading.matched(policy.deny, when_in_doubt=True)
    if denying:
        return _denied(policy, denying[0], reading)
    always = reading.matched(policy.always_ask, when_in_doubt=True)
    rest = reading.matched_or_default(policy)
    if _takes_a_person(asked):
        rest = _asking(rest) or [_asking_default(policy)]
    else:
        lifting = reading.matched(policy.never_ask, when_in_doubt=False)
        rest = _lifted(rest, lifting)
    return _strictest(policy, [*always, *rest], asked, reading)


@dataclass(frozen=True, slots=True)
class _Reading:
    """Rules read against one set of facts; what had a say is added to `evidence`."""

    facts: Facts
    evidence: list[str]

    def matched(self, rules: tuple[Rule, ...], *, when_in_doubt: bool) -> list[Rule]:
        return [rule for rule in rules if self.holds(rule, when_in_doubt=when_in_doubt)]

    def matched_or_default(self, policy: Policy) -> list[Rule]:
        """The matching `rules`; the default where none matches, or beside them where a loosening one is in doubt."""
        strict = policy.default.level.strictness
        answers = [self.holds(rule, when_in_doubt=rule.level.strictness >= strict) for rule in policy.rules]
        found = [rule for rule, holds in zip(policy.rules, answers, strict=True) if holds]
        if not found or None in answers:
            found.append(policy.default)
            self.evidence.append(f"rule {policy.default.ref} is the default")
        return found

    def holds(self, rule: Rule, *, when_in_doubt: bool) -> bool | None:
        """Whether a rule matches; None where that cannot be told and so it counts as not."""
        try:
            holds = rule.when is None or rule.when.holds(self.facts)
        except CannotTell as problem:
            counted = "matched" if when_in_doubt else "not matched"
            self.evidence.append(f"rule {rule.ref} cannot be evaluated ({problem}), so it counts as {counted}")
            return when_in_doubt or None
        if holds:
            self.evidence.append(f"rule {rule.ref} matches")
        return holds


def _takes_a_person(asked: Asked) -> bool:
    """Whether only words of a person answer this: policy cannot answer a question, nor approve what takes no yes."""
    return asked.kind in QUESTIONS or AllowedDecision.APPROVE not in asked.allowed_decisions


def _asking(rules: list[Rule]) -> list[Rule]:
    return [rule for rule in rules if rule.level not in WITHOUT_ASKING]


def _asking_default(policy: Policy) -> Rule:
    asks = policy.default.level not in WITHOUT_ASKING
    return policy.default if asks else replace(policy.default, level=Level.HARD_APPROVAL)


def _lifted(rest: list[Rule], lifting: list[Rule]) -> list[Rule]:
    """`lifting` in the place of `rest`, where it is looser."""

    def demanded(rules: list[Rule]) -> int:
        return max(rule.level.strictness for rule in rules)

    return lifting if lifting and demanded(lifting) < demanded(rest) else rest


def _denied(policy: Policy, rule: Rule, reading: _Reading) -> Ruling:
    return Ruling(
        level=Level.HARD_APPROVAL,
        risk=reading.facts.risk,
        rule=rule.ref,
        denied=True,
        reason=rule.reason,
        evidence=tuple(reading.evidence),
        masked=policy.masked,
    )


def _strictest(policy: Policy, rules: list[Rule], asked: Asked, reading: _Reading) -> Ruling:
    """All of `rules` together: the strictest in every respect. The first of equals decides."""
    by_rank = sorted(rules, key=_rank, reverse=True)  # stable, so equals keep the order of the file
    decider, asking = by_rank[0], _asking(by_rank)
    consent_after = _consent_after(decider, asking, asked, reading)
    return Ruling(
        level=decider.level,
        risk=reading.facts.risk,
        rule=decider.ref,
        reason=decider.reason,
        evidence=tuple(reading.evidence),
        quorum=max((rule.quorum for rule in asking), default=1),
        ladder=() if decider.level is Level.FULL_AUTO else _ladder(policy, asking or by_rank),
        consent_after=consent_after,
        may_approve_own=bool(asking) and all(rule.may_approve_own for rule in asking),
        deny_reason_required=any(rule.deny_reason_required for rule in asking),
        masked=policy.masked,
    )


def _rank(rule: Rule) -> tuple[int, int, bool]:
    return rule.level.strictness, rule.quorum, rule.consent_after is None


def _ladder(policy: Policy, by_rank: list[Rule]) -> tuple[LadderStep, ...]:
    """The ladder that a rule names, of several that of the highest quorum; else the default one.

    A rule that asks for more people does not take the decision away from those whom another rule names.
    """
    naming = [rule for rule in by_rank if rule.ladder is not None]
    named = max(naming, key=lambda rule: rule.quorum, default=None)
    return policy.ladders[named.ladder if named and named.ladder else policy.default_ladder]


def _consent_after(decider: Rule, asking: list[Rule], asked: Asked, reading: _Reading) -> timedelta | None:
    """How long a silence is consent: the longest of the rules that ask, when each of them says so and B8 allows it."""
    waits = [rule.consent_after for rule in asking if rule.consent_after is not None]
    if decider.level is not Level.SOFT_APPROVAL or not waits or len(waits) < len(asking):
        return None
    obstacles = _obstacles_to_consent(reading.facts)
    if _takes_a_person(asked):
        obstacles.append("only words answer it")
    if obstacles:
        reading.evidence.append(f"silence is no consent: {', '.join(obstacles)}")
        return None
    reading.evidence.append(f"silence is consent after {max(waits).total_seconds():g} s")
    return max(waits)


def _obstacles_to_consent(facts: Facts) -> list[str]:
    """Why B8 forbids consent, []: it does not. What is unknown is an obstacle, for it counts as the cautious value."""
    impact = facts.impact
    found = {
        "cannot be undone": not impact.reversible,
        "production": facts.environment is Environment.PROD,
        "money": bool(impact.financial or facts.declared.cost_micros),
        "personal data": impact.personal_data,
        "regulated": impact.regulated,
        "external effects": impact.external_effects,
    }
    return [obstacle for obstacle, stands in found.items() if stands]
