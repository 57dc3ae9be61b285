"""The database: is it there, is its schema ours, is it kept, can it be written, is there room."""

import asyncio
import shutil
from pathlib import Path

from bot.app.doctor.findings import Finding, failed, ok, warning
from bot.services.ports import Ids, Store
from bot.settings import Settings
from bot.store.database_url import is_postgres, shown
from bot.store.inspection import NoDatabaseYet, inspect_schema, why_not_written
from bot.store.migrate import Schema
from bot.store.trouble import CannotOpen

NAME, DISK = "database", "disk"
TOO_LITTLE, LITTLE = 50 * 2**20, 500 * 2**20  # bytes

_SCHEMA_FIXES = {
    Schema.OLDER: "Run `sayso migrate`, or start `sayso serve` of this version, which does so too.",
    Schema.STRANGE: "Start the newer version of Sayso that changed it, or restore the backup from before that.",
}
_SCHEMA_WORDS = {
    Schema.OLDER: "has the schema of an older version",
    Schema.STRANGE: "was changed by a newer version that this one cannot work with",
}


async def look_at_schema(settings: Settings) -> Finding:
    """Whether it answers, and has a schema that this version works with. It is not changed."""
    url = settings.database_url
    called = f"{_kind(url)} {shown(url)}"
    try:
        schema = await asyncio.to_thread(inspect_schema, url)
    except NoDatabaseYet:
        return failed(NAME, f"there is no file {shown(url)}", fix=_no_file_fix(settings))
    except CannotOpen as problem:
        return failed(NAME, str(problem).rstrip("."), fix=_not_open_fix(url))
    if schema in _SCHEMA_FIXES:
        return failed(NAME, f"{called} {_SCHEMA_WORDS[schema]}", fix=_SCHEMA_FIXES[schema])
    if schema is Schema.NEWER:
        return ok(NAME, f"{called} answers; its schema is of a newer version, which this one works with")
    return ok(NAME, f"{called} answers; its schema is this version's")


async def look_at_writing(store: Store, ids: Ids) -> Finding:
    """Whether a row can be written; it is taken back."""
    trouble = await why_not_written(store, ids.new("prb"))
    if trouble is None:
        return ok(NAME, "can be written")
    return failed(
        NAME,
        f"cannot be written: {trouble}",
        fix="See that the user of `sayso serve` may write the file and its folder, that the disk is not full, and that "
        "nothing else holds a lock on it.",
    )


async def look_at_disk(settings: Settings) -> list[Finding]:
    """Nothing to say about PostgreSQL's disk: it is not ours to see."""
    if is_postgres(settings.database_url):
        return []
    found = [await asyncio.to_thread(_room, Path(settings.sqlite_path).parent)]
    if settings.loses_its_database:
        found.append(
            warning(
                DISK,
                "the database is a file, and this host loses its local files at every restart",
                fix="Add the host's PostgreSQL, which sets DATABASE_URL; or put the file on a volume that stays, and "
                "ignore this line.",
            )
        )
    return found


def _room(folder: Path) -> Finding:
    if not folder.is_dir():
        return failed(DISK, f"there is no folder {folder}", fix="Make it, or correct SAYSO_DATABASE_URL.")
    free = shutil.disk_usage(folder).free
    what = f"{_shown(free)} are free for the database"
    fix = "Make room on its disk: when it is full, nothing can be asked or decided."
    if free < TOO_LITTLE:
        return failed(DISK, f"only {what}", fix=fix)
    return warning(DISK, f"only {what}", fix=fix) if free < LITTLE else ok(DISK, what)


def _shown(size: int) -> str:
    return f"{size / 2**30:.0f} GB" if size >= 10 * 2**30 else f"{size / 2**20:,.0f} MB"


def _kind(url: str) -> str:
    return "PostgreSQL" if is_postgres(url) else "SQLite"


def _no_file_fix(settings: Settings) -> str:
    if Path(settings.sqlite_path).is_absolute():
        return "Start `sayso serve`, which makes it, or correct SAYSO_DATABASE_URL."
    return "Run this in the folder in which `sayso serve` starts; at the first start it makes the file."


def _not_open_fix(url: str) -> str:
    if is_postgres(url):
        return (
            "See that PostgreSQL runs and that SAYSO_DATABASE_URL (or DATABASE_URL) names its host, user and password."
        )
    return "See that SAYSO_DATABASE_URL names Sayso's database; if it is damaged, restore a backup."
