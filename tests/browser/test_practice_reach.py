"""Who can use the practice page: keyboard, names of controls, light and dark, phone width."""

import pytest
from playwright.async_api import Page, expect

from tests.browser.practice import (
    APPROVALS,
    BO,
    DIGEST,
    PHONE,
    Json,
    Practice,
    field,
    form,
    hard_card,
    message,
    open_edit_form,
    opens,
    press,
    section,
)

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def tab_to(page: Page, name: str) -> None:
    """Press Tab until the control with this name has the focus, and see that it shows."""
    for _ in range(40):
        await page.keyboard.press("Tab")
        focused = page.locator(":focus")
        if name in ((await focused.get_attribute("aria-label")) or await focused.inner_text()):
            assert await focused.evaluate("element => getComputedStyle(element).outlineStyle") == "solid"
            return
    pytest.fail(f"Tab never came to {name!r}")


async def test_a_decision_needs_no_mouse(practice: Practice):
    async def close_card(body: Json) -> None:
        await practice.redraw(body["message"]["ts"], section(":white_check_mark: *Approved as asked*"))

    practice.hear("approve", then=close_card)
    ts = await practice.post(*hard_card())
    page = await practice.page()
    await expect(message(page, ts)).to_be_visible()
    await tab_to(page, "Approve")
    await page.keyboard.press("Enter")
    await tab_to(page, "Yes, approve")
    await page.keyboard.press("Enter")
    await expect(message(page, ts)).to_contain_text("Approved as asked")
    await expect(message(page, ts)).to_be_focused()
    assert len(practice.clicks) == 1


async def test_a_redraw_keeps_the_focus_and_leaves_the_other_messages_alone(practice: Practice):
    first = await practice.post(*hard_card())
    second = await practice.post(*hard_card())
    page = await practice.page()
    await message(page, first).evaluate("element => { element.isTheSame = true; }")
    deny = message(page, second).locator("[data-action-id=deny]")
    await deny.focus()
    await practice.redraw(second, section("1 of 2 yes", block_id="tally"), *hard_card())
    await expect(message(page, second)).to_contain_text("1 of 2 yes")
    await expect(deny).to_be_focused()
    assert await message(page, first).evaluate("element => element.isTheSame")


async def test_every_control_has_a_name(practice: Practice):
    page = await open_edit_form(practice)
    await page.locator("#faults-button").click()
    await page.locator("[data-fault=down]").wait_for()
    unnamed = await page.evaluate(
        """() => [...document.querySelectorAll(
                "button, input, select, textarea, a, [role=log], [role=dialog], [role=region]")]
            .filter((element) => element.getClientRects().length)
            .filter((element) => !(element.ariaLabel || element.innerText || element.labels?.length
                || element.hasAttribute("aria-labelledby")))
            .map((element) => element.outerHTML)"""
    )
    assert unnamed == []


async def test_dark_is_remembered_and_can_be_asked_for(practice: Practice):
    page = await practice.page()
    html = page.locator("html")
    await expect(html).to_have_attribute("data-theme", "light")
    await page.get_by_role("button", name="Dark").click()
    await expect(html).to_have_attribute("data-theme", "dark")
    await page.goto(practice.slack.url)
    await expect(html).to_have_attribute("data-theme", "dark")
    await page.goto(f"{practice.slack.url}/?theme=light")
    await expect(html).to_have_attribute("data-theme", "light")


async def test_on_a_phone_there_is_one_column_and_a_way_back(practice: Practice):
    practice.hear(
        "deny", then=opens(practice, form(field("why", "Why not?", {"type": "plain_text_input"}), title="Deny"))
    )
    ts = await practice.post(*hard_card())
    practice.slack.write(BO, APPROVALS, "Is it used?", thread_ts=ts)
    page = await practice.page(size=PHONE, has_touch=True, is_mobile=True)
    await expect(press(page, "approve")).to_be_visible()
    await expect(page.get_by_role("navigation")).to_be_hidden()
    await practice.post(text="News", channel=DIGEST)
    await page.get_by_role("button", name="Conversations, 1 unread").tap()
    await expect(page.get_by_role("main")).to_be_hidden()
    await page.locator(f'[data-conversation="{APPROVALS}"]').tap()
    await message(page, ts).get_by_role("button", name="1 reply").tap()
    sheet = page.get_by_role("complementary", name="Thread")
    await expect(sheet).to_contain_text("Is it used?")
    assert await page.locator("#conversation").evaluate("element => element.inert")
    await page.get_by_role("button", name="Close thread").tap()
    await press(page, "deny").tap()
    dialog = page.get_by_role("dialog", name="Deny")
    box = await dialog.bounding_box()
    assert box is not None
    assert (round(box["x"]), round(box["width"]), round(box["y"] + box["height"])) == (0, 390, 844)
    assert await page.evaluate("document.documentElement.scrollWidth") == 390
