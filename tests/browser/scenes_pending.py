"""Cards that wait for an answer."""

from datetime import timedelta
from pathlib import Path

from playwright.async_api import expect

from bot.policyfiles import shipped_policies
from tests.browser.album import ROOM, Album
from tests.browser.practice import ANA
from tests.browser.questions import (
    COPY,
    DELETE,
    DEPLOY,
    HOUR,
    MAIL,
    MOVE,
    REFUND,
    SCOUT,
    TERMINATE,
    WINDOWS,
)
from tests.browser.stage import Stage, card, cards, modal, visit

A_MOMENT = timedelta(seconds=4)  # until Slack takes the next message at once


async def first_asked(stage: Stage, album: Album) -> None:
    """Each kind of card, as it is posted."""
    page = await stage.page(size=ROOM)
    for name, question in {
        "pending-simple": DEPLOY,
        "pending-options": DELETE,
        "pending-dangerous": TERMINATE,
        "pending-question": SCOUT,
        "pending-many-options": WINDOWS,
    }.items():
        asked = await stage.ask(question, deadline_seconds=HOUR)
        await album.keep(name, card(page, asked.id))
        await stage.pass_time(A_MOMENT)


async def two_people(stage: Stage, album: Album) -> None:
    """One of two said yes; then she changed it."""
    asked = await stage.ask(REFUND, deadline_seconds=HOUR)
    page = await stage.page(size=ROOM)
    shown = card(page, asked.id)
    await stage.pass_time(timedelta(minutes=3))
    await stage.press_and_confirm(page, asked.id, "approve")
    await expect(shown).to_contain_text("1 of 2 yes")
    await album.keep("pending-quorum", shown)
    await stage.pass_time(timedelta(minutes=2))
    await stage.press(page, asked.id, "review")
    await modal(page).get_by_label("amount_usd").fill("235.00")
    await modal(page).get_by_label("Tell teller why").fill("Keep back the $5.00 fee, the customer agreed to it.")
    await modal(page).get_by_role("button", name="Approve this version").click()
    await expect(shown).to_contain_text("look again")
    await album.keep("pending-changed", shown)


async def soft(stage: Stage, album: Album) -> None:
    """Silence is consent, until somebody looks."""
    asked = await stage.ask(MOVE)
    page = await stage.page(size=ROOM)
    shown = card(page, asked.id)
    await expect(shown).to_contain_text("unless someone says no")
    await album.keep("pending-soft", shown)
    await stage.watch(timedelta(minutes=1))
    await stage.press(page, asked.id, "deny")
    await modal(page).get_by_role("button", name="Cancel").click()
    await expect(shown).to_contain_text("is looking")
    await album.keep("pending-soft-opened", shown)


async def told(stage: Stage, album: Album) -> None:
    """Told afterwards."""
    asked = await stage.ask(COPY)
    page = await stage.page(size=ROOM)
    await stage.takes(COPY, asked, result="40 files copied.")
    await expect(card(page, asked.id)).to_contain_text("40 files copied.")
    await album.keep("notify", card(page, asked.id))


async def climbing(stage: Stage, album: Album) -> None:
    """A reminder, then the backup."""
    asked = await stage.ask(TERMINATE, deadline_seconds=None)
    page = await stage.page(size=ROOM)
    await stage.pass_time(timedelta(minutes=30))
    await card(page, asked.id).get_by_role("button", name="1 reply").click()
    reminder = page.locator("#thread .message").last
    await expect(reminder).to_contain_text("still waits")
    await album.keep("reminder", reminder)
    await page.get_by_role("button", name="Close thread").click()
    await stage.pass_time(timedelta(minutes=30))
    await expect(cards(page, asked.id)).to_have_count(2)
    await album.keep("escalation", cards(page, asked.id).last)


async def linked(stage: Stage, album: Album) -> None:
    """Asked again after a no, and asked anew: each card says what the other one was."""
    page = await stage.page(size=ROOM)
    first = await stage.ask(TERMINATE, deadline_seconds=HOUR)
    await stage.press(page, first.id, "deny")
    await modal(page).get_by_label("Why not?").fill("These are the disaster-recovery standby. Ask the owner tag.")
    await modal(page).get_by_role("button", name="Deny").click()
    await stage.takes(TERMINATE, first)
    await stage.pass_time(timedelta(minutes=6))
    second = await stage.ask(
        TERMINATE.saying(title="Terminate 6 unused EC2 instances", impact="6 instances. Their owners agreed."),
        follows=first.id,
        deadline_seconds=HOUR,
    )
    await expect(card(page, first.id)).to_contain_text("Asked again")
    await stage.shown(first.id)
    await album.keep("linked-asked-again", card(page, first.id))
    await album.keep("linked-asked-before", card(page, second.id))
    await stage.pass_time(A_MOMENT)
    third = await stage.ask(
        TERMINATE.saying(title="Terminate 5 unused EC2 instances"), supersedes=second.id, deadline_seconds=HOUR
    )
    await album.keep("linked-replaces", card(page, third.id))


async def own_copy(stage: Stage, album: Album) -> None:
    """The copy of the card in a direct message; the policy of this stage sends one."""
    asked = await stage.ask(MAIL, deadline_seconds=HOUR)
    page = await stage.page(size=ROOM)
    await visit(page, stage.slack.direct_channel(ANA))
    await album.keep("direct-copy", card(page, asked.id))


def policy_with_copies(folder: Path) -> Path:
    """The shipped policy, and everybody who is asked has a copy of their own."""
    shipped = shipped_policies()
    text = (shipped / "standard.yaml" if shipped.is_dir() else shipped).read_text()
    path = folder / "standard.yaml"
    path.write_text(text.replace("      channel: approvals\n", "      channel: approvals\n      direct: true\n"))
    return path
