"""kill -9 at each side effect of a request's life in turn, until a life runs through.

A side effect is a commit, a call to Slack, or an answer to somebody; a process is killed just before it and, in the
next life, just after it. Whatever happened, the same request is asked, seen, approved by two, carried out and reported
once, in the lives after.
"""

import asyncio
import contextlib
from dataclasses import replace
from datetime import timedelta

import pytest
from sayso import AlreadyClaimed, Sayso
from sayso.protocol import Outcome

from bot.localslack import PersonRefused
from tests.faults.conftest import Counted
from tests.faults.house import ANA, BO, House
from tests.faults.lengths import IS_LONG, SEED
from tests.faults.life import Conditions
from tests.faults.waiting import until
from tests.faults.wall import live_buttons

STRIDE = 1 if IS_LONG else 9
FIRST = 1 + SEED % STRIDE


@pytest.fixture
def conditions() -> Conditions:
    """In the quick form a new process waits less for calls of the one before it: here every call is quick."""
    return Conditions() if IS_LONG else Conditions(settling=timedelta(seconds=0.8))


@pytest.mark.slow
@pytest.mark.timeout(1200)
async def test_killed_at_each_side_effect_of_a_life_in_turn_until_one_runs_through(
    house: House, counted: Counted
) -> None:
    agent = await house.agent()
    house.server.kill()
    at, kills = FIRST, 0
    while await _was_killed_at(house, agent, at):
        kills += 1
        at += STRIDE
    assert kills >= 40 / STRIDE, "a life has that many side effects at least"
    counted(f"side effects of a life, each {STRIDE}. from the {FIRST}.: killed there", kills)


async def _was_killed_at(house: House, agent: Sayso, at: int) -> bool:
    """Live the whole life of one request; whether the server had to be started again for it."""
    house.server.conditions = replace(house.server.conditions, dies_at=at)
    house.server.spawn()
    lives = asyncio.create_task(_start_again(house))
    try:
        await _whole_life(house, agent, f"life-{at}")
        await until(house.record.is_quiet, what=f"the end of all redraws of life {at}")
    finally:
        lives.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await lives
    was_killed = house.server.conditions.dies_at is None
    house.server.kill()
    return was_killed


async def _start_again(house: House) -> None:
    await until(lambda: not house.server.is_running, what="the end", timeout=600)
    house.server.kill()
    house.server.conditions = replace(house.server.conditions, dies_at=None)
    await house.server.start()


async def _whole_life(house: House, agent: Sayso, key: str) -> None:
    asked = await agent.submit("pay", {"life": key}, idempotency_key=key)
    for number, who in enumerate((ANA, BO), 1):
        await _click_until_heard(house, asked.id, who, number)
    decided = await agent.wait(asked.id)
    assert decided.outcome is Outcome.APPROVED
    await agent.acknowledge(asked.id, claim=decided.claim, holder="one")
    with pytest.raises(AlreadyClaimed):
        await agent.acknowledge(asked.id, claim=decided.claim, holder="two")
    await agent.report(asked.id, "succeeded")
    await until(lambda: not house.wall.buttons(asked.id), what="the closed card")
    await house.quiet()
    house.wall.assert_one_closed_card(asked.id)
    house.record.assert_is_whole(asked.id)


async def _click_until_heard(house: House, request_id: str, who: str, number: int) -> None:
    """As people do: when something went wrong they press again."""
    async with asyncio.timeout(20):
        while len(house.record.votes(request_id)) < number:
            card = await house.card(request_id)
            if live_buttons(card):
                with contextlib.suppress(PersonRefused):
                    await house.wall.click(who, card, "approve")
            await asyncio.sleep(0.02)
