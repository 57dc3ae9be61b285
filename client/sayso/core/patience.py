"""When to try again: growing pauses with jitter, unless the server says how long."""

from collections.abc import Callable
from datetime import datetime
from email.utils import parsedate_to_datetime
from http import HTTPStatus

from sayso.core.steps import Lost, Reply

FIRST_PAUSE = 0.25
LONGEST_PAUSE = 20.0

_PASSING = frozenset(
    {
        HTTPStatus.TOO_MANY_REQUESTS,
        HTTPStatus.INTERNAL_SERVER_ERROR,
        HTTPStatus.BAD_GATEWAY,
        HTTPStatus.SERVICE_UNAVAILABLE,
        HTTPStatus.GATEWAY_TIMEOUT,
    }
)


def is_passing(heard: Reply | Lost) -> bool:
    """Whether another try may fare better. Every call of ours may be repeated without harm."""
    return isinstance(heard, Lost) or heard.status in _PASSING


def pause_after(heard: Reply | Lost, *, failures: int, jitter: Callable[[], float]) -> float:
    """Seconds to wait before the next try, after so many failures in a row.

    The server's `Retry-After` is a floor: with jitter on top, or every waiting agent would come
    back in the same instant. `jitter` yields numbers from 0 to 1.
    """
    grown = min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** min(failures - 1, 10))
    spread = grown / 2 + grown / 2 * jitter()
    asked = None if isinstance(heard, Lost) else retry_after(heard)
    return spread if asked is None else asked + FIRST_PAUSE * jitter()


def retry_after(reply: Reply) -> float | None:
    """The seconds that the server asks for; None when it does not say, or not in a way to be understood."""
    said = reply.headers.get("retry-after", "").strip()
    if said.isascii() and said.isdigit():
        return float(said[:6])
    moment, now = _moment(said), _moment(reply.headers.get("date", ""))
    # Both times are the server's: the agent's own clock may be wrong.
    return max(0.0, (moment - now).total_seconds()) if moment and now else None


def _moment(said: str) -> datetime | None:
    try:
        moment = parsedate_to_datetime(said)
    except ValueError:
        return None
    return moment if moment.tzinfo else None
