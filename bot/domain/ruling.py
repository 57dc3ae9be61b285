"""What policy says of one action: level, whom, how long, and why. Kept with the request as its snapshot."""

from dataclasses import dataclass, replace
from datetime import timedelta
from enum import StrEnum

from bot.domain.people import ReviewerRef


class Level(StrEnum):
    """The degrees of oversight, loosest first."""

    FULL_AUTO = "full_auto"
    NOTIFY_ONLY = "notify_only"
    SOFT_APPROVAL = "soft_approval"
    HARD_APPROVAL = "hard_approval"
    HUMAN_TAKEOVER = "human_takeover"

    @property
    def strictness(self) -> int:
        return list(Level).index(self)


WITHOUT_ASKING = frozenset({Level.FULL_AUTO, Level.NOTIFY_ONLY})


class Risk(StrEnum):
    SAFE = "safe"
    RISKY = "risky"
    DANGEROUS = "dangerous"


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleRef:
    """Which entry of which file decided."""

    place: str  # "policies/standard.yaml:41"
    id: str  # "irreversible-at-scale"

    def __str__(self) -> str:
        return f"{self.place} {self.id}"


@dataclass(frozen=True, slots=True, kw_only=True)
class LadderStep:
    """One rung: who is asked where, how long, and after which parts of the wait they are reminded."""

    reviewers: tuple[ReviewerRef, ...]
    channel: str  # a Slack channel id
    wait: timedelta
    reminders: tuple[timedelta, ...] = ()  # offsets from the start of the step, ascending, all below `wait`
    direct: bool = False  # people named here also get a copy of the card as a direct message


@dataclass(frozen=True, slots=True, kw_only=True)
class Ruling:
    """The whole answer. `denied` comes before everything; a level that asks has at least one step."""

    level: Level
    risk: Risk
    rule: RuleRef
    denied: bool = False
    reason: str = ""  # in plain words; shown to reviewers, and to the model when denied
    evidence: tuple[str, ...] = ()  # every fact and rule that had a say, for the audit
    quorum: int = 1
    ladder: tuple[LadderStep, ...] = ()
    consent_after: timedelta | None = None  # silence for this long is consent; None: silence is never consent (B8)
    may_approve_own: bool = False  # the session's owner may decide
    deny_reason_required: bool = False
    masked: tuple[str, ...] = ()  # globs over argument names whose values people must not see

    @property
    def asks(self) -> bool:
        return not self.denied and self.level not in WITHOUT_ASKING


def stricter(one: Ruling, other: Ruling) -> Ruling:
    """The stricter of two rulings: a deny first, then level, then quorum; the first where they are equal.

    Where both ask, the answer is the stricter in every respect, with the ladder of the larger quorum.
    """

    def rank(ruling: Ruling) -> tuple[bool, int, int, bool]:
        return ruling.denied, ruling.level.strictness, ruling.quorum, ruling.consent_after is None

    first, second = (other, one) if rank(other) > rank(one) else (one, other)
    if not (first.asks and second.asks):
        return first
    waits = [ruling.consent_after for ruling in (first, second) if ruling.consent_after is not None]
    return replace(
        first,
        quorum=max(first.quorum, second.quorum),
        ladder=second.ladder if second.quorum > first.quorum else first.ladder,
        consent_after=max(waits) if len(waits) == 2 else None,
        may_approve_own=first.may_approve_own and second.may_approve_own,
        deny_reason_required=first.deny_reason_required or second.deny_reason_required,
    )
