"""A migrated database for a test, made once per process."""

from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from bot.store.migrate import migrate


def new_database(path: Path | str) -> None:
    """An empty database of this version's schema at `path`."""
    Path(path).write_bytes(_migrated())


@cache
def _migrated() -> bytes:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "empty.db"
        migrate(f"sqlite:///{path}")
        return path.read_bytes()
