"""Wake-ups: a duty runs when its topic is announced, at the moment it named, and outlives its own errors."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest

from bot.jobs import Jobs
from bot.store.waiters import LocalWaiters
from tests.support.recording import RecordingTelemetry

SOON = 10  # seconds a test waits at most; each is over in a few milliseconds
PATIENCE = timedelta(seconds=SOON)


def until(at: datetime) -> timedelta:
    return at - datetime.now(UTC)


class Duty:
    """Counts its runs; `wanted` tells after which run somebody waits for it."""

    def __init__(self, *answers: datetime | Exception | None) -> None:
        self._answers = list(answers)
        self.runs = 0
        self._ran = asyncio.Condition()

    async def __call__(self) -> datetime | None:
        async with self._ran:
            self.runs += 1
            self._ran.notify_all()
        answer = self._answers.pop(0) if self._answers else None
        if isinstance(answer, Exception):
            raise answer
        return answer

    async def has_run(self, times: int) -> None:
        async with self._ran, asyncio.timeout(SOON):
            await self._ran.wait_for(lambda: self.runs >= times)


@pytest.fixture
def waiters() -> LocalWaiters:
    return LocalWaiters()


@pytest.fixture
def telemetry() -> RecordingTelemetry:
    return RecordingTelemetry()


@pytest.fixture
async def jobs(waiters: LocalWaiters, telemetry: RecordingTelemetry) -> AsyncIterator[Jobs]:
    jobs = Jobs(waiters, waiters.announce, telemetry, until=until)
    yield jobs
    await jobs.stop(within=PATIENCE)


async def test_a_duty_runs_at_once_and_again_when_its_topic_is_announced(jobs: Jobs, waiters: LocalWaiters):
    duty = Duty()
    jobs.add("duty", duty, topic="t")
    await duty.has_run(1)
    waiters.announce(["other"])
    await asyncio.sleep(0)
    assert duty.runs == 1
    waiters.announce(["t"])
    await duty.has_run(2)


async def test_a_duty_runs_at_the_moment_it_named(jobs: Jobs):
    duty = Duty(datetime.now(UTC) + timedelta(milliseconds=30))
    jobs.add("duty", duty, topic="t")
    await duty.has_run(2)


async def test_a_moment_that_has_passed_is_now(jobs: Jobs):
    duty = Duty(datetime.now(UTC) - timedelta(hours=1))
    jobs.add("duty", duty, topic="t")
    await duty.has_run(2)


async def test_a_moment_that_stays_in_the_past_is_asked_for_again_and_again_but_not_in_a_circle(jobs: Jobs):
    duty = Duty(*[datetime.now(UTC) - timedelta(hours=1)] * 1000)
    jobs.add("duty", duty, topic="t")
    await duty.has_run(3)
    runs = duty.runs
    for _ in range(100):
        await asyncio.sleep(0)
    assert duty.runs - runs <= 50


async def test_a_wall_clock_that_is_set_back_delays_nothing(waiters: LocalWaiters, telemetry: RecordingTelemetry):
    """What the duty names is told by the database's clock; the machine's may say anything."""
    its_noon = datetime(1999, 1, 1, 12, tzinfo=UTC)
    jobs = Jobs(waiters, waiters.announce, telemetry, until=lambda at: at - its_noon)
    duty = Duty(its_noon + timedelta(milliseconds=30))
    jobs.add("duty", duty, topic="t")
    await duty.has_run(2)
    await jobs.stop(within=PATIENCE)


async def test_two_duties_of_one_topic_both_run(jobs: Jobs, waiters: LocalWaiters):
    one, two = Duty(), Duty()
    jobs.add("one", one, topic="t")
    jobs.add("two", two, topic="t")
    await one.has_run(1)
    await two.has_run(1)
    waiters.announce(["t"])
    await one.has_run(2)
    await two.has_run(2)


async def test_a_duty_outlives_its_own_error_which_is_counted_and_logged(
    jobs: Jobs, waiters: LocalWaiters, telemetry: RecordingTelemetry
):
    duty = Duty(OSError("disk full"))
    jobs.add("duty", duty, topic="t")
    await duty.has_run(1)
    waiters.announce(["t"])
    await duty.has_run(2)
    assert ("duty_errors", {"duty": "duty"}) in telemetry.counted
    assert telemetry.logged == [("duty_failed", {"duty": "duty", "problem": "OSError: disk full"})]


async def test_what_is_announced_while_a_duty_runs_makes_it_run_again(jobs: Jobs, waiters: LocalWaiters):
    runs: list[int] = []
    twice = asyncio.Event()

    async def duty() -> None:
        runs.append(1)
        if len(runs) == 1:
            waiters.announce(["t"])
        else:
            twice.set()

    jobs.add("duty", duty, topic="t")
    await asyncio.wait_for(twice.wait(), SOON)


async def test_stopping_lets_what_runs_finish(waiters: LocalWaiters, telemetry: RecordingTelemetry):
    started, may_finish, finished = asyncio.Event(), asyncio.Event(), []

    async def duty() -> None:
        started.set()
        await may_finish.wait()
        finished.append(True)

    jobs = Jobs(waiters, waiters.announce, telemetry, until=until)
    jobs.add("duty", duty, topic="t")
    await started.wait()
    stopping = asyncio.create_task(jobs.stop(within=PATIENCE))
    await asyncio.sleep(0)
    assert not stopping.done()
    may_finish.set()
    await asyncio.wait_for(stopping, SOON)
    assert finished == [True]


@pytest.mark.parametrize("answer", [None, OSError("disk full"), datetime.now(UTC) + timedelta(days=9)])
async def test_stopping_never_waits_for_a_duty_that_waits(
    waiters: LocalWaiters, telemetry: RecordingTelemetry, answer: datetime | Exception | None
):
    duty = Duty(answer)
    jobs = Jobs(waiters, waiters.announce, telemetry, until=until)
    jobs.add("duty", duty, topic="t")
    await duty.has_run(1)
    await asyncio.wait_for(jobs.stop(within=PATIENCE), SOON)
    assert waiters.waiting == 0


async def test_stopping_cancels_what_takes_too_long(waiters: LocalWaiters, telemetry: RecordingTelemetry):
    started, cancelled = asyncio.Event(), asyncio.Event()

    async def duty() -> None:
        started.set()
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            cancelled.set()
            raise

    jobs = Jobs(waiters, waiters.announce, telemetry, until=until)
    jobs.add("duty", duty, topic="t")
    await started.wait()
    await asyncio.wait_for(jobs.stop(within=timedelta(milliseconds=1)), SOON)
    assert cancelled.is_set()
    assert jobs.is_stopping


async def test_jobs_without_a_duty_stop_too(waiters: LocalWaiters, telemetry: RecordingTelemetry):
    jobs = Jobs(waiters, waiters.announce, telemetry, until=until)
    await jobs.stop(within=PATIENCE)
