"""The practice Slack with a server behind it: what `sayso demo` shows, and what tests click in."""

import asyncio
import logging
import sys
import tempfile
from collections.abc import AsyncGenerator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import datetime
from pathlib import Path
from typing import Literal

from pydantic import SecretStr
from sayso import Sayso

from bot import system
from bot.app.server import CannotStart, Server
from bot.app.stopping import told_to_stop
from bot.demo import STORIES
from bot.localslack import LocalSlack, standard_workspace
from bot.policyfiles import shipped_policies
from bot.settings import ServerSettings
from bot.telemetry import configure_logs

DEMO_NOTICE = "Demo: the request of keysmith waits one minute, then it expires. Nothing here is real."

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


@asynccontextmanager
async def demo_running(
    port: int, *, clock: Callable[[], datetime] = system.now, transport: Transport = "http"
) -> AsyncGenerator[LocalSlack]:
    """The practice Slack with the scripted agents at work, until the block ends."""
    practice = practice_running(port, notice=DEMO_NOTICE, clock=clock, transport=transport)
    async with practice as (slack, server), AsyncExitStack() as stack:
        for story in STORIES:
            key = await server.agents.add(story.agent, story.owner)
            client = await stack.enter_async_context(Sayso(server.url, key))
            task = asyncio.create_task(story.play(client), name=story.agent)
            stack.push_async_callback(_cancelled, task)
        yield slack


async def demo(port: int) -> None:
    """Show the product until Ctrl-C."""
    configure_logs(sys.stderr, as_json=False)
    logging.getLogger().setLevel(logging.ERROR)
    async with demo_running(port) as slack:
        sys.stdout.write(f"\n  Sayso is asking. Open {slack.url} and decide.\n  Ctrl-C ends the demo.\n\n")
        sys.stdout.flush()
        await told_to_stop()


async def _listening(slack: LocalSlack, port: int) -> None:
    try:
        await slack.start("127.0.0.1", port)
    except OSError as problem:
        raise CannotStart(f"cannot listen on port {port}: {problem.strerror}; choose another with --port") from problem


async def _cancelled(task: asyncio.Task[None]) -> None:
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
