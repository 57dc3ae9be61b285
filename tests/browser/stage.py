"""The whole product on the practice Slack, with a clock that can be moved: for the stories and the pictures."""

from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from playwright.async_api import Browser, Locator, Page

from bot import system
from bot.app import Server, practice_running
from bot.localslack import LocalSlack
from bot.services import topics
from sayso import Sayso
from sayso.protocol import Approval
from tests.browser.practice import APPROVALS, DESKTOP

CHEN = "U04CHEN"


class Clock:
    """The real time, and as much more as a test says."""

    def __init__(self) -> None:
        self._ahead = timedelta()

    def __call__(self) -> datetime:
        return system.now() + self._ahead

    def pass_(self, much: timedelta) -> None:
        self._ahead += much


class Stage:
    """A local Slack, a server and agents; pages of people."""

    def __init__(self, slack: LocalSlack, server: Server, clock: Clock, browser: Browser, stack: AsyncExitStack) -> None:
        self.slack, self.server, self.clock = slack, server, clock
        self._browser, self._stack = browser, stack
        self._agents: dict[str, Sayso] = {}

    async def agent(self, name: str, owner: str = CHEN) -> Sayso:
        """The client of an agent, registered when first named."""
        if name not in self._agents:
            key = await self.server.agents.add(name, owner)
            self._agents[name] = await self._stack.enter_async_context(Sayso(self.server.url, key))
        return self._agents[name]

    async def ask(self, name: str, question: dict[str, Any], **more: Any) -> Approval:
        """Submit a question and wait until its card is posted."""
        client = await self.agent(name)
        asked = await client.submit(question["action"], question["arguments"], **{**question["said"], **more})
        if asked.state == "pending":
            await self.slack.until(lambda: self.ts_of(asked.id) is not None)
        return asked

    def ts_of(self, request_id: str, *, channel: str = APPROVALS, last: bool = False) -> str | None:
        """The ts of the request's card in a channel: the first one, or the last."""
        cards = [
            message.ts
            for message in self.slack.messages(channel)
            if any(str(block.get("block_id", "")).startswith(f"{request_id}:") for block in message.blocks or [])
        ]
        return (cards[-1] if last else cards[0]) if cards else None

    async def pass_time(self, much: timedelta) -> None:
        """Move the clock ahead, and let what became due happen."""
        self.clock.pass_(much)
        self.server.waiters.announce([topics.DEADLINES, topics.NOTICES])

    async def page(self, where: str = "", *, size: dict[str, int] = DESKTOP, **context: Any) -> Page:
        made = await self._browser.new_context(viewport=size, timezone_id="UTC", **context)  # type: ignore[arg-type]
        made.set_default_timeout(10_000)
        self._stack.push_async_callback(made.close)
        page = await made.new_page()
        await page.goto(f"{self.slack.url}/{where}")
        await page.locator("[data-conversation]").first.wait_for(state="attached")
        return page

    def card(self, page: Page, request_id: str, *, last: bool = False) -> Locator:
        """A request's card in the conversation that is open."""
        cards = page.locator(f'#conversation [data-ts]:has([data-block-id^="{request_id}:"]):not(.ephemeral)')
        return cards.last if last else cards.first


@asynccontextmanager
async def stage(browser: Browser, *, port: int = 0, policies: Path | None = None) -> AsyncGenerator[Stage]:
    clock = Clock()
    async with practice_running(port, clock=clock, policies=policies) as (slack, server), AsyncExitStack() as stack:
        yield Stage(slack, server, clock, browser, stack)
