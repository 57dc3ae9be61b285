"""`sayso callback …` in a terminal: what an address did not take, and sending it again."""

import json

import pytest
from sayso.people import NotDone

from bot.domain.sending import Reply, refused
from bot.services.work import Work
from bot.terminal.callbacks import list_undelivered, resend
from bot.terminal.exits import Exit
from tests.integration.api.world import EVE, Agent, World
from tests.integration.terminal.desk import Desk, at_the_desk


@pytest.fixture
async def callback_id(world: World, agent: Agent) -> str:
    """Of a decision that was tried once, at an address that answered with an error."""
    await world.address("tidy", "https://tidy.example/hook?token=secret")
    asked = await agent.ask()
    await world.decide(asked["id"])

    def fail(work: Work) -> str:
        sending = work.sendings.of_request(asked["id"])
        assert sending is not None
        failed = refused(sending, Reply(problem="the answer was 500", status=500), work.now, luck=0.5)
        work.sendings.save(failed, seen_version=sending.version)
        return sending.callback_id

    return await world.store.run(fail)


async def test_nothing_is_on_its_way(ana: Desk):
    await ana.run(list_undelivered, is_json=False)
    assert ana.seen == "Every callback has been taken.\n"


async def test_what_was_not_taken_and_why(ana: Desk, callback_id: str):
    await ana.run(list_undelivered, is_json=False)
    assert ana.lines[0].startswith("tidy has not got a decision: ")
    assert ana.lines[1:4] == [
        "  1 try since 09:00 UTC, the next at 09:00 UTC.",
        "  Last try: the answer was 500.",
        "  Sent to https://tidy.example/hook?…",
    ]
    assert ana.lines[4].startswith(f"  {callback_id} · apr_")


async def test_it_is_sent_again(world: World, ana: Desk, callback_id: str):
    assert await ana.run(resend, callback_id, is_json=False) is Exit.DONE
    assert ana.lines[0].startswith("It is being sent to tidy again: ")
    sending = await world.store.read(lambda work: work.sendings.of_callback(callback_id))
    assert sending is not None
    assert (sending.tries, sending.next_try_at) == (0, await world.store.read(lambda work: work.now))


async def test_programs_read_json(ana: Desk, callback_id: str):
    await ana.run(list_undelivered, is_json=True)
    (listed,) = json.loads(ana.seen)
    assert (listed["id"], listed["state"], listed["last_problem"]) == (callback_id, "due", "the answer was 500")


async def test_who_is_not_concerned_sees_nothing_and_sends_nothing(world: World, callback_id: str):
    async with at_the_desk(world, EVE) as eve:
        await eve.run(list_undelivered, is_json=False)
        assert eve.seen == "Every callback has been taken.\n"
        with pytest.raises(NotDone, match="Owen owns it"):
            await eve.run(resend, callback_id, is_json=False)
        with pytest.raises(NotDone, match="no callback"):
            await eve.run(resend, "cbk_0", is_json=False)
