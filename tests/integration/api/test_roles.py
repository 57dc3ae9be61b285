"""The route table against every key and role (G6). A new route without a row in CASES fails here."""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from typing import Any

import aiohttp
import pytest

from bot.api.route import by_place
from bot.api.routes import ROUTES
from bot.domain.people import Person, Standing
from tests.integration.api.world import ANA, BO, CHEN, EVE, OWEN, Agent, Json, World

OK, NOT_FOUND, FORBIDDEN, SELF = "ok", "not-found", "forbidden", "self-approval"
NOBODY, FOR_PEOPLE, FOR_AGENTS, NO_MEMBER = "unauthorized", "for-people", "for-agents", "not-a-member"

AGENTS = ("own agent", "other agent")
MEMBERS = ("asked", "member", "owner", "operator")
OUTSIDERS = {"guest": Standing.GUEST, "stranger": Standing.STRANGER, "gone": Standing.GONE}
"""The policy asks each of them by name."""
STRANGERS = ("no key", "wrong key", "wrong token", "revoked key", "revoked token")
CALLERS = (*STRANGERS, *AGENTS, *MEMBERS, *OUTSIDERS)


@dataclass
class Scene:
    """Everybody who may call, and what they call about: always the own agent's."""

    world: World
    callers: dict[str, Agent]

    @property
    def own(self) -> Agent:
        return self.callers["own agent"]

    async def asked(self) -> Json:
        """An open request; the asked one is asked by it."""
        session = await self.session()
        return await self.own.ask(session_id=session["id"], impact={"undo": "restore"})

    async def decided(self) -> Json:
        asked = await self.asked()
        await self.world.decide(asked["id"])
        return (await self.own.get(f"/v1/approvals/{asked['id']}")).body

    async def claimed(self) -> Json:
        closed = await self.decided()
        await self.own.post(f"/v1/approvals/{closed['id']}/ack", receipt(closed))
        return closed

    async def session(self) -> Json:
        return (await self.own.post("/v1/sessions", {"goal": "private goal"})).body

    async def paused(self) -> Json:
        session = await self.session()
        await self.callers["owner"].post(f"/v1/sessions/{session['id']}/directives", {"kind": "pause"})
        return session

    async def directive(self) -> Json:
        session = await self.session()
        path = f"/v1/sessions/{session['id']}/directives"
        return (await self.callers["owner"].post(path, {"kind": "pause"})).body

    async def entry(self) -> Json:
        await self.decided()
        return (await self.own.get("/v1/callbacks")).body["entries"][-1]

    async def unsent(self) -> Json:
        await self.world.address("own-agent", "https://agent.example/hook")
        return await self.entry()

    async def answer(self, caller: str, place: str, about: str, body: Json | None) -> str:
        """What this caller is answered: "ok", or the kind of problem."""
        self.world.directory.standings = {BO.id: OUTSIDERS[caller]} if caller in OUTSIDERS else {}
        method, _, path = place.partition(" ")
        agent = self.callers[caller]
        headers = {"Authorization": f"Bearer {agent.key}"} if agent.key else {}
        address = f"/v1{path}".replace("{id}", about)
        async with agent.http.request(method, address, headers=headers, json=body) as reply:
            if reply.status < 400:
                return OK
            return (await reply.json(content_type="application/problem+json"))["type"].rpartition(":")[2]


def receipt(closed: Json) -> Json:
    return {"claim": closed["decision"]["claim"], "holder": "one"}


def for_agents(*, other: str) -> Mapping[str, str]:
    """Only agents may: the own one, and the other as said."""
    return {"own agent": OK, "other agent": other, **dict.fromkeys(MEMBERS, FOR_AGENTS)}


def for_people(*, asked: str, member: str, owner: str, operator: str) -> Mapping[str, str]:
    told = {"asked": asked, "member": member, "owner": owner, "operator": operator}
    return {**dict.fromkeys(AGENTS, FOR_PEOPLE), **told}


ANY_MEMBER = for_people(asked=OK, member=OK, owner=OK, operator=OK)
STEERING = for_people(asked=FORBIDDEN, member=FORBIDDEN, owner=OK, operator=OK)

Prepare = Callable[[Scene], Awaitable[Json]]
Body = Callable[[Json], Json]


@dataclass(frozen=True)
class Case:
    """One thing that can be done at a place: what it is about, what is sent, and what each caller is answered."""

    place: str
    expected: Mapping[str, str]
    about: Prepare | None = None
    body: Body | None = None
    name: str = ""
    key: str = field(default="id")

    def __str__(self) -> str:
        return f"{self.place} {self.name}".strip()


DIRECTIVES = "POST /sessions/{id}/directives"

CASES = [
    Case("POST /approvals", for_agents(other=OK), body=lambda _: {"action": {"name": "x"}}),
    Case(
        "GET /approvals/{id}",
        {**for_agents(other=NOT_FOUND), "asked": OK, "member": NOT_FOUND, "owner": OK, "operator": NOT_FOUND},
        Scene.asked,
    ),
    Case("POST /approvals/{id}/withdraw", for_agents(other=NOT_FOUND), Scene.asked, lambda _: {}),
    Case("POST /approvals/{id}/ack", for_agents(other=NOT_FOUND), Scene.decided, receipt),
    Case("POST /approvals/{id}/result", for_agents(other=NOT_FOUND), Scene.claimed, lambda _: {"status": "succeeded"}),
    Case(
        "POST /approvals/{id}/open",
        for_people(asked=OK, member=NOT_FOUND, owner=SELF, operator=NOT_FOUND),
        Scene.asked,
        lambda _: {"revision": 1},
    ),
    Case(
        "POST /approvals/{id}/decisions",
        for_people(asked=OK, member=NOT_FOUND, owner=SELF, operator=NOT_FOUND),
        Scene.asked,
        lambda _: {"revision": 1, "verdict": "approve"},
    ),
    Case(
        "POST /approvals/{id}/decisions",
        for_people(asked=OK, member=NOT_FOUND, owner=SELF, operator=NOT_FOUND),
        Scene.asked,
        lambda _: {"revision": 1, "verdict": "modify", "arguments": {"days": 4}},
        name="modify",
    ),
    Case("GET /callbacks", for_agents(other=OK), Scene.entry),
    Case("GET /callbacks/stream", for_agents(other=OK), Scene.entry),
    Case("POST /callbacks/{id}/ack", for_agents(other=NOT_FOUND), Scene.entry),
    Case("GET /callbacks/undelivered", ANY_MEMBER, Scene.unsent),
    Case(
        "POST /callbacks/{id}/resend",
        for_people(asked=OK, member=FORBIDDEN, owner=OK, operator=OK),
        Scene.unsent,
    ),
    Case("POST /sessions", for_agents(other=OK), body=lambda _: {}),
    Case("GET /sessions", ANY_MEMBER, Scene.session),
    Case("GET /sessions/{id}", {**for_agents(other=NOT_FOUND), **dict.fromkeys(MEMBERS, OK)}, Scene.session),
    Case("PATCH /sessions/{id}", for_agents(other=NOT_FOUND), Scene.session, lambda _: {"state": "ended"}),
    Case(DIRECTIVES, ANY_MEMBER, Scene.session, lambda _: {"kind": "pause"}, name="pause"),
    Case(DIRECTIVES, ANY_MEMBER, Scene.session, lambda _: {"kind": "stop"}, name="stop"),
    Case(DIRECTIVES, STEERING, Scene.paused, lambda _: {"kind": "resume"}, name="resume"),
    Case(DIRECTIVES, STEERING, Scene.session, lambda _: {"kind": "steer", "text": "leave it"}, name="steer"),
    Case(
        DIRECTIVES,
        for_people(asked=OK, member=FORBIDDEN, owner=OK, operator=OK),
        Scene.claimed,
        lambda closed: {"kind": "undo", "request_id": closed["id"]},
        name="undo",
        key="session_id",
    ),
    Case("POST /directives/{id}/result", for_agents(other=NOT_FOUND), Scene.directive, lambda _: {"state": "done"}),
    Case("POST /alerts", for_agents(other=OK), body=lambda _: {"kind": "disk", "text": "nearly full"}),
    Case("GET /inbox", ANY_MEMBER, Scene.asked),
]


def everybody(expected: Mapping[str, str]) -> dict[str, str]:
    """With those who are answered the same everywhere."""
    return {**dict.fromkeys(STRANGERS, NOBODY), **expected, **dict.fromkeys(OUTSIDERS, NO_MEMBER)}


@pytest.fixture
async def scene(world: World) -> AsyncIterator[Scene]:
    people: dict[str, Person] = {"asked": ANA, "member": EVE, "owner": OWEN, "operator": CHEN}
    people |= dict.fromkeys(OUTSIDERS, BO)
    async with AsyncExitStack() as stack:
        http = await stack.enter_async_context(aiohttp.ClientSession(world.url))
        callers = {name: Agent(http, await world.personal_tokens.add(one.id, one.name)) for name, one in people.items()}
        callers |= {
            "no key": Agent(http, ""),
            "wrong key": Agent(http, f"sayso_{'0' * 52}"),
            "wrong token": Agent(http, f"sayso-person_{'0' * 52}"),
        }
        for name in ("own agent", "other agent", "revoked key"):
            callers[name] = await stack.enter_async_context(world.agent(name.replace(" ", "-")))
        await world.manage_agents.revoke("revoked-key")
        callers["revoked token"] = Agent(http, await world.personal_tokens.add("U0FAY", "Fay"))
        await world.personal_tokens.revoke("U0FAY")
        yield Scene(world, callers)


def test_every_route_has_its_rows():
    assert {case.place for case in CASES} == {f"{method} {path}" for method, path in by_place(ROUTES)}


@pytest.mark.parametrize("case", CASES, ids=str)
async def test_nobody_does_what_is_not_theirs(scene: Scene, case: Case):
    answers: dict[str, str] = {}
    for caller in CALLERS:
        target: Any = await case.about(scene) if case.about else {}
        body = case.body(target) if case.body else None
        answers[caller] = await scene.answer(caller, case.place, target.get(case.key, ""), body)
        scene.world.directory.standings = {}
    assert answers == everybody(case.expected)


@pytest.mark.parametrize("place", ["GET /inbox", "GET /callbacks", "GET /sessions"])
async def test_a_list_holds_only_what_is_ones_own(scene: Scene, place: str):
    asked = await scene.decided() if place == "GET /callbacks" else await scene.asked()
    outside = ["other agent"] if place == "GET /callbacks" else ["member", "operator"]
    for caller in outside:
        reply = await scene.callers[caller].get(f"/v1{place.partition(' ')[2]}")
        assert asked["id"] not in str(reply.body)


@pytest.mark.parametrize("case", [case for case in CASES if case.place.startswith("GET")], ids=str)
async def test_no_reading_decides_anything(scene: Scene, case: Case):
    if case.about is not None:
        target = await case.about(scene)
        asked = await scene.asked()
        before = (
            scene.world.rows()["votes"],
            await scene.world.store.read(lambda w: w.requests.get(asked["id"]).version),
        )
        for caller in CALLERS:
            await scene.answer(caller, case.place, target.get(case.key, ""), None)
        after = (
            scene.world.rows()["votes"],
            await scene.world.store.read(lambda w: w.requests.get(asked["id"]).version),
        )
        assert after == before
