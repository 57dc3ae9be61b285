"""The database is locked by another process, or cannot grow: nothing is half-written, and it recovers."""

import asyncio
import resource
import sys
import time
from dataclasses import replace

import httpx
import pytest
from sayso.protocol import Outcome

from tests.faults.conftest import Measured, only_sqlite
from tests.faults.house import ANA, House
from tests.faults.lengths import IS_LONG
from tests.faults.waiting import until

LOCKED_SECONDS = 10.0 if IS_LONG else 3.0
FULL = 4096
"""No file of the server may grow beyond this, so that its next write fails."""
SOON = 10.0
"""Seconds after which everything goes on; a lease and a pause after trouble last a minute and more."""

on_linux = pytest.mark.skipif(sys.platform != "linux", reason="only Linux limits a process that runs already")


async def test_a_database_that_is_locked_for_seconds_delays_and_loses_nothing(house: House, measured: Measured) -> None:
    agent = await house.agent()
    asked = await agent.submit("delete_files", {"pattern": "old/*"})
    card = await house.card(asked.id)
    await house.quiet()
    with house.record.locked():
        locked = time.monotonic()
        click = asyncio.create_task(house.wall.click(ANA, card, "approve"))
        submitting = [asyncio.create_task(agent.submit("delete_files", {"pattern": f"{n}/*"})) for n in range(5)]
        assert (await agent.get(asked.id)).outcome is None, "readers are not held up"
        await until(lambda: time.monotonic() > locked + LOCKED_SECONDS, what="the end of the lock")
        assert not any(task.done() for task in submitting)
    unlocked = time.monotonic()
    submitted = await asyncio.gather(*submitting)
    measured(
        f"five submissions during a lock of {LOCKED_SECONDS:g} s: stored after its end", time.monotonic() - unlocked
    )
    answer = await click
    assert answer.ok, answer.error
    assert (await agent.wait(asked.id)).outcome is Outcome.APPROVED
    await house.quiet()
    house.wall.assert_one_closed_card(asked.id)
    house.record.assert_is_whole(asked.id)
    for approval in submitted:
        house.wall.assert_one_live_card(approval.id)
    assert house.record.request_ids() == {asked.id, *(approval.id for approval in submitted)}


@on_linux
@only_sqlite
async def test_a_full_disk_refuses_and_leaves_nothing_half_written(house: House, measured: Measured) -> None:
    key = await house.key("tester")
    agent = house.client(key)
    asked = await agent.submit("delete_files", {"pattern": "old/*"})
    card = await house.card(asked.id)
    await house.quiet()
    before = house.record.audit(asked.id)
    limits = _fill_the_disk(house)
    async with httpx.AsyncClient(base_url=house.server.url, headers={"Authorization": f"Bearer {key}"}) as http:
        body = {"action": {"name": "delete_files", "arguments": {}}}
        refused = await http.post("/v1/approvals", json=body, headers={"Idempotency-Key": "full"}, timeout=30)
        assert refused.status_code >= 500
        assert refused.headers["Content-Type"] == "application/problem+json"
        assert (await house.wall.click(ANA, card, "approve")).ok
        (told,) = await until(lambda: house.slack.ephemerals(ANA), what="a word to Ana")
        assert "went wrong" in told.text
        assert (await http.get(f"/v1/approvals/{asked.id}")).json()["state"] == "pending"
        assert house.record.request_ids() == {asked.id}
        assert house.record.audit(asked.id) == before

    _free_the_disk(house, limits)
    freed = time.monotonic()
    later = await agent.submit("delete_files", {"pattern": "new/*"})
    measured("a disk that was full: submissions are taken again", time.monotonic() - freed)
    assert (await house.wall.click(ANA, card, "approve")).ok
    assert (await agent.wait(asked.id)).outcome is Outcome.APPROVED
    await house.card(later.id)
    await house.quiet()
    house.wall.assert_one_live_card(later.id)
    house.wall.assert_one_closed_card(asked.id)
    house.record.assert_is_whole(asked.id)


@on_linux
@only_sqlite
async def test_a_post_that_could_not_be_recorded_on_a_full_disk_is_found_soon_after(
    house: House, measured: Measured
) -> None:
    agent = await house.agent()
    post = house.slack.faults.hold_answer("chat.postMessage")
    asked = await agent.submit("delete_files", {"pattern": "old/*"})
    await house.caught(post)
    limits = _fill_the_disk(house)
    post.release()
    await until(lambda: "duty_failed" in house.server.printed, what="the failure to record the post")
    _free_the_disk(house, limits)
    freed = time.monotonic()
    card = house.wall.the_card(asked.id)
    await until(lambda: house.record.notices(asked.id)[0]["slack_ts"] == card.ts, what="the card's id", timeout=SOON)
    measured("a post that could not be recorded: found again", time.monotonic() - freed)
    await house.quiet()
    house.wall.assert_one_live_card(asked.id)


@on_linux
@only_sqlite
async def test_a_deadline_that_came_due_on_a_full_disk_fires_soon_after(house: House, measured: Measured) -> None:
    agent = await house.agent()
    asked = await agent.submit("run_out", {})
    await house.card(asked.id)
    await house.quiet()
    with house.troubles.during():
        limits = _fill_the_disk(house)
        await until(
            lambda: '"deadlines"' in house.server.printed or "deadline_broken" in house.server.printed, what="a failure"
        )
        _free_the_disk(house, limits)
    freed = time.monotonic()
    await until(lambda: house.record.outcome(asked.id) == "expired", what="the expiry", timeout=SOON)
    measured("an expiry due while the disk was full: recorded", time.monotonic() - freed)


@on_linux
@only_sqlite
async def test_a_read_only_database_is_said_at_the_start_and_left_as_it_is(house: House) -> None:
    """As after a restored backup whose files belong to somebody else."""
    agent = await house.agent()
    asked = await agent.submit("delete_files", {"pattern": "old/*"})
    await house.card(asked.id)
    await house.quiet()
    await house.server.stop()
    before = house.record.audit(asked.id)
    house.server.conditions = replace(house.server.conditions, is_read_only=True)
    with pytest.raises(AssertionError, match="the server ended"):
        await house.server.start()
    assert "read" in house.server.printed.lower(), house.server.printed
    house.server.kill()
    house.server.conditions = replace(house.server.conditions, is_read_only=False)
    await house.server.start()
    assert house.record.audit(asked.id) == before
    assert (await house.wall.click(ANA, house.wall.the_card(asked.id), "approve")).ok
    assert (await agent.wait(asked.id)).outcome is Outcome.APPROVED


@only_sqlite
async def test_deadlines_that_came_due_during_a_lock_fire_within_seconds_of_its_end(
    house: House, measured: Measured
) -> None:
    agent = await house.agent()
    asked = [await house.ask_alone(agent, "run_out", number=number) for number in range(5)]
    await house.quiet()
    with house.troubles.during(), house.record.locked():
        locked = time.monotonic()
        await until(lambda: time.monotonic() > locked + LOCKED_SECONDS, what="the end of the lock")
    unlocked = time.monotonic()
    await until(lambda: all(house.record.outcome(one.id) == "expired" for one in asked), what="the expiries")
    measured("expiries due while the database was locked: recorded", time.monotonic() - unlocked)


def _fill_the_disk(house: House) -> tuple[int, int]:
    return resource.prlimit(house.server.pid, resource.RLIMIT_FSIZE, (FULL, resource.RLIM_INFINITY))


def _free_the_disk(house: House, limits: tuple[int, int]) -> None:
    resource.prlimit(house.server.pid, resource.RLIMIT_FSIZE, limits)
