"""What a benchmark says: pairs of figures, taken one after the other, and whether a target is met by them."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from statistics import median
from typing import Any

STEADY = 3.0
"""A floor that moved more than this between its pairs says that the machine was busy with something else."""


class Verdict(StrEnum):
    MET = "met"
    NOT_MET = "NOT MET"
    INCONCLUSIVE = "inconclusive"
    PRINTED = "printed"  # no target: for the reader
    SKIPPED = "skipped"


class Comparison(StrEnum):
    """How the two figures of a pair become the one that a target is about."""

    RATIO = "ours / floor"
    EXCESS = "ours - floor"
    ALONE = "ours"

    def of(self, ours: float, floor: float) -> float:
        match self:
            case Comparison.RATIO:
                return ours / floor if floor else float("inf")
            case Comparison.EXCESS:
                return ours - floor
            case Comparison.ALONE:
                return ours


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """At most or at least so much."""

    limit: float
    is_most: bool = True

    def is_met_by(self, figure: float) -> bool:
        return figure <= self.limit if self.is_most else figure >= self.limit

    def __str__(self) -> str:
        return f"{'<=' if self.is_most else '>='} {self.limit:g}"


def at_most(limit: float) -> Target:
    return Target(limit=limit)


def at_least(limit: float) -> Target:
    return Target(limit=limit, is_most=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One line of the table. Each pair is (ours, floor), in `unit`, timed one right after the other."""

    number: int
    what: str
    beside: str
    unit: str
    pairs: Sequence[tuple[float, float]]
    target: Target | None = None
    comparison: Comparison = Comparison.RATIO
    note: str = ""
    details: dict[str, Any] = field(default_factory=dict[str, Any])

    @property
    def figures(self) -> list[float]:
        return [self.comparison.of(ours, floor) for ours, floor in self.pairs]

    @property
    def figure(self) -> float:
        return median(self.figures)

    @property
    def ours(self) -> float:
        return median(ours for ours, _ in self.pairs)

    @property
    def floor(self) -> float:
        return median(floor for _, floor in self.pairs)

    @property
    def verdict(self) -> Verdict:
        if not self.pairs:
            return Verdict.SKIPPED
        floors = [floor for _, floor in self.pairs]
        is_compared = self.comparison is Comparison.RATIO
        if is_compared and min(floors) > 0 and max(floors) / min(floors) > STEADY:
            return Verdict.INCONCLUSIVE
        if self.target is None:
            return Verdict.PRINTED
        return Verdict.MET if self.target.is_met_by(self.figure) else Verdict.NOT_MET

    def as_json(self) -> dict[str, Any]:
        found = asdict(self) | {"comparison": self.comparison.value, "verdict": self.verdict.value}
        found["target"] = str(self.target) if self.target else None
        if self.pairs:
            figures = self.figures
            found |= {"ours": self.ours, "floor": self.floor, "figure": self.figure}
            found |= {"least": min(figures), "most": max(figures)}
        return found


def skipped(number: int, what: str, beside: str, why: str) -> Row:
    return Row(number=number, what=what, beside=beside, unit="", pairs=(), note=why)


@dataclass(frozen=True, slots=True, kw_only=True)
class Effort:
    """How much is done: everything, or just enough to see that all of it still runs."""

    is_quick: bool = False

    @property
    def pairs(self) -> int:
        return 1 if self.is_quick else 5

    def of(self, full: int, quick: int) -> int:
        return quick if self.is_quick else full


def percentile(figures: Sequence[float], share: float) -> float:
    """The smallest figure that `share` of all are not above."""
    ranked = sorted(figures)
    return ranked[min(len(ranked) - 1, int(len(ranked) * share))]
