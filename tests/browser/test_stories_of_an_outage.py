"""Slack is down while something waits: people decide in a terminal, and the cards are right again afterwards."""

import asyncio
import io
from datetime import timedelta

import pytest
from playwright.async_api import Page, expect
from sayso import Denied
from sayso.people import Reviewer
from sayso.protocol import Verdict

from bot.app.practice import token_for
from bot.terminal import Screen, Watch, plain_console
from bot.terminal.review import show_inbox
from bot.terminal.scripted import Words, decide
from tests.browser.practice import ANA, BO
from tests.browser.questions import DELETE, DEPLOY, TERMINATE
from tests.browser.stage import Stage, card, control, modal

pytestmark = pytest.mark.asyncio(loop_scope="session")

MINUTE = timedelta(minutes=1)
YES = Words(verdict=Verdict.APPROVE, is_sure=True)
NO = Words(verdict=Verdict.DENY, reason="They are the standby.")


async def test_what_waits_is_decided_in_the_terminal_and_the_cards_follow(on_stage: Stage):
    deploying, saving = await on_stage.plays("shipper"), await on_stage.plays("costwatch")
    deploy, terminate = await on_stage.titled(DEPLOY.title), await on_stage.titled(TERMINATE.title)
    token = await token_for(on_stage.server, ANA, "Ana")
    page = await on_stage.page(ANA)
    await on_stage.shown(deploy)
    await on_stage.shown(terminate)
    await _switch_down(page)
    await expect(page.locator("#strip")).to_contain_text("Slack is down")

    cleaning = await on_stage.plays("tidy")  # asks where nobody can see it
    listed = await _sayso(on_stage, token)
    assert "shipper: Deploy v2.1.0 to us-east-1?" in listed
    assert "Approved" in await _sayso(on_stage, token, YES, about=deploy)
    await on_stage.finishes(deploying)
    assert "Denied" in await _sayso(on_stage, token, NO, about=terminate)
    with pytest.raises(Denied):
        await on_stage.finishes(saving)
    left = await _sayso(on_stage, token)
    assert "1 request waits for you." in left
    assert "tidy: Delete 847 old test files?" in left
    await expect(card(page, deploy)).to_contain_text("Deploy v2.1.0 to us-east-1?")

    await _switch_down(page)
    await on_stage.pass_time(MINUTE)
    await expect(card(page, deploy)).to_contain_text("Approved as asked by @Ana, today")
    await expect(card(page, deploy)).to_contain_text("shipper reports: v2.1.0 runs on all 12 hosts.")
    await expect(card(page, terminate)).to_contain_text("Denied: Terminate 47 unused EC2 instances")
    delete = await on_stage.titled(DELETE.title)
    await on_stage.press(page, delete, "choose_2")
    await on_stage.finishes(cleaning)
    await expect(card(page, delete)).to_contain_text("tidy reports: 847 files moved to staging/.")


async def test_the_second_yes_is_given_while_slack_is_down(on_stage: Stage):
    work = await on_stage.plays("teller")
    refund = await on_stage.titled("Refund $240.00")
    token = await token_for(on_stage.server, BO, "Bo")
    page = await on_stage.page(ANA)
    await on_stage.press_and_confirm(page, refund, "approve")
    await expect(card(page, refund)).to_contain_text("1 of 2 yes: @Ana")
    await _switch_down(page)
    assert "Approved" in await _sayso(on_stage, token, YES, about=refund)
    await on_stage.finishes(work)
    await _switch_down(page)
    await on_stage.pass_time(MINUTE)
    await expect(card(page, refund)).to_contain_text("Approved as asked by @Ana and @Bo")
    await expect(card(page, refund)).to_contain_text("teller reports: $240.00 sent back.")


async def test_a_form_that_was_open_when_slack_went_down_can_be_sent_when_it_is_back(on_sockets: Stage):
    asked = await on_sockets.ask(TERMINATE)
    page = await on_sockets.page(ANA)
    await on_sockets.press(page, asked.id, "deny")
    form = modal(page)
    await form.get_by_label("Why not?").fill("They are the standby.")
    await _switch_down(page)
    await form.get_by_role("button", name="Deny").click()
    await expect(form).to_contain_text("down")
    await _switch_down(page)
    await on_sockets.slack.until(lambda: on_sockets.slack.open_sockets > 0)
    await form.get_by_role("button", name="Deny").click()
    await expect(card(page, asked.id)).to_contain_text("Denied: Terminate 47 unused EC2 instances")
    await expect(control(card(page, asked.id), "approve")).to_have_count(0)


async def _switch_down(page: Page) -> None:
    """Turn the switch on the page: down, or up again."""
    panel = page.locator("#faults")
    if not await panel.is_visible():
        await page.locator("#faults-button").click()
    await panel.locator("[data-fault=down]").click()


async def _sayso(stage: Stage, token: str, *words: Words, about: str = "") -> str:
    """What `sayso review` says in a terminal: the inbox, or what came of a word about a request."""
    said = io.StringIO()
    screen = Screen(console=plain_console(file=said), watch=Watch(stage.clock))

    def use() -> None:
        with Reviewer(stage.server.url, token) as reviewer:
            if not words:
                show_inbox(reviewer, screen, is_json=False)
            for word in words:
                decide(reviewer, screen, about, word, is_json=False)

    await asyncio.to_thread(use)
    return said.getvalue()
