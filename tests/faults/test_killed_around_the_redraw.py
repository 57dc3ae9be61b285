"""kill -9 after a decision, around the redraw that shows it: the card ends closed, and the agent hears of it."""

import asyncio
import time

import pytest
from sayso.protocol import Outcome

from bot.localslack.faults import Kind
from tests.faults.conftest import Measured
from tests.faults.house import ANA, House
from tests.faults.lossy_line import LossyLine
from tests.faults.waiting import until


@pytest.mark.parametrize("kind", [Kind.HANG, Kind.HOLD])
async def test_a_card_whose_redraw_was_cut_off_ends_closed(house: House, measured: Measured, kind: Kind) -> None:
    agent = await house.agent()
    asked = await agent.submit("delete_files", {"pattern": "old/*"})
    card = await house.card(asked.id)
    await house.quiet()
    faults = house.slack.faults
    redraw = faults.hang("chat.update") if kind is Kind.HANG else faults.hold_answer("chat.update")

    answer = await house.wall.click(ANA, card, "approve")
    assert answer.ok, answer.error
    await house.caught(redraw)
    (notice,) = house.record.notices(asked.id)
    assert notice["shown_version"] < notice["wanted_version"]
    await house.crash()
    await house.server.start()
    served = time.monotonic()

    assert (await agent.wait(asked.id)).outcome is Outcome.APPROVED
    measured(f"a decision from before the kill ({kind.name.lower()}): with the agent", time.monotonic() - served)
    await until(lambda: not house.wall.buttons(asked.id), what="the closed card")
    measured(f"a redraw cut off by the kill ({kind.name.lower()}): closed", time.monotonic() - served)
    await house.quiet()
    house.wall.assert_one_closed_card(asked.id)
    house.record.assert_is_whole(asked.id)


async def test_an_agent_that_waited_during_the_kill_gets_the_decision_it_was_not_told(house: House) -> None:
    line = LossyLine(house.server.port)
    agent = house.client(await house.key("tester"), url=await line.start())
    try:
        asked = await agent.submit("delete_files", {"pattern": "old/*"})
        card = await house.card(asked.id)
        await house.quiet()
        line.swallows_answers = True
        waiting = asyncio.create_task(agent.wait(asked.id))

        assert (await house.wall.click(ANA, card, "approve")).ok
        await asyncio.wait_for(line.swallowed.wait(), 10)
        assert not waiting.done()
        await house.crash()
        line.swallows_answers = False
        await house.server.start()

        assert (await waiting).outcome is Outcome.APPROVED
        await until(lambda: not house.wall.buttons(asked.id), what="the closed card")
        await house.quiet()
        house.wall.assert_one_closed_card(asked.id)
        house.record.assert_is_whole(asked.id)
    finally:
        await line.close()
