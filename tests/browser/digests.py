"""A day that ends in a digest, for the stories and the pictures."""

from datetime import UTC, datetime, timedelta

from playwright.async_api import Locator, Page, expect
from sayso.protocol import Approval

from tests.browser.practice import ANA
from tests.browser.questions import COPY, DEPLOY, MOVE, Question
from tests.browser.stage import Stage, card

WRITTEN_AT = datetime(2037, 11, 20, 16, 30, 6, tzinfo=UTC)
"""Half past five in Berlin, and the moments in which the hour settles."""

LOGS = MOVE.saying(title="Move 60 build logs to the archive", impact="60 files, 0.1 GB.", reason="Older than 30 days.")
INDEX = Question(
    agent="tidy",
    action="restart_index",
    arguments={"cluster": "search"},
    said={**MOVE.said, "title": "Restart the search index", "impact": "20 s without search", "undo": "Start it again."},
)
COSTS = (
    "This run cost $12.40, usual are $3",
    "This run cost $11.10, usual are $3",
    "This run cost $10.20, usual are $3",
)


async def raise_alerts(stage: Stage) -> None:
    """Two agents have small things to say."""
    tidy, shipper = await stage.agent("tidy"), await stage.agent("shipper")
    for text in (*COSTS, *COSTS[:2]):
        await tidy.alert("cost", text)
    await tidy.alert("drift", "0.52 from the goal, usual is 0.3")
    await tidy.alert("drift", "0.55 from the goal, usual is 0.3")
    await tidy.alert("no-note", "Made cleanup_report.csv without a line on what it is for")
    await shipper.alert("cost", "4 deploys today cost $6.10 each")


async def a_day(stage: Stage) -> list[Approval]:
    """What happens until the digest is written; the small requests that wait then."""
    await raise_alerts(stage)
    page = await stage.page(ANA)
    deploy = await stage.ask(DEPLOY)
    await stage.press(page, deploy.id, "approve")
    await stage.ask(COPY)
    quiet = await stage.ask(MOVE)
    await expect(card(page, quiet.id)).to_contain_text("unless someone says no")
    await stage.watch(timedelta(minutes=5, seconds=30))
    await stage.shown(quiet.id)
    await stage.pass_time(WRITTEN_AT - timedelta(minutes=2) - stage.clock())
    return [await stage.ask(LOGS), await stage.ask(INDEX)]


async def at_the_hour(stage: Stage, page: Page) -> Locator:
    """Let the hour come; the digest, once it is posted with all its replies."""
    await stage.pass_time(WRITTEN_AT - stage.clock())
    return await digest(stage, page)


async def digest(stage: Stage, page: Page) -> Locator:
    """The newest digest on the page, once its replies are posted."""
    shown = page.locator('#conversation .message:has([data-action-id="open_inbox"])').last
    await expect(shown).to_be_visible()
    return shown


async def open_thread(stage: Stage, page: Page, shown: Locator, *, replies: int) -> Locator:
    """The replies of a digest, all of them posted."""
    words = "1 reply" if replies == 1 else f"{replies} replies"
    await stage.pass_time(timedelta(seconds=4))
    await shown.get_by_role("button", name=words).click()
    return page.locator("#thread .message")


def reply_of(page: Page, agent: str) -> Locator:
    """One agent's reply in the open thread."""
    return page.locator("#thread .message").filter(has=page.locator("b, strong", has_text=agent)).first
