"""Cards whose request is closed: what was decided, and what came of it."""

import asyncio
from datetime import timedelta

from playwright.async_api import Page, expect
from sayso.protocol import Approval

from bot.domain.callback_url import NO_NETWORKS
from bot.domain.sending import Sending
from bot.services import topics
from bot.services.manage_addresses import ManageAddresses
from tests.browser.album import ROOM, Album
from tests.browser.practice import ANA, CHEN, OPERATIONS
from tests.browser.questions import DELETE, DEPLOY, HOUR, MOVE, SCOUT, TERMINATE
from tests.browser.scenes_pending import A_MOMENT
from tests.browser.stage import Stage, card, modal, visit

TWO_MINUTES = timedelta(minutes=2)
NOT_UNUSED = (
    "These are the disaster-recovery standby. No traffic is their job. Ask the owner tag, not the network graph."
)


async def approved(stage: Stage, album: Album) -> None:
    """A yes, while it runs and when it is done."""
    page, asked = await _approved_deploy(stage)
    await stage.takes(DEPLOY, asked)
    await expect(card(page, asked.id)).to_contain_text("running")
    await album.keep("closed-running", card(page, asked.id))
    await stage.pass_time(TWO_MINUTES)
    await (await stage.agent(DEPLOY.agent)).report(asked.id, "succeeded", "v2.1.0 runs on all 12 hosts.")
    await expect(card(page, asked.id)).to_contain_text("all 12 hosts")
    await album.keep("closed-approved", card(page, asked.id))


async def chosen(stage: Stage, album: Album) -> None:
    """One of the agent's options: a yes, and one that is a no."""
    page = await stage.page(size=ROOM)
    for name, option, result in (
        ("closed-option", 1, "312 files deleted, 535 kept, 0.9 GB freed."),
        ("closed-denied-by-option", 3, None),
    ):
        asked = await stage.ask(DELETE, deadline_seconds=HOUR)
        await stage.pass_time(TWO_MINUTES)
        await stage.press(page, asked.id, f"choose_{option}")
        await stage.takes(DELETE, asked, result=result)
        await expect(card(page, asked.id)).to_contain_text(result or "told to plan again")
        await album.keep(name, card(page, asked.id))


async def modified(stage: Stage, album: Album) -> None:
    """A yes to something else than was asked."""
    asked = await stage.ask(DELETE, deadline_seconds=HOUR)
    page = await stage.page(size=ROOM)
    await stage.pass_time(timedelta(minutes=7))
    await stage.press(page, asked.id, "review")
    form = modal(page)
    await form.get_by_label("Only files older than (days)").fill("365")
    await form.get_by_label("Filters (JSON)").fill('{"keep": ["*.golden", "*.snap"], "owners": ["ci"]}')
    await form.get_by_label("Tell tidy why").fill(
        "Old means by date. Keep the snapshots, two teams still compare against them."
    )
    await form.get_by_role("button", name="Approve this version").click()
    await stage.takes(DELETE, asked)
    await expect(card(page, asked.id)).to_contain_text("running")
    await album.keep("closed-modified", card(page, asked.id))


async def denied(stage: Stage, album: Album) -> None:
    """A no with a reason."""
    asked = await stage.ask(TERMINATE, deadline_seconds=HOUR)
    page = await stage.page(size=ROOM)
    await stage.pass_time(TWO_MINUTES)
    await stage.press(page, asked.id, "deny")
    await modal(page).get_by_label("Why not?").fill(NOT_UNUSED)
    await modal(page).get_by_role("button", name="Deny").click()
    await stage.takes(TERMINATE, asked)
    await expect(card(page, asked.id)).to_contain_text("told to plan again")
    await album.keep("closed-denied", card(page, asked.id))


async def answered(stage: Stage, album: Album) -> None:
    """An answer in a person's own words."""
    asked = await stage.ask(SCOUT, deadline_seconds=HOUR)
    page = await stage.page(size=ROOM)
    await stage.pass_time(TWO_MINUTES)
    await stage.press(page, asked.id, "answer")
    await (
        modal(page)
        .get_by_label("Your answer")
        .fill("Merge duplicates only, and leave customers with open orders alone.")
    )
    await modal(page).get_by_role("button", name="Send answer").click()
    await stage.takes(SCOUT, asked)
    await expect(card(page, asked.id)).to_contain_text("acknowledged")
    await album.keep("closed-answered", card(page, asked.id))


async def consented(stage: Stage, album: Album) -> None:
    """Nobody objected."""
    asked = await stage.ask(MOVE)
    page = await stage.page(size=ROOM)
    await stage.watch(timedelta(minutes=5, seconds=5))
    await stage.takes(MOVE, asked, result="312 files moved to ci-archive/old.")
    await expect(card(page, asked.id)).to_contain_text("312 files moved")
    await album.keep("closed-consented", card(page, asked.id))


async def expired(stage: Stage, album: Album) -> None:
    """Nobody answered; the owner and operations are told."""
    asked = await stage.ask(DELETE, deadline_seconds=HOUR)
    page = await stage.page(size=ROOM)
    await stage.pass_time(timedelta(minutes=15))
    await expect(card(page, asked.id)).to_contain_text("also")
    await stage.pass_time(timedelta(minutes=45))
    await expect(card(page, asked.id)).to_contain_text("Expired")
    await stage.takes(DELETE, asked)
    await expect(card(page, asked.id)).to_contain_text("Delivered")
    await album.keep("closed-expired", card(page, asked.id))
    await visit(page, OPERATIONS)
    await album.keep("told-operations", card(page, asked.id))
    owner = await stage.page(CHEN, size=ROOM)
    await visit(owner, stage.slack.direct_channel(CHEN))
    await album.keep("told-owner", card(owner, asked.id))


async def in_trouble(stage: Stage, album: Album) -> None:
    """A yes that did not arrive, that failed, that nobody heard of again."""
    page, asked = await _approved_deploy(stage)
    await stage.pass_time(timedelta(minutes=6))
    await expect(card(page, asked.id)).to_contain_text("has not got the answer")
    await album.keep("closed-not-fetched", card(page, asked.id))

    page, asked = await _approved_deploy(stage, page)
    await stage.takes(DEPLOY, asked)
    await stage.pass_time(TWO_MINUTES)
    agent = await stage.agent(DEPLOY.agent)
    await agent.report(asked.id, "failed", "Health check failed on 3 of 12 hosts. Rolled back to v2.0.4.")
    await expect(card(page, asked.id)).to_contain_text("Health check failed")
    await album.keep("closed-failed", card(page, asked.id))

    page, asked = await _approved_deploy(stage, page)
    await stage.takes(DEPLOY, asked)
    await stage.pass_time(timedelta(minutes=61))
    await expect(card(page, asked.id)).to_contain_text("no result")
    await album.keep("closed-no-result", card(page, asked.id))


async def taken_back(stage: Stage, album: Album) -> None:
    """By the agent itself: for good, and for another request."""
    page = await stage.page(size=ROOM)
    asked = await stage.ask(DELETE, deadline_seconds=HOUR)
    await stage.pass_time(timedelta(minutes=9))
    await (await stage.agent("tidy")).withdraw(asked.id, reason="The nightly job freed the disk.")
    await expect(card(page, asked.id)).to_contain_text("took it back")
    await album.keep("closed-withdrawn", card(page, asked.id))
    await stage.pass_time(A_MOMENT)
    asked = await stage.ask(DELETE, deadline_seconds=HOUR)
    await stage.pass_time(timedelta(minutes=9))
    await stage.ask(DELETE, supersedes=asked.id, title="Delete 312 test files older than a year")
    await expect(card(page, asked.id)).to_contain_text("changed its request")
    await album.keep("closed-superseded", card(page, asked.id))


async def _approved_deploy(stage: Stage, page: Page | None = None) -> tuple[Page, Approval]:
    await stage.pass_time(A_MOMENT)
    asked = await stage.ask(DEPLOY, deadline_seconds=HOUR)
    page = page or await stage.page(ANA, size=ROOM)
    await stage.pass_time(TWO_MINUTES)
    await stage.press(page, asked.id, "approve")
    await expect(card(page, asked.id)).to_contain_text("Approved")
    return page, asked


async def not_delivered(stage: Stage, album: Album) -> None:
    """A yes that the agent's address does not take: while it is tried, when that was given up, and sent again."""
    await stage.agent(DEPLOY.agent)
    manage = ManageAddresses(stage.server.store, stage.server.ids, NO_NETWORKS, check_broker=lambda url: None)
    await manage.send_to(DEPLOY.agent, "https://shipper.invalid/sayso")
    page, asked = await _approved_deploy(stage)
    await _tries(stage, asked, 4)
    await stage.pass_time(timedelta(minutes=1))
    await expect(card(page, asked.id)).to_contain_text("4 tries since")
    await album.keep("closed-not-delivered", card(page, asked.id))

    await _tries(stage, asked, None)
    await expect(card(page, asked.id)).to_contain_text("We stopped trying")
    await album.keep("closed-parked", card(page, asked.id))

    await stage.press(page, asked.id, "send_again")
    await expect(card(page, asked.id)).to_contain_text("1 try since")
    await stage.takes(DEPLOY, asked)
    await expect(card(page, asked.id)).to_contain_text("running")


async def _tries(stage: Stage, asked: Approval, wanted: int | None) -> None:
    """Let time pass until it was tried so often, or was given up."""

    async def sending() -> Sending:
        found = await stage.server.store.read(lambda work: work.sendings.of_request(asked.id))
        assert found is not None
        return found

    while (now := await sending()).next_try_at is not None and now.tries != wanted:
        left = now.next_try_at - stage.clock()
        await stage.pass_time(max(left, timedelta()))
        stage.server.waiters.announce([topics.CALLBACKS_DUE])
        while (await sending()).version == now.version:  # noqa: ASYNC110 - whoever sends it does not say so
            await asyncio.sleep(0.01)
