"""kill -9 around the moments when silence moves a request: each of them happens once."""

import asyncio
import time
from datetime import UTC, datetime

import pytest
from sayso import Expired

from bot.localslack.faults import Kind
from tests.faults.conftest import Measured
from tests.faults.house import ANA, BO, OWNER, House
from tests.faults.record import moment
from tests.faults.waiting import until
from tests.faults.wall import live_buttons, marker_of


@pytest.mark.parametrize("kind", [Kind.HANG, Kind.HOLD])
async def test_an_escalation_cut_off_by_a_kill_is_posted_once(house: House, measured: Measured, kind: Kind) -> None:
    agent = await house.agent()
    asked = await agent.submit("climb", {})
    await house.card(asked.id)
    await house.quiet()
    faults = house.slack.faults
    post = faults.hang("chat.postMessage") if kind is Kind.HANG else faults.hold_answer("chat.postMessage")
    await house.caught(post)
    assert house.record.request(asked.id)["step"] == 1

    await house.crash()
    await house.server.start()
    served = time.monotonic()
    await until(lambda: house.wall.notices(asked.id, "escalation"), what="the escalation")
    measured(f"an escalation cut off by the kill ({kind.name.lower()}): posted", time.monotonic() - served)
    await house.quiet()
    (escalation,) = house.wall.notices(asked.id, "escalation")
    assert escalation.channel_id == "C02BACKUP"
    assert house.slack.is_notified(BO, escalation)
    assert [entry.event for entry in house.record.audit(asked.id)].count("escalated") == 1

    assert (await house.wall.click(BO, escalation, "approve")).ok
    assert (await agent.wait(asked.id)).may_run
    await until(lambda: not house.wall.buttons(asked.id), what="both cards closed")
    await house.quiet()
    assert len(house.wall.cards(asked.id)) == 2
    house.record.assert_is_whole(asked.id)


async def test_an_escalation_that_came_due_while_the_server_was_down_is_caught_up(
    house: House, measured: Measured
) -> None:
    agent = await house.agent()
    asked = await agent.submit("climb", {})
    await house.card(asked.id)
    await house.quiet()
    await house.crash()
    await _has_passed(moment(house.record.request(asked.id)["due_at"]))
    await house.server.start()
    served = time.monotonic()
    await until(lambda: house.wall.notices(asked.id, "escalation"), what="the escalation")
    measured("an escalation due while the server was down: posted", time.monotonic() - served)
    await house.quiet()
    assert [live_buttons(card) != [] for card in house.wall.cards(asked.id)] == [True, True]
    assert [entry.event for entry in house.record.audit(asked.id)].count("escalated") == 1


async def test_an_expiry_that_came_due_while_the_server_was_down_is_told_once(house: House, measured: Measured) -> None:
    agent = await house.agent()
    waiting = asyncio.create_task(agent.ask("run_out", {}, idempotency_key="one"))
    await until(house.record.request_ids, what="the request on record")
    (request_id,) = house.record.request_ids()
    await house.card(request_id)
    await house.quiet()
    await house.crash()
    await _has_passed(moment(house.record.request(request_id)["expires_at"]))
    told = house.slack.faults.hold_answer("chat.postMessage", times=2)
    await house.server.start()
    served = time.monotonic()

    with pytest.raises(Expired):
        await waiting
    measured("an expiry due while the server was down: with the agent", time.monotonic() - served)
    await house.caught(told)
    await house.crash()
    await house.server.start()
    await house.quiet()
    assert [marker_of(message).split(":")[1] for message in house.slack.direct_messages(OWNER)] == ["owner_told"]
    assert len(house.slack.messages("C03OPERATIONS")) == 1
    house.wall.assert_one_closed_card(request_id)
    house.record.assert_is_whole(request_id)
    (session,) = house.record.rows("SELECT * FROM sessions")
    assert session["state"] == "paused"
    answer = await house.slack.send(house.slack.sign(_late_click(house, request_id)))
    assert answer[0].status == 200
    assert not house.record.votes(request_id)


def _late_click(house: House, request_id: str) -> dict[str, object]:
    """A click on the card as it was shown before the expiry."""
    card = house.wall.the_card(request_id)
    return {
        "type": "block_actions",
        "team": {"id": house.slack.workspace.id},
        "user": {"id": ANA, "username": "ana", "team_id": house.slack.workspace.id},
        "api_app_id": house.slack.workspace.app_id,
        "trigger_id": "1.2.3",
        "container": {"type": "message", "message_ts": card.ts, "channel_id": card.channel_id},
        "channel": {"id": card.channel_id, "name": "approvals"},
        "message": {"ts": card.ts},
        "actions": [{"type": "button", "action_id": "approve", "block_id": "b", "value": f"{request_id}:r1"}],
    }


async def _has_passed(at: datetime) -> None:
    await until(lambda: datetime.now(UTC) > at, what=f"{at}")
