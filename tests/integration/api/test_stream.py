"""The queue as a stream, read by a client that is not ours: nothing is lost, nothing is told twice."""

import asyncio
import io
import json

import pytest

from bot.services.fire_directives import FireDirectives
from tests.integration.api.saying import directive, listening, say, started, until_handed
from tests.integration.api.world import Agent, World


async def closed(world: World, agent: Agent, count: int) -> list[str]:
    ids = [(await agent.ask())["id"] for _ in range(count)]
    for request_id in ids:
        await world.decide(request_id)
    return ids


def decided(events: list[dict]) -> list[str]:
    return [event["data"]["approval"]["id"] for event in events]


async def test_what_was_missed_comes_first_and_then_what_is_new(world: World, agent: Agent):
    missed = await closed(world, agent, 12)
    async with listening(world, agent.key) as ear:
        assert decided(await ear.some(12)) == missed
        session_id = await started(agent)
        new = await closed(world, agent, 1)
        said = await say(world, session_id, "pause")
        first, second = await ear.some(2)
    assert ear.retry == 2000
    assert (first["event"], first["data"]["approval"]["id"]) == ("decision", new[0])
    assert (second["event"], second["data"]["directive"]["id"]) == ("directive", said.id)
    assert first["data"]["approval"]["delivery"] == "delivered"
    assert second["data"]["directive"]["state"] == "delivered"
    await world.until_delivered(new[0])
    await until_handed(world, said.id)


async def test_its_head_tells_proxies_to_keep_nothing_back(world: World, agent: Agent):
    async with listening(world, agent.key) as ear:
        head = ear.head.lower()
    assert head.startswith("http/1.1 200")
    assert "content-type: text/event-stream; charset=utf-8" in head
    assert "cache-control: no-store, no-transform" in head
    assert "x-accel-buffering: no" in head


async def test_a_reader_that_comes_back_goes_on_where_it_was(world: World, agent: Agent):
    ids = await closed(world, agent, 3)
    async with listening(world, agent.key) as ear:
        last = (await ear.some(2))[-1]["id"]
    ids += await closed(world, agent, 1)
    async with listening(world, agent.key, Last_Event_ID=last) as ear:
        assert decided(await ear.some(2)) == ids[2:]
    async with listening(world, agent.key, f"?after={last}") as ear:
        assert decided(await ear.some(2)) == ids[2:]
    async with listening(world, agent.key, "?after=0", Last_Event_ID=last) as ear:
        assert decided(await ear.some(2)) == ids[2:]


async def test_after_a_restart_nothing_is_lost_and_only_what_was_not_acknowledged_comes_again(
    world: World, agent: Agent
):
    ids = await closed(world, agent, 2)
    async with listening(world, agent.key) as ear:
        first, second = await ear.some(2)
        await agent.post(f"/v1/callbacks/{first['data']['id']}/ack")
        await world.restart()
        with pytest.raises((EOFError, asyncio.IncompleteReadError, ConnectionError)):
            await ear.next()
    async with listening(world, agent.key, Last_Event_ID=second["id"]) as ear:
        new = await closed(world, Agent(agent.http, agent.key), 1)
        assert decided([await ear.next()]) == new
    async with listening(world, agent.key) as ear:
        assert decided(await ear.some(2)) == [ids[1], *new]


async def test_a_stopping_server_ends_the_stream_in_good_order(world: World, agent: Agent):
    async with listening(world, agent.key) as ear:
        await world.until_waiting()
        async with asyncio.timeout(5):
            await world.runner.cleanup()
        with pytest.raises(EOFError):  # the last chunk of the transfer coding: it is whole
            await ear.next()
    assert world.polls.waiting == 0


async def test_a_stream_says_that_it_is_there(world: World, agent: Agent, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("bot.api.streams.KEEP_ALIVE_SECONDS", 0.01)
    async with listening(world, agent.key) as ear:
        await ear.until_comment()
        await ear.until_comment()
    assert ear.seen == []


async def test_a_key_that_is_revoked_hears_no_more(world: World, agent: Agent):
    asked = await agent.ask()
    async with listening(world, agent.key) as ear:
        await world.until_waiting()
        await world.manage_agents.revoke("cleanup-bot")
        await world.decide(asked["id"])
        with pytest.raises(EOFError):
            await ear.next()
    assert await world.delivery_of(asked["id"]) == "undelivered"


async def test_a_key_that_is_revoked_ends_an_idle_stream_too(
    world: World, agent: Agent, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("bot.api.streams.KEEP_ALIVE_SECONDS", 0.01)
    async with listening(world, agent.key) as ear:
        await ear.until_comment()
        await world.manage_agents.revoke("cleanup-bot")
        with pytest.raises(EOFError):
            await ear.next()


async def test_every_stream_of_an_agent_hears_everything(world: World, agent: Agent):
    async with listening(world, agent.key) as one, listening(world, agent.key) as other:
        await world.until_waiting(2)
        ids = await closed(world, agent, 2)
        assert decided(await one.some(2)) == ids
        assert decided(await other.some(2)) == ids


async def test_a_stream_of_one_kind_passes_over_the_other(world: World, agent: Agent):
    session_id = await started(agent)
    async with listening(world, agent.key, "?kind=directive") as ear:
        ids = await closed(world, agent, 1)
        said = await say(world, session_id, "pause")
        event = await ear.next()
    assert event["data"]["directive"]["id"] == said.id
    assert await world.delivery_of(ids[0]) == "undelivered"


async def test_others_hear_nothing(world: World, agent: Agent, stranger: Agent):
    async with listening(world, stranger.key) as ear:
        await world.until_waiting()
        await closed(world, agent, 1)
        mine = await closed(world, stranger, 1)
        assert decided([await ear.next()]) == mine


async def test_a_reader_that_takes_nothing_is_let_go_and_nothing_is_called_delivered_to_it(
    world: World, agent: Agent, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("bot.api.streams.SLOWEST_SECONDS", 0.2)
    large = json.dumps({"action": {"name": "move_files", "arguments": {"x": "y" * 1_900_000}}}).encode()
    headers = {"Content-Type": "application/json"}
    ids = []
    for _ in range(8):
        asked = (await agent.post("/v1/approvals", data=io.BytesIO(large), headers=headers)).body
        await world.decide(asked["id"])
        ids.append(asked["id"])
    async with listening(world, agent.key) as ear:
        assert ear.head
        await world.until_nobody_waits()
        while world.telemetry.lines[-1][1].get("route") != "/v1/callbacks/stream":  # noqa: ASYNC110
            await asyncio.sleep(0.01)
    states = [await world.delivery_of(request_id) for request_id in ids]
    assert states[-1] == "undelivered"
    assert states == sorted(states)  # what was delivered came before what was not


async def test_an_error_in_the_middle_of_a_stream_is_logged_and_cuts_it(world: World, agent: Agent):
    async with listening(world, agent.key) as ear:
        await world.until_waiting()
        await world.store.close()
        world.waiters.announce_all()
        with pytest.raises((EOFError, asyncio.IncompleteReadError, ConnectionError)):
            await ear.next()
    assert "trace" in await world.logged("stream_broken")
    await world.runner.cleanup()
    await world.start()


async def test_a_bad_cursor_is_refused_before_anything_streams(world: World, agent: Agent):
    async with listening(world, agent.key, Last_Event_ID="x17") as ear:
        assert ear.head.startswith("HTTP/1.1 422")
        body = json.loads(await ear.reader.readexactly(int(ear.head.lower().split("content-length: ")[1].split()[0])))
    assert body["errors"] == [
        {"field": "Last-Event-ID", "message": "must be the `after` of an earlier answer, or be left out"}
    ]


async def test_a_retry_of_a_directive_is_a_new_event(world: World, agent: Agent):
    session_id = await started(agent)
    async with listening(world, agent.key) as ear:
        said = await say(world, session_id, "pause")
        first = await ear.next()
        world.clock.forward(seconds=10)
        await FireDirectives(world.store, world.ids, world.telemetry)()
        again = await ear.next()
        assert [one["data"]["directive"]["try"] for one in (first, again)] == [1, 2]
        assert again["data"]["directive"]["id"] == said.id
        assert int(again["id"]) > int(first["id"])
    assert (await directive(world, said.id)).tries == 2
