"""The panel of faults on the practice page."""

import pytest
from playwright.async_api import expect
from slack_sdk.errors import SlackApiError

from bot.localslack import Switch
from tests.browser.practice import (
    APPROVALS,
    PHONE,
    Practice,
    actions,
    become,
    button,
    edit_form,
    message,
    opens,
    press,
    write_in,
)

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def test_a_switch_is_turned_and_the_bar_says_how_many_are_on(practice: Practice):
    page = await practice.page()
    bar = page.get_by_role("button", name="Faults", exact=True)
    await bar.click()
    panel = page.get_by_role("complementary", name="Faults")
    await panel.get_by_label("The token is refused (invalid_auth)").check()
    await expect(page.locator("#faults-button")).to_have_text("Faults: 1 on")
    with pytest.raises(SlackApiError, match="invalid_auth"):
        await practice.client.auth_test()
    await expect(panel.locator(".wire li").first).to_contain_text("auth.test invalid_auth")
    await panel.get_by_label("The token is refused (invalid_auth)").uncheck()
    await expect(page.locator("#faults-button")).to_have_text("Faults")
    assert (await practice.client.auth_test())["ok"]


async def test_a_test_that_switches_is_seen_on_every_page(practice: Practice):
    page = await practice.page()
    practice.slack.faults.switch(Switch.RATE_LIMITED)
    practice.slack.faults.hold_answer("chat.update")
    await page.locator("#faults-button").click()
    panel = page.get_by_role("complementary", name="Faults")
    await expect(panel.get_by_label("Slack is busy")).to_be_checked()
    await expect(panel).to_contain_text("Planned: chat.update: processed, but the answer waits")
    await expect(page.locator("#faults-button")).to_have_text("Faults: 2 on")
    practice.slack.faults.clear()
    await expect(panel.get_by_label("Slack is busy")).not_to_be_checked()


async def test_while_slack_is_down_nothing_can_be_done_and_the_page_says_so(practice: Practice):
    practice.hear("open")
    ts = await practice.post(actions(button("open", "Open")))
    page = await practice.page()
    await page.locator("#faults-button").click()
    panel = page.get_by_role("complementary", name="Faults")
    await panel.get_by_label("Slack is down").check()
    await expect(page.locator("#strip")).to_contain_text("Slack is down")
    await press(page, "open").click()
    await expect(message(page, ts).get_by_role("alert")).to_contain_text("Slack is down")
    await write_in(page).fill("hello")
    await page.keyboard.press("Enter")
    await expect(page.locator(".composer .failure").first).to_contain_text("Slack is down")
    await expect(write_in(page)).to_have_value("hello")
    await become(page, "U03BO")
    await expect(message(page, ts)).to_be_visible()
    await panel.get_by_label("Slack is down").uncheck()
    await expect(page.locator("#strip")).to_be_empty()
    await press(page, "open").click()
    await practice.slack.until(lambda: practice.clicks)
    assert len(practice.clicks) == 1


async def test_clicks_that_are_delivered_twice_reach_the_app_twice(practice: Practice):
    practice.hear("open")
    await practice.post(actions(button("open", "Open")))
    page = await practice.page()
    practice.slack.faults.switch(Switch.DOUBLE_CLICKS)
    await press(page, "open").click()
    await practice.slack.until(lambda: len(practice.clicks) == 2)
    assert practice.clicks[0]["trigger_id"] == practice.clicks[1]["trigger_id"]


async def test_the_panel_can_be_used_while_a_form_is_open(practice: Practice):
    practice.hear("review", then=opens(practice, edit_form()))
    await practice.post(actions(button("review", "Review")))
    page = await practice.page()
    await page.locator("#faults-button").click()
    await press(page, "review").click()
    dialog = page.get_by_role("dialog", name="Review and edit")
    await dialog.wait_for()
    await page.get_by_label("Slack is down").check()
    await dialog.get_by_role("button", name="Approve this").click()
    await expect(dialog.get_by_role("alert")).to_contain_text("Slack is down")
    await page.get_by_role("button", name="Close faults").click()
    await expect(page.locator("#faults")).to_be_hidden()
    await expect(dialog).to_be_visible()


async def test_escape_closes_the_panel_and_gives_the_focus_back(practice: Practice):
    page = await practice.page()
    await page.locator("#faults-button").click()
    await expect(page.get_by_role("button", name="Close faults")).to_be_focused()
    await page.keyboard.press("Escape")
    await expect(page.locator("#faults")).to_be_hidden()
    await expect(page.locator("#faults-button")).to_be_focused()


async def test_sockets_are_offered_only_where_there_can_be_any(practice: Practice):
    page = await practice.page()
    await page.locator("#faults-button").click()
    await expect(page.get_by_label("Slack is down")).to_be_visible()
    await expect(page.get_by_role("button", name="Cut all sockets off now")).to_have_count(0)
    practice.slack.use_socket_mode()
    await page.get_by_role("button", name="Cut all sockets off now").click()
    await expect(page.locator("#faults")).to_contain_text("The app has 0 sockets open.")


async def test_on_a_phone_the_panel_is_a_sheet(practice: Practice):
    page = await practice.page(f"#{APPROVALS}", size=PHONE, has_touch=True, is_mobile=True)
    await page.locator("#faults-button").tap()
    box = await page.locator("#faults").bounding_box()
    assert box is not None
    assert (round(box["x"]), round(box["width"]), round(box["y"] + box["height"])) == (0, 390, 844)
    assert box["y"] > 100
    assert await page.evaluate("document.documentElement.scrollWidth") == 390
    await page.get_by_role("button", name="Close faults").tap()
    await expect(page.locator("#faults")).to_be_hidden()
