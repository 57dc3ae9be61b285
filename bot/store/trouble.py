"""What can be wrong with a database, in words for whoever waits for it or starts on it."""

from bot.services.ports import StoreUnavailable


class CannotOpen(Exception):
    """The database cannot be used by this process; in words for the person who starts it, without its password."""


class BatchLost(StoreUnavailable):
    """The database rolled back a whole batch because of another function in it; nothing of ours was written."""


class StoreClosed(StoreUnavailable):
    """The store takes no more functions; nothing was written."""


class CommitInDoubt(StoreUnavailable):
    """The connection was lost between the commit and its answer: the change may be there or not."""

    is_in_doubt = True
