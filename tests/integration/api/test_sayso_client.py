"""The `sayso` client against the real server: ask, gate, and a server that is restarted while an agent waits."""

import asyncio
from collections.abc import AsyncIterator

import pytest
from sayso import AlreadyClaimed, Denied, Refused, Sayso, Withdrawn
from sayso.protocol import Outcome

from bot.domain.vote import Verdict
from tests.integration.api.world import OWNER, World


async def briefly(seconds: float) -> None:
    """Pauses of the client are not what is tested."""
    await asyncio.sleep(min(seconds, 0.01))


@pytest.fixture
async def sayso(world: World) -> AsyncIterator[Sayso]:
    key = await world.manage_agents.add("library-bot", OWNER)
    async with Sayso(world.url, key, sleep=briefly) as sayso:
        yield sayso


async def only_request(world: World) -> str:
    """The id of the one request there is, once its agent waits for it."""
    await world.until_waiting()
    (request_id,) = world.ids_of("requests")
    return request_id


async def test_an_agent_asks_and_gets_what_a_person_decided(world: World, sayso: Sayso):
    asking = asyncio.create_task(sayso.ask("delete_files", {"days": 3}, reason="unused", reversible=False))
    await world.decide(await only_request(world), Verdict.MODIFY, arguments={"days": 365})
    decided = await asking

    assert decided.outcome is Outcome.MODIFIED
    assert decided.decision.action.arguments == {"days": 365}
    await sayso.acknowledge(decided.id, claim=decided.claim, holder="one")
    with pytest.raises(AlreadyClaimed):
        await sayso.acknowledge(decided.id, claim=decided.claim, holder="two")


async def test_a_gated_function_runs_once_as_it_was_approved(world: World, sayso: Sayso):
    ran: list[int] = []

    @sayso.gate
    async def delete_files(days: int) -> str:
        ran.append(days)
        return f"older than {days} days"

    running = asyncio.create_task(delete_files(days=3))
    request_id = await only_request(world)
    await world.decide(request_id, Verdict.MODIFY, arguments={"days": 30})

    assert await running == "older than 30 days"
    assert ran == [30]
    assert await world.delivery_of(request_id) == "succeeded"


async def test_a_gated_function_does_not_run_when_a_person_says_no(world: World, sayso: Sayso):
    @sayso.gate
    async def delete_files(days: int) -> None:
        raise AssertionError("it ran")

    running = asyncio.create_task(delete_files(days=3))
    await world.decide(await only_request(world), Verdict.DENY, reason="They are in use")
    with pytest.raises(Denied, match="They are in use"):
        await running


async def test_an_agent_waits_through_a_restart_of_the_server(world: World, sayso: Sayso):
    asking = asyncio.create_task(sayso.ask("delete_files", {"days": 3}))
    request_id = await only_request(world)
    await world.stop()
    await asyncio.sleep(0.05)  # it is away for a while
    await world.start()
    await world.until_waiting()
    await world.decide(request_id)
    assert (await asking).outcome is Outcome.APPROVED
    assert world.rows()["requests"] == 1


async def test_a_cancelled_question_is_withdrawn(world: World, sayso: Sayso):
    asking = asyncio.create_task(sayso.ask("delete_files"))
    request_id = await only_request(world)
    asking.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asking
    with pytest.raises(Withdrawn):
        await sayso.wait(request_id)


async def test_the_server_refuses_in_words_the_client_hands_on(sayso: Sayso):
    with pytest.raises(Refused, match="no session ses_none of this agent"):
        await sayso.ask("delete_files", session_id="ses_none")


async def test_the_queue_and_sessions_work_from_the_client(world: World, sayso: Sayso):
    async with sayso.session(goal="order") as session:
        asked = await session.submit("delete_files")
        await world.decide(asked.id)
        page = await sayso.callbacks()
        assert [entry.approval and entry.approval.id for entry in page.entries] == [asked.id]
        taken = await sayso.acknowledge_callback(page.entries[0].id)
        assert taken.acknowledged_at is not None
        assert (await sayso.callbacks(wait=0)).entries == []
    ended = await world.store.read(lambda work: work.sessions.get(session.id))
    assert ended.state == "ended"
