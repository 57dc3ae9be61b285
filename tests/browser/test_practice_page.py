"""The practice page in a real browser: who I am, what I click, what I write, staying connected."""

import asyncio
import re

import pytest
from playwright.async_api import expect

from bot.localslack import LocalSlack, standard_workspace
from tests.browser.practice import (
    ANA,
    APPROVALS,
    BO,
    CHEN,
    DIGEST,
    Practice,
    actions,
    become,
    button,
    hard_card,
    message,
    press,
    section,
)

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def test_the_bar_says_who_i_am_and_the_address_keeps_it(practice: Practice):
    page = await practice.page(f"?as={BO}")
    await expect(page.locator(f'[data-person="{BO}"]')).to_have_attribute("aria-pressed", "true")
    await become(page, CHEN)
    await expect(page.locator(f'[data-person="{BO}"]')).to_have_attribute("aria-pressed", "false")
    await page.reload()
    await expect(page.locator(f'[data-person="{CHEN}"]')).to_have_attribute("aria-pressed", "true")
    await expect(page.get_by_text("Demo: waits are shortened.")).to_be_visible()


async def test_news_elsewhere_make_a_channel_bold_with_a_count_until_it_is_opened(practice: Practice):
    page = await practice.page()
    for number in (1, 2):
        await practice.post(text=f"News {number}", channel=DIGEST)
    entry = page.locator(f'[data-conversation="{DIGEST}"]')
    await expect(entry.locator(".count")).to_have_text(re.compile("^2"))
    assert await entry.evaluate("element => getComputedStyle(element).fontWeight") == "700"
    await entry.click()
    await expect(entry.locator(".count")).to_be_hidden()
    await expect(page.get_by_role("heading", level=1)).to_have_text("# agent-digest")
    await practice.slack.until(lambda: practice.slack.unread(ANA, DIGEST) == 0)
    assert practice.slack.unread(BO, DIGEST) == 2


async def test_a_direct_message_appears_in_the_sidebar_of_its_person_only(practice: Practice):
    page = await practice.page()
    direct = str((await practice.client.chat_postMessage(channel=ANA, text="A copy for you"))["channel"])
    await page.locator(f'[data-conversation="{direct}"]').click()
    await expect(page.get_by_role("log")).to_contain_text("A copy for you")
    await become(page, BO)
    await expect(page.locator(f'[data-conversation="{direct}"]')).to_have_count(0)
    await expect(page.get_by_role("log")).not_to_contain_text("A copy for you")


async def test_what_is_only_for_me_is_marked_hidden_from_others_and_gone_after_a_reload(practice: Practice):
    page = await practice.page()
    await practice.client.chat_postEphemeral(channel=APPROVALS, user=ANA, text="*You can't decide this one.*")
    private = page.locator(".ephemeral")
    await expect(private).to_contain_text("Only visible to you")
    await expect(private.locator("b", has_text="You can't decide")).to_be_visible()
    await become(page, BO)
    await expect(page.locator(f'[data-person="{BO}"]')).to_have_attribute("aria-pressed", "true")
    await expect(private).to_have_count(0)
    await become(page, ANA)
    await expect(private).to_be_visible()
    await page.reload()
    await expect(page.get_by_text("Nothing here yet.")).to_be_visible()


async def test_a_link_to_a_message_brings_it_into_sight(practice: Practice):
    ts = await practice.post(section("The old one"))
    for number in range(30):
        await practice.post(section(f"Line\n{number}"))
    page = await practice.page(f"#{APPROVALS}/p{ts.replace('.', '')}")
    await expect(message(page, ts)).to_be_in_viewport()
    await expect(message(page, ts)).to_be_focused()


async def test_a_permalink_of_a_reply_opens_its_thread(practice: Practice):
    parent = await practice.post(section("A card"))
    reply = practice.slack.write(BO, APPROVALS, "By date, not by name.", thread_ts=parent)
    link = await practice.client.chat_getPermalink(channel=APPROVALS, message_ts=reply.ts)
    page = await practice.page(str(link["permalink"]).removeprefix(f"{practice.slack.url}/"))
    thread = page.get_by_role("complementary", name="Thread")
    await expect(thread.locator(f'[data-ts="{reply.ts}"]')).to_be_focused()
    await practice.post(section(f"See <{link['permalink']}|what Bo wrote>"))
    await page.get_by_role("button", name="Close thread").click()
    await expect(thread).to_be_hidden()
    await page.get_by_role("link", name="what Bo wrote").click()
    await expect(thread.locator(f'[data-ts="{reply.ts}"]')).to_be_focused()


async def test_a_click_reaches_the_app_as_the_person_i_am(practice: Practice):
    practice.hear("open")
    await practice.post(actions(button("open", "Open")))
    page = await practice.page()
    await become(page, BO)
    await press(page, "open").click()
    await practice.slack.until(lambda: practice.clicks)
    assert practice.clicks[0]["user"]["id"] == BO
    assert practice.clicks[0]["actions"][0]["value"] == "open:r1"
    await expect(page.locator(".failure")).to_have_count(0)


async def test_a_button_is_busy_until_the_app_has_answered(practice: Practice):
    hold = asyncio.Event()
    practice.hear("open", hold=hold)
    await practice.post(actions(button("open", "Open")))
    page = await practice.page()
    await press(page, "open").click()
    await expect(press(page, "open")).to_have_attribute("aria-busy", "true")
    await press(page, "open").click()
    hold.set()
    await expect(press(page, "open")).not_to_have_attribute("aria-busy", "true")
    assert len(practice.clicks) == 1


async def test_a_click_nobody_answers_says_so_beside_the_button_and_the_next_one_clears_it(practice: Practice):
    ts = await practice.post(actions(button("open", "Open")))
    page = await practice.page()
    await press(page, "open").click()
    await expect(message(page, ts).get_by_role("alert")).not_to_be_empty()
    await expect(press(page, "open")).to_be_focused()
    practice.hear("open")
    await press(page, "open").click()
    await expect(message(page, ts).get_by_role("alert")).to_have_count(0)


async def test_a_dangerous_button_asks_first_and_escape_means_no(practice: Practice):
    practice.hear("approve")
    await practice.post(*hard_card())
    page = await practice.page()
    question = page.get_by_role("alertdialog", name="This cannot be undone")
    await press(page, "approve").click()
    await expect(question).to_contain_text("Delete 847 old test files.")
    await expect(question.get_by_role("button", name="Go back")).to_be_focused()
    await page.keyboard.press("Escape")
    await expect(question).to_have_count(0)
    await expect(press(page, "approve")).to_be_focused()
    assert practice.clicks == []
    await press(page, "approve").click()
    await question.get_by_role("button", name="Yes, approve").click()
    await practice.slack.until(lambda: practice.clicks)
    await expect(question).to_have_count(0)


async def test_becoming_somebody_else_answers_an_open_question_with_no(practice: Practice):
    practice.hear("approve")
    await practice.post(*hard_card())
    page = await practice.page()
    await press(page, "approve").click()
    await become(page, BO)
    await expect(page.get_by_role("alertdialog")).to_have_count(0)
    await expect(page.locator(f'[data-person="{BO}"]')).to_be_focused()
    assert practice.clicks == []


async def test_the_menu_opens_and_chooses_by_keyboard(practice: Practice):
    practice.hear("more")
    await practice.post(*hard_card())
    page = await practice.page()
    await press(page, "more").focus()
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("menuitem", name="Show everything")).to_be_focused()
    await page.keyboard.press("Escape")
    await expect(press(page, "more")).to_be_focused()
    await page.keyboard.press("Enter")
    await page.keyboard.press("ArrowDown")
    await page.keyboard.press("Enter")
    await practice.slack.until(lambda: practice.clicks)
    assert practice.clicks[0]["actions"][0]["selected_option"]["value"] == "snooze"
    await expect(page.get_by_role("menu")).to_have_count(0)


async def test_what_i_write_is_sent_as_words_and_a_reply_goes_into_the_thread(practice: Practice):
    ts = await practice.post(section("A card"))
    page = await practice.page()
    await page.get_by_role("textbox", name="Message #agent-approvals").fill("<!channel> look & *see*")
    await page.keyboard.press("Enter")
    written = page.locator("#conversation .message").last
    await expect(written).to_contain_text("<!channel> look & see")
    await expect(written.locator("b", has_text="see")).to_be_visible()
    await message(page, ts).hover()
    await message(page, ts).get_by_role("button", name="Reply in thread").click()
    await expect(page.get_by_role("textbox", name="Reply")).to_be_focused()
    await page.keyboard.type("By date,")
    await page.keyboard.press("Shift+Enter")
    await page.keyboard.type("not by name.")
    await page.keyboard.press("Enter")
    thread = page.get_by_role("complementary", name="Thread")
    await expect(thread.locator(".message").last).to_contain_text("By date,\nnot by name.")
    await expect(thread).to_contain_text("1 reply")
    assert practice.slack.messages(APPROVALS)[-1].thread_ts == ts
    await page.keyboard.press("Escape")
    await expect(thread).to_be_hidden()
    await message(page, ts).get_by_role("button", name="1 reply").click()
    await expect(thread).to_be_visible()


async def test_the_end_stays_in_sight_and_who_reads_above_is_told_of_news(practice: Practice):
    for number in range(30):
        await practice.post(section(f"Message {number}\nwith two lines"))
    page = await practice.page()
    await expect(page.get_by_text("Message 29")).to_be_in_viewport()
    await practice.post(section("Seen at once"))
    await expect(page.get_by_text("Seen at once")).to_be_in_viewport()
    await page.get_by_role("log").evaluate("log => log.scrollTo(0, 0)")
    await practice.post(section("Not seen yet"))
    jump = page.get_by_role("button", name="New messages below")
    await expect(jump).to_be_visible()
    await expect(page.get_by_text("Message 0")).to_be_in_viewport()
    await jump.click()
    await expect(page.get_by_text("Not seen yet")).to_be_in_viewport()
    await expect(jump).to_be_hidden()


async def test_the_page_says_that_it_is_cut_off_and_reads_everything_again_when_it_is_back(practice: Practice):
    await practice.post(section("Before"))
    page = await practice.page()
    await expect(page.get_by_text("Before")).to_be_visible()
    port = int(practice.slack.url.rpartition(":")[2])
    await practice.slack.close()
    await expect(page.get_by_text("Not connected. Trying again…")).to_be_visible()
    again = LocalSlack(standard_workspace())
    await again.start(port=port)
    again.write(BO, APPROVALS, "After the restart")
    await expect(page.get_by_text("After the restart")).to_be_visible()
    await expect(page.get_by_text("Not connected. Trying again…")).to_be_hidden()
    await page.close()
    await again.close()


async def test_the_page_asks_no_other_address(practice: Practice):
    await practice.post(*hard_card())
    page = await practice.page()
    asked: list[str] = []
    page.on("request", lambda http_request: asked.append(http_request.url))
    await page.reload()
    await expect(page.get_by_text("Delete 847 old test files?")).to_be_visible()
    assert len(asked) > 10
    assert [address for address in asked if not address.startswith((practice.slack.url, "data:"))] == []
