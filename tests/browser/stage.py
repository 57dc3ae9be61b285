"""The whole product on the practice Slack, with a clock that can be moved: for the stories and the pictures."""

import asyncio
import time
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar

from playwright.async_api import Browser, BrowserContext, Locator, Page
from sayso import Decided, NotAllowed, Sayso
from sayso.protocol import Approval

from bot.app import Server, practice_running
from bot.app.practice import Transport
from bot.demo import STORIES
from bot.domain.notice import Notice
from bot.localslack import LocalSlack
from bot.localslack.message import Message
from bot.services import topics
from tests.browser.practice import ANA, APPROVALS, CHEN, DESKTOP
from tests.browser.questions import Question

T = TypeVar("T")

START = datetime(2037, 11, 20, 14, 31, tzinfo=UTC)
"""When every story begins. It lies ahead of the real time, so that no timer of the real time finds anything overdue."""

A_LOOK = timedelta(seconds=5)
"""Silence is consent only while the server looks every half minute, so a stretch that is watched passes in steps: short
ones, because another of the server's duties may have asked the clock instead.
"""

ASKED_AT_A_LOOK = 2  # how often the server asks the clock when it looks what is due, at least
LONGEST_STEP = 2.0  # real seconds until an agent at work begins to sleep again
LONGEST_WORK = 20  # seconds on the clock


class Clock:
    """Begins at START and goes on like the real time, and as much faster as a test says."""

    def __init__(self) -> None:
        self._began = time.monotonic()
        self._ahead = timedelta()
        self._moved = asyncio.Event()
        self.asked = 0
        self.sleeps = 0

    def __call__(self) -> datetime:
        self.asked += 1
        return self._now()

    def advance(self, much: timedelta) -> None:
        self._ahead += much
        self._moved.set()
        self._moved = asyncio.Event()

    async def sleep(self, seconds: float) -> None:
        """How an agent of the demo sleeps: by this clock."""
        self.sleeps += 1
        until = self._now() + timedelta(seconds=seconds)
        while (left := (until - self._now()).total_seconds()) > 0:
            with suppress(TimeoutError):
                await asyncio.wait_for(self._moved.wait(), left)

    def _now(self) -> datetime:
        return START + timedelta(seconds=time.monotonic() - self._began) + self._ahead


class Stage:
    """A local Slack, a server and agents; pages of people."""

    def __init__(
        self, slack: LocalSlack, server: Server, clock: Clock, browser: Browser, stack: AsyncExitStack
    ) -> None:
        self.slack, self.server, self.clock = slack, server, clock
        self._browser, self._stack = browser, stack
        self._agents: dict[str, Sayso] = {}
        self._contexts: list[BrowserContext] = []
        self._redraws = True
        self.troubles: list[str] = []

    # The agents' side

    async def agent(self, name: str, owner: str = CHEN) -> Sayso:
        """The client of an agent, registered when first named."""
        if name not in self._agents:
            key = await self.server.agents.add(name, owner)
            self._agents[name] = await self._stack.enter_async_context(Sayso(self.server.url, key))
        return self._agents[name]

    async def ask(self, question: Question, **more: Any) -> Approval:
        """Submit a question and wait until its card is posted."""
        client = await self.agent(question.agent)
        asked = await client.submit(question.action, question.arguments, **{**question.said, **more})
        await self.shown(asked.id)
        return asked

    def waiting(self, question: Question, asked: Approval) -> asyncio.Future[Decided]:
        """The agent waits for the decision; the task ends as its `wait` does."""
        return self._started(self._agents[question.agent].wait(asked.id))

    async def plays(self, name: str) -> asyncio.Future[None]:
        """An agent of the demo at work by its script; the task ends as its run does."""
        story = next(story for story in STORIES if story.agent == name)
        client = await self.agent(name, story.owner)
        self._started(story.undo_afterwards(client, sleep=self.clock.sleep))
        return self._started(story.act(client, sleep=self.clock.sleep))

    async def works(self, steps: int, *, seconds: float = 2.0) -> None:
        """Let an agent at work do so many steps, each of so many seconds."""
        for _ in range(steps):
            before = self.clock.sleeps
            await self.pass_time(timedelta(seconds=seconds))
            with suppress(TimeoutError):  # somebody stopped it, or it waits for people
                async with asyncio.timeout(LONGEST_STEP):
                    while self.clock.sleeps == before:  # noqa: ASYNC110 - whoever sleeps does not say so
                        await asyncio.sleep(0.005)

    async def finishes(self, work: asyncio.Future[T]) -> T:
        """What an agent's work comes to, once the time has passed that it takes."""
        for _ in range(LONGEST_WORK):
            if work.done():
                break
            await self._advance(timedelta(seconds=1))
            await asyncio.wait([work], timeout=0.1)
        return await asyncio.wait_for(work, 5)

    async def enter(self, block: AbstractAsyncContextManager[T]) -> T:
        """Enter a block that is left when the stage closes, before the agents' clients are."""
        return await self._stack.enter_async_context(block)

    def _started(self, work: Awaitable[T]) -> asyncio.Future[T]:
        task = asyncio.ensure_future(work)
        self._stack.push_async_callback(ended, task)
        return task

    async def takes(
        self, question: Question, asked: Approval, *, result: str | None = None, failed: bool = False
    ) -> Decided:
        """The agent fetches the decision, acknowledges it, and reports a result where one is given."""
        client = self._agents[question.agent]
        try:
            decided = await client.wait(asked.id)
        except NotAllowed as error:
            decided = error.decided
        await client.acknowledge(asked.id, claim=decided.claim, holder="worker-1")
        if result:
            await client.report(asked.id, "failed" if failed else "succeeded", result)
        return decided

    # What is in Slack

    def card_of(self, request_id: str, *, channel: str = APPROVALS, last: bool = False) -> Message | None:
        """The request's card in a channel: the first one, or the last."""
        cards = [message for message in self.slack.messages(channel) if is_about(message, request_id)]
        return (cards[-1] if last else cards[0]) if cards else None

    async def titled(self, title: str, *, channel: str = APPROVALS) -> str:
        """The id of the request whose card has this title, once it is there."""

        return await self._saying(title, channel, lambda blocks: str(blocks[0].get("text")))

    async def telling(self, words: str, *, channel: str = APPROVALS) -> str:
        """The id of the request whose message says this somewhere, once it is there."""
        return await self._saying(words, channel, str)

    async def _saying(self, words: str, channel: str, said: Callable[[list[dict[str, Any]]], str]) -> str:
        def look() -> str | None:
            for message in self.slack.messages(channel):
                if message.blocks and words in said(message.blocks):
                    return str(message.blocks[0]["block_id"]).partition(":")[0]
            return None

        return await self.slack.until(look)

    async def shown(self, request_id: str) -> None:
        """Wait until Slack shows all that is promised about a request."""
        while not all(map(self._is_shown, await self._notices(request_id))):  # noqa: ASYNC110 - nobody announces it
            await asyncio.sleep(0.01)

    def hold_redraws(self) -> None:
        """From now on Slack takes no edits, so cards show what was."""
        self.slack.faults.rate_limit("chat.update", retry_after=86_400, times=1_000)
        self._redraws = False

    def _is_shown(self, notice: Notice) -> bool:
        """Whether it is as it should be, or given up."""
        is_posted = notice.given_up_at is not None or notice.shown_version > 0
        return is_posted and (not self._redraws or notice.shown_version >= notice.wanted_version)

    async def _notices(self, request_id: str) -> list[Notice]:
        return await self.server.store.read(lambda work: work.notices.of_request(request_id))

    # Time

    async def pass_time(self, much: timedelta) -> None:
        """Jump ahead, and let what became due happen. The agents' and people's waits are not waited for."""
        await self._advance(much)
        self.server.waiters.announce([topics.DEADLINES, topics.NOTICES])

    async def watch(self, much: timedelta) -> None:
        """The same in steps, with a look of the server at each."""
        while much > timedelta():
            step = min(much, A_LOOK)
            await self._advance(step)
            before = self.clock.asked
            self.server.waiters.announce([topics.DEADLINES])
            while self.clock.asked < before + ASKED_AT_A_LOOK:  # noqa: ASYNC110 - the server's threads ask
                await asyncio.sleep(0.001)
            much -= step

    async def _advance(self, much: timedelta) -> None:
        self.clock.advance(much)
        for context in self._contexts:
            await context.clock.set_system_time(self.clock())

    # Pages

    async def page(
        self,
        person: str = ANA,
        where: str = "",
        *,
        size: dict[str, int] = DESKTOP,
        theme: str = "light",
        **context: Any,
    ) -> Page:
        """A person's own browser at the practice page."""
        made = await self._browser.new_context(viewport=size, timezone_id="UTC", **context)  # type: ignore[arg-type]
        made.set_default_timeout(10_000)
        await made.clock.install(time=self.clock())
        self._contexts.append(made)
        self._stack.push_async_callback(made.close)
        page = await made.new_page()
        page.on("pageerror", lambda error: self.troubles.append(str(error)))
        page.on("dialog", lambda dialog: self.troubles.append(dialog.message))
        await page.goto(f"{self.slack.url}/?as={person}&theme={theme}{where}")
        await page.locator("[data-conversation]").first.wait_for(state="attached")
        return page

    async def press(self, page: Page, request_id: str, action_id: str, *, channel: str = APPROVALS) -> None:
        """Press a button of a card as a person does: of the card as it is, not of one that is just drawn anew."""
        await self.shown(request_id)
        message = self.card_of(request_id, channel=channel)
        assert message is not None
        newest = str((message.blocks or [])[0]["block_id"])
        where = page.locator(f'#conversation .message:has([data-block-id="{newest}"])').first
        await control(where, action_id).click()

    async def press_and_confirm(self, page: Page, request_id: str, action_id: str) -> None:
        """Press a dangerous yes, and say yes again."""
        await self.press(page, request_id, action_id)
        await page.get_by_role("alertdialog").get_by_role("button", name="Yes, approve").click()


async def ended(task: asyncio.Future[Any]) -> None:
    """Cancel it if it still runs; what it raised was looked at before, or does not matter."""
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


def is_about(message: Message, request_id: str) -> bool:
    return any(str(block.get("block_id", "")).startswith(f"{request_id}:") for block in message.blocks or [])


def cards(page: Page, request_id: str) -> Locator:
    """All messages about a request in the conversation that is open, oldest first; no private ones."""
    return page.locator(f'#conversation [data-ts]:has([data-block-id^="{request_id}:"]):not(.ephemeral)')


def card(page: Page, request_id: str) -> Locator:
    """Its first card."""
    return cards(page, request_id).first


def control(where: Locator, action_id: str) -> Locator:
    """The button, menu or field with this action id."""
    return where.locator(f'[data-action-id="{action_id}"]')


def modal(page: Page) -> Locator:
    """The form that is open."""
    return page.get_by_role("dialog")


def private(page: Page) -> Locator:
    """The last message that only this person sees."""
    return page.locator("#conversation .ephemeral").last


async def tab_to(page: Page, name: str) -> None:
    """Press Tab until the control with this name has the focus."""
    for _ in range(60):
        await page.keyboard.press("Tab")
        focused = page.locator(":focus")
        if name == ((await focused.get_attribute("aria-label")) or (await focused.inner_text()).strip()):
            return
    raise AssertionError(f"Tab never came to {name!r}")


async def visit(page: Page, conversation: str) -> None:
    """Open a channel, or a direct message."""
    await page.locator(f'[data-conversation="{conversation}"]').click()


@asynccontextmanager
async def stage(
    browser: Browser, *, policies: Path | None = None, notice: str | None = None, transport: Transport = "http"
) -> AsyncGenerator[Stage]:
    """The product, until the block ends. A page that logged an error fails it."""
    clock = Clock()
    running = practice_running(0, notice=notice, clock=clock, policies=policies, transport=transport)
    async with running as (slack, server), AsyncExitStack() as stack:
        made = Stage(slack, server, clock, browser, stack)
        yield made
        assert made.troubles == []
