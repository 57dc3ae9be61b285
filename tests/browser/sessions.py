"""Agents at work on the stage, and people who step in: runs, commands, and the cards of sessions."""

import asyncio
from collections.abc import Callable

from playwright.async_api import Locator, Page
from sayso import AgentSession, Steer

from bot.domain.notice import Notice, NoticeKind
from tests.browser.practice import CHEN, write_in
from tests.browser.stage import Stage, cards, control

GOAL = "Free disk space on the CI cache"


async def begin(
    stage: Stage, name: str = "tidy", goal: str | None = GOAL, *, owner: str = CHEN, environment: str = "staging"
) -> AgentSession:
    """An agent's run, at work until the stage closes or it ends."""
    client = await stage.agent(name, owner)
    return await stage.enter(client.session(goal, environment=environment))


async def say(page: Page, line: str) -> Locator:
    """Type a command as the person of the page; the private answers there, the newest last."""
    told = page.locator("#conversation .ephemeral")
    before = await told.count()
    await write_in(page).fill(line)
    await page.keyboard.press("Escape")  # the list of commands
    await page.keyboard.press("Enter")
    await told.nth(before).wait_for()
    return told.last


def session_card(page: Page, run: AgentSession | str) -> Locator:
    """The card of a run, or of a session's id, in the conversation that is open."""
    return cards(page, _id(run)).first


async def session_shown(stage: Stage, run: AgentSession | str) -> None:
    """Wait until Slack shows all that is promised about a run."""
    while not all(map(_is_shown, await _notices(stage, run))):  # noqa: ASYNC110 - nobody announces it
        await asyncio.sleep(0.01)


async def press_on_session(stage: Stage, page: Page, run: AgentSession | str, action_id: str) -> None:
    """Press a button of the card as a person does: of the card as it is, not of one that is just drawn anew."""
    await session_shown(stage, run)
    await control(session_card(page, run), action_id).click()


async def heard(run: AgentSession, of: Callable[[AgentSession], object]) -> None:
    """Wait until a run has heard of something: a checkpoint that comes sooner finds nothing."""
    while not of(run):  # noqa: ASYNC110 - the listener does not say so
        await asyncio.sleep(0.01)


async def steers_of(run: AgentSession) -> tuple[Steer, ...]:
    """A checkpoint of a run that somebody steered."""
    await heard(run, lambda run: run.steering)
    return await run.checkpoint()


async def undoing(run: AgentSession, done: Callable[[], object]) -> None:
    """Checkpoints of a run that is to undo something, until it did."""
    while not done():
        await run.checkpoint()
        await asyncio.sleep(0.01)


def _id(run: AgentSession | str) -> str:
    return run if isinstance(run, str) else run.id


async def _notices(stage: Stage, run: AgentSession | str) -> list[Notice]:
    notices = await stage.server.store.read(lambda work: work.notices.of_session(_id(run)))
    return [one for one in notices if one.kind is NoticeKind.SESSION_CARD]


def _is_shown(notice: Notice) -> bool:
    return notice.given_up_at is not None or (
        notice.shown_version > 0 and notice.shown_version >= notice.wanted_version
    )
