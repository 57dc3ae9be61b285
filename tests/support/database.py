"""A migrated database for a test, copied from one that is migrated once per process."""

import shutil
import tempfile
from functools import cache
from pathlib import Path

from bot.store.migrate import migrate


@cache
def _template() -> Path:
    path = Path(tempfile.mkdtemp(prefix="sayso-tests-")) / "template.db"
    migrate(f"sqlite:///{path}")
    return path


def new_database(path: Path | str) -> None:
    """An empty database of this version's schema at `path`."""
    shutil.copy(_template(), path)
