"""`make migration NAME="what changed"`: writes the migration from the last one's schema to the tables as they are."""

import sys
import tempfile
from pathlib import Path

from alembic import command
from alembic.script import ScriptDirectory

from bot.store.migrate import config, migrate


def _next_revision() -> str:
    """The next number of the generation."""
    last = ScriptDirectory.from_config(config("")).get_current_head()
    assert last is not None
    generation, dash, number = last.rpartition("-")
    return f"{generation}{dash}{int(number) + 1:04d}"


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{Path(folder) / 'last.db'}"
        migrate(url)
        command.revision(config(url), message=sys.argv[1], autogenerate=True, rev_id=_next_revision())
