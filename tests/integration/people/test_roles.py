"""Every listener against every role (G6): who is told what, and that nothing changes where it is not theirs.

A new listener, verb or command without a row in CASES fails here.
"""

import asyncio
import copy
import io
import json
import re
import sqlite3
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import aiohttp
import pytest

from bot.app import practice_running
from bot.localslack import Person
from bot.slack.desk import Desk
from bot.slack.digest_ids import DigestVerb
from bot.slack.ids import ActionId, CallbackId, MenuVerb
from bot.slack.listeners import register
from bot.slack.listeners.commands import BOOKS
from bot.slack.session_ids import AgentVerb
from tests.adversary.house import ANA, APPROVALS, CHEN, OLGA, Agent, House

GUEST, STRANGER, MEMBER = "U05DEE", "U06ELI", "U07FAY"
PEOPLE = {"asked": ANA, "not asked": MEMBER, "owner": OLGA, "operator": CHEN, "guest": GUEST, "stranger": STRANGER}
OUTSIDERS = ("guest", "stranger")
"""The policy asks both by name, and makes them operators and policy admins."""

POLICY = f"""
people:
  ana: {{slack_user_id: {ANA}, name: Ana}}
  bo: {{slack_user_id: U03BO, name: Bo}}
  chen: {{slack_user_id: {CHEN}, name: Chen}}
  olga: {{slack_user_id: {OLGA}, name: Olga}}
  dee: {{slack_user_id: {GUEST}, name: Dee}}
  eli: {{slack_user_id: {STRANGER}, name: Eli}}
channels: {{approvals: {APPROVALS}}}
ladders:
  standard:
    - {{ask: [ana, dee, eli], channel: approvals, wait_seconds: 3600}}
    - {{ask: [bo], channel: approvals, wait_seconds: 3600}}
default_ladder: standard
operations: {{channel: approvals}}
masked: ["*password*"]
operators: [chen, dee, eli]
policy_admins: [ana, dee, eli]
default: {{id: ask, level: hard_approval, reason: Nobody knows it.}}
"""

NO_MEMBER, NOT_ASKED, OWN, NOT_ENTITLED, OK = "no member", "not asked", "own agent", "not entitled", "ok"
WORDS = {
    NO_MEMBER: r"Guests can’t|Members of other workspaces can’t",
    NOT_ASKED: r"You can’t decide this one",
    OWN: r"You own ",
    NOT_ENTITLED: r"You can’t (resume|steer|have|mute|see)",
}
KEPT = ("votes", "directives", "absences", "personal_tokens", "mutes", "digests")
"""What people write, beside the audit of it."""


@dataclass
class Walk:
    """A house, and somebody in front of their Slack in it."""

    house: House
    agent: Agent
    database: Path
    button_ts: str

    def payload(self, who: str) -> dict[str, Any]:
        """A click of this person, with a trigger and an address that work; what it is about is filled in."""
        made = self.house.slack.click_payload(who, APPROVALS, self.button_ts, action_id=ActionId.APPROVE)
        return copy.deepcopy(made)

    def click(self, who: str, action_id: str, value: str = "x", *, is_menu: bool = False) -> dict[str, Any]:
        payload = self.payload(who)
        chosen = {"selected_option": {"value": value}} if is_menu else {"value": value}
        payload["actions"] = [{"action_id": action_id, "block_id": "b", "type": "button", **chosen}]
        return payload

    def form(self, who: str, callback_id: str, metadata: Any, values: dict[str, Any]) -> dict[str, Any]:
        """A sent form; `values` are by block and action, in Slack's shape."""
        kept = {name: one for name, one in self.payload(who).items() if name in ("user", "team", "trigger_id", "token")}
        view = {"id": "V1", "type": "modal", "callback_id": callback_id, "private_metadata": json.dumps(metadata)}
        return {"type": "view_submission", **kept, "view": {**view, "state": {"values": values}}}

    async def asked(self, **said: Any) -> str:
        """A new request, dangerous enough to be read before a yes."""
        options = [{"id": "less", "label": "Less", "consequence": "half", "arguments": {"days": 1}}]
        return (await self.agent.ask("delete_files", {"days": 3}, options=options, **said))["id"]

    async def undoable(self) -> str:
        request_id = await self.asked(impact={"undo": "restore"})
        await self.house.slack.deliver(self.click(ANA, ActionId.APPROVE, f"{request_id}:r1"))
        closed = await self.agent.read(request_id)
        await self.agent.call(
            "POST", f"/approvals/{request_id}/ack", {"claim": closed["decision"]["claim"], "holder": "one"}
        )
        return request_id

    async def session(self, *, is_paused: bool = False) -> str:
        _, session = await self.agent.call("POST", "/sessions", {"goal": "private goal"})
        if is_paused:
            await self.house.slack.deliver(self.click(ANA, "agent_pause", session["id"]))
        return session["id"]

    async def digest(self) -> str:
        """A digest with a part of the agent: `digest:agent`."""
        with closing(sqlite3.connect(self.database)) as file:
            before = file.execute("SELECT count(*) FROM digests").fetchone()
        await self.agent.call("POST", "/alerts", {"kind": "disk", "text": "nearly full"})
        await self.house.slack.deliver(self.house.slack.command_payload(ANA, APPROVALS, "/agent digest now"))
        with closing(sqlite3.connect(self.database)) as file:
            assert file.execute("SELECT count(*) FROM digests").fetchone() > before
            found = file.execute("SELECT id FROM digests ORDER BY id DESC").fetchone()[0]
            agent_id = file.execute("SELECT id FROM agents").fetchone()[0]
        return f"{found}:{agent_id}"

    def written(self) -> tuple[Any, ...]:
        """All that people have written down so far."""
        with closing(sqlite3.connect(self.database)) as file:
            counts = [file.execute(f"SELECT count(*) FROM {table}").fetchone()[0] for table in KEPT]
            acts = [head for (head,) in file.execute("SELECT head FROM audit") if '"kind":"reviewer"' in head]
        return (*counts, len(acts))

    def seen(self, who: str) -> str:
        """Everything that this person sees only for themselves."""
        slack = self.house.slack
        views = [view.content for view in (slack.modal(who), slack.home(who)) if view is not None]
        messages = [*slack.ephemerals(who), *slack.direct_messages(who)]
        return json.dumps([*views, *([one.text, one.blocks] for one in messages)], ensure_ascii=False)

    async def answer(self, who: str, payload: dict[str, Any]) -> str:
        """What this person is told, or "ok" when it was done or shown."""
        before, earlier = self.written(), self.seen(who)
        if payload.get("type") == "event_callback":
            self.house.slack.send_event(payload["event"])
            said = ""
        else:
            (receipt,) = await self.house.slack.deliver(payload)
            assert receipt.status == 200, receipt
            said = receipt.body
        told = await self._told(who, said, earlier, before)
        if told != OK:
            assert self.written() == before, f"{told}, and yet something was written"
        return told

    async def _told(self, who: str, said: str, earlier: str, before: tuple[Any, ...]) -> str:
        """The refusal, as soon as there is one; a form that waits is waited for."""
        for _ in range(150):
            shown = self.seen(who)
            news = said.encode().decode("unicode_escape", "ignore") if said.isascii() else said
            news = json.dumps(json.loads(said), ensure_ascii=False) if said.startswith("{") else news
            news += shown if shown != earlier else ""
            refused = next((kind for kind, words in WORDS.items() if re.search(words, news)), None)
            if refused is not None:
                return refused
            is_waiting = f'"callback_id": "{CallbackId.LOADING}"' in shown
            if not is_waiting and (self.written() != before or (news and shown != earlier) or said):
                return OK
            await asyncio.sleep(0.02)
        raise AssertionError(f"nothing was said to {who}, and nothing was done")


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
    """What somebody does, and what each role is told. `outsiders` differs only where nothing is at stake."""

    key: str
    make: Make
    expected: Mapping[str, str]
    outsiders: str = NO_MEMBER

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
        text = f"{name} {words.format(session=session_id)}"
        return walk.house.slack.command_payload(who, APPROVALS, text)

    return make


def on_digest(action_id: str, *, prefix: str = "", suffix: str = "", is_menu: bool = False) -> Make:
    async def make(walk: Walk, who: str) -> dict[str, Any]:
        return walk.click(who, action_id, f"{prefix}{await walk.digest()}{suffix}", is_menu=is_menu)

    return make


async def undo(walk: Walk, who: str) -> dict[str, Any]:
    return walk.click(who, ActionId.UNDO, f"{await walk.undoable()}:r1")


async def steer_form(walk: Walk, who: str) -> dict[str, Any]:
    values = text_block("words", "leave it")
    return walk.form(who, CallbackId.STEER, {"session": await walk.session()}, values)


async def steer_goal(walk: Walk, who: str) -> dict[str, Any]:
    return walk.click(who, ActionId.STEER_GOAL, f"{await walk.session()}:leave it")


async def bulk_form(walk: Walk, who: str) -> dict[str, Any]:
    digest_id, agent_id = (await walk.digest()).split(":")
    ticked = {"type": "checkboxes", "selected_options": [{"value": f"{await walk.asked()}:r1"}]}
    return walk.form(who, CallbackId.BULK, {"digest": digest_id, "agent": agent_id}, {"b": {ActionId.IDS: ticked}})


async def away_form(walk: Walk, who: str) -> dict[str, Any]:
    values = {"backup": {ActionId.BACKUP: picked("U03BO")}, "until": {ActionId.UNTIL: picked("hours_1")}}
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
    Case(action("home_page_(first|next)"), plain_click("home_page_first"), ANYBODY),
    Case(action("away_open"), plain_click(ActionId.AWAY_OPEN), ANYBODY, outsiders=OK),  # a form; sending it is refused
    Case(action("back"), plain_click(ActionId.BACK), ANYBODY),
    Case(action("terminal"), plain_click(ActionId.TERMINAL), ANYBODY),
    Case("view_submission deny", of_form(CallbackId.DENY, text_block("reason", "no")), DECIDING),
    Case("view_submission review", of_form(CallbackId.REVIEW, {}), DECIDING),
    Case("view_submission answer", of_form(CallbackId.ANSWER, text_block("answer", "maybe")), DECIDING),
    Case("view_submission choose", of_form(CallbackId.CHOOSE, {"choice": {ActionId.OPTION: picked("1")}}), DECIDING),
    Case("view_submission steer", steer_form, STEERING),
    Case("view_submission bulk", bulk_form, ANYBODY),
    Case("view_submission away", away_form, ANYBODY),
    Case("event app_home_opened", home_opened, ANYBODY),
    Case("/agent list", typed("/agent", "list"), ANYBODY),
    Case("/agent show", typed("/agent", "show {session}"), ANYBODY),
    Case("/agent pause", typed("/agent", "pause {session}"), ANYBODY),
    Case("/agent stop", typed("/agent", "stop {session}"), ANYBODY),
    Case("/agent resume", typed("/agent", "resume {session}", is_paused=True), STEERING),
    Case("/agent steer", typed("/agent", "steer {session} leave it"), STEERING),
    Case("/agent digest", typed("/agent", "digest now"), ANYBODY),
    Case("/agent help", typed("/agent", "help"), ANYBODY, outsiders=OK),
    Case("/approvals inbox", typed("/approvals", "inbox"), ANYBODY),
    Case("/approvals away", typed("/approvals", "away backup @bo"), ANYBODY),
    Case("/approvals back", typed("/approvals", "back"), ANYBODY),
    Case("/approvals help", typed("/approvals", "help"), ANYBODY, outsiders=OK),
]

HARMLESS = {
    "action open_card": "a link, which Slack has followed already",
    "action dismiss": "a question of ours goes away",
    "action .*": "a control that this version does not know",
    "view_submission .*": "a form that this version does not know",
    "event .*": "an event that nobody asked for",
    "event app_uninstalled": "the app itself, said by Slack",
    "event tokens_revoked": "the app itself, said by Slack",
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


@pytest.fixture
async def walk(tmp_path: Path) -> AsyncIterator[Walk]:
    folder = tmp_path
    (folder / "policy.yaml").write_text(POLICY)
    url = f"sqlite:///{folder}/sayso.db"
    practice = practice_running(0, policies=folder / "policy.yaml", database_url=url)
    async with practice as (slack, server), aiohttp.ClientSession() as http:
        slack.workspace.people += [Person(OLGA, "olga", "Olga"), Person(MEMBER, "fay", "Fay")]
        for channel in slack.workspace.channels:
            channel.members += [OLGA, MEMBER]
        house = House(slack, server, http, io.StringIO())
        agent = await house.agent()
        button = await agent.ask("deploy", {"version": "1"})
        card = await house.card(button["id"])
        yield Walk(house, agent, folder / "sayso.db", card.ts)


@pytest.mark.parametrize("case", CASES, ids=str)
async def test_nobody_does_what_is_not_theirs(walk: Walk, case: Case):
    answers = {role: await walk.answer(who, await case.make(walk, who)) for role, who in PEOPLE.items()}
    assert answers == {**case.expected, **dict.fromkeys(OUTSIDERS, case.outsiders)}
