"""SIGTERM: whoever waits gets an answer, what was leased is given back, and the process ends soon and well."""

import asyncio
import socket
import time

import httpx
import pytest
from sayso.protocol import Outcome

from bot.localslack.faults import Kind
from tests.faults.conftest import Measured
from tests.faults.house import ANA, House
from tests.faults.waiting import until

SOON = 8.0
"""Seconds to end within, however slow Slack is; hosts kill after 10 to 30."""
AT_ONCE = 8.0
"""Seconds after which a card is there that was given back; a lease lasts a minute."""


async def test_an_agent_that_waits_is_answered_before_the_server_ends(house: House, measured: Measured) -> None:
    key = await house.key("tester")
    agent = house.client(key)
    asked = await agent.submit("delete_files", {"pattern": "old/*"})
    await house.card(asked.id)
    await house.quiet()
    async with httpx.AsyncClient(base_url=house.server.url, headers={"Authorization": f"Bearer {key}"}) as http:
        polling = asyncio.create_task(http.get(f"/v1/approvals/{asked.id}?wait=25", timeout=30))
        callbacks = asyncio.create_task(http.get("/v1/callbacks?wait=25", timeout=30))
        await until(lambda: _connections(house.server.pid, house.server.port) >= 2, what="two waiting agents")
        code, seconds = await house.server.stop()
        assert (await polling).json()["state"] == "pending"
        assert (await callbacks).json()["entries"] == []
    measured("SIGTERM with two agents waiting: ended", seconds)
    assert code == 0, house.server.printed
    assert seconds < SOON / 2

    waiting = asyncio.create_task(agent.wait(asked.id))
    await house.server.start()
    assert (await house.wall.click(ANA, house.wall.the_card(asked.id), "approve")).ok
    assert (await waiting).outcome is Outcome.APPROVED


@pytest.mark.parametrize("kind", [Kind.HANG, Kind.HOLD])
async def test_a_card_that_was_on_its_way_is_with_the_next_process_at_once(
    house: House, measured: Measured, kind: Kind
) -> None:
    agent = await house.agent()
    faults = house.slack.faults
    post = faults.hang("chat.postMessage") if kind is Kind.HANG else faults.hold_answer("chat.postMessage")
    asked = await agent.submit("delete_files", {"pattern": "old/*"})
    others = [await agent.submit("delete_files", {"pattern": f"{number}/*"}) for number in range(3)]
    await house.caught(post)
    code, seconds = await house.server.stop()
    measured(f"SIGTERM while Slack does not answer a post ({kind.name.lower()}): ended", seconds)
    assert code == 0, house.server.printed
    assert seconds < SOON
    assert not [row["id"] for row in house.record.rows("SELECT id FROM notices WHERE leased_by IS NOT NULL")]

    house.slack.faults.clear()
    await house.server.start()
    served = time.monotonic()
    for approval in (asked, *others):
        await house.card(approval.id)
    measured(f"cards given back at SIGTERM ({kind.name.lower()}): posted", time.monotonic() - served)
    assert time.monotonic() - served < AT_ONCE
    await house.quiet()
    for approval in (asked, *others):
        house.wall.assert_one_live_card(approval.id)


async def test_a_click_in_progress_is_committed_and_acknowledged_before_the_end(house: House) -> None:
    agent = await house.agent()
    asked = await agent.submit("delete_files", {"pattern": "old/*"})
    card = await house.card(asked.id)
    await house.quiet()
    with house.record.locked():
        click = asyncio.create_task(house.wall.click(ANA, card, "approve"))
        await until(lambda: house.slack.deliveries, what="the click on its way")
        stopping = asyncio.create_task(house.server.stop())
        await until(lambda: not _listens(house.server.port), what="the server to take no more calls")
        assert not click.done()
    assert (await click).ok
    code, _ = await stopping
    assert code == 0, house.server.printed
    assert house.record.outcome(asked.id) == "approved"
    await house.server.start()
    assert (await agent.wait(asked.id)).outcome is Outcome.APPROVED


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def _connections(pid: int, port: int) -> int:
    """How many connections to this port are open."""
    established, found = "01", 0
    with open(f"/proc/{pid}/net/tcp") as table:
        for line in table.readlines()[1:]:
            _, local, _, state, *_ = line.split()
            found += state == established and int(local.split(":")[1], 16) == port
    return found
