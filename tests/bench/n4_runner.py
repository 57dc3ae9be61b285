"""4. The transaction runner against an async ORM session per request, 32 at once: the same statements, as durable."""

import asyncio
import secrets
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path

from sqlalchemy import event, select
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker, create_async_engine

from bot import system
from bot.app.server import SWITCH_INTERVAL
from bot.domain.audit import AuditEntry
from bot.domain.people import SYSTEM, Agent
from bot.domain.session import Session
from bot.services.repositories.agents import AgentKey
from bot.services.work import Work
from bot.store.migrate import migrate
from bot.store.sqlite import SqliteStore
from bot.store.tables import AgentRow, AuditRow, SessionRow
from bot.store.waiters import LocalWaiters
from tests.bench.house import OWNER, a_folder
from tests.bench.rows import Effort, Row, at_least, at_most, percentile

AT_ONCE = 32
KEY_HASH = "0" * 64
BESIDE = "async ORM session per request (aiosqlite)"
AGENT = Agent(id="agt_bench", name="bench", owner_slack_user_id=OWNER)

Once = Callable[[], Awaitable[None]]


async def measure(effort: Effort) -> AsyncIterator[Row]:
    total = effort.of(1500, 64)
    rates, tails = [], []
    sys.setswitchinterval(SWITCH_INTERVAL)  # as the server has it
    with a_folder() as folder:
        async with runner(folder / "runner.db") as ours, orm(folder / "orm.db") as theirs:
            await timed(ours, AT_ONCE)
            await timed(theirs, AT_ONCE)
            for _ in range(effort.pairs):
                our_rate, our_tail = await timed(ours, total)
                their_rate, their_tail = await timed(theirs, total)
                rates.append((our_rate, their_rate))
                tails.append((our_tail * 1000, their_tail * 1000))
    what = f"transactions, {AT_ONCE} at once"
    yield Row(number=4, what=f"{what}, a second", beside=BESIDE, unit="/s", pairs=rates, target=at_least(4))
    yield Row(number=4, what=f"{what}, p99", beside=BESIDE, unit="ms", pairs=tails, target=at_most(0.1))


async def timed(once: Once, total: int) -> tuple[float, float]:
    """How many were done a second, and the p99 of their seconds."""
    left, took = iter(range(total)), list[float]()

    async def work() -> None:
        for _ in left:
            began = time.perf_counter()
            await once()
            took.append(time.perf_counter() - began)

    began = time.perf_counter()
    await asyncio.gather(*(work() for _ in range(AT_ONCE)))
    return total / (time.perf_counter() - began), percentile(took, 0.99)


@asynccontextmanager
async def runner(path: Path) -> AsyncIterator[Once]:
    """Our runner and our repositories: a read, two inserts and an update in each transaction."""
    migrate(f"sqlite:///{path}")
    store = SqliteStore(path, clock=system.now, waiters=LocalWaiters())
    store.start()
    key = AgentKey(agent=AGENT, key_hash=KEY_HASH, created_at=system.now())
    await store.run(lambda work: work.agents.save(key))

    async def once() -> None:
        session_id = f"ses_{secrets.token_hex(12)}"

        def write(work: Work) -> None:
            agent = work.agents.by_key_hash(KEY_HASH)
            assert agent is not None
            work.sessions.add(Session(id=session_id, agent_id=agent.id, started_at=work.now, seen_at=None, goal="g"))
            entry = AuditEntry(event="started", at=work.now, actor=SYSTEM, agent_id=agent.id, session_id=session_id)
            work.audit.add(entry)
            work.sessions.seen(session_id)

        await store.run(write)

    try:
        yield once
    finally:
        await store.close()


@asynccontextmanager
async def orm(path: Path) -> AsyncIterator[Once]:
    """The same with a session for each request, its pool as SQLAlchemy sets it up, and as durable."""
    migrate(f"sqlite:///{path}")
    engine = create_async_engine(f"sqlite+aiosqlite:///{path}")
    _as_durable(engine.sync_engine)
    sessions = async_sessionmaker(engine, expire_on_commit=False)
    async with sessions() as session, session.begin():
        now = system.now()
        session.add(AgentRow(id=AGENT.id, name="bench", owner_slack_user_id=OWNER, key_hash=KEY_HASH, created_at=now))

    async def once() -> None:
        async with sessions() as session, session.begin():
            await _write(session)

    try:
        yield once
    finally:
        await engine.dispose()


async def _write(session: AsyncSession) -> None:
    now, session_id = system.now(), f"ses_{secrets.token_hex(12)}"
    agent = (await session.execute(select(AgentRow).where(AgentRow.key_hash == KEY_HASH))).scalar_one()  # pyright: ignore[reportArgumentType]
    row = SessionRow(
        id=session_id, agent_id=agent.id, state="running", version=1, goal="g", is_implicit=False, started_at=now
    )
    session.add(row)
    entry = AuditRow(
        at=now,
        event="started",
        agent_id=agent.id,
        session_id=session_id,
        head="{}",
        salt="",
        payload="{}",
        payload_digest="",
    )
    session.add(entry)
    await session.flush()
    row.seen_at = now


def _as_durable(engine: object) -> None:
    @event.listens_for(engine, "connect")
    def on_connect(driver: object, _: object) -> None:
        driver.isolation_level = None  # pyright: ignore[reportAttributeAccessIssue]
        cursor = driver.cursor()  # pyright: ignore[reportAttributeAccessIssue]
        for pragma in ("busy_timeout=30000", "journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    @event.listens_for(engine, "begin")
    def on_begin(connection: object) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE")  # pyright: ignore[reportAttributeAccessIssue] - else they deadlock
