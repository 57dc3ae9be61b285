"""What the practice page shows: mrkdwn, dates, rich text; and that words never become markup."""

import pytest
from playwright.async_api import expect

from tests.browser.practice import (
    AFTERNOON,
    APPROVALS,
    BO,
    CHEN,
    DIGEST,
    Json,
    Practice,
    actions,
    button,
    field,
    form,
    opens,
    options,
    plain,
    press,
    section,
)

pytestmark = pytest.mark.asyncio(loop_scope="session")


TEXTS = {
    "*bold* _italic_ ~gone~ `code`": "<b>bold</b> <i>italic</i> <s>gone</s> <code>code</code>",
    "*bold and _both_*": "<b>bold and <i>both</i></b>",
    "snake_case_name and 2*3*4 stay": "snake_case_name and 2*3*4 stay",
    "* not bold * and *\nnor this*": "* not bold * and *\nnor this*",
    "`*not bold*`": "<code>*not bold*</code>",
    "```\n*raw* &lt;b&gt;\n```": "<pre>*raw* &lt;b&gt;</pre>",
    "&gt; said\nafter": "<blockquote>said</blockquote>after",
    "a &amp; b &lt; c &amp;amp; d": "a &amp; b &lt; c &amp;amp; d",
    f"<@{BO}>": f'<span data-user="{BO}" class="mention">@Bo</span>',
    "<!subteam^S01ONCALL>": '<span data-group="S01ONCALL" class="mention">@platform-oncall</span>',
    "<!here>": '<span class="mention">@here</span>',
    f"<#{DIGEST}>": f'<a class="mention" href="#{DIGEST}">#agent-digest</a>',
    "<javascript:alert(1)|press>": "press",
    "12:30:45 and :no_such_emoji:": "12:30:45 and :no_such_emoji:",
}


async def test_mrkdwn_is_shown_as_slack_shows_it(practice: Practice):
    page = await practice.page()
    for text in TEXTS:
        await practice.post(section(text))
    await expect(page.locator(".section .text")).to_have_count(len(TEXTS))
    shown = await page.locator(".section .text").evaluate_all("all => all.map((one) => one.innerHTML)")
    assert dict(zip(TEXTS, shown, strict=True)) == TEXTS


async def test_bare_addresses_become_links_unless_the_text_is_verbatim(practice: Practice):
    page = await practice.page()
    link = "See https://example.com/a?b=1."
    await practice.post(section(link))
    await practice.post({"type": "section", "text": {"type": "mrkdwn", "text": link, "verbatim": True}})
    await practice.post({"type": "section", "text": plain("*plain* <https://example.com|x> :x:")})
    texts = page.locator(".section .text")
    await expect(texts).to_have_count(3)
    await expect(texts.nth(0).locator("a")).to_have_attribute("href", "https://example.com/a?b=1")
    await expect(texts.nth(1).locator("a")).to_have_count(0)
    await expect(texts.nth(2)).to_have_text("*plain* <https://example.com|x> :x:")


async def test_times_are_those_of_the_reader_and_days_near_are_called_by_name(practice: Practice):
    page = await practice.page()
    await page.clock.set_fixed_time(AFTERNOON)
    await page.evaluate("location.reload()")
    due, past = 1_795_185_960, 1_795_185_960 - 86_400
    await practice.post(
        section(
            f"<!date^{due}^{{date_short_pretty}} {{time}}|soon>, <!date^{past}^{{date_pretty}}|x>, "
            f"<!date^{due}^{{date_long}}|x>, <!date^{due}^{{date_num}}|x>, <!date^{due}^{{no_such}}|fallback>"
        )
    )
    await expect(page.locator(".section .text")).to_have_text(
        "today 14:46, yesterday, Friday, November 20th, 2026, 2026-11-20, fallback"
    )


async def test_rich_text_is_shown_with_its_lists_styles_and_mentions(practice: Practice):
    def line(*parts: Json) -> Json:
        return {"type": "rich_text_section", "elements": list(parts)}

    def words(text: str, **style: bool) -> Json:
        return {"type": "text", "text": text, **({"style": style} if style else {})}

    parts: list[Json] = [
        line(words("Why: ", bold=True), words("*as it is*"), {"type": "user", "user_id": CHEN}),
        {"type": "rich_text_list", "style": "ordered", "indent": 0, "offset": 2, "elements": [line(words("third"))]},
        {"type": "rich_text_list", "style": "bullet", "indent": 1, "elements": [line(words("old", strike=True))]},
        {"type": "rich_text_preformatted", "elements": [words("delete\n  all: yes")]},
        {"type": "rich_text_quote", "elements": [words("said", italic=True), {"type": "emoji", "name": "warning"}]},
        line({"type": "link", "url": "javascript:alert(1)", "text": "harmless"}, words("x", code=True)),
    ]
    await practice.post({"type": "rich_text", "elements": parts})
    page = await practice.page()
    block = page.locator(".rich-text")
    await expect(block).to_contain_text("Why: *as it is*@Chen")
    await expect(block.locator("ol")).to_have_attribute("start", "3")
    await expect(block.locator("ul.circle.indent-1 s")).to_have_text("old")
    await expect(block.locator("pre")).to_have_text("delete\n  all: yes")
    await expect(block.locator("blockquote i")).to_have_text("said")
    await expect(block.get_by_role("img", name="warning")).to_be_visible()
    await expect(block.locator("a")).to_have_count(0)
    await expect(block.locator("code")).to_have_text("x")


ATTACK = "<img src=x onerror=alert(1)><script>alert(2)</script>"


def attack_card() -> list[Json]:
    escaped = ATTACK.replace("<", "&lt;").replace(">", "&gt;")
    words = {"type": "rich_text_section", "elements": [{"type": "text", "text": ATTACK}]}
    pressed = button("deny", ATTACK[:75], accessibility_label=ATTACK[:75])
    menu = {"type": "overflow", "action_id": "more", "options": [{"text": plain(ATTACK), "value": "a"}]}
    return [
        {"type": "header", "text": plain(ATTACK)},
        section(escaped, accessory=menu, fields=[{"type": "mrkdwn", "text": escaped}, plain(ATTACK)]),
        section(ATTACK),
        {"type": "context", "elements": [plain(ATTACK), {"type": "mrkdwn", "text": f"`{escaped}`"}]},
        {
            "type": "image",
            "image_url": "data:text/html,<script>alert(3)</script>",
            "alt_text": ATTACK,
            "title": plain(ATTACK),
        },
        {
            "type": "rich_text",
            "elements": [
                words,
                {"type": "rich_text_list", "style": "bullet", "elements": [words]},
                {"type": "rich_text_preformatted", "elements": words["elements"]},
                {"type": "rich_text_quote", "elements": words["elements"]},
            ],
        },
        actions(pressed),
    ]


def attack_form() -> Json:
    choices = [{"text": plain(ATTACK), "value": "a", "description": plain(ATTACK)}]
    written = {"type": "plain_text_input", "initial_value": ATTACK, "placeholder": plain(ATTACK)}
    return form(
        *attack_card()[:2],
        field("words", ATTACK, written, hint=plain(ATTACK)),
        field("radio", ATTACK, {"type": "radio_buttons", "options": choices}),
        field("select", ATTACK, {"type": "static_select", "options": [{"text": plain(ATTACK), "value": "a"}]}),
        title=ATTACK[:24],
    )


async def test_nothing_anybody_writes_becomes_markup(practice: Practice):
    @practice.app.view("form")
    async def on_form_submitted(ack):
        await ack(response_action="errors", errors={"words": ATTACK})

    practice.hear("deny", then=opens(practice, attack_form()))
    card = await practice.post(*attack_card())
    practice.slack.write(BO, APPROVALS, ATTACK)
    practice.slack.write(BO, APPROVALS, ATTACK, thread_ts=card)
    person = practice.slack.workspace.person(CHEN)
    assert person is not None
    person.real_name = ATTACK
    page = await practice.page(f"#{APPROVALS}/t{card}")
    await expect(page.locator("#thread .message")).to_have_count(2)
    await press(page, "deny").click()
    await page.get_by_role("dialog").get_by_role("button", name="Approve this").click()
    await expect(page.locator('[data-error-for="radio"]')).not_to_be_empty()
    made = await page.evaluate("document.querySelectorAll('body img, body script, body iframe, [onerror]').length")
    assert made == 0
    assert await page.locator("#conversation .rich-text").inner_text() == "\n".join([ATTACK] * 4)
    await expect(page.locator("#conversation .header")).to_have_text(ATTACK)
    with pytest.raises(Exception, match="TrustedHTML"):
        await page.evaluate("document.body.innerHTML = '<p>'")


async def test_a_block_this_slack_does_not_know_says_so(practice: Practice):
    await practice.post(section("Known"), {"type": "video", **VIDEO})
    page = await practice.page()
    await expect(page.get_by_text("A video block is not shown here.")).to_be_visible()


VIDEO: Json = {
    "title": plain("A film"),
    "alt_text": "A film",
    "video_url": "https://example.com/v",
    "thumbnail_url": "https://example.com/t.png",
}


async def test_a_choice_in_a_message_is_sent_once_it_is_made(practice: Practice):
    practice.hear("pick")
    select = {
        "type": "static_select",
        "action_id": "pick",
        "placeholder": plain("Who"),
        "options": options(a="Ana", b="Bo"),
    }
    await practice.post(section("Who looks?", accessory=select))
    page = await practice.page()
    await page.get_by_label("Who", exact=True).select_option("Bo")
    await practice.slack.until(lambda: practice.clicks)
    assert practice.clicks[0]["actions"][0]["selected_option"]["value"] == "b"
