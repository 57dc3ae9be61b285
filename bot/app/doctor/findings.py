"""What the doctor found: one line for each thing that was looked at."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum


class State(StrEnum):
    OK = "ok"
    WARNING = "warning"  # works, and somebody should look at it
    FAILED = "failed"  # does not work until it is put right
    NOT_TRIED = "not tried"  # something else has to be put right first, or nobody asked for it


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """`name` is what was looked at, `what` what was seen, `fix` what to do about it."""

    name: str
    state: State
    what: str
    fix: str | None = None


Findings = Sequence[Finding]


def ok(name: str, what: str) -> Finding:
    return Finding(name=name, state=State.OK, what=what)


def warning(name: str, what: str, *, fix: str) -> Finding:
    return Finding(name=name, state=State.WARNING, what=what, fix=fix)


def failed(name: str, what: str, *, fix: str) -> Finding:
    return Finding(name=name, state=State.FAILED, what=what, fix=fix)


def not_tried(name: str, why: str) -> Finding:
    return Finding(name=name, state=State.NOT_TRIED, what=why)
