"""The whole server on either transport: how it starts, what it says of itself, and how it ends."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import cast

import aiohttp
import pytest
from pydantic import SecretStr
from sayso import Sayso

from bot.app import CannotStart, Server, practice_running
from bot.app.practice import Transport
from bot.localslack import LocalSlack, Switch
from bot.settings import ServerSettings
from bot.slack.sockets import LINES
from tests.support.database import a_database

ANA, CHANNEL = "U02ANA", "C01APPROVALS"


@pytest.fixture(params=[("http", "sqlite"), ("socket", "postgres")], ids="-".join)
async def practice(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[tuple[LocalSlack, Server]]:
    transport, kind = cast(tuple[Transport, str], request.param)
    with a_database(kind, tmp_path) as database:
        async with practice_running(0, transport=transport, database_url=database.url) as running:
            yield running


@pytest.fixture
def settings(slack: LocalSlack, tmp_path: Path) -> ServerSettings:
    return ServerSettings(
        _env_file=None,  # type: ignore[call-arg]
        database_url=f"sqlite:///{tmp_path}/sayso.db",
        host="127.0.0.1",
        port=0,
        slack_bot_token=SecretStr(slack.bot_token),
        slack_app_token=SecretStr(slack.app_token),
        slack_api_url=slack.api_url,
    )


async def get(url: str) -> tuple[int, str]:
    async with aiohttp.ClientSession() as session, session.get(url) as response:
        return response.status, await response.text()


async def test_an_agent_asks_and_a_click_decides(practice: tuple[LocalSlack, Server]):
    slack, server = practice
    async with Sayso(server.url, await server.agents.add("deployer", "U04CHEN")) as sayso:
        asking = asyncio.create_task(
            sayso.ask("deploy", {"to": "staging"}, reason="The tests are green", environment="staging")
        )
        card = await slack.until(lambda: next(iter(slack.messages(CHANNEL)), None))
        assert (await slack.click(ANA, CHANNEL, card.ts, action_id="approve")).ok
        assert (await asking).decision is not None


async def test_it_is_ready_and_counts_its_sockets(practice: tuple[LocalSlack, Server]):
    slack, server = practice
    assert (await get(f"{server.url}/readyz"))[0] == 200
    _, metrics = await get(f"{server.url}/metrics")
    assert ("sayso_slack_sockets " in metrics) is slack.uses_socket_mode


async def test_a_command_is_answered(practice: tuple[LocalSlack, Server]):
    slack, _ = practice
    assert (await slack.command(ANA, CHANNEL, "/agent help")).ok
    assert "/agent pause" in slack.ephemerals(ANA)[-1].text


async def test_in_socket_mode_there_is_no_address_for_slack(slack: LocalSlack, settings: ServerSettings):
    async with (
        Server.running(settings) as server,
        aiohttp.ClientSession() as session,
        session.post(f"{server.url}/slack/events", data=b"x") as response,
    ):
        assert response.status == 404


async def test_without_sockets_it_is_not_ready_and_says_why(slack: LocalSlack, settings: ServerSettings):
    async with Server.running(settings) as server:
        await slack.until(lambda: slack.open_sockets == LINES)
        slack.faults.answer("apps.connections.open", "invalid_auth", times=1_000)
        slack.drop_sockets()

        await slack.until(lambda: len(slack.calls_of("apps.connections.open")) == 2 * LINES)
        status, words = await get(f"{server.url}/readyz")
        assert (status, "SLACK_APP_TOKEN is not known to Slack" in words) == (503, True)
        slack.faults.clear()


async def test_a_wrong_app_token_stops_the_start(slack: LocalSlack, settings: ServerSettings):
    wrong = settings.model_copy(update={"slack_app_token": SecretStr("xapp-wrong")})
    with pytest.raises(CannotStart, match="SLACK_APP_TOKEN is not known to Slack") as stopped:
        async with Server.running(wrong):
            pass
    assert "xapp-wrong" not in str(stopped.value)
    assert slack.open_sockets == 0


async def test_while_slack_is_down_it_starts_and_is_connected_when_slack_is_back(
    slack: LocalSlack, settings: ServerSettings
):
    slack.faults.switch(Switch.DOWN)
    async with Server.running(settings) as server:
        status, words = await get(f"{server.url}/readyz")
        assert (status, "slack" in words) == (503, True)
        slack.faults.switch(Switch.DOWN, on=False)
        await slack.until(lambda: slack.open_sockets == LINES, timeout=10)


async def test_at_the_end_every_socket_is_closed(slack: LocalSlack, settings: ServerSettings):
    async with Server.running(settings):
        await slack.until(lambda: slack.open_sockets == LINES)
    await slack.until(lambda: slack.open_sockets == 0)
