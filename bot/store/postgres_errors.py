"""What an error of PostgreSQL means for the function that met it."""

from enum import Enum, auto

from psycopg import errors
from sqlalchemy.exc import DBAPIError


class Meaning(Enum):
    RACE = auto()  # somebody was faster: run it again at once
    GONE = auto()  # no connection, or one that cannot be used: run it again on a new one
    BUSY = auto()  # it took too long, or there is no room: who asked may ask again later
    OURS = auto()  # a mistake of the function


_RACES = (errors.SerializationFailure, errors.DeadlockDetected, errors.UniqueViolation)
_GONE = (
    errors.CannotConnectNow,  # it is starting or stopping
    errors.ReadOnlySqlTransaction,  # another machine has become the one to write to
    errors.TooManyConnections,
)
_BUSY = (
    errors.LockNotAvailable,
    errors.QueryCanceled,
    errors.DiskFull,
    errors.OutOfMemory,
    errors.ConfigurationLimitExceeded,
)


def meaning_of(problem: DBAPIError) -> Meaning:
    """A unique value that is taken already is a race until it stays taken: the row was not there at the first look."""
    origin = problem.orig
    if isinstance(origin, _RACES):
        return Meaning.RACE
    if problem.connection_invalidated or isinstance(origin, _GONE):
        return Meaning.GONE
    if isinstance(origin, _BUSY):
        return Meaning.BUSY
    is_of_the_server = isinstance(origin, errors.OperationalError) and origin.sqlstate is None
    return Meaning.GONE if is_of_the_server else Meaning.OURS  # without a code: nobody answered


def first_line(problem: BaseException) -> str:
    """What the driver says, without its hints. It names the host and the user, never the password."""
    origin = problem.orig if isinstance(problem, DBAPIError) and problem.orig is not None else problem
    return str(origin).strip().split("\n", 1)[0] or type(origin).__name__
