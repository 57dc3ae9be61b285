"""Two servers have the same deadline, the same card and the same request before them, and one of them stands still."""

import asyncio
import time
from datetime import UTC, datetime, timedelta

import pytest
from sayso import Expired, Sayso
from sayso.protocol import Outcome

from bot.services.relay_notices import LEASE
from tests.faults.conftest import Counted, Measured
from tests.faults.hands import Hands
from tests.faults.house import ANA, BO, House
from tests.faults.lengths import IS_LONG, many
from tests.faults.life import Conditions
from tests.faults.record import moment
from tests.faults.waiting import until

SHORT_LEASE = timedelta(seconds=2)
SHORT_CALL = timedelta(seconds=1)
FROZEN = 60.0 if IS_LONG else 2 * SHORT_LEASE.total_seconds()
"""Seconds, and longer than a lease."""


@pytest.fixture
def database_kind() -> str:
    return "postgres"


@pytest.fixture
def conditions() -> Conditions:
    """The long form has the leases of the product, and freezes for a whole minute."""
    return Conditions() if IS_LONG else Conditions(lease=SHORT_LEASE, longest_call=SHORT_CALL)


@pytest.fixture
async def agent(house: House) -> Sayso:
    await house.second_server()
    return await house.agent()


async def pass_(seconds: float) -> None:
    ends = time.monotonic() + seconds
    await until(lambda: time.monotonic() > ends, what="the time", timeout=seconds + 5)


async def test_deadlines_that_both_have_before_them_fire_once_and_on_time(
    house: House, agent: Sayso, counted: Counted
) -> None:
    count = many(quick=40, long=400)
    asked = await asyncio.gather(*(house.ask_alone(agent, "run_out", number=number) for number in range(count)))
    climbing = await asyncio.gather(*(house.ask_alone(agent, "climb", number=number) for number in range(10)))
    for one in asked:
        with pytest.raises(Expired):
            await agent.wait(one.id)
    await until(lambda: all(house.record.request(one.id)["step"] == 1 for one in climbing), what="every escalation")
    kept = house.check()
    assert len(kept.latenesses) == count + 10
    for one in [*asked, *climbing]:
        events = [entry.event for entry in house.record.audit(one.id)]
        assert events.count("expired") + events.count("escalated") == 1
    counted(
        f"deadlines before two servers: fired once, at most {max(kept.latenesses):.3f} s late", len(kept.latenesses)
    )


async def test_a_deadline_against_a_click_in_the_same_moment_has_one_winner(
    house: House, agent: Sayso, hands: Hands, counted: Counted
) -> None:
    count = many(quick=40, long=400)
    asked = await asyncio.gather(*(house.ask_alone(agent, "run_out", number=number) for number in range(count)))

    async def press_at_the_end(number: int, request_id: str) -> int:
        due_at = moment(house.record.request(request_id)["due_at"])
        early = timedelta(milliseconds=15 - 2 * (number % 15))
        await asyncio.sleep(max(0.0, (due_at - early - datetime.now(UTC)).total_seconds()))
        return await hands.deliver(hands.click(ANA, request_id), (house.server, house.other)[number % 2])

    statuses = await asyncio.gather(*(press_at_the_end(number, one.id) for number, one in enumerate(asked)))
    assert set(statuses) == {200}
    await until(lambda: all(house.record.outcome(one.id) for one in asked), what="every outcome")
    outcomes = [house.record.outcome(one.id) for one in asked]
    assert set(outcomes) <= {"approved", "expired"}
    for one in asked:
        assert len(house.record.votes(one.id)) == (house.record.outcome(one.id) == "approved")
    counted(f"deadlines against clicks: {outcomes.count('approved')} clicks won, the rest expired", count)


async def test_what_a_killed_one_had_leased_the_other_sends_soon(
    house: House, agent: Sayso, measured: Measured
) -> None:
    post = house.slack.faults.hang("chat.postMessage", times=4)
    asked = await agent.submit("delete_files", {"pattern": "old/*"})
    await until(lambda: post.times < 4, what="the post on its way")
    (notice,) = house.record.notices(asked.id)
    holders = {server for server in (house.server, house.other) if server.is_running}
    assert notice["leased_by"]
    for server in holders:
        server.kill()
    house.slack.faults.clear()
    killed = time.monotonic()
    other = house.other
    await other.start()
    await house.card(asked.id)
    measured("a card leased by a server that was killed: posted by the next", time.monotonic() - killed)
    assert time.monotonic() - killed < LEASE.total_seconds() + 5
    house.slack.deliver_to(f"{other.url}/slack/events")
    assert (await house.wall.click(ANA, await house.card(asked.id), "approve")).ok
    waiting = house.client(await house.key("other"), url=other.url)
    assert waiting is not None
    await until(lambda: house.record.outcome(asked.id) == "approved", what="the decision")
    await house.quiet()
    house.wall.assert_one_closed_card(asked.id)


async def test_a_server_frozen_with_a_card_in_its_hands_sends_nothing_when_it_goes_on(
    house: House, agent: Sayso, measured: Measured
) -> None:
    """The one that posts stands still before Slack answered; the other one finds the card, shows and closes it."""
    house.other.freeze()
    post = house.slack.faults.hold_answer("chat.postMessage")
    asked = await agent.submit("delete_files", {"pattern": "old/*"})
    await house.caught(post)
    house.server.freeze()
    house.other.thaw()
    frozen = time.monotonic()
    post.release()
    house.slack.deliver_to(f"{house.other.url}/slack/events")
    (card,) = house.wall.cards(asked.id)
    assert (await house.wall.click(ANA, card, "approve")).ok
    await until(lambda: not house.wall.buttons(asked.id), what="the closed card", timeout=LEASE.total_seconds() + 20)
    measured("a card in the hands of a frozen server: closed by the other", time.monotonic() - frozen)
    await pass_(FROZEN - (time.monotonic() - frozen))
    before = len(house.slack.calls_of("chat.postMessage"))
    house.server.thaw()
    assert (await agent.wait(asked.id)).outcome is Outcome.APPROVED
    await house.quiet()
    await pass_(1.5)
    assert len(house.slack.calls_of("chat.postMessage")) == before
    house.wall.assert_one_closed_card(asked.id)
    house.record.assert_is_whole(asked.id)


async def test_a_server_frozen_at_any_moment_of_many_lives_leaves_nothing_stale(
    house: House, agent: Sayso, hands: Hands, counted: Counted
) -> None:
    """It stands still while requests are asked, decided and expire at the other one, and goes on as if nothing was."""
    key = await house.key("there")
    there = house.client(key, url=house.other.url)
    rounds = many(quick=3, long=10)
    for number in range(rounds):
        asked = [await agent.submit("pay", {"round": number, "number": n}) for n in range(3)]
        expiring = await house.ask_alone(there, "run_out", round=number)
        presses = [asyncio.create_task(hands.deliver(hands.click(ANA, one.id), house.server)) for one in asked]
        await asyncio.sleep(0.003 * number)
        house.server.freeze()
        house.slack.deliver_to(f"{house.other.url}/slack/events")
        for one in asked:
            for who in (ANA, BO):
                assert await hands.deliver(hands.click(who, one.id), house.other) == 200
        with pytest.raises(Expired):
            await there.wait(expiring.id)
        await pass_(FROZEN if number == 0 else 2 * SHORT_LEASE.total_seconds())
        house.server.thaw()
        assert set(await asyncio.gather(*presses)) == {200}
        for one in asked:
            assert (await agent.wait(one.id)).outcome is Outcome.APPROVED
            assert len(house.record.votes(one.id)) == 2
        assert len(house.record.audit(expiring.id)) <= 6
    await until(house.record.is_quiet, what="the end of all redraws", timeout=90)
    for request_id in house.record.request_ids():
        assert not house.wall.buttons(request_id), "a card that shows what is no more"
    counted("rounds with a server frozen longer than its lease: nothing stale", rounds)


async def test_a_redraw_never_overtakes_another_one(house: House, agent: Sayso) -> None:
    """Two servers want the same card redrawn; while one is on its way, nobody sends another."""
    asked = await agent.submit("pay", {"amount": 40})
    card = await house.card(asked.id)
    await house.quiet()
    first = house.slack.faults.hold_answer("chat.update")
    assert (await house.wall.click(ANA, card, "approve")).ok
    await house.caught(first)
    house.slack.deliver_to(f"{house.other.url}/slack/events")
    assert (await house.wall.click(BO, card, "approve")).ok
    decided = time.monotonic()
    while time.monotonic() < decided + 0.5:
        assert len(house.slack.calls_of("chat.update")) == 1, "the second one waits for the first"
        await asyncio.sleep(0.02)
    first.release()
    await until(lambda: not house.wall.buttons(asked.id), what="the closed card")
    await house.quiet()
    house.wall.assert_one_closed_card(asked.id)
    assert (await agent.wait(asked.id)).outcome is Outcome.APPROVED
