"""kill -9 in the middle of longer conversations: what was said before it still counts after it."""

import pytest
from sayso import Denied
from sayso.protocol import Outcome

from tests.faults.house import ANA, BO, House
from tests.faults.waiting import until


async def test_the_first_of_two_votes_survives(house: House) -> None:
    agent = await house.agent()
    asked = await agent.submit("pay", {"amount": 40})
    card = await house.card(asked.id)
    await house.quiet()
    redraw = house.slack.faults.hang("chat.update")
    assert (await house.wall.click(ANA, card, "approve")).ok
    await house.caught(redraw)
    await house.crash()
    await house.server.start()
    await house.quiet()
    assert "1 of 2" in house.wall.text_of(card), "the card shows the vote that was counted before the kill"
    house.wall.assert_one_live_card(asked.id)

    assert (await house.wall.click(ANA, card, "approve")).ok
    await until(lambda: house.slack.ephemerals(ANA), what="a word to Ana, who approved before")
    assert house.record.outcome(asked.id) is None
    assert (await house.wall.click(BO, card, "approve")).ok
    decided = await agent.wait(asked.id)
    assert {person.id for person in decided.decision.decided_by} == {ANA, BO}
    await house.quiet()
    house.wall.assert_one_closed_card(asked.id)
    house.record.assert_is_whole(asked.id)


async def test_a_form_that_was_open_during_the_kill_can_still_be_sent(house: House) -> None:
    agent = await house.agent()
    asked = await agent.submit("delete_files", {"pattern": "old/*"})
    card = await house.card(asked.id)
    assert (await house.wall.click(ANA, card, "deny")).ok
    form = await until(lambda: house.wall.form_with_a_field(ANA), what="the form with its field")
    await house.crash()
    unsent = await house.slack.submit(ANA, form.id, house.wall.reason_in(form, "Wrong bucket."))
    assert not unsent.ok, "nobody is there to take it, and Ana sees that"
    await house.server.start()

    sent = await house.slack.submit(ANA, form.id, house.wall.reason_in(form, "Wrong bucket."))
    assert sent.ok, sent.error
    assert not sent.errors
    with pytest.raises(Denied) as denied:
        await agent.wait(asked.id)
    assert denied.value.decided.decision.reason == "Wrong bucket."
    await house.quiet()
    house.wall.assert_one_closed_card(asked.id)
    house.record.assert_is_whole(asked.id)


async def test_the_queue_of_decisions_keeps_what_is_not_acknowledged(house: House) -> None:
    agent = await house.agent()
    approvals = [await agent.submit("delete_files", {"number": number}) for number in range(2)]
    for approval in approvals:
        assert (await house.wall.click(ANA, await house.card(approval.id), "approve")).ok
    page = await agent.callbacks(wait=0)
    assert [entry.approval and entry.approval.id for entry in page.entries] == [approval.id for approval in approvals]
    await agent.acknowledge_callback(page.entries[0].id)
    await house.crash()
    await house.server.start()

    (left,) = (await agent.callbacks(wait=0)).entries
    assert left.id == page.entries[1].id
    assert left.approval is not None
    assert left.approval.outcome is Outcome.APPROVED
    await agent.acknowledge_callback(left.id)
    await house.crash()
    await house.server.start()
    assert (await agent.callbacks(wait=0)).entries == []
