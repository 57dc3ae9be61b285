"""A house in which the policy names those who must not be let in, and everybody in front of their Slack in it."""

import asyncio
import copy
import json
import re
from dataclasses import dataclass
from typing import Any

from bot.domain.callback_url import NO_NETWORKS
from bot.services.manage_addresses import ManageAddresses
from bot.slack.ids import ActionId, CallbackId
from tests.adversary.house import ANA, APPROVALS, CHEN, OLGA, Agent, House
from tests.support.database import Database

GUEST, STRANGER, MEMBER = "U05DEE", "U06ELI", "U07FAY"
PEOPLE = {"asked": ANA, "not asked": MEMBER, "owner": OLGA, "operator": CHEN, "guest": GUEST, "stranger": STRANGER}
"""The policy asks the guest and the stranger by name, and makes them operators and policy admins. To a stranger Slack
shows no Home of ours.
"""

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
known_actions:
  - {{names: [tidy_up], reversible: true, blast_radius: local, external_effects: false, financial: false,
     personal_data: false, regulated: false}}
rules:
  - {{id: tidy, when: 'action.name == "tidy_up"', level: soft_approval, consent_after_seconds: 3000, reason: Small.}}
default: {{id: ask, level: hard_approval, reason: Nobody knows it.}}
"""

NO_MEMBER, NOT_ASKED, OWN, NOT_ENTITLED, OK = "no member", "not asked", "own agent", "not entitled", "ok"
BROKEN, NOTHING = "not understood", "nothing said"
WORDS = {
    NO_MEMBER: r"Guests can’t|Members of other workspaces can’t",
    NOT_ASKED: r"You can’t decide this one",
    OWN: r"You own ",
    NOT_ENTITLED: r"You can’t (resume|steer|have|mute|see|send)",
    BROKEN: r"not known here|could not be read|could not be done",
}
KEPT = ("votes", "directives", "absences", "personal_tokens", "mutes", "digests")
"""What people write, beside the audit of it."""


@dataclass
class Walk:
    """A house, and somebody in front of their Slack in it."""

    house: House
    agent: Agent
    database: Database
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

    def command(self, who: str, text: str) -> dict[str, Any]:
        """A slash command; Slack lets nobody of another workspace type one, so theirs is made by hand."""
        payload = copy.deepcopy(self.house.slack.command_payload(ANA, APPROVALS, text))
        team_id = self.house.slack.workspace.team_of(who)
        return {**payload, "user_id": who, "user_name": who.lower(), "team_id": team_id}

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

    async def unsent(self) -> str:
        """A decision that is on its way to an address where nobody is."""
        server = self.house.server
        manage = ManageAddresses(server.store, server.ids, NO_NETWORKS, check_broker=lambda url: None)
        name = self.database.rows("SELECT name FROM agents")[0]["name"]
        await manage.send_to(name, "https://agent.invalid/hook")
        request_id = await self.asked()
        await self.house.slack.deliver(self.click(ANA, ActionId.APPROVE, f"{request_id}:r1"))
        return request_id

    async def session(self, *, is_paused: bool = False) -> str:
        _, session = await self.agent.call("POST", "/sessions", {"goal": "private goal"})
        if is_paused:
            await self.house.slack.deliver(self.click(ANA, "agent_pause", session["id"]))
        return session["id"]

    async def digest(self) -> str:
        """A digest with a part of the agent: `digest:agent`."""
        before = self._count("digests")
        await self.agent.call("POST", "/alerts", {"kind": "disk", "text": "nearly full"})
        await self.house.slack.deliver(self.house.slack.command_payload(ANA, APPROVALS, "/agent digest now"))
        assert self._count("digests") > before
        found = self.database.rows("SELECT id FROM digests ORDER BY id DESC")[0]["id"]
        agent_id = self.database.rows("SELECT id FROM agents")[0]["id"]
        return f"{found}:{agent_id}"

    def written(self) -> tuple[Any, ...]:
        """All that people have written down so far."""
        heads = [row["head"] for row in self.database.rows("SELECT head FROM audit")]
        acts = [head for head in heads if '"kind":"reviewer"' in head]
        return (*(self._count(table) for table in KEPT), len(acts))

    def _count(self, table: str) -> int:
        return self.database.rows(f"SELECT count(*) AS n FROM {table}")[0]["n"]

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
            is_waiting = f'"callback_id": "{CallbackId.LOADING}"' in shown or "One moment" in shown
            if not is_waiting and (self.written() != before or (news and shown != earlier) or said):
                return OK
            await asyncio.sleep(0.02)
        return NOTHING
