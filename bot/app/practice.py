"""The practice Slack with a server behind it: what `sayso demo` shows, and what tests click in."""

import asyncio
import logging
import os
import shutil
import sys
import tempfile
from collections.abc import AsyncGenerator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Literal

from pydantic import SecretStr
from sayso import Sayso

from bot import system
from bot.app.server import CannotStart, Server
from bot.app.stopping import told_to_stop
from bot.demo import ANA, STORIES, Sleep
from bot.localslack import LocalSlack, standard_workspace
from bot.policyfiles import shipped_policies
from bot.services.personal_tokens import PersonalTokens
from bot.settings import ServerSettings
from bot.slack.directory import SlackDirectory
from bot.slack.installation import Installation
from bot.slack.web import open_slack
from bot.telemetry import configure_logs

DEMO_NOTICE = (
    "Demo: agents ask one after the other, and nothing is real. Decide some, then try /agent pause nightly, "
    "/agent digest now, Sayso Home, and Faults: Slack is down."
)

Transport = Literal["http", "socket"]
"""How the practice Slack delivers: signed requests to the server's address, or over the server's own sockets."""


@asynccontextmanager
async def practice_running(
    port: int,
    *,
    notice: str | None = None,
    policies: Path | None = None,
    clock: Callable[[], datetime] = system.now,
    transport: Transport = "http",
    database_url: str | None = None,
) -> AsyncGenerator[tuple[LocalSlack, Server]]:
    """A practice Slack and a server that serves it, until the block ends. Nothing is left behind."""
    slack = LocalSlack(standard_workspace(notice=notice), clock=lambda: clock().timestamp())
    async with AsyncExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="sayso-"))
        await _listening(slack, port)
        stack.push_async_callback(slack.close)
        settings = ServerSettings(
            _env_file=None,  # pyright: ignore[reportCallIssue] - practice is the same on every machine
            database_url=database_url or f"sqlite:///{folder}/practice.db",
            host="127.0.0.1",
            port=0,
            policies=policies or shipped_policies(),
            slack_bot_token=SecretStr(slack.bot_token),
            slack_app_token=SecretStr(slack.app_token) if transport == "socket" else None,
            slack_signing_secret=SecretStr(slack.signing_secret) if transport == "http" else None,
            slack_api_url=slack.api_url,
            smtp_url=None,
        )
        server = await stack.enter_async_context(Server.running(settings, clock=clock))
        if transport == "http":
            slack.deliver_to(f"{server.url}/slack/events")
        yield slack, server


@dataclass(frozen=True, slots=True)
class Demo:
    """The practice Slack with agents at work, and what a terminal needs for the day Slack is down."""

    slack: LocalSlack
    server_url: str
    token: str  # Ana's


@asynccontextmanager
async def demo_running(
    port: int,
    *,
    clock: Callable[[], datetime] = system.now,
    sleep: Sleep = asyncio.sleep,
    transport: Transport = "http",
) -> AsyncGenerator[Demo]:
    """The practice Slack with the scripted agents at work, until the block ends."""
    practice = practice_running(port, notice=DEMO_NOTICE, clock=clock, transport=transport)
    async with practice as (slack, server), AsyncExitStack() as stack:
        keys = [await server.agents.add(story.agent, story.owner) for story in STORIES]
        clients = [await stack.enter_async_context(Sayso(server.url, key)) for key in keys]
        playing = [
            asyncio.create_task(story.play(client, sleep=sleep), name=story.agent)
            for story, client in zip(STORIES, clients, strict=True)
        ]
        stack.push_async_callback(_cancelled, playing)
        yield Demo(slack, server.url, await token_for(server, ANA, "Ana"))


async def demo(port: int, *, transport: Transport = "http") -> None:
    """Show the product until Ctrl-C."""
    configure_logs(sys.stderr, as_json=False)
    logging.getLogger().setLevel(logging.ERROR)
    async with demo_running(port, transport=transport) as running:
        sys.stdout.write(_welcome(running))
        sys.stdout.flush()
        await told_to_stop()


def _welcome(demo: Demo) -> str:
    return f"""
  Sayso is asking. Open {demo.slack.url} and decide.

  When Slack is down (on the page: Faults), decide in another terminal, as Ana:

    export SAYSO_URL={demo.server_url} SAYSO_TOKEN={demo.token}
    {_program()} review

  When Slack is back, the cards follow within a minute.
  Ctrl-C ends the demo.

"""


def _program() -> str:
    """What to type for this program, here."""
    here = Path(sys.argv[0])
    if here.name != "sayso" or shutil.which("sayso") == str(here):
        return "sayso"
    return os.path.relpath(here)


async def token_for(server: Server, slack_user_id: str, name: str) -> str:
    """A personal token, as `sayso token add` makes one."""
    api_url, secret = server.settings.slack_api_url, server.settings.slack_bot_token.get_secret_value()
    async with open_slack(token=secret, api_url=api_url) as slack:
        tokens = PersonalTokens(server.store, server.ids, SlackDirectory(slack, Installation(slack)))
        return await tokens.add(slack_user_id, name)


async def _listening(slack: LocalSlack, port: int) -> None:
    try:
        await slack.start("127.0.0.1", port)
    except OSError as problem:
        raise CannotStart(f"cannot listen on port {port}: {problem.strerror}; choose another with --port") from problem


async def _cancelled(tasks: list[asyncio.Task[None]]) -> None:
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
