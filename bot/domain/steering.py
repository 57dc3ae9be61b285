"""What a directive means for its session: where there is room for it, what it moves, and what it makes pointless."""

from collections.abc import Iterable, Mapping
from types import MappingProxyType

from bot.domain.directive import Directive, DirectiveEvent, DirectiveKind
from bot.domain.errors import SessionRefuses
from bot.domain.people import Agent
from bot.domain.session import Session, SessionEvent, SessionState, may

_BEGINS: Mapping[DirectiveKind, SessionEvent] = MappingProxyType(
    {
        DirectiveKind.PAUSE: SessionEvent.PAUSE_ASKED,
        DirectiveKind.RESUME: SessionEvent.RESUMED,
        DirectiveKind.STOP: SessionEvent.STOP_ASKED,
    }
)
_OBEYED: Mapping[DirectiveKind, tuple[SessionState, SessionEvent]] = MappingProxyType(
    {
        DirectiveKind.PAUSE: (SessionState.PAUSING, SessionEvent.PAUSED),
        DirectiveKind.STOP: (SessionState.STOPPING, SessionEvent.ENDED),
    }
)
_UNDER_WAY: Mapping[DirectiveKind, SessionState] = MappingProxyType(
    {kind: state for kind, (state, _) in _OBEYED.items()}
)
OVERTAKES: Mapping[DirectiveKind, frozenset[DirectiveKind]] = MappingProxyType(
    {
        DirectiveKind.PAUSE: frozenset({DirectiveKind.PAUSE, DirectiveKind.RESUME}),
        DirectiveKind.RESUME: frozenset({DirectiveKind.PAUSE, DirectiveKind.RESUME}),
        DirectiveKind.STOP: frozenset(DirectiveKind) - {DirectiveKind.UNDO},
        DirectiveKind.STEER: frozenset[DirectiveKind](),
        DirectiveKind.UNDO: frozenset[DirectiveKind](),
    }
)
"""What a directive makes pointless at its issue. Two steers both count; what undoes something outlives its session."""
POINTLESS_AT_THE_END = OVERTAKES[DirectiveKind.STOP] - {DirectiveKind.STOP}


def has_room(session: Session, kind: DirectiveKind, open_directives: Iterable[Directive]) -> bool:
    """Whether this can be said to the session now.

    A pause or stop that the agent said failed leaves the session as it is, held or without requests: only people let it
    go on. So it can be said again.
    """
    match kind:
        case DirectiveKind.UNDO:
            return True
        case DirectiveKind.STEER:
            return not session.is_over
        case _ if may(session, _BEGINS[kind]):
            return True
        case _:
            is_under_way = session.state is _UNDER_WAY.get(kind)
            return is_under_way and all(directive.kind is not kind for directive in open_directives)


def begins(
    session: Session, agent: Agent, kind: DirectiveKind, open_directives: Iterable[Directive]
) -> SessionEvent | None:
    """What the session does at the issue; None when it stays as it is. Raises SessionRefuses."""
    if not has_room(session, kind, open_directives):
        raise SessionRefuses(session.id, agent.name, session.state, kind)
    event = _BEGINS.get(kind)
    return event if event is not None and may(session, event) else None


def obeyed_event(session: Session, directive: Directive, event: DirectiveEvent) -> SessionEvent | None:
    """What the session does when the agent reports; None when it stays as it is.

    An agent that says it failed does not free itself: a pausing session stays held, a stopping one takes no requests.
    """
    if event is not DirectiveEvent.DONE or directive.kind not in _OBEYED:
        return None
    state, follows = _OBEYED[directive.kind]
    return follows if session.state is state else None
