"""kill -9 after a commit whose answer never left: asking again finds what was committed, and changes nothing."""

import asyncio

import pytest
from sayso import AlreadyClaimed
from sayso.protocol import Delivery, Outcome

from tests.faults.house import ANA, BO, House
from tests.faults.lossy_line import LossyLine
from tests.faults.waiting import until

MANY = 100  # redraws that never arrive: the card keeps its buttons


async def test_a_click_that_was_never_acknowledged_counts_once(house: House) -> None:
    agent = await house.agent()
    asked = await agent.submit("delete_files", {"pattern": "old/*"})
    card = await house.card(asked.id)
    await house.quiet()
    line = LossyLine(house.server.port)
    house.slack.deliver_to(f"{await line.start()}/slack/events")
    line.swallows_answers = True
    redraw = house.slack.faults.hang("chat.update", times=MANY)

    click = asyncio.create_task(house.wall.click(ANA, card, "approve"))
    await until(lambda: house.record.outcome(asked.id) == "approved", what="the decision on record")
    await until(lambda: redraw.times < MANY, what="the first redraw")
    await house.crash()
    assert not (await click).ok, "Ana saw that something went wrong"
    await line.close()

    house.slack.deliver_to(f"{house.server.url}/slack/events")
    house.slack.faults.hang("chat.update", times=MANY)
    await house.server.start()
    again = await house.wall.click(ANA, card, "approve")
    assert again.ok, again.error
    (told,) = await until(lambda: house.slack.ephemerals(ANA), what="a word to Ana")
    assert "You approved this" in told.text
    assert (await house.wall.click(BO, card, "approve")).ok
    (told,) = await until(lambda: house.slack.ephemerals(BO), what="a word to Bo")
    assert "Ana approved this" in told.text
    house.slack.faults.clear()

    assert (await agent.wait(asked.id)).outcome is Outcome.APPROVED
    assert len(house.record.votes(asked.id)) == 1
    await until(lambda: not house.wall.buttons(asked.id), what="the closed card")
    await house.quiet()
    house.wall.assert_one_closed_card(asked.id)
    house.record.assert_is_whole(asked.id)


async def test_a_claim_whose_answer_was_lost_belongs_to_its_holder(house: House) -> None:
    key = await house.key("tester")
    agent, line = house.client(key), LossyLine(house.server.port)
    cut_off = house.client(key, url=await line.start())
    try:
        asked = await agent.submit("delete_files", {"pattern": "old/*"})
        assert (await house.wall.click(ANA, await house.card(asked.id), "approve")).ok
        decided = await agent.wait(asked.id)
        line.swallows_answers = True
        redeeming = asyncio.create_task(cut_off.acknowledge(asked.id, claim=decided.claim, holder="first"))
        await asyncio.wait_for(line.swallowed.wait(), 10)
        assert not redeeming.done()
        await house.crash()
        line.swallows_answers = False
        await house.server.start()

        with pytest.raises(AlreadyClaimed):
            await agent.acknowledge(asked.id, claim=decided.claim, holder="second")
        assert (await redeeming).delivery is Delivery.ACKNOWLEDGED
        assert (await agent.acknowledge(asked.id, claim=decided.claim, holder="first")).id == asked.id
        assert (await agent.report(asked.id, "succeeded")).delivery is Delivery.SUCCEEDED
        await house.quiet()
        house.wall.assert_one_closed_card(asked.id)
        house.record.assert_is_whole(asked.id)
    finally:
        await line.close()


async def test_a_submission_whose_answer_was_lost_is_not_asked_twice(house: House) -> None:
    key, line = await house.key("tester"), LossyLine(house.server.port)
    cut_off = house.client(key, url=await line.start())
    try:
        line.swallows_answers = True
        submitting = asyncio.create_task(cut_off.submit("delete_files", {"pattern": "old/*"}))
        await asyncio.wait_for(line.swallowed.wait(), 10)
        (request_id,) = house.record.request_ids()
        await house.crash()
        line.swallows_answers = False
        await house.server.start()

        assert (await submitting).id == request_id
        assert house.record.request_ids() == {request_id}
        await house.card(request_id)
        await house.quiet()
        house.wall.assert_one_live_card(request_id)
    finally:
        await line.close()
