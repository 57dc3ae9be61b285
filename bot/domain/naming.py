"""Whom a person means: an agent's name or a session's id, whole or begun. A near miss is offered, never obeyed."""

from collections.abc import Iterable
from dataclasses import dataclass

LEAST_FOR_A_MISS = 3
"""Shorter words are near to everything."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """One session by the names it goes by."""

    session_id: str
    agent_name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Meant:
    """Whom the words name, in the order they were given; `is_near` when none is named and these are only similar."""

    session_ids: tuple[str, ...]
    is_near: bool = False


def meant_by(words: str, sessions: Iterable[Named]) -> Meant:
    """A whole id or name comes before what only begins so. Case and blanks around do not matter."""
    wanted, known = words.strip().casefold(), list(sessions)
    if not wanted:
        return Meant(session_ids=())
    whole = [one for one in known if wanted in (one.session_id.casefold(), one.agent_name.casefold())]
    begun = whole or [one for one in known if _begins(one, wanted)]
    if begun:
        return Meant(session_ids=tuple(one.session_id for one in begun))
    return Meant(session_ids=_near(wanted, known), is_near=True)


def _begins(one: Named, wanted: str) -> bool:
    return one.agent_name.casefold().startswith(wanted) or one.session_id.casefold().startswith(wanted)


def _near(wanted: str, known: list[Named]) -> tuple[str, ...]:
    """Those whose agent's name is most like the words, the most similar first."""
    most = _misses_allowed(wanted)
    names = {one.agent_name.casefold() for one in known}
    missed = {name: misses_between(wanted, name, most=most) for name in names} if most else {}
    near = [(misses, one) for one in known if (misses := missed.get(one.agent_name.casefold())) is not None]
    return tuple(one.session_id for _, one in sorted(near, key=lambda found: found[0]))


def _misses_allowed(wanted: str) -> int:
    if len(wanted) < LEAST_FOR_A_MISS:
        return 0
    return 1 if len(wanted) == LEAST_FOR_A_MISS else 2


def misses_between(one: str, other: str, *, most: int) -> int | None:
    """How many letters differ, are missing, or have changed places with their neighbour; None when more than `most`."""
    if abs(len(one) - len(other)) > most:
        return None
    before_last: list[int] = []
    last = list(range(len(other) + 1))
    for row, letter in enumerate(one, 1):
        current = [row]
        for column, wanted in enumerate(other, 1):
            cost = min(last[column] + 1, current[-1] + 1, last[column - 1] + (letter != wanted))
            if row > 1 and column > 1 and letter == other[column - 2] and one[row - 2] == wanted:
                cost = min(cost, before_last[column - 2] + 1)
            current.append(cost)
        if min(current) > most:
            return None
        before_last, last = last, current
    return last[-1] if last[-1] <= most else None
