"""Every listener against every role (G6): who is told what, and that nothing changes where it is not theirs.

A new listener, verb or command without a row in CASES fails here.
"""

import io
import re
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import aiohttp
import pytest

from bot.app import practice_running
from bot.app.practice import Transport
from bot.localslack import Person
from bot.slack.desk import Desk
from bot.slack.digest_ids import DigestVerb
from bot.slack.ids import ActionId, CallbackId, MenuVerb
from bot.slack.listeners import register, removal
from bot.slack.listeners.commands import BOOKS
from bot.slack.session_ids import AgentVerb
from tests.adversary.house import APPROVALS, OLGA, House
from tests.integration.people.walk import (
    MEMBER,
    NO_MEMBER,
    NOT_ASKED,
    NOT_ENTITLED,
    NOTHING,
    OK,
    OWN,
    PEOPLE,
    POLICY,
    Walk,
)
from tests.support.database import a_database


def text_block(part: str, text: str) -> dict[str, Any]:
    return {part: {ActionId.TEXT: {"type": "plain_text_input", "value": text}}}


def picked(value: str) -> dict[str, Any]:
    return {"type": "static_select", "selected_option": {"value": value}}


Make = Callable[[Walk, str], Awaitable[dict[str, Any]]]
DECIDING = {"asked": OK, "not asked": NOT_ASKED, "owner": OWN, "operator": NOT_ASKED}
READING = {"asked": OK, "not asked": NOT_ASKED, "owner": OK, "operator": NOT_ASKED}
ANYBODY = {"asked": OK, "not asked": OK, "owner": OK, "operator": OK}
STEERING = {"asked": NOT_ENTITLED, "not asked": NOT_ENTITLED, "owner": OK, "operator": OK}
UNDOING = {"asked": OK, "not asked": NOT_ENTITLED, "owner": OK, "operator": OK}


@dataclass(frozen=True)
class Case:
    """What somebody does, and what each role is told. A guest or a stranger differs only where nothing is at stake."""

    key: str
    make: Make
    expected: Mapping[str, str]
    guest: str = NO_MEMBER
    stranger: str = NO_MEMBER

    def __str__(self) -> str:
        return self.key


def on_request(action_id: str, suffix: str = "", *, prefix: str = "", is_menu: bool = False, **said: Any) -> Make:
    async def make(walk: Walk, who: str) -> dict[str, Any]:
        request_id = await walk.asked(**said)
        return walk.click(who, action_id, f"{prefix}{request_id}:r1{suffix}", is_menu=is_menu)

    return make


def of_form(callback_id: str, values: dict[str, Any]) -> Make:
    async def make(walk: Walk, who: str) -> dict[str, Any]:
        return walk.form(who, callback_id, {"request": await walk.asked(), "revision": 1}, values)

    return make


def on_session(verb: AgentVerb, *, is_paused: bool = False, words: str = "") -> Make:
    async def make(walk: Walk, who: str) -> dict[str, Any]:
        session_id = await walk.session(is_paused=is_paused)
        return walk.click(who, f"agent_{verb}", f"{session_id}:{words}" if words else session_id)

    return make


def typed(name: str, words: str, *, is_paused: bool = False) -> Make:
    async def make(walk: Walk, who: str) -> dict[str, Any]:
        session_id = await walk.session(is_paused=is_paused)
        return walk.command(who, f"{name} {words.format(session=session_id)}")

    return make


def on_digest(action_id: str, *, prefix: str = "", suffix: str = "", is_menu: bool = False) -> Make:
    async def make(walk: Walk, who: str) -> dict[str, Any]:
        return walk.click(who, action_id, f"{prefix}{await walk.digest()}{suffix}", is_menu=is_menu)

    return make


async def undo(walk: Walk, who: str) -> dict[str, Any]:
    return walk.click(who, ActionId.UNDO, f"{await walk.undoable()}:r1")


async def send_again(walk: Walk, who: str) -> dict[str, Any]:
    return walk.click(who, ActionId.SEND_AGAIN, f"{await walk.unsent()}:r1")


async def steer_form(walk: Walk, who: str) -> dict[str, Any]:
    values = text_block("words", "leave it")
    return walk.form(who, CallbackId.STEER, {"session": await walk.session()}, values)


async def steer_goal(walk: Walk, who: str) -> dict[str, Any]:
    return walk.click(who, ActionId.STEER_GOAL, f"{await walk.session()}:leave it")


async def bulk_form(walk: Walk, who: str) -> dict[str, Any]:
    small = await walk.agent.ask("tidy_up", impact={"reversible": True})
    digest_id, agent_id = (await walk.digest()).split(":")
    ticked = {"type": "checkboxes", "selected_options": [{"value": f"{small['id']}:r1"}]}
    return walk.form(who, CallbackId.BULK, {"digest": digest_id, "agent": agent_id}, {"b": {ActionId.IDS: ticked}})


async def away_form(walk: Walk, who: str) -> dict[str, Any]:
    values = {"backup": {ActionId.BACKUP: picked("U03BO")}, "until": {ActionId.UNTIL: picked("1h")}}
    return walk.form(who, CallbackId.AWAY, {}, values)


def plain_click(action_id: str, value: str = "x") -> Make:
    async def make(walk: Walk, who: str) -> dict[str, Any]:
        return walk.click(who, action_id, value)

    return make


async def home_opened(walk: Walk, who: str) -> dict[str, Any]:
    return {"type": "event_callback", "event": {"type": "app_home_opened", "user": who, "tab": "home"}}


def action(pattern: str, part: str = "") -> str:
    return f"action {pattern} {part}".strip()


SESSION = r"^agent_(show|pause|resume|stop|steer)(?:_pick_\d+)?$"
CASES = [
    Case(action("approve"), on_request(ActionId.APPROVE), DECIDING),
    Case(action(r"choose_\d+"), on_request("choose_1", ":less"), DECIDING),
    Case(action("deny"), on_request(ActionId.DENY), DECIDING),
    Case(action("review"), on_request(ActionId.REVIEW), DECIDING),
    Case(action("answer"), on_request(ActionId.ANSWER), DECIDING),
    Case(action("choose_menu"), on_request(ActionId.CHOOSE_MENU), READING),
    Case(action("more", MenuVerb.SHOW), on_request(ActionId.MORE, prefix="show:", is_menu=True), READING),
    Case(action("more", MenuVerb.ANSWER), on_request(ActionId.MORE, prefix="answer:", is_menu=True), DECIDING),
    Case(action("more", MenuVerb.ESCALATE), on_request(ActionId.MORE, prefix="escalate:", is_menu=True), DECIDING),
    Case(action("undo"), undo, UNDOING),
    Case(action("send_again"), send_again, UNDOING),
    Case(action("open_request"), on_request(ActionId.OPEN_REQUEST), READING),
    Case(action(SESSION, AgentVerb.SHOW), on_session(AgentVerb.SHOW), ANYBODY),
    Case(action(SESSION, AgentVerb.PAUSE), on_session(AgentVerb.PAUSE), ANYBODY),
    Case(action(SESSION, AgentVerb.STOP), on_session(AgentVerb.STOP), ANYBODY),
    Case(action(SESSION, AgentVerb.RESUME), on_session(AgentVerb.RESUME, is_paused=True), STEERING),
    Case(action(SESSION, AgentVerb.STEER), on_session(AgentVerb.STEER, words="leave it"), STEERING),
    Case(action(SESSION, f"{AgentVerb.STEER}, in a form"), on_session(AgentVerb.STEER), STEERING),
    Case(action("agent_steer_goal"), steer_goal, STEERING),
    Case(action("open_inbox"), plain_click(ActionId.OPEN_INBOX), ANYBODY),
    Case(action("bulk_review"), on_digest(ActionId.BULK_REVIEW), ANYBODY),
    Case(action("alert_more", DigestVerb.OPEN), on_digest(ActionId.ALERT_MORE, prefix="open:", is_menu=True), ANYBODY),
    Case(
        action("alert_more", DigestVerb.MUTE),
        on_digest(ActionId.ALERT_MORE, prefix="mute:", suffix=":disk", is_menu=True),
        STEERING,
    ),
    Case(
        action("alert_more", DigestVerb.SHOW),
        on_digest(ActionId.ALERT_MORE, prefix="show:", suffix=":disk", is_menu=True),
        STEERING,
    ),
    Case(action("open_next"), plain_click(ActionId.OPEN_NEXT, APPROVALS), ANYBODY),
    Case(action("home_page_(first|next)"), plain_click("home_page_first"), ANYBODY, stranger=NOTHING),
    Case(
        action("away_open"), plain_click(ActionId.AWAY_OPEN), ANYBODY, guest=OK, stranger=OK
    ),  # a form; sending it is refused
    Case(action("back"), plain_click(ActionId.BACK), ANYBODY),
    Case(action("terminal"), plain_click(ActionId.TERMINAL), ANYBODY),
    Case("view_submission deny", of_form(CallbackId.DENY, text_block("reason", "no")), DECIDING),
    Case("view_submission review", of_form(CallbackId.REVIEW, {}), DECIDING),
    Case("view_submission answer", of_form(CallbackId.ANSWER, text_block("answer", "maybe")), DECIDING),
    Case("view_submission choose", of_form(CallbackId.CHOOSE, {"choice": {ActionId.OPTION: picked("1")}}), DECIDING),
    Case("view_submission steer", steer_form, STEERING),
    Case("view_submission bulk", bulk_form, DECIDING),
    Case("view_submission away", away_form, ANYBODY),
    Case("event app_home_opened", home_opened, ANYBODY, stranger=NOTHING),
    Case("/agent list", typed("/agent", "list"), ANYBODY),
    Case("/agent show", typed("/agent", "show {session}"), ANYBODY),
    Case("/agent pause", typed("/agent", "pause {session}"), ANYBODY),
    Case("/agent stop", typed("/agent", "stop {session}"), ANYBODY),
    Case("/agent resume", typed("/agent", "resume {session}", is_paused=True), STEERING),
    Case("/agent steer", typed("/agent", "steer {session} leave it"), STEERING),
    Case("/agent digest", typed("/agent", "digest now"), ANYBODY),
    Case("/agent help", typed("/agent", "help"), ANYBODY, guest=OK, stranger=OK),
    Case("/approvals inbox", typed("/approvals", "inbox"), ANYBODY),
    Case("/approvals away", typed("/approvals", "away backup @bo"), ANYBODY),
    Case("/approvals back", typed("/approvals", "back"), ANYBODY),
    Case("/approvals help", typed("/approvals", "help"), ANYBODY, guest=OK, stranger=OK),
]

HARMLESS = {
    "action open_card": "a link, which Slack has followed already",
    "action dismiss": "a question of ours goes away",
    "action .*": "a control that this version does not know",
    "view_submission .*": "a form that this version does not know",
    "event .*": "an event that nobody asked for",
    "event app_uninstalled": "said by Slack, about the app itself",
    "event tokens_revoked": "said by Slack, about the app itself",
    "/agent": "its verbs have rows",
    "/approvals": "its verbs have rows",
    "command .*": "help, for a command that this version does not know",
}
"""Listeners that do nothing for anybody, with the reason."""


class Recorder:
    """Stands in for Bolt's app: which listeners there are."""

    def __init__(self) -> None:
        self.keys: list[str] = []

    def _keep(self, kind: str) -> Callable[..., Callable[[Any], Any]]:
        def register_for(constraint: Any, *_: Any) -> Callable[[Any], Any]:
            named = constraint.pattern if isinstance(constraint, re.Pattern) else str(constraint)
            self.keys.append(named if kind == "command" and named.startswith("/") else f"{kind} {named}")
            return lambda listener: listener

        return register_for

    def __getattr__(self, kind: str) -> Callable[..., Callable[[Any], Any]]:
        return self._keep(kind)


def listeners() -> set[str]:
    """Everything that Slack can call, each verb by itself."""
    recorder = Recorder()
    register(cast(Any, recorder), cast(Desk, _NoDesk()))
    removal.register(cast(Any, recorder), cast(Desk, _NoDesk()), cast(Any, None))
    keys = set(recorder.keys)
    verbs = {SESSION: AgentVerb, "more": MenuVerb, "alert_more": DigestVerb}
    for pattern, kinds in verbs.items():
        keys.remove(action(pattern))
        keys |= {action(pattern, kind) for kind in kinds}
    return keys | {f"{name} {verb}" for name, book in BOOKS.items() for verb in book.handlers}


class _NoDesk:
    """Enough of a desk to register listeners that nobody calls."""

    def __getattr__(self, name: str) -> Any:
        return _NoDesk()

    def __call__(self, *_: Any, **__: Any) -> Any:
        return _NoDesk()


def test_every_listener_has_its_row():
    rows = {case.key for case in CASES if ", in a form" not in case.key}
    assert listeners() - set(HARMLESS) == rows
    assert set(HARMLESS) <= listeners()


PAIRS = ((("http", "sqlite"), ("socket", "postgres")), (("http", "postgres"), ("socket", "sqlite")))
"""Every row is walked over both transports and on both databases, in turn by the one half of the pairs or the other:
all four are walked by half of the rows, in half of the time.
"""
WALKS = [
    pytest.param(case, *pair, id=f"{case}-{'-'.join(pair)}")
    for number, case in enumerate(CASES)
    for pair in PAIRS[number % 2]
]


@pytest.fixture
async def walk(transport: Transport, kind: str, tmp_path: Path) -> AsyncIterator[Walk]:
    policies = tmp_path / "policy.yaml"
    policies.write_text(POLICY)
    async with AsyncExitStack() as stack:
        database = stack.enter_context(a_database(kind, tmp_path))
        practice = practice_running(0, policies=policies, transport=transport, database_url=database.url)
        slack, server = await stack.enter_async_context(practice)
        http = await stack.enter_async_context(aiohttp.ClientSession())
        slack.workspace.people += [Person(OLGA, "olga", "Olga"), Person(MEMBER, "fay", "Fay")]
        for channel in slack.workspace.channels:
            channel.members += [OLGA, MEMBER]
        slack.acknowledge_within(10)  # who may do what is asked here, not how fast
        house = House(slack, server, http, io.StringIO())
        agent = await house.agent()
        button = await agent.ask("deploy", {"version": "1"})
        card = await house.card(button["id"])
        yield Walk(house, agent, database, card.ts)


@pytest.mark.parametrize(("case", "transport", "kind"), WALKS)
async def test_nobody_does_what_is_not_theirs(walk: Walk, case: Case):
    answers = {role: await walk.answer(who, await case.make(walk, who)) for role, who in PEOPLE.items()}
    assert answers == {**case.expected, "guest": case.guest, "stranger": case.stranger}
