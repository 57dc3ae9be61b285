"""`sayso token …` on the server: Slack says who gets one."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from bot.__main__ import cli
from bot.domain.errors import InvalidField, NotAMember, NotFound, StandingUnknown
from bot.localslack import LocalSlack
from bot.settings import BadSettings

ANA, GUEST, STRANGER = "U02ANA", "U05DEE", "U06ELI"


class Server:
    """The machine that the server runs on."""

    def __init__(self, slack: LocalSlack, folder: Path) -> None:
        self.environment = {
            "SAYSO_DATABASE_URL": f"sqlite:///{folder}/sayso.db",
            "SLACK_BOT_TOKEN": slack.bot_token,
            "SLACK_API_URL": slack.api_url,
        }

    async def token(self, *words: str) -> Result:
        result = await asyncio.to_thread(CliRunner().invoke, cli, ["token", *words], env=self.environment)
        if result.exception is not None:
            raise result.exception
        return result


@pytest.fixture
async def slack() -> AsyncIterator[LocalSlack]:
    slack = LocalSlack()
    await slack.start()
    yield slack
    await slack.close()


@pytest.fixture
def server(slack: LocalSlack, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Server:
    monkeypatch.chdir(tmp_path)
    return Server(slack, tmp_path)


async def test_a_token_is_printed_once_listed_without_it_and_revoked(server: Server):
    token = (await server.token("add", ANA, "--name", "Ana")).output.strip()
    assert token.startswith("sayso-person_")
    listed = (await server.token("list")).output
    assert token not in listed
    token_id, *rest = listed.split("  ")
    assert (rest[0], rest[1], rest[-1].strip()) == (ANA, "Ana", "active")
    assert (await server.token("revoke", token_id)).output == f"{token_id} of Ana is revoked.\n"
    assert "revoked 20" in (await server.token("list")).output
    with pytest.raises(NotFound, match="no working token"):
        await server.token("revoke", ANA)


@pytest.mark.parametrize("person", [GUEST, STRANGER, "U00SAYSO", "U0NOBODY"])
async def test_only_a_full_member_gets_one(server: Server, person: str):
    with pytest.raises(NotAMember):
        await server.token("add", person, "--name", "Ana")
    assert (await server.token("list")).output == ""


async def test_while_slack_cannot_be_asked_nobody_gets_one_and_it_can_still_be_revoked(
    slack: LocalSlack, server: Server
):
    await server.token("add", ANA, "--name", "Ana")
    await slack.close()
    with pytest.raises(StandingUnknown):
        await server.token("add", "U03BO", "--name", "Bo")
    assert "is revoked" in (await server.token("revoke", ANA)).output


async def test_what_is_wrong_is_named(server: Server):
    with pytest.raises(InvalidField, match="a Slack user id such as U024BE7LH is expected"):
        await server.token("add", "ana", "--name", "Ana")
    server.environment["SLACK_BOT_TOKEN"] = ""
    with pytest.raises(BadSettings, match="SLACK_BOT_TOKEN: is not set"):
        await server.token("add", ANA, "--name", "Ana")
