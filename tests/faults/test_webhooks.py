"""Agents fed by webhooks, with real servers: whatever receivers and processes do, each decision is executed once."""

import asyncio
import random

import pytest
from aiohttp import web
from sayso.people import AsyncReviewer

from bot.callbacks.guard import REFUSED
from tests.faults.conftest import Counted
from tests.faults.house import ANA, House
from tests.faults.lengths import SEED, many
from tests.faults.receivers import HERE, Receiver, a_receiver, a_token, address, answered, hung_up, hurry, sending
from tests.faults.waiting import until


@pytest.fixture
async def house(new_house: House) -> House:
    """It may call this machine."""
    new_house.server.also(SAYSO_CALLBACK_NETWORKS=HERE)
    await new_house.server.start()
    return new_house


async def a_decision(house: House, receiver: Receiver, number: int = 0) -> str:
    asked = await receiver.agent.submit("delete_files", {"number": number})
    assert (await house.wall.click(ANA, await house.card(asked.id), "approve")).ok
    return asked.id


def has_ended(house: House, request_ids: list[str]) -> bool:
    states = [(house.record.delivery(one) or {}).get("state") for one in request_ids]
    return states == ["succeeded"] * len(request_ids)


async def test_an_agent_behind_a_flaky_receiver_executes_every_decision_once(house: House, counted: Counted) -> None:
    choice, count = random.Random(SEED), many(quick=8, long=60)
    async with a_receiver(house) as receiver:

        async def whatever(http_request: web.Request) -> web.StreamResponse:
            """It fails before anything is done, or what it has done is not heard of."""
            give = choice.choice([answered(500), answered(429, Retry_After="1"), answered(302), hung_up])
            receiver.before = give if choice.random() < 0.3 else None
            return await give(http_request) if choice.random() < 0.4 else web.Response(status=200)

        receiver.after = whatever
        request_ids = [await a_decision(house, receiver, number) for number in range(count)]
        for _ in range(200):
            if has_ended(house, request_ids):
                break
            if choice.random() < 0.1:
                await house.crash()
                await house.server.start()
            receiver.before = receiver.before if choice.random() < 0.5 else None
            hurry(house)
            await asyncio.sleep(0.2)
        assert has_ended(house, request_ids), f"seed {SEED}"
        assert receiver.done == dict.fromkeys(request_ids, 1)
        counted("decisions executed once behind a flaky receiver", count)
        counted("webhooks that it took", receiver.heard.total())


async def test_a_process_killed_between_sending_and_recording_sends_again_and_it_is_executed_once(
    house: House,
) -> None:
    async with a_receiver(house) as receiver:

        async def pull_the_plug(http_request: web.Request) -> web.StreamResponse:
            receiver.after = None
            house.server.kill()
            return web.Response(status=200)

        receiver.after = pull_the_plug
        request_id = await a_decision(house, receiver)
        await until(lambda: not house.server.is_running, what="the kill")
        assert sending(house, request_id)["state"] == "due"
        await house.crash()
        await house.server.start()
        await until(lambda: sending(house, request_id)["state"] != "due", what="the end of it", timeout=60)
        assert receiver.done == {request_id: 1}
        house.record.assert_is_whole(request_id)


async def test_a_directive_comes_by_webhook_and_is_done_once(house: House) -> None:
    async with a_receiver(house) as receiver:
        session = await receiver.agent.start_session("private goal")
        asked = await receiver.agent.submit("delete_files", {}, session_id=session.id)
        receiver.after = hung_up
        await house.card(asked.id)
        async with AsyncReviewer(house.server.url, await a_token(house, ANA)) as ana:
            await ana.direct(session.id, "pause")
        await until(lambda: receiver.done, what="the pause")
        receiver.after = None
        hurry(house)
        await until(lambda: _directive(house)["state"] == "done", what="that it is done")
        assert list(receiver.done.values()) == [1]


def _directive(house: House) -> dict[str, object]:
    (row,) = house.database.rows("SELECT * FROM directives")
    return row


async def test_a_receiver_that_hangs_holds_up_nobody_else(house: House) -> None:
    async with a_receiver(house, "slow") as slow, a_receiver(house, "quick") as quick:
        hangs = asyncio.Event()

        async def hang(http_request: web.Request) -> web.StreamResponse:
            await hangs.wait()
            return web.Response(status=503)

        slow.before = hang
        for number in range(4):
            await a_decision(house, slow, number)
        await until(lambda: slow.heard.total() == 2, what="two tries at once, and no more")
        request_ids = [await a_decision(house, quick, number) for number in range(3)]
        await until(lambda: has_ended(house, request_ids), what="the other agent's decisions", timeout=8)
        assert slow.heard.total() == 2
        hangs.set()


async def test_a_receiver_that_is_away_gets_it_when_it_is_back(house: House) -> None:
    async with a_receiver(house) as receiver:
        await address(house, "tester", "http://127.0.0.1:9/hook")
        request_id = await a_decision(house, receiver)
        await until(lambda: sending(house, request_id)["last_problem"] == "no connection", what="a try")
        await address(house, "tester", receiver.url)
        await until(lambda: has_ended(house, [request_id]), what="the end of it")
        assert receiver.done == {request_id: 1}


@pytest.mark.parametrize(
    ("url", "problem"),
    [
        ("http://10.255.255.1/hook", f"10.255.255.1 {REFUSED} without TLS"),
        ("https://localhost:{port}/hook", "no TLS connection could be made"),
        ("https://agent.invalid/hook", "the name of the host is not known"),
    ],
)
async def test_what_cannot_be_reached_is_said_and_the_queue_still_has_it(house: House, url: str, problem: str) -> None:
    async with a_receiver(house) as receiver:
        await house.agent("other")
        house.database.rows(
            "UPDATE callback_addresses SET url = ? RETURNING agent_id", url.format(port=receiver.url.split(":")[2][:-5])
        )
        request_id = await a_decision(house, receiver)
        await until(lambda: sending(house, request_id)["last_problem"], what="a try")
        assert sending(house, request_id)["last_problem"] == problem
        (entry,) = (await receiver.agent.callbacks(wait=0)).entries
        assert entry.approval is not None
        assert entry.approval.id == request_id
        assert receiver.heard.total() == 0


async def test_a_redirect_leads_nowhere(house: House) -> None:
    async with a_receiver(house) as receiver, a_receiver(house, "victim") as victim:
        receiver.before = answered(307, Location=victim.url)
        request_id = await a_decision(house, receiver)
        await until(lambda: sending(house, request_id)["tries"], what="a try")
        assert "redirect" in str(sending(house, request_id)["last_problem"])
        assert victim.heard.total() == 0


async def test_who_is_gone_is_asked_no_more_until_a_person_sends_again(house: House) -> None:
    async with a_receiver(house) as receiver:
        receiver.before = answered(410)
        request_id = await a_decision(house, receiver)
        await until(lambda: sending(house, request_id)["state"] == "parked", what="that it is parked")
        await until(lambda: "not delivered" in house.wall.the_card(request_id).text, what="a card that says so")
        second = await a_decision(house, receiver, 2)
        assert sending(house, second) == {}
        receiver.before = None
        assert (await house.wall.click(ANA, house.wall.the_card(request_id), "send_again")).ok
        await until(lambda: has_ended(house, [request_id]), what="the end of it")
        assert receiver.done == {request_id: 1}
        await house.quiet()
        house.wall.assert_one_closed_card(request_id)
