"""A copy of the database while it is in use: SQLite's own online backup, or PostgreSQL's own pg_dump."""

import os
import shutil
import sqlite3
import subprocess
from contextlib import closing
from pathlib import Path
from tempfile import NamedTemporaryFile, TemporaryDirectory

from bot.store.database_url import check_driver, driver_arguments, is_postgres, parsed, shown

_EVERYTHING = -1
"""In one step, of one moment. In several, each commit of a busy server would begin the copy anew."""
_BUSY_SECONDS = 30.0
_LEFT_BESIDE = ("", "-wal", "-shm", "-journal")


class BackupFailed(Exception):
    """There is no backup; in words for the person who wants it. Nothing is left behind."""


def back_up(url: str, target: Path, *, path: str | None = None) -> int:
    """Write a copy of the database to a file that is not there yet, readable only by its owner. Returns its bytes.

    The copy is of one moment, and whole: it gets its name when it is complete. pg_dump is looked for on `path`,
    otherwise on the PATH. Raises BackupFailed.
    """
    if target.exists():
        raise BackupFailed(f"{target} exists already. Choose another name: a backup is never overwritten.")
    if not target.parent.is_dir():
        raise BackupFailed(f"There is no folder {target.parent}. Make it first.")
    try:
        with NamedTemporaryFile(dir=target.parent, prefix=f".{target.name}.", delete=False) as made:
            unfinished = Path(made.name)  # only its owner may read it, from its first byte on
    except OSError as problem:
        raise BackupFailed(f"{target.parent} cannot be written: {problem.strerror}.") from problem
    try:
        if is_postgres(url):
            _dump(url, unfinished, path)
        else:
            _copy(Path(str(parsed(url).database)), unfinished)
        _name(unfinished, target)
        return target.stat().st_size
    except OSError as problem:
        raise BackupFailed(f"{target} cannot be written: {problem.strerror}.") from problem
    finally:
        for end in _LEFT_BESIDE:
            Path(f"{unfinished}{end}").unlink(missing_ok=True)


def restore_words(url: str, target: Path) -> str:
    """How a backup is put back."""
    if is_postgres(url):
        return f"To restore it: stop `sayso serve`, `pg_restore --clean --if-exists --no-owner -d DATABASE {target}`."
    name = parsed(url).database
    beside = f"{name}, {name}-wal and {name}-shm"
    return f"To restore it: stop `sayso serve`, move {beside} away, copy {target} to {name}, and start it again."


def _name(unfinished: Path, target: Path) -> None:
    with unfinished.open("rb") as written:
        os.fsync(written.fileno())
    try:
        os.link(unfinished, target)  # unlike a rename it never overwrites
    except FileExistsError as problem:
        raise BackupFailed(f"{target} was made by somebody else in the meantime.") from problem
    except OSError:  # a file system without links
        unfinished.rename(target)


def _copy(source: Path, target: Path) -> None:
    if not source.exists():
        raise BackupFailed(f"There is no database {source}. Start in the folder in which `sayso serve` starts.")
    try:
        with closing(sqlite3.connect(source, timeout=_BUSY_SECONDS)) as there, closing(sqlite3.connect(target)) as copy:
            there.backup(copy, pages=_EVERYTHING)
            copy.execute("PRAGMA journal_mode=DELETE")  # one file, and no -wal beside it
            found = [str(row[0]) for row in copy.execute("PRAGMA integrity_check")]
    except sqlite3.Error as problem:
        raise BackupFailed(f"The database {source} cannot be copied: {problem}.") from problem
    if found != ["ok"]:
        raise BackupFailed(f"The copy is damaged, and so may the database be: {found[0]}.")


def _dump(url: str, target: Path, path: str | None) -> None:
    check_driver(url)
    program = shutil.which("pg_dump", path=path)
    if program is None:
        raise BackupFailed(
            f"pg_dump, which copies {shown(url)}, is not on the PATH. Where it is installed, and not older than the "
            'server, run:\n  pg_dump --format=custom --file=sayso.dump "$SAYSO_DATABASE_URL"\n'
            "Most hosts make backups of their PostgreSQL by themselves, too."
        )
    said = driver_arguments(parsed(url))
    with TemporaryDirectory(prefix="sayso-") as folder:  # only its owner may look into it
        if password := said.pop("password", None):
            passwords = Path(folder) / "passwords"
            passwords.touch(mode=0o600)
            passwords.write_text("*:*:*:*:" + str(password).replace("\\", "\\\\").replace(":", "\\:") + "\n")
            said["passfile"] = str(passwords)
        command = [program, "--format=custom", "--no-password", f"--file={target}", f"--dbname={_connection(said)}"]
        ended = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 - no shell reads it
    if ended.returncode != 0:
        said_lines = [line.removeprefix("pg_dump: ").removeprefix("error: ") for line in ended.stderr.splitlines()[:3]]
        why = "; ".join(said_lines) or "it did not say why"
        raise BackupFailed(f"pg_dump made no copy of {shown(url)}: {why}")


def _connection(said: dict[str, object]) -> str:
    """A connection string of libpq, quoted."""
    quoted = {name: str(value).replace("\\", "\\\\").replace("'", "\\'") for name, value in said.items()}
    return " ".join(f"{name}='{value}'" for name, value in quoted.items())
