"""Data and cards of earlier versions, after the upgrade: their agents and their people notice nothing.

The rows are loaded as the old code wrote them, this version's server migrates them at its start, and people click on
the cards, and send the forms, that the old code posted and opened. See record.py for how they were made.
"""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from pydantic import SecretStr

from bot.app.server import Server
from bot.localslack import LocalSlack, Person, standard_workspace
from bot.policyfiles import shipped_policies
from bot.settings import ServerSettings
from tests.golden.loading import Golden, Json
from tests.support.database import KINDS, Database, a_database

ANA, BO, CHEN, OLGA = "U02ANA", "U03BO", "U04CHEN", "U09OLGA"
APPROVALS = "C01APPROVALS"
VERSIONS = ("0001", "0002")


@dataclass
class Upgraded:
    """This version's server over what an old one left."""

    golden: Golden
    slack: LocalSlack
    server: Server
    database: Database
    http: aiohttp.ClientSession
    cards: dict[str, str]

    async def click(self, who: str, label: str, action_id: str, **choice: Any) -> None:
        payload = self.slack.click_payload(who, APPROVALS, self.cards[label], action_id=action_id, **choice)
        await self.deliver(payload)

    async def send_form(self, label: str, values: Json) -> None:
        """Somebody has had the form open since before the upgrade."""
        kept = self.golden.kept["forms"][label]
        payload = self.slack.click_payload(kept["user"], APPROVALS, self.cards["hard"], action_id="approve")
        head = {name: payload[name] for name in ("user", "team", "trigger_id", "token")}
        view = {**kept["view"], "state": {"values": values}}
        await self.deliver({"type": "view_submission", **head, "view": view})

    async def deliver(self, payload: Json) -> None:
        (receipt,) = await self.slack.send(self.slack.sign(payload, timestamp=int(time.time())))
        assert receipt.status == 200, receipt

    async def read(self, label: str) -> Json:
        headers = {"Authorization": f"Bearer {self.golden.kept['key']}"}
        where = "sessions" if label.startswith("session") else "approvals"
        async with self.http.get(f"{self.server.url}/v1/{where}/{self.golden.id(label)}", headers=headers) as answer:
            assert answer.status == 200
            return await answer.json()

    async def ask_again(self, label: str, **changed: Any) -> tuple[int, Json]:
        headers = {"Authorization": f"Bearer {self.golden.kept['key']}", "Idempotency-Key": f"golden-{label}"}
        body = {**self.golden.kept["bodies"][label], **changed}
        async with self.http.post(f"{self.server.url}/v1/approvals", json=body, headers=headers) as answer:
            return answer.status, await answer.json()

    async def drawn(self, label: str, *, begins: str) -> None:
        """Returns when this version has drawn the old card anew."""

        def now() -> str:
            return next(one.text for one in self.slack.messages(APPROVALS) if one.ts == self.cards[label])

        async with asyncio.timeout(20):
            while not now().startswith(begins):  # noqa: ASYNC110 - what is watched has no event
                await asyncio.sleep(0.02)


@pytest.fixture(params=KINDS)
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Any:
    with a_database(request.param, tmp_path, is_migrated=False) as database:
        yield database


@pytest.fixture(params=VERSIONS)
async def upgraded(request: pytest.FixtureRequest, database: Database) -> AsyncIterator[Upgraded]:
    golden = Golden(request.param)
    golden.load(database)
    slack = LocalSlack(standard_workspace(), acknowledgement_seconds=10.0)  # a busy machine may be slow
    slack.workspace.people.append(Person(OLGA, "olga", "Olga"))
    for channel in slack.workspace.channels:
        channel.members.append(OLGA)
    async with AsyncExitStack() as stack:
        await slack.start()
        stack.push_async_callback(slack.close)
        cards = await golden.show(slack, database)
        settings = ServerSettings(
            _env_file=None,  # pyright: ignore[reportCallIssue] - the same on every machine
            database_url=database.url,
            host="127.0.0.1",
            port=0,
            policies=shipped_policies(),
            slack_bot_token=SecretStr(slack.bot_token),
            slack_app_token=None,
            slack_signing_secret=SecretStr(slack.signing_secret),
            slack_api_url=slack.api_url,
        )
        server = await stack.enter_async_context(Server.running(settings))
        slack.deliver_to(f"{server.url}/slack/events")
        http = await stack.enter_async_context(aiohttp.ClientSession())
        yield Upgraded(golden, slack, server, database, http, cards)


BUTTONS = [
    ("hard", ANA, "approve", "approved"),
    ("soft", ANA, "approve", "approved"),
    ("secret", ANA, "approve", "approved"),
    ("long", ANA, "approve", "approved"),
    ("plan", ANA, "approve", "approved"),
    ("options", ANA, "choose_1", "option_chosen"),
    ("question", ANA, "choose_2", "answered"),
    ("half", BO, "approve", "approved"),  # Ana had said yes to the old version: two people must agree
]


async def test_every_old_card_can_be_decided_by_its_old_buttons(upgraded: Upgraded):
    for label, who, action_id, outcome in BUTTONS:
        assert (await upgraded.read(label))["state"] == "pending", label
        await upgraded.click(who, label, action_id)
        closed = await upgraded.read(label)
        assert (closed["outcome"], closed["decision"]["decided_by"][-1]["id"]) == (outcome, who), label
    assert len((await upgraded.read("half"))["decision"]["decided_by"]) == 2
    assert (await upgraded.read("secret"))["decision"]["action"]["arguments"]["password"] == "hunter22hunter"
    assert (await upgraded.read("options"))["decision"]["action"]["arguments"]["max_age_days"] == 365
    await upgraded.drawn("hard", begins="Approved as asked by Ana")


async def test_two_people_still_have_to_agree(upgraded: Upgraded):
    await upgraded.click(ANA, "pair", "approve")
    assert (await upgraded.read("pair"))["state"] == "pending"
    await upgraded.click(ANA, "half", "approve")  # a second yes of the same person is none
    assert (await upgraded.read("half"))["state"] == "pending"
    await upgraded.click(BO, "pair", "approve")
    assert (await upgraded.read("pair"))["outcome"] == "approved"


async def test_forms_that_were_open_during_the_upgrade_are_taken(upgraded: Upgraded):
    text = {"type": "plain_text_input"}
    await upgraded.send_form("form_deny", {"reason": {"text": {**text, "value": "not these"}}, "then": {}})
    await upgraded.send_form("form_answer", {"answer": {"text": {**text, "value": "by date"}}})
    await upgraded.send_form(
        "form_review",
        {
            "arg.pattern": {"value": {**text, "value": "old/logs/*"}},
            "arg.max_age_days": {"value": {"type": "number_input", "value": "60"}},
            "note": {"text": {**text, "value": "only logs"}},
        },
    )
    chosen = {"type": "radio_buttons", "selected_option": _option(upgraded.golden, "form_choose", 2)}
    await upgraded.send_form("form_choose", {"choice": {"option": chosen}})
    denied, answered, modified = [await upgraded.read(f"form_{name}") for name in ("deny", "answer", "review")]
    assert (denied["outcome"], denied["decision"]["reason"]) == ("denied", "not these")
    assert (answered["outcome"], answered["decision"]["text"]) == ("answered", "by date")
    assert (modified["outcome"], modified["decision"]["text"]) == ("modified", "only logs")
    assert modified["decision"]["action"]["arguments"] == {"pattern": "old/logs/*", "max_age_days": 60}
    choice = await upgraded.read("form_choose")
    assert (choice["outcome"], choice["decision"]["option_id"]) == ("option_chosen", "o3")


async def test_old_buttons_and_menus_that_open_a_form_open_it(upgraded: Upgraded):
    for label, action_id in (
        ("hard", "deny"),
        ("hard", "review"),
        ("question", "answer"),
        ("many_options", "choose_menu"),
    ):
        await upgraded.click(ANA, label, action_id)
        view = await _form(upgraded)
        assert upgraded.golden.id(label) in view["private_metadata"]
        await upgraded.slack.close_modal(ANA, view["id"])
    await upgraded.click(ANA, "long", "more", value=f"show:{upgraded.golden.id('long')}:r1")
    assert (await _form(upgraded))["callback_id"] == "everything"


async def test_agents_find_their_requests_by_their_old_keys(upgraded: Upgraded):
    for label in upgraded.golden.kept["bodies"]:
        status, answer = await upgraded.ask_again(label)
        assert (status in (200, 202), answer["id"]) == (True, upgraded.golden.id(label)), label
    status, answer = await upgraded.ask_again("hard", goal="another")
    assert (status, answer["type"]) == (409, "urn:sayso:problem:idempotency-conflict")


async def test_what_was_decided_before_is_still_so(upgraded: Upgraded):
    closed = ("approved", "denied", "chosen", "withdrawn", "told")
    outcomes = {label: (await upgraded.read(label))["outcome"] for label in closed}
    assert outcomes == {
        "approved": "approved",
        "denied": "denied",
        "chosen": "option_chosen",
        "withdrawn": "withdrawn",
        "told": "auto_approved",
    }
    decision = (await upgraded.read("approved"))["decision"]
    headers = {"Authorization": f"Bearer {upgraded.golden.kept['key']}"}
    url = f"{upgraded.server.url}/v1/approvals/{upgraded.golden.id('approved')}/ack"
    for holder, status in (("one", 200), ("one", 200), ("two", 409)):
        body = {"claim": decision["claim"], "holder": holder}
        async with upgraded.http.post(url, json=body, headers=headers) as answer:
            assert answer.status == status


async def test_a_late_click_on_an_old_card_is_told_who_was_faster(upgraded: Upgraded):
    late = upgraded.slack.click_payload(BO, APPROVALS, upgraded.cards["hard"], action_id="deny")
    await upgraded.click(ANA, "hard", "approve")
    late["actions"][0] |= {"action_id": "approve"}
    await upgraded.deliver(late)
    assert "Ana" in upgraded.slack.ephemerals(BO)[-1].text
    assert (await upgraded.read("hard"))["outcome"] == "approved"


@pytest.mark.parametrize("upgraded", ["0002"], indirect=True)
async def test_sessions_cards_and_forms_of_the_second_version_still_speak_to_agents(upgraded: Upgraded):
    await upgraded.click(ANA, "session_pause", "agent_resume")
    assert (await upgraded.read("session_pause"))["state"] == "running"
    words = {"words": {"text": {"type": "plain_text_input", "value": "slower"}}, "kind": {"kind": {}}}
    await upgraded.send_form("form_steer", words)
    await upgraded.click(ANA, "session_steer", "agent_pause")
    steered = await upgraded.read("session_steer")
    assert steered["state"] == "pausing"
    assert [(one["kind"], one.get("text")) for one in steered["directives"] if one["session_id"] == steered["id"]] == [
        ("steer", "only the old ones"),
        ("steer", "slower"),
        ("pause", None),
    ]
    await upgraded.click(ANA, "told", "undo")
    asked = upgraded.database.rows("SELECT request_id FROM directives WHERE kind = 'undo'")
    assert asked in ([], [{"request_id": upgraded.golden.id("told")}])


async def _form(upgraded: Upgraded) -> Json:
    async with asyncio.timeout(5):
        while (view := upgraded.slack.modal(ANA)) is None or view.content["callback_id"] == "loading":  # noqa: ASYNC110
            await asyncio.sleep(0.02)
    return {**view.content, "id": view.id}


def _option(golden: Golden, label: str, place: int) -> Json:
    blocks = golden.kept["forms"][label]["view"]["blocks"]
    return next(one["element"]["options"][place] for one in blocks if one["type"] == "input")
