"""Slash commands on the practice page: the list that offers them, and what becomes of one."""

import pytest
from playwright.async_api import expect

from tests.browser.practice import APPROVALS, DEE, ELI, PHONE, Practice, become, section, write_in

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def test_a_slash_offers_the_commands_and_a_key_takes_one(practice: Practice):
    typed = practice.answer("/approvals", "Nothing waits for you.")
    page = await practice.page()
    offered = page.get_by_role("option")
    await write_in(page).fill("/")
    await expect(offered).to_have_count(2)
    await expect(offered.first).to_contain_text("/agent")
    await expect(offered.first).to_contain_text("list, show, pause")
    await page.keyboard.press("ArrowDown")
    await expect(page.locator('[role=option][aria-selected="true"]')).to_contain_text("/approvals")
    await page.keyboard.press("Enter")
    await expect(write_in(page)).to_have_value("/approvals ")
    await expect(offered).to_have_count(0)
    await page.keyboard.type("inbox")
    await page.keyboard.press("Enter")
    await expect(page.locator(".ephemeral")).to_contain_text("Nothing waits for you.")
    await expect(write_in(page)).to_have_value("")
    assert typed == ["inbox"]


async def test_the_list_narrows_goes_away_and_is_taken_with_the_pointer(practice: Practice):
    page = await practice.page()
    await write_in(page).fill("/ag")
    await expect(page.get_by_role("option")).to_have_count(1)
    await page.keyboard.press("Escape")
    await expect(page.get_by_role("listbox")).to_have_count(0)
    await page.keyboard.type("e")
    await page.get_by_role("option").click()
    await expect(write_in(page)).to_have_value("/agent ")
    await expect(write_in(page)).to_be_focused()


async def test_a_whole_command_is_sent_at_once_and_mentions_are_typed_by_name(practice: Practice):
    typed = practice.answer("/agent", "tidy")
    practice.answer("/approvals", "You are away.")
    page = await practice.page()
    await write_in(page).fill("/agent")
    await page.keyboard.press("Enter")
    await practice.slack.until(lambda: typed)
    await write_in(page).fill("/approvals away backup @bo")
    await page.keyboard.press("Enter")
    await expect(page.locator(".ephemeral").last).to_contain_text("You are away.")
    assert typed == [""]
    assert practice.slack.deliveries[-1].payload["text"] == "away backup <@U03BO|bo>"


async def test_a_name_in_a_message_becomes_a_mention(practice: Practice):
    page = await practice.page()
    await write_in(page).fill("@bo look at #operations, not <@U04CHEN>")
    await page.keyboard.press("Enter")
    written = page.locator("#conversation .message").last
    await expect(written.locator(".mention")).to_have_text(["@Bo", "#operations"])
    await expect(written).to_contain_text("not <@U04CHEN>")


async def test_an_unknown_command_is_refused_and_given_back(practice: Practice):
    page = await practice.page()
    await write_in(page).fill("/deploy now")
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("alert")).to_contain_text("/deploy is not a valid command")
    await expect(write_in(page)).to_have_value("/deploy now")
    assert practice.slack.deliveries == []
    await write_in(page).fill(" /deploy now")
    await page.keyboard.press("Enter")
    await expect(page.locator("#conversation .message").last).to_contain_text("/deploy now")


async def test_slackbot_says_so_when_nobody_answers(practice: Practice):
    page = await practice.page()
    practice.slack.deliver_to("http://127.0.0.1:1/slack/events")
    await write_in(page).fill("/agent list")
    await page.keyboard.press("Enter")
    private = page.locator(".ephemeral")
    await expect(private).to_contain_text("Slackbot")
    await expect(private).to_contain_text("/agent failed with the error “dispatch_failed”")


async def test_a_thread_takes_no_commands(practice: Practice):
    ts = await practice.post(section("A card"))
    page = await practice.page(f"#{APPROVALS}/t{ts}")
    reply = page.get_by_role("textbox", name="Reply")
    await reply.fill("/agent list")
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("alert")).to_have_text("/agent is not supported in threads. Sorry!")


async def test_a_guest_may_command_and_somebody_of_another_workspace_is_offered_none(practice: Practice):
    practice.answer("/agent", "You can't look at agents.")
    page = await practice.page()
    await become(page, DEE)
    await write_in(page).fill("/agent list")
    await page.keyboard.press("Enter")
    await expect(page.locator(".ephemeral")).to_contain_text("You can't look at agents.")
    await become(page, ELI)
    await expect(page.locator(".ephemeral")).to_have_count(0)
    await write_in(page).fill("/a")
    await expect(page.get_by_role("option")).to_have_count(0)


async def test_on_a_phone_the_list_fits(practice: Practice):
    page = await practice.page(size=PHONE, has_touch=True, is_mobile=True)
    await write_in(page).fill("/")
    box = await page.get_by_role("listbox").bounding_box()
    assert box is not None
    assert (box["x"] >= 0, box["x"] + box["width"] <= PHONE["width"]) == (True, True)
    await page.get_by_role("option").last.tap()
    await expect(write_in(page)).to_have_value("/approvals ")
