"""What is known about an action, and how bad it could be (B1).

The table of known actions is believed. What an agent declares may only tighten, unless the policy trusts that agent.
What nobody believable says counts as the cautious value. Conditions of rules see the result as `Facts`.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from fnmatch import translate
from functools import lru_cache, reduce
from types import MappingProxyType
from typing import Any, TypeVar

from bot.domain.action import Action, Asked, BlastRadius, Environment, Impact
from bot.domain.people import Agent
from bot.domain.ruling import Risk, RuleRef

MICROS = 1_000_000
_T = TypeVar("_T", bool, int, BlastRadius)
_RADII = list(BlastRadius)
_WIDE = frozenset({BlastRadius.SERVICE, BlastRadius.ORGANIZATION})
_A_NAME = re.compile(r"[A-Za-z0-9_.:/-]+")
_AND = re.compile(r"_+(?:and|or|then)_+")
_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")

CAUTIOUS = Impact(
    reversible=False,
    blast_radius=BlastRadius.ORGANIZATION,
    external_effects=True,
    financial=True,
    personal_data=True,
    regulated=True,
    cost_micros=2**53,
    affected_count=2**53,
)
"""What is assumed of an action about which nothing is known."""

UNSAID = Impact(
    reversible=False,
    external_effects=False,
    financial=False,
    personal_data=False,
    regulated=False,
    cost_micros=0,
    affected_count=0,
)
"""How `declared.*` reads where nobody said anything."""

_WEIGHED = (
    "reversible",
    "blast_radius",
    "external_effects",
    "financial",
    "personal_data",
    "regulated",
    "cost_micros",
    "affected_count",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownAction:
    """One entry of the table of known actions. A fact of `impact` that is None stays unknown.

    `names` are globs over action names; `deleteFiles`, `delete-files` and `Delete_Files` are all read as
    `delete_files`. `risk` is at least this, whatever the facts come to.
    """

    ref: RuleRef
    names: tuple[str, ...]
    impact: Impact
    risk: Risk = Risk.SAFE


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What the condition of a rule may ask about one action.

    `impact` has every fact, the cautious value where it is unknown: for rules that loosen. `declared` has only what
    the table or the agent said, else false, 0 and "": for rules that tighten "only if stated".
    """

    action: Action
    impact: Impact
    declared: Impact
    environment: Environment
    confidence: float
    agent_name: str
    kind: str
    risk: Risk

    def by_name(self) -> dict[str, Any]:
        """The facts under the names of FACT_TYPES, as plain values."""
        return {
            "action.name": self.action.name,
            "action.arguments": self.action.arguments,
            "environment": self.environment.value,
            "confidence": self.confidence,
            "agent.name": self.agent_name,
            "kind": self.kind,
            "risk": self.risk.value,
            **_named("impact", self.impact),
            **_named("declared", self.declared),
        }


_IMPACT_TYPES: dict[str, type] = {
    "reversible": bool,
    "blast_radius": str,
    "external_effects": bool,
    "financial": bool,
    "personal_data": bool,
    "regulated": bool,
    "cost_usd": float,
    "affected_count": int,
}

FACT_TYPES: Mapping[str, type] = MappingProxyType(
    {
        "action.name": str,
        "action.arguments": dict,
        "environment": str,  # "prod" when nobody said
        "confidence": float,  # 0.0 when the agent did not say
        "agent.name": str,
        "kind": str,
        "risk": str,
        **{f"impact.{name}": kind for name, kind in _IMPACT_TYPES.items()},
        **{f"declared.{name}": kind for name, kind in _IMPACT_TYPES.items()},
    }
)
"""Every name a condition may use."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Weighed:
    """The facts of one action and where each of them comes from, in words for the audit."""

    facts: Facts
    evidence: tuple[str, ...]


def weigh(
    known_actions: tuple[KnownAction, ...], asked: Asked, action: Action, *, agent: Agent, is_trusted: bool
) -> Weighed:
    """The facts about `action`. Trust does not reach beyond the action the agent spoke of: not to another name."""
    known = known_as(known_actions, action.name)
    counts = is_trusted and action.name == asked.action.name
    table = known.impact if known else Impact()
    impact, declared, evidence = (dict[str, Any](), dict[str, Any](), [_known_words(action, known)])
    for name in _WEIGHED:
        stated, tabled = getattr(asked.impact, name), getattr(table, name)
        impact[name], declared[name], why = _weighed(name, tabled, stated, is_trusted=counts)
        evidence.append(f"{_label(name)} {_word(name, impact[name], declared[name])}: {why}")
    said = Impact(**declared)
    declared = {name: getattr(UNSAID, name) if value is None else value for name, value in declared.items()}
    declared["reversible"] = impact["reversible"]  # a claim that would loosen is no fact until it is believed
    judged = Impact(**impact)
    facts = Facts(
        action=action,
        impact=judged,
        declared=Impact(**declared),
        environment=asked.environment or Environment.PROD,
        confidence=asked.confidence or 0.0,
        agent_name=agent.name,
        kind=asked.kind.value,
        risk=risk_of(judged, said, at_least=known.risk if known else Risk.RISKY),
    )
    evidence.append(f"environment {facts.environment}" + ("" if asked.environment else ": not stated, taken as prod"))
    evidence.append(f"confidence {facts.confidence:g}" + ("" if asked.confidence is not None else ": not stated"))
    evidence.append(f"risk {facts.risk}")
    return Weighed(facts=facts, evidence=tuple(evidence))


def known_as(known_actions: tuple[KnownAction, ...], name: str) -> KnownAction | None:
    """The first entry of the table, from the top, with a glob for this name.

    A name of several actions (`read_and_delete`) is as bad as the worst of them. Of a name that is none
    (`read_all; rm -rf /`) it is believed only how bad it is.
    """
    snake = _CAMEL.sub("_", name).replace("-", "_").lower()
    known = _entry(known_actions, snake)
    parts = _AND.split(snake)
    if len(parts) > 1 and not (known and snake in known.names):
        known = _worst_of([*([known] if known else []), *(_entry(known_actions, part) for part in parts)])
    if known is None or _A_NAME.fullmatch(name):
        return known
    return replace(known, impact=Impact(), risk=_riskier(known.risk, Risk.RISKY))


def _entry(known_actions: tuple[KnownAction, ...], snake: str) -> KnownAction | None:
    return next((known for known in known_actions if _pattern(known.names).match(snake)), None)


def _worst_of(entries: list[KnownAction | None]) -> KnownAction | None:
    """Each fact at its worst; unknown where one of them does not tell it, unless another one tells the worst."""
    known = [entry for entry in entries if entry is not None]
    if not known:
        return None
    worst: dict[str, Any] = {}
    for name in _WEIGHED:
        told = [value for entry in known if (value := getattr(entry.impact, name)) is not None]
        if told and (len(told) == len(entries) or getattr(CAUTIOUS, name) in told):
            worst[name] = reduce(lambda one, other: _stricter(name, one, other), told)
    return replace(known[-1], impact=Impact(**worst), risk=reduce(_riskier, (entry.risk for entry in known)))


def _riskier(one: Risk, other: Risk) -> Risk:
    return max(one, other, key=list(Risk).index)


def risk_of(judged: Impact, said: Impact, *, at_least: Risk) -> Risk:
    """Safe, risky or dangerous, by reversibility, blast radius, external effects and money.

    Dangerous takes a danger somebody stated; that nothing is known is risky and no more.
    """
    harms = judged.blast_radius in _WIDE or judged.external_effects or judged.financial
    stated = said.reversible is False or said.blast_radius in _WIDE or said.external_effects or said.financial
    risk = Risk.SAFE if judged.reversible and not harms else Risk.RISKY
    if harms and stated and not judged.reversible:
        risk = Risk.DANGEROUS
    return _riskier(risk, at_least)


def _weighed(name: str, tabled: Any, stated: Any, *, is_trusted: bool) -> tuple[Any, Any, str]:
    """The value that counts, the value that was said (None: none), and why."""
    if stated is not None and is_trusted:
        return stated, stated, "the agent says so and is trusted"
    if tabled is None:
        cautious = getattr(CAUTIOUS, name)
        if stated is None:
            return cautious, None, "nobody says, so the cautious value counts"
        is_as_bad = stated == cautious
        why = "the agent says so" if is_as_bad else f"the agent says {_shown(stated)}, which alone cannot loosen"
        return cautious, stated, why
    if stated is None or _stricter(name, tabled, stated) == tabled:
        return tabled, tabled, "the table of known actions says so"
    return stated, stated, f"the agent says so, the table says {_shown(tabled)}"


def _stricter(name: str, one: _T, other: _T) -> _T:
    if isinstance(one, BlastRadius) and isinstance(other, BlastRadius):
        return max(one, other, key=_RADII.index)
    return min(one, other) if name == "reversible" else max(one, other)


@lru_cache(maxsize=1024)
def _pattern(globs: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile("|".join(translate(glob.lower()) for glob in globs))


def _named(prefix: str, impact: Impact) -> dict[str, Any]:
    return {
        f"{prefix}.reversible": impact.reversible,
        f"{prefix}.blast_radius": impact.blast_radius.value if impact.blast_radius else "",
        f"{prefix}.external_effects": impact.external_effects,
        f"{prefix}.financial": impact.financial,
        f"{prefix}.personal_data": impact.personal_data,
        f"{prefix}.regulated": impact.regulated,
        f"{prefix}.cost_usd": (impact.cost_micros or 0) / MICROS,
        f"{prefix}.affected_count": impact.affected_count,
    }


def _known_words(action: Action, known: KnownAction | None) -> str:
    if known is None:
        return f"action {action.name} is not in the table of known actions"
    return f"action {action.name} is known: {known.ref}"


def _label(name: str) -> str:
    return "cost in micro-dollars" if name == "cost_micros" else name.replace("_", " ")


def _word(name: str, judged: Any, said: Any) -> str:
    if judged == getattr(CAUTIOUS, name) and isinstance(judged, int) and not isinstance(judged, bool):
        return "any" if said is None else f"any ({said} stated)"
    return _shown(judged)


def _shown(value: Any) -> str:
    return ("no", "yes")[value] if isinstance(value, bool) else str(value)
