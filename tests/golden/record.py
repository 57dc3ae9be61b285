"""Records what a version of this product leaves behind: its database, its posted cards, its open forms, its answers.

Run with the code of that version, from its checkout, into a folder beside this file:

    git worktree add /tmp/old COMMIT
    cd /tmp/old && PYTHONPATH=/tmp/old:/tmp/old/client python THIS_FILE OUT_FOLDER

It uses only what every version's tests have: the house of tests/adversary, its Slack in a box and plain HTTP.
"""

import asyncio
import io
import json
import sqlite3
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

from tests.adversary.house import ANA, APPROVALS, BO, Agent, House, a_house

Json = dict[str, Any]
IMPACT = {
    "summary": "847 files",
    "reversible": True,
    "undo": "restore them",
    "blast_radius": "local",
    "external_effects": False,
    "financial": False,
    "personal_data": False,
    "regulated": False,
}
OPTIONS = [
    {"id": "older", "label": "Only older", "consequence": "312 files", "arguments": {"max_age_days": 365}},
    {"id": "stage", "label": "Stage", "action": {"name": "move_files", "arguments": {"to": "staging/"}}},
    {"id": "cancel", "label": "Cancel", "consequence": "Nothing changes", "proceed": False},
]
MANY = [{"id": f"o{n}", "label": f"Option {n}", "arguments": {"max_age_days": n}} for n in range(1, 7)]
SUGGESTED = [{"id": "name", "label": "By name"}, {"id": "date", "label": "By date"}]
FILES = {"pattern": "old/*", "max_age_days": 30}
ASKED: dict[str, tuple[str, Json, Json]] = {
    "hard": ("delete_files", FILES, {}),
    "soft": ("move_files", {"to": "archive/"}, {"impact": IMPACT, "environment": "staging"}),
    "options": ("delete_files", FILES, {"options": OPTIONS}),
    "many_options": ("delete_files", FILES, {"options": MANY}),
    "pair": ("refund", {"amount": 20, "to": "a customer"}, {}),
    "secret": ("rotate_key", {"password": "hunter22hunter", "service": "db"}, {}),
    "question": ("clarify", {}, {"kind": "clarification", "options": SUGGESTED}),
    "plan": ("plan", {"steps": ["look", "delete"]}, {"kind": "plan"}),
    "long": ("delete_files", {f"path_{n}": f"old/{n}" * 40 for n in range(30)}, {"reason": "They are old. " * 80}),
    "form_deny": ("delete_files", FILES, {}),
    "form_review": ("delete_files", FILES, {}),
    "form_answer": ("clarify", {}, {"kind": "clarification"}),
    "form_choose": ("delete_files", FILES, {"options": MANY}),
    "half": ("refund", {"amount": 30, "to": "a customer"}, {}),
    "approved": ("delete_files", FILES, {"impact": IMPACT}),
    "denied": ("delete_files", FILES, {}),
    "chosen": ("delete_files", FILES, {"options": OPTIONS}),
    "withdrawn": ("delete_files", FILES, {}),
    "told": ("copy_files", {"to": "b/"}, {"impact": IMPACT, "confidence": 0.99}),
}
FORMS = {"form_deny": "deny", "form_review": "review", "form_answer": "answer", "form_choose": "choose_menu"}


class Recording:
    """One house, and what is kept of it."""

    def __init__(self, house: House, agent: Agent, key: str) -> None:
        self.house, self.agent = house, agent
        self.kept: Json = {"key": key, "asked": {}, "bodies": {}, "cards": {}, "forms": {}, "answers": {}}

    async def ask(self, label: str) -> None:
        name, arguments, said = ASKED[label]
        body = {"environment": "dev", "action": {"name": name, "arguments": arguments}, **said}
        answer = await post(self.house, self.kept["key"], "/approvals", body, f"golden-{label}")
        self.kept["asked"][label], self.kept["bodies"][label] = answer["id"], body

    async def close(self) -> None:
        ids = self.kept["asked"]
        await self.house.click(ANA, ids["approved"], "approve")
        await self.house.click(ANA, ids["chosen"], "choose_1")
        await self.house.click(ANA, ids["half"], "approve")
        await self.agent.call("POST", f"/approvals/{ids['withdrawn']}/withdraw", {"reason": "not needed"})
        form = await self.house.form(ANA, ids["denied"], "deny")
        await self.house.slack.submit(ANA, form.id, {"reason": {"text": "not these"}})
        for label in ("approved", "denied", "chosen", "withdrawn"):
            await self.closed(ids[label])

    async def shown(self) -> None:
        """A channel takes a card a second."""
        database = sqlite3.connect(path_of(self.house))
        async with asyncio.timeout(120):
            while database.execute("SELECT count(*) FROM notices WHERE next_try_at IS NOT NULL").fetchone()[0]:  # noqa: ASYNC110
                await asyncio.sleep(0.1)

    async def closed(self, request_id: str) -> None:
        async with asyncio.timeout(10):
            while (await self.agent.read(request_id))["state"] != "closed":  # noqa: ASYNC110 - as any agent does
                await asyncio.sleep(0.05)

    async def open_forms(self) -> None:
        for label, action_id in FORMS.items():
            view = await self.house.form(ANA, self.kept["asked"][label], action_id)
            self.kept["forms"][label] = {"user": ANA, "view": view.content | {"id": view.id}}
            await self.house.slack.close_modal(ANA, view.id)

    async def listen(self) -> None:
        """What people were answered privately."""
        self.kept["answers"] = {who: [shown(one) for one in self.house.slack.ephemerals(who)] for who in (ANA, BO)}

    async def keep_cards(self) -> None:
        """Every message of the channel as it stands, once nothing is left to be shown."""
        await self.shown()
        for one in self.house.slack.messages(APPROVALS):
            self.kept["cards"][one.ts] = shown(one)
            for reply in self.house.slack.messages(APPROVALS, thread_ts=one.ts):
                if reply.ts != one.ts:
                    self.kept["cards"][reply.ts] = {**shown(reply), "thread_ts": one.ts}


def shown(message: Any) -> Json:
    return {"channel": message.channel_id, "text": message.text, "blocks": message.blocks, "metadata": message.metadata}


def path_of(house: House) -> str:
    return house.server.settings.database_url.removeprefix("sqlite:///")


async def post(house: House, key: str, path: str, body: Json, once: str) -> Json:
    http = house._http
    headers = {"Authorization": f"Bearer {key}", "Idempotency-Key": once}
    async with http.post(f"{house.server.url}/v1{path}", json=body, headers=headers) as answer:
        return await answer.json()


async def sessions(recording: Recording) -> None:
    """What only the second version has: a session's card with its buttons, a form to steer, a digest, an undo."""
    house, agent, kept = recording.house, recording.agent, recording.kept
    _, running = await agent.call("POST", "/sessions", {"goal": "Free disk space"})
    _, paused = await agent.call("POST", "/sessions", {"goal": "Nightly"})
    for session, verb in ((running, "steer"), (paused, "pause")):
        kept["asked"][f"session_{verb}"] = session["id"]
    await house.slack.command(ANA, APPROVALS, f"/agent pause {paused['id']}")
    _, told = await agent.call("GET", f"/sessions/{paused['id']}")
    for directive in told["directives"]:
        await agent.call("POST", f"/directives/{directive['id']}/result", {"state": "done"})
    await agent.call("POST", "/alerts", {"kind": "disk", "text": "nearly full"})
    await house.slack.command(ANA, APPROVALS, f"/agent steer {running['id']} only the old ones")
    await house.slack.command(ANA, APPROVALS, f"/agent steer {running['id']}")
    view = await house.until(lambda: house.slack.modal(ANA))
    kept["forms"]["form_steer"] = {"user": ANA, "view": view.content | {"id": view.id}}
    await house.slack.close_modal(ANA, view.id)
    await house.slack.command(ANA, APPROVALS, f"/agent stop {running['id']}")
    await house.slack.command(ANA, APPROVALS, "/agent digest now")


async def record(folder: Path, steps: list[Callable[[Recording], Awaitable[None]]]) -> None:
    async with a_house(io.StringIO()) as house:
        key = await house.server.agents.add("tidy", "U09OLGA")
        recording = Recording(house, Agent(house._http, house.server.url, key), key)
        for label in ASKED:
            await recording.ask(label)
        await recording.shown()
        await recording.close()
        await recording.open_forms()
        for step in steps:
            await step(recording)
        await recording.keep_cards()
        await recording.listen()
        write(folder, "\n".join(sqlite3.connect(path_of(house)).iterdump()), recording.kept)


def write(folder: Path, dump: str, kept: Json) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "database.sql").write_text(dump + "\n")
    (folder / "slack.json").write_text(json.dumps(kept, indent=1, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    has_sessions = Path("bot/slack/session_ids.py").exists()
    asyncio.run(record(Path(sys.argv[1]), [sessions] if has_sessions else []))
