"""`sayso backup FILE`: a copy of the database while the server runs."""

from pathlib import Path

from bot.settings import Settings
from bot.store.backup import BackupFailed, back_up, restore_words

__all__ = ["BackupFailed", "backup_database"]


def backup_database(settings: Settings, target: Path) -> str:
    """Make the copy, and say what it is and how it is put back. Raises BackupFailed."""
    size = back_up(settings.database_url, target)
    what = "checked and complete" if settings.database_url.startswith("sqlite:") else "complete"
    return f"{target}: {_shown(size)}, {what}.\n{restore_words(settings.database_url, target)}"


def _shown(size: int) -> str:
    return f"{size / 2**20:.1f} MB" if size >= 2**20 else f"{max(1, round(size / 2**10))} kB"
