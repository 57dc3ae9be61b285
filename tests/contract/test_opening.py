"""The store for an address, and what is said when it cannot be had."""

import subprocess
import sys
from pathlib import Path

from bot.store.database_url import driver_arguments, is_postgres, parsed, shown
from bot.store.opening import open_store
from bot.store.postgres import PostgresStore
from bot.store.sqlite import SqliteStore
from bot.store.waiters import LocalWaiters
from tests.support.database import Database
from tests.support.recording import Clock, RecordingTelemetry
from tests.world import a_store


def test_an_address_says_which_store_it_is():
    assert is_postgres("postgres://h/db")
    assert is_postgres("postgresql://h/db")
    assert is_postgres("postgresql+psycopg://h/db")
    assert not is_postgres("sqlite:///sayso.db")


async def test_the_store_of_an_address_is_opened(database: Database, clock: Clock, waiters: LocalWaiters):
    store = open_store(database.url, waiters=waiters, telemetry=RecordingTelemetry(), machine_clock=clock, clock=clock)
    assert isinstance(store, PostgresStore if is_postgres(database.url) else SqliteStore)
    store.start()
    assert await store.run(lambda work: work.now) == clock()
    assert await store.revision() is not None
    await store.close()


def test_what_is_shown_of_an_address_has_no_secret():
    assert shown("postgres://ana:hunter2@db.example.com:5433/shop?sslmode=require") == "shop at db.example.com:5433"
    assert shown("postgres://ana:hunter2@/shop?host=/run/pg") == "shop at /run/pg"
    assert shown("sqlite:////data/sayso.db") == "/data/sayso.db"


def test_what_the_address_says_goes_before_what_is_usual():
    arguments = driver_arguments(parsed("postgres://ana:p%23w@h:5433/shop?sslmode=require&connect_timeout=30"))
    assert arguments["password"] == "p#w"
    assert (arguments["host"], arguments["port"], arguments["dbname"], arguments["user"]) == ("h", 5433, "shop", "ana")
    assert (arguments["sslmode"], arguments["connect_timeout"]) == ("require", "30")
    assert arguments["keepalives_idle"] == 20


async def test_the_first_to_serve_a_database_hears_that_it_is_alone_and_the_second_that_it_is_not(
    database: Database, clock: Clock
):
    async with a_store(database.url, clock, LocalWaiters()) as first, first.serving() as was_alone:
        assert was_alone
        async with a_store(database.url, clock, LocalWaiters()) as second, second.serving() as is_alone:
            assert not is_alone
    async with a_store(database.url, clock, LocalWaiters()) as third, third.serving() as is_alone_again:
        assert is_alone_again


WITHOUT_THE_EXTRA = """
import sys
sys.modules["psycopg"] = None
import importlib.util
from bot import app
from bot.store.migrate import migrate
for url in ("sqlite:///{path}", "postgres://ana:hunter2@h/db"):
    try:
        migrate(url)
        print("migrated")
    except app.CannotOpen as problem:
        print(problem)
"""


def test_without_the_extra_sqlite_works_and_postgresql_says_what_to_install(tmp_path: Path):
    code = WITHOUT_THE_EXTRA.format(path=tmp_path / "sayso.db")
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=False)
    assert done.stdout.splitlines() == [
        "migrated",
        "PostgreSQL needs a driver that is not installed: pip install 'sayso-bot[postgres]'",
    ], done.stderr
