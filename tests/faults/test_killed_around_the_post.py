"""kill -9 around the first post of a card: there is one card afterwards, and it works."""

import asyncio
import time
from datetime import UTC, datetime

from sayso.protocol import Outcome

from bot.services.leases import SETTLING
from tests.faults.conftest import Measured
from tests.faults.house import ANA, BO, House
from tests.faults.record import moment
from tests.faults.waiting import until


async def test_a_card_that_slack_never_got_is_posted_once_after_the_restart(house: House, measured: Measured) -> None:
    agent = await house.agent()
    post = house.slack.faults.hang("chat.postMessage")
    asking = asyncio.create_task(agent.ask("delete_files", {"pattern": "old/*"}, idempotency_key="one"))
    await house.caught(post)
    (request_id,) = house.record.request_ids()
    assert not house.wall.has_card(request_id)

    await house.crash()
    await house.server.start()
    served = time.monotonic()
    card = await house.card(request_id)
    measured("a card whose post never arrived: posted", time.monotonic() - served)
    await house.quiet()
    house.wall.assert_one_live_card(request_id)
    assert not house.slack.calls_of("chat.update"), "nothing has happened that a new card does not show"

    answer = await house.wall.click(ANA, card, "approve")
    assert answer.ok, answer.error
    decided = await asking
    assert decided.outcome is Outcome.APPROVED
    await house.quiet()
    house.wall.assert_one_closed_card(request_id)
    house.record.assert_is_whole(request_id)


async def test_a_card_whose_post_was_answered_to_nobody_is_found_again(house: House, measured: Measured) -> None:
    agent = await house.agent()
    post = house.slack.faults.hold_answer("chat.postMessage")
    asking = asyncio.create_task(agent.ask("delete_files", {"pattern": "old/*"}, idempotency_key="one"))
    await house.caught(post)
    (request_id,) = house.record.request_ids()
    (card,) = house.wall.cards(request_id)
    (notice,) = house.record.notices(request_id)
    assert notice["slack_ts"] is None

    await house.crash()
    await house.server.start()
    served = time.monotonic()
    await until(lambda: house.record.notices(request_id)[0]["slack_ts"] == card.ts, what="the card's id on record")
    measured("a card whose post was never recorded: found again", time.monotonic() - served)
    await house.quiet()
    house.wall.assert_one_live_card(request_id)

    answer = await house.wall.click(ANA, card, "approve")
    assert answer.ok, answer.error
    assert (await asking).outcome is Outcome.APPROVED
    await house.quiet()
    house.wall.assert_one_closed_card(request_id)
    house.record.assert_is_whole(request_id)


async def test_a_click_counts_although_no_server_ever_knew_the_card(house: House, measured: Measured) -> None:
    agent = await house.agent()
    post = house.slack.faults.hold_answer("chat.postMessage")
    asking = asyncio.create_task(agent.ask("delete_files", {"pattern": "old/*"}, idempotency_key="one"))
    await house.caught(post)
    (request_id,) = house.record.request_ids()

    await house.crash()
    looking = house.slack.faults.hold_answer("conversations.history")
    await house.server.start()
    answer = await house.wall.click(ANA, house.wall.the_card(request_id), "approve")
    assert answer.ok, answer.error
    assert house.record.notices(request_id)[0]["slack_ts"] is None
    assert (await asking).outcome is Outcome.APPROVED

    clicked = time.monotonic()
    looking.release()
    await until(lambda: not house.wall.buttons(request_id), what="the closed card")
    measured("a card clicked before it was found again: closed", time.monotonic() - clicked)
    await house.quiet()
    house.wall.assert_one_closed_card(request_id)
    house.record.assert_is_whole(request_id)


async def test_a_click_counts_while_the_answer_to_the_post_is_outstanding(house: House) -> None:
    agent = await house.agent()
    post = house.slack.faults.hold_answer("chat.postMessage")
    asking = asyncio.create_task(agent.ask("delete_files", {"pattern": "old/*"}, idempotency_key="one"))
    await house.caught(post)
    (request_id,) = house.record.request_ids()

    answer = await house.wall.click(ANA, house.wall.the_card(request_id), "approve")
    assert answer.ok, answer.error
    assert (await asking).outcome is Outcome.APPROVED
    await house.crash()
    await house.server.start()
    await until(lambda: not house.wall.buttons(request_id), what="the closed card")
    await house.quiet()
    house.wall.assert_one_closed_card(request_id)
    house.record.assert_is_whole(request_id)


async def test_a_card_that_slack_never_got_is_not_posted_for_a_request_closed_meanwhile(house: House) -> None:
    agent = await house.agent()
    post = house.slack.faults.hang("chat.postMessage")
    asked = await agent.submit("delete_files", {"pattern": "old/*"})
    await house.caught(post)
    await house.crash()
    looking = house.slack.faults.hold_answer("conversations.history")
    await house.server.start()
    assert (await agent.withdraw(asked.id)).outcome is Outcome.WITHDRAWN
    looking.release()
    await house.quiet()
    assert not house.wall.has_card(asked.id)
    house.record.assert_is_whole(asked.id)


async def test_a_second_server_on_the_same_database_leaves_a_card_to_the_first(house: House) -> None:
    agent = await house.agent()
    post = house.slack.faults.hang("chat.postMessage")
    asked = await agent.submit("delete_files", {"pattern": "old/*"})
    await house.caught(post)
    second = await house.second_server()
    (notice,) = house.record.notices(asked.id)
    assert moment(notice["leased_until"]) > datetime.now(UTC) + 2 * SETTLING, "it was not ended"

    await house.crash()
    second.kill()
    await house.server.start()
    await house.card(asked.id)
    await house.quiet()
    house.wall.assert_one_live_card(asked.id)


async def test_direct_copies_cut_off_by_a_kill_are_there_once_each(house: House) -> None:
    agent = await house.agent()
    posts = house.slack.faults.hold_answer("chat.postMessage", times=2)
    asked = await agent.submit("copy", {})
    await house.caught(posts)
    await house.crash()
    await house.server.start()
    await until(lambda: len(house.wall.cards(asked.id)) == 3, what="the card and a copy for each of two people")
    await house.quiet()
    assert [len(house.slack.direct_messages(person)) for person in (ANA, BO)] == [1, 1]

    (copy,) = house.slack.direct_messages(BO)
    assert (await house.wall.click(BO, copy, "approve")).ok
    assert (await agent.wait(asked.id)).outcome is Outcome.APPROVED
    await house.quiet()
    house.wall.assert_closed_cards(asked.id, range(3, 4))
    house.record.assert_is_whole(asked.id)
