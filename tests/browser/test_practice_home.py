"""App Home on the practice page."""

import pytest
from playwright.async_api import expect

from tests.browser.practice import (
    ANA,
    BO,
    ELI,
    PHONE,
    Json,
    Practice,
    actions,
    become,
    button,
    confirmation,
    edit_form,
    field,
    opens,
    press,
    section,
)

pytestmark = pytest.mark.asyncio(loop_scope="session")


def inbox(words: str = "1 waits for you") -> list[Json]:
    return [section(f"*{words}*"), actions(button("open", "Open…"), button("deny", "Deny…", confirm=confirmation()))]


async def test_home_is_asked_of_the_app_when_it_is_opened_and_shows_what_it_publishes(practice: Practice):
    opened: list[str] = []

    @practice.app.event("app_home_opened")
    async def on_home_opened(event: Json) -> None:
        opened.append(f"{event['user']} {event['tab']}")
        await practice.publish(*inbox(), person=event["user"])

    page = await practice.page()
    await page.get_by_role("link", name="Sayso Home").click()
    await expect(page.get_by_role("heading", level=1)).to_have_text("Sayso")
    await expect(page.locator("#home")).to_contain_text("1 waits for you")
    await expect(page.locator("#conversation")).to_be_hidden()
    assert opened == [f"{ANA} home"]
    await practice.publish(*inbox("2 wait for you"))
    await expect(page.locator("#home")).to_contain_text("2 wait for you")
    await become(page, BO)
    await expect(page.locator("#home")).to_contain_text("1 waits for you")
    await page.locator("[data-conversation]").first.click()
    await expect(page.get_by_role("heading", level=1)).to_have_text("# agent-approvals")
    await page.go_back()
    await expect(page.get_by_role("heading", level=1)).to_have_text("Sayso")


async def test_opening_the_direct_messages_tells_the_app_too(practice: Practice):
    page = await practice.page()
    await practice.client.chat_postMessage(channel=ANA, text="A copy for you")
    await page.locator('[data-conversation^="D"]').click()
    await practice.slack.until(lambda: practice.slack.deliveries)
    event = practice.slack.deliveries[0].payload["event"]
    assert (event["type"], event["tab"]) == ("app_home_opened", "messages")


async def test_an_empty_home_says_so_and_the_address_opens_it(practice: Practice):
    page = await practice.page("?view=home")
    await expect(page.locator("#home")).to_contain_text("Sayso shows nothing here yet.")
    assert page.url.endswith("#home")
    await page.reload()
    await expect(page.locator("#home")).to_be_visible()


async def test_a_click_at_home_asks_first_where_it_must_and_opens_a_form(practice: Practice):
    practice.hear("open", then=opens(practice, edit_form()))
    practice.hear("deny")
    await practice.publish(*inbox())
    page = await practice.page("#home")
    home = page.locator("#home")
    await home.locator("[data-action-id=open]").click()
    await expect(page.get_by_role("dialog", name="Review and edit")).to_be_visible()
    assert await page.locator("#room").evaluate("element => element.inert")
    await page.keyboard.press("Escape")
    await home.locator("[data-action-id=deny]").click()
    await page.get_by_role("button", name="Yes, approve").click()
    await practice.slack.until(lambda: len(practice.clicks) == 2)
    assert [click["container"]["type"] for click in practice.clicks] == ["view", "view"]
    await expect(press(page, "deny")).to_have_count(0)


async def test_a_failed_click_at_home_says_so(practice: Practice):
    practice.slack.deliver_to("http://127.0.0.1:1/slack/events")
    await practice.publish(*inbox())
    page = await practice.page("#home")
    await page.locator("#home [data-action-id=open]").click()
    await expect(page.locator("#home").get_by_role("alert")).to_have_text("This app did not respond.")


async def test_a_new_publication_keeps_what_was_typed_and_the_focus(practice: Practice):
    note = field("note", "Note", {"type": "plain_text_input"})
    await practice.publish(note, *inbox())
    page = await practice.page("#home")
    box = page.locator("#home").get_by_role("textbox", name="Note")
    await box.fill("by date")
    await practice.publish(note, *inbox("2 wait for you"))
    await expect(page.locator("#home")).to_contain_text("2 wait for you")
    await expect(box).to_have_value("by date")


async def test_somebody_of_another_workspace_has_no_home(practice: Practice):
    page = await practice.page("#home")
    await become(page, ELI)
    await expect(page.get_by_role("link", name="Sayso Home")).to_have_count(0)
    await expect(page.get_by_role("heading", level=1)).to_have_text("# agent-approvals")


async def test_on_a_phone_home_is_one_column_with_a_way_to_the_list(practice: Practice):
    await practice.publish(*inbox())
    page = await practice.page("?view=home", size=PHONE, has_touch=True, is_mobile=True)
    await expect(page.locator("#home")).to_contain_text("1 waits for you")
    await page.locator("#home").get_by_role("button", name="Conversations").tap()
    await expect(page.get_by_role("navigation")).to_be_visible()
    await page.get_by_role("link", name="Sayso Home").tap()
    await expect(page.locator("#home")).to_be_visible()
    assert await page.evaluate("document.documentElement.scrollWidth") == 390
