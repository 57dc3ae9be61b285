"""Who serves an SQLite file: a lock that the operating system lets go of with its process, however that ends."""

import sqlite3
from collections.abc import Generator
from contextlib import closing, contextmanager


@contextmanager
def served(path: str) -> Generator[bool]:
    """Whether nobody else serves this file. While the block lasts, whoever asks hears that somebody does.

    The lock is held on an empty file beside it, so that it is in nobody's way.
    """
    with closing(sqlite3.connect(f"{path}-serving", timeout=0, isolation_level=None)) as lock:
        yield _taken(lock)


def _taken(lock: sqlite3.Connection) -> bool:
    try:
        lock.execute("BEGIN EXCLUSIVE")
    except sqlite3.OperationalError as problem:
        if problem.sqlite_errorcode != sqlite3.SQLITE_BUSY:
            raise
        return False
    return True
