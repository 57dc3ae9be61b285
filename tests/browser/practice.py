"""What the browser tests share: pages of people, posted cards, and the app's side of a click."""

import asyncio
from typing import Any

from playwright.async_api import Browser, BrowserContext, Locator, Page
from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from bot.localslack import LocalSlack

Json = dict[str, Any]
ANA, BO, CHEN, DEE, ELI = "U02ANA", "U03BO", "U04CHEN", "U05DEE", "U06ELI"
APPROVALS, DIGEST, OPERATIONS, ONCALL = "C01APPROVALS", "C02DIGEST", "C03OPERATIONS", "S01ONCALL"
DESKTOP, PHONE = {"width": 1280, "height": 900}, {"width": 390, "height": 844}
AFTERNOON = "2026-11-20T14:40:00Z"


class Practice:
    """A local Slack, the app behind it, and the pages people have open."""

    def __init__(self, slack: LocalSlack, browser: Browser) -> None:
        self.slack = slack
        self.client = AsyncWebClient(token=slack.bot_token, base_url=slack.api_url, retry_handlers=[])
        self.app = AsyncApp(client=self.client, signing_secret=slack.signing_secret)
        self.clicks: list[Json] = []
        self.troubles: list[str] = []
        self._browser = browser
        self._contexts: list[BrowserContext] = []

    async def page(self, where: str = "", *, size: dict[str, int] = DESKTOP, **context: Any) -> Page:
        """A new browser's page. What it logs as an error is kept in `troubles`, and fails the test at its end."""
        made = await self._browser.new_context(viewport=size, timezone_id="UTC", **context)  # type: ignore[arg-type]
        made.set_default_timeout(8_000)
        self._contexts.append(made)
        page = await made.new_page()
        page.on("pageerror", lambda error: self.troubles.append(str(error)))
        page.on("dialog", lambda dialog: self.troubles.append(dialog.message))
        await page.goto(f"{self.slack.url}/{where}")
        await page.locator("[data-conversation]").first.wait_for(state="attached")
        return page

    async def post(self, *blocks: Json, text: str = "A card", channel: str = APPROVALS, **more: Any) -> str:
        """Post a message as the app; its ts."""
        posted = await self.client.chat_postMessage(channel=channel, text=text, blocks=list(blocks), **more)
        return str(posted["ts"])

    async def redraw(self, ts: str, *blocks: Json, text: str = "A card", channel: str = APPROVALS) -> None:
        """Change a message as the app."""
        await self.client.chat_update(channel=channel, ts=ts, text=text, blocks=list(blocks))

    def hear(self, action_id: str, *, then: Any = None, hold: asyncio.Event | None = None) -> None:
        """Keep clicks on `action_id` in `clicks`; `then(body)` and `hold` come before the acknowledgement."""

        async def on_clicked(ack: Any, body: Json) -> None:
            self.clicks.append(body)
            if then is not None:
                await then(body)
            if hold is not None:
                await hold.wait()
            await ack()

        self.app.action(action_id)(on_clicked)

    async def publish(self, *blocks: Json, person: str = ANA) -> None:
        """Show these blocks on somebody's Home."""
        await self.client.views_publish(user_id=person, view={"type": "home", "blocks": list(blocks)})

    def answer(self, command: str, *words: str) -> list[str]:
        """Answer each use of a slash command privately with the next of these words; what was typed is kept."""
        typed: list[str] = []

        async def on_command(ack: Any, body: Json) -> None:
            typed.append(body["text"])
            await ack(words[(len(typed) - 1) % len(words)])

        self.app.command(command)(on_command)
        return typed

    async def close(self) -> None:
        """Close all pages."""
        for context in self._contexts:
            await context.close()
        assert self.troubles == []


def message(page: Page, ts: str) -> Locator:
    """The message in its conversation."""
    return page.locator(f'#conversation [data-ts="{ts}"]')


def press(page: Page, action_id: str) -> Locator:
    """The control with this action id, in the conversation or in the modal."""
    return page.locator(f'#conversation [data-action-id="{action_id}"], [role=dialog] [data-action-id="{action_id}"]')


def write_in(page: Page) -> Locator:
    """The line one writes in, of the conversation."""
    return page.locator("#conversation").get_by_role("textbox")


async def become(page: Page, person: str) -> None:
    """Switch who I am, and wait until the whole page is this person's."""
    switch = page.locator(f'[data-person="{person}"]')
    name = (await switch.inner_text()).split()[0]
    await switch.click()
    await page.locator("#sidebar li", has_text=f"{name} (me)").wait_for(state="attached")


def opens(practice: Practice, view: Json):
    """What the app does at a click that opens a form."""

    async def then(body: Json) -> None:
        await practice.client.views_open(trigger_id=body["trigger_id"], view=view)

    return then


async def open_edit_form(practice: Practice) -> Page:
    """Ana's page with the form open."""
    practice.hear("review", then=opens(practice, edit_form()))
    await practice.post(*hard_card())
    page = await practice.page()
    await press(page, "review").click()
    await page.get_by_role("dialog").wait_for()
    return page


def plain(text: str) -> Json:
    return {"type": "plain_text", "text": text, "emoji": False}


def section(text: str, **more: Any) -> Json:
    return {"type": "section", "text": {"type": "mrkdwn", "text": text}, **more}


def button(action_id: str, label: str, **more: Any) -> Json:
    return {"type": "button", "action_id": action_id, "text": plain(label), "value": f"{action_id}:r1", **more}


def actions(*elements: Json, block_id: str = "decide") -> Json:
    return {"type": "actions", "block_id": block_id, "elements": list(elements)}


def options(**labels: str) -> list[Json]:
    return [{"text": plain(label), "value": value} for value, label in labels.items()]


def confirmation(title: str = "This cannot be undone") -> Json:
    return {
        "title": plain(title),
        "text": plain("Delete 847 old test files."),
        "confirm": plain("Yes, approve"),
        "deny": plain("Go back"),
        "style": "danger",
    }


def hard_card() -> list[Json]:
    """A card with a menu, an approval that asks first, and a denial that opens a form."""
    return [
        {"type": "header", "text": plain("Delete 847 old test files?")},
        section(
            ":red_circle: *Dangerous* · cannot be undone",
            block_id="ask",
            accessory={
                "type": "overflow",
                "action_id": "more",
                "options": options(show="Show everything", snooze="Snooze me"),
            },
        ),
        actions(
            button("approve", "Approve", confirm=confirmation()),
            button("review", "Review & edit…"),
            button("deny", "Deny…"),
        ),
    ]


def field(block_id: str, label: str, element: Json, **more: Any) -> Json:
    return {
        "type": "input",
        "block_id": block_id,
        "label": plain(label),
        "element": {"action_id": "value", **element},
        **more,
    }


def form(*blocks: Json, title: str = "Review and edit", **more: Any) -> Json:
    return {
        "type": "modal",
        "callback_id": "form",
        "title": plain(title),
        "close": plain("Cancel"),
        "blocks": list(blocks),
        **({"submit": plain("Approve this")} if any(block["type"] == "input" for block in blocks) else {}),
        **more,
    }


def edit_form() -> Json:
    """One field of each kind."""
    buckets, answers = options(cache="ci-cache", eu="ci-cache-eu"), options(yes="Yes", no="No, keep it")
    answers[1]["description"] = plain("In the bin for 30 days")
    return form(
        field("bucket", "Bucket", {"type": "static_select", "options": buckets, "initial_option": buckets[0]}),
        field(
            "pattern",
            "Pattern",
            {"type": "plain_text_input", "initial_value": "old/*"},
            hint=plain("Must start with old/"),
        ),
        field(
            "days",
            "Days",
            {"type": "number_input", "is_decimal_allowed": False, "initial_value": "0", "min_value": "0"},
        ),
        field(
            "permanent", "Delete for good", {"type": "radio_buttons", "options": answers, "initial_option": answers[0]}
        ),
        field("tell", "Tell", {"type": "checkboxes", "options": options(ana="Ana", bo="Bo")}, optional=True),
        field("note", "Note", {"type": "plain_text_input", "multiline": True, "focus_on_load": True}, optional=True),
    )
