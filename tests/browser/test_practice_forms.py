"""Forms on the practice page: filling in, errors at the field, forms that change or are overtaken."""

import pytest
from playwright.async_api import expect

from tests.browser.practice import (
    ANA,
    BO,
    Json,
    Practice,
    actions,
    become,
    button,
    edit_form,
    form,
    hard_card,
    open_edit_form,
    opens,
    press,
    section,
)

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def test_a_form_starts_where_it_asks_for_and_sends_everything_in_it(practice: Practice):
    submitted: list[Json] = []

    @practice.app.view("form")
    async def on_form_submitted(ack, view):
        submitted.append(view["state"]["values"])
        await ack()

    page = await open_edit_form(practice)
    dialog = page.get_by_role("dialog", name="Review and edit")
    await expect(dialog.get_by_role("textbox", name="Note")).to_be_focused()
    await dialog.get_by_role("textbox", name="Note").fill("Old means by date.")
    await dialog.get_by_label("Bucket").select_option("ci-cache-eu")
    await dialog.get_by_label("Pattern").fill("old/2019/*")
    await dialog.get_by_role("textbox", name="Days").fill("365")
    await dialog.get_by_role("radiogroup", name="Delete for good").get_by_label("No, keep it").check()
    await dialog.get_by_label("Bo", exact=True).check()
    await dialog.get_by_role("button", name="Approve this").click()
    await expect(dialog).to_have_count(0)
    values = {block: state["value"] for block, state in submitted[0].items()}
    assert values["bucket"]["selected_option"]["value"] == "eu"
    assert values["pattern"] == {"type": "plain_text_input", "value": "old/2019/*"}
    assert values["days"] == {"type": "number_input", "value": "365"}
    assert values["permanent"]["selected_option"]["value"] == "no"
    assert [option["value"] for option in values["tell"]["selected_options"]] == ["bo"]
    assert values["note"]["value"] == "Old means by date."
    await expect(press(page, "review")).to_be_focused()


async def test_a_form_shows_each_error_at_its_field_and_keeps_what_was_typed(practice: Practice):
    @practice.app.view("form")
    async def on_form_submitted(ack):
        await ack(response_action="errors", errors={"pattern": "Must start with old/. You wrote *."})

    page = await open_edit_form(practice)
    dialog = page.get_by_role("dialog")
    await dialog.get_by_label("Pattern").fill("*")
    await dialog.get_by_role("textbox", name="Days").fill("many")
    await dialog.get_by_role("button", name="Approve this").click()
    days = dialog.locator('[data-error-for="days"]')
    await expect(days).to_have_text("Please enter a number.")
    await expect(dialog.get_by_role("textbox", name="Days")).to_be_focused()
    await dialog.get_by_role("textbox", name="Days").fill("3")
    await page.keyboard.press("Enter")
    await expect(dialog.locator('[data-error-for="pattern"]')).to_have_text("Must start with old/. You wrote *.")
    await expect(days).to_be_hidden()
    pattern = dialog.get_by_label("Pattern")
    await expect(pattern).to_have_attribute("aria-invalid", "true")
    await expect(pattern).to_have_value("*")
    await expect(pattern).to_have_accessible_description("Must start with old/. You wrote *. Must start with old/")
    await practice.post(section("Something else happens"))
    await expect(page.get_by_text("Something else happens")).to_be_attached()
    await expect(dialog.locator('[data-error-for="pattern"]')).to_be_visible()


async def test_a_form_that_was_loading_is_filled_and_the_keyboard_goes_to_it(practice: Practice):
    loading = form(section("One moment, fetching the request…"))
    practice.hear("review", then=opens(practice, loading))
    await practice.post(*hard_card())
    page = await practice.page()
    await press(page, "review").click()
    await expect(page.get_by_role("dialog")).to_contain_text("One moment")
    view = practice.slack.modal(ANA)
    assert view is not None
    await practice.client.views_update(view_id=view.id, view=edit_form())
    await expect(page.get_by_role("dialog").get_by_label("Note")).to_be_focused()


async def test_a_form_that_changes_keeps_the_words_and_the_cursor(practice: Practice):
    page = await open_edit_form(practice)
    note = page.get_by_role("dialog").get_by_label("Note")
    await note.fill("Old means date")
    await page.keyboard.press("ArrowLeft")
    view = practice.slack.modal(ANA)
    assert view is not None
    changed = edit_form()
    changed["blocks"].insert(0, section("Bo is looking at this too."))
    await practice.client.views_update(view_id=view.id, view=changed)
    await expect(page.get_by_role("dialog")).to_contain_text("Bo is looking at this too.")
    await expect(note).to_be_focused()
    await page.keyboard.type("!")
    await expect(note).to_have_value("Old means dat!e")


async def test_a_second_person_can_be_faster_while_a_form_is_open(practice: Practice):
    page = await open_edit_form(practice)
    await page.get_by_role("dialog").get_by_label("Note").fill("My words")
    await become(page, BO)
    await expect(page.get_by_role("dialog")).to_have_count(0)
    await become(page, ANA)
    await expect(page.get_by_role("dialog").get_by_label("Note")).to_have_value("My words")
    view = practice.slack.modal(ANA)
    assert view is not None
    outrun = form(section(f"<@{BO}> denied this, while this form was open."), title="Already decided")
    await practice.client.views_update(view_id=view.id, view=outrun)
    await expect(page.get_by_role("dialog", name="Already decided")).to_contain_text("@Bo")
    await page.keyboard.press("Escape")
    await expect(page.get_by_role("dialog")).to_have_count(0)
    await expect(page.locator(f'[data-person="{ANA}"]')).to_be_focused()


async def test_tab_goes_round_the_form_and_the_top_bar_and_nowhere_else(practice: Practice):
    page = await open_edit_form(practice)
    places: set[str] = set()
    for _ in range(30):
        await page.keyboard.press("Tab")
        places.add(await page.evaluate("document.activeElement.closest('#top-bar, #modal-layer, #room, body').id"))
    assert places == {"top-bar", "modal-layer"}


async def test_the_cross_closes_a_stack_of_forms_and_cancel_only_the_top(practice: Practice):
    async def push(body: Json) -> None:
        await practice.client.views_push(trigger_id=body["trigger_id"], view=form(section("Second"), title="Second"))

    first = form(section("First"), actions(button("push", "More")), title="First")
    practice.hear("review", then=opens(practice, first))
    practice.hear("push", then=push)
    await practice.post(*hard_card())
    page = await practice.page()
    await press(page, "review").click()
    for close in ("Cancel", "Close"):
        await press(page, "push").click()
        await page.get_by_role("dialog", name="Second").get_by_role("button", name=close, exact=True).click()
        await expect(page.get_by_role("dialog", name="Second")).to_have_count(0)
        await expect(page.get_by_role("dialog", name="First")).to_have_count(1 if close == "Cancel" else 0)
