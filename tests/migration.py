"""`make migration NAME="what changed"`: writes the migration from the last one's schema to the tables as they are."""

import sys
import tempfile
from pathlib import Path

from alembic import command

from bot.store.migrate import config, migrate

if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{Path(folder) / 'last.db'}"
        migrate(url)
        command.revision(config(url), message=sys.argv[1], autogenerate=True)
