"""What the whole run shares. At its end no database is left behind."""

import sys


def pytest_unconfigure() -> None:
    database = sys.modules.get("tests.support.database")  # only if a test needed one
    if database is not None:
        database.stop_postgres()
