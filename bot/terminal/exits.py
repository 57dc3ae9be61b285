"""How a command ends, for scripts. docs/review.md has the table."""

from enum import IntEnum
from http import HTTPStatus

from sayso.people import NotAnswered, NotDone, PeopleError
from sayso.protocol import ProblemType


class Exit(IntEnum):
    """What the command came to."""

    DONE = 0
    FAILED = 1  # the settings are wrong, or the answer makes no sense
    USAGE = 2  # the words of the command do not go together
    REFUSED = 3  # nothing changed, and saying it again will not help
    TOO_LATE = 4  # nothing changed: it is decided, or was changed meanwhile; look again
    AWAY = 5  # the server, or Slack behind it, does not answer; try again
    INTERRUPTED = 130


_LATE = frozenset({ProblemType.ALREADY_CLOSED, ProblemType.ALREADY_COUNTED, ProblemType.STALE_REVISION})


def exit_of(problem: PeopleError) -> Exit:
    """What a command that met this problem comes to."""
    match problem:
        case NotAnswered():
            return Exit.AWAY
        case NotDone() if problem.problem.type in _LATE:
            return Exit.TOO_LATE
        case NotDone() if problem.problem.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
            return Exit.AWAY
        case NotDone() if problem.problem.status == HTTPStatus.TOO_MANY_REQUESTS:
            return Exit.AWAY
        case NotDone() if problem.problem.status == HTTPStatus.UNAUTHORIZED:
            return Exit.FAILED
        case NotDone():
            return Exit.REFUSED
        case _:
            return Exit.FAILED
