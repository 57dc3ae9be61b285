"""A small server that speaks the agents' API of DESIGN section 4 from a script, and keeps score.

It is no part of Sayso: it holds requests in memory as a database would (they outlive `stop`), gives
out claims once, and fails on demand: a status, an answer that gets lost, a connection cut at once.
"""

import asyncio
import json
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

Body = dict[str, Any]

RUNNABLE = {"approved", "modified", "option_chosen", "consented", "auto_approved"}


class Clock:
    """Seconds that pass only when somebody says so."""

    def __init__(self) -> None:
        self.now = 1_000.0
        self.slept: list[float] = []

    def __call__(self) -> float:
        return self.now

    async def sleep(self, seconds: float) -> None:
        self.sleep_here(seconds)
        await asyncio.sleep(0)

    def sleep_here(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds


@dataclass
class Seen:
    """One request as it arrived."""

    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    body: Any


@dataclass
class Fault:
    """What happens to the next request whose path ends so: a status, or a lost answer."""

    path_end: str = ""
    status: int | None = None
    headers: dict[str, str] = field(default_factory=dict)
    body: str = ""
    is_processed: bool = False
    is_cut: bool = False


class ScriptedServer:
    """The agents' side of a server, decided by the test."""

    def __init__(self, clock: Clock | None = None) -> None:
        self.clock = clock
        self.port = 0
        self.seen: list[Seen] = []
        self.faults: deque[Fault] = deque()
        self.approvals: dict[str, Body] = {}
        self.by_key: dict[str, str] = {}
        self.holders: dict[str, str] = {}
        self.results: list[Body] = []
        self.sessions: dict[str, Body] = {}
        self.directives: dict[str, Body] = {}
        self.reports: list[tuple[str, str, str | None]] = []
        self.pieces: list[list[bytes]] = []
        self.decide_at_once: Body | None = None
        self.is_hurried = False
        self.polled, self.listened = asyncio.Event(), asyncio.Event()
        self._changed = asyncio.Condition()
        self._runner: web.AppRunner | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def is_running(self) -> bool:
        return self._runner is not None

    async def start(self) -> None:
        app = web.Application(middlewares=[self._recorded])
        app.router.add_post("/v1/approvals", self._submit)
        app.router.add_get("/v1/approvals/{id}", self._read)
        app.router.add_post("/v1/approvals/{id}/{act}", self._act)
        app.router.add_post("/v1/sessions", self._start_session)
        app.router.add_route("*", "/v1/sessions/{id}", self._session)
        app.router.add_post("/v1/directives/{id}/result", self._report)
        app.router.add_get("/v1/callbacks", self._callbacks)
        app.router.add_get("/v1/callbacks/stream", self._stream)
        app.router.add_post("/v1/callbacks/{id}/ack", self._acknowledge_callback)
        self._runner = web.AppRunner(app, shutdown_timeout=0.01, access_log=None)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", self.port, reuse_address=True)
        await site.start()
        self.port = site._server.sockets[0].getsockname()[1]  # type: ignore[union-attr]

    async def stop(self) -> None:
        if self._runner is not None:
            runner, self._runner = self._runner, None
            await runner.cleanup()

    async def decide(self, approval_id: str, outcome: str, **decision: Any) -> None:
        async with self._changed:
            self._close(self.approvals[approval_id], outcome, decision)
            self._changed.notify_all()

    async def say(self, kind: str, *, session: str = "ses_1", state: str | None = None, **said: Any) -> str:
        """A person says something to a session; `state` is what the session is from now on."""
        directive: Body = {
            "id": f"dir_{len(self.directives) + 1}",
            "kind": kind,
            "session_id": session,
            "state": "issued",
        }
        directive |= {"issued_by": {"surface": "slack", "id": "U02", "name": "Ana"}, "try": 1, **said}
        async with self._changed:
            self.directives[directive["id"]] = directive
            self.sessions[session].update({} if state is None else {"state": state})
            self._changed.notify_all()
        return directive["id"]

    async def until_heard(self, session: str = "ses_1") -> None:
        """Returns when the agent's listener has heard all that there is to hear, and waits for more."""
        told = self.sessions[session]
        async with asyncio.timeout(5), self._changed:
            await self._changed.wait_for(lambda: told.get("_heard") == self._stamp(told))

    async def move(self, session: str, state: str) -> None:
        async with self._changed:
            self.sessions[session].update(state=state)
            self._changed.notify_all()

    def fail_next(self, path_end: str = "", **fault: Any) -> None:
        self.faults.append(Fault(path_end, **fault))

    def sent(self, method: str, path_end: str) -> list[Seen]:
        return [seen for seen in self.seen if seen.method == method and seen.path.endswith(path_end)]

    @property
    def only(self) -> Body:
        (approval,) = self.approvals.values()
        return approval

    @web.middleware
    async def _recorded(self, request: web.Request, handler: Any) -> web.StreamResponse:
        text = await request.text()
        body = json.loads(text) if text else None
        self.seen.append(Seen(request.method, request.path, dict(request.query), dict(request.headers), body))
        fault = self._fault_for(request.path)
        if fault is None:
            return await handler(request)
        if fault.is_processed:
            await handler(request)
        if fault.status is None or fault.is_cut:
            assert request.transport is not None
            request.transport.abort()
            raise ConnectionResetError
        return web.Response(status=fault.status, headers=fault.headers, text=fault.body)

    def _fault_for(self, path: str) -> Fault | None:
        if self.faults and path.endswith(self.faults[0].path_end):
            return self.faults.popleft()
        return None

    async def _submit(self, request: web.Request) -> web.Response:
        body, key = await request.json(), request.headers["Idempotency-Key"]
        if key in self.by_key:
            approval = self.approvals[self.by_key[key]]
            if approval["_body"] != body:
                return problem(409, "idempotency-conflict", "The key was used for another request")
            return self._told(approval)
        approval = {
            "id": f"apr_{len(self.approvals) + 1}",
            "kind": body.get("kind", "tool_call"),
            "state": "pending",
            "level": "hard_approval",
            "risk": "dangerous",
            "because": "policies/standard.yaml:41 irreversible-at-scale",
            "unheard_of": {"by": "older clients"},
            "_body": body,
        }
        self.approvals[approval["id"]] = approval
        self.by_key[key] = approval["id"]
        if self.decide_at_once is not None:
            decision = dict(self.decide_at_once)
            self._close(approval, decision.pop("outcome"), decision)
        return self._told(approval)

    async def _read(self, request: web.Request) -> web.Response:
        approval = self.approvals.get(request.match_info["id"])
        if approval is None:
            return problem(404, "not-found", "There is no such request")
        wait = int(request.query.get("wait", "0"))
        self.polled.set()
        if wait and self.clock is not None and self.is_hurried:
            self.clock.now += wait
        elif wait:
            async with self._changed:
                await self._changed.wait_for(lambda: approval["state"] == "closed")
        return self._told(approval, status=200)

    async def _act(self, request: web.Request) -> web.Response:
        approval, act = self.approvals[request.match_info["id"]], request.match_info["act"]
        body = await request.json()
        if act == "withdraw":
            if approval["state"] == "closed":
                return problem(409, "already-closed", "The request is closed")
            await self.decide(approval["id"], "withdrawn", reason=body.get("reason"))
        elif act == "ack" and body.get("claim"):
            holder = self.holders.setdefault(body["claim"], body["holder"])
            if holder != body["holder"]:
                return problem(409, "already-claimed", "Another holder has the claim")
        elif act == "result":
            self.results.append(body)
        return self._told(approval, status=200)

    async def _start_session(self, request: web.Request) -> web.Response:
        session = {"id": f"ses_{len(self.sessions) + 1}", "state": "running", **(await request.json())}
        self.sessions[session["id"]] = session
        return web.json_response(session, status=201)

    async def _session(self, request: web.Request) -> web.Response:
        session = self.sessions[request.match_info["id"]]
        if request.method == "PATCH":
            async with self._changed:
                session.update(await request.json())
                self._changed.notify_all()
        elif int(request.query.get("wait", "0")) and "seen" in request.query:
            self.listened.set()
            async with self._changed:
                session["_heard"] = request.query["seen"]
                self._changed.notify_all()
                await self._changed.wait_for(lambda: self._stamp(session) != request.query["seen"])
        return web.json_response({**shown(session), "stamp": self._stamp(session), "directives": self.open()})

    def open(self) -> list[Body]:
        return [one for one in self.directives.values() if one["state"] not in ("done", "failed", "overtaken")]

    def _stamp(self, session: Body) -> str:
        said = [one["id"] + str(one["try"]) for one in self.open() if one["session_id"] == session["id"]]
        return "-".join([session["state"], *said])

    async def _report(self, request: web.Request) -> web.Response:
        directive, said = self.directives[request.match_info["id"]], await request.json()
        if directive["state"] in ("done", "failed", "overtaken"):
            return problem(409, "out-of-order", "This does not come next")
        self.reports.append((directive["id"], said["state"], said.get("answer")))
        async with self._changed:
            directive.update(said)
            if (directive["kind"], said["state"]) == ("pause", "done"):
                self.sessions[directive["session_id"]]["state"] = "paused"
            self._changed.notify_all()
        return web.json_response(directive)

    async def _stream(self, request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse(headers={"Content-Type": "text/event-stream"})
        await response.prepare(request)
        for piece in self.pieces.pop(0):
            await response.write(piece)
            await asyncio.sleep(0)
        if not self.pieces:
            await asyncio.Event().wait()  # the last one stays open
        return response

    async def _callbacks(self, request: web.Request) -> web.Response:
        closed = [approval for approval in self.approvals.values() if approval["state"] == "closed"]
        entries = [
            {"id": f"cbk_{n}", "kind": "decision", "created_at": "2026-11-20T12:00:00Z", "approval": shown(approval)}
            for n, approval in enumerate(closed)
        ]
        entries.append({"id": "cbk_new", "kind": "news", "created_at": "2026-11-20T12:00:00Z", "news": {}})
        return web.json_response({"entries": entries, "after": "cursor-1"})

    async def _acknowledge_callback(self, request: web.Request) -> web.Response:
        entry = {"id": request.match_info["id"], "kind": "decision", "created_at": "2026-11-20T12:00:00Z"}
        return web.json_response(entry)

    def _told(self, approval: Body, status: int | None = None) -> web.Response:
        return web.json_response(shown(approval), status=status or (200 if approval["state"] == "closed" else 202))

    def _close(self, approval: Body, outcome: str, decision: Body) -> None:
        action = approval["_body"]["action"]
        approval.update(state="closed", outcome=outcome, delivery="undelivered")
        approval["decision"] = {
            "id": "dec_1",
            "action": {"name": action["name"], "arguments": action.get("arguments", {})},
            "digest": "sha256:00",
            "message_to_model": f"The request was {outcome}.",
            "decided_by": [{"surface": "slack", "id": "U02", "name": "Ana"}],
            "decided_at": "2026-11-20T12:00:41Z",
            "latency_ms": 41250,
            "control": "continue",
            "claim": f"clm_{approval['id']}" if outcome in RUNNABLE else None,
            **decision,
        }


async def until(is_so: Callable[[], object], seconds: float = 5) -> None:
    """Returns when it is so, which is in no time."""
    async with asyncio.timeout(seconds):
        while not is_so():  # noqa: ASYNC110 - what is watched has no event
            await asyncio.sleep(0.002)


def shown(approval: Body) -> Body:
    return {name: value for name, value in approval.items() if not name.startswith("_")}


def problem(status: int, slug: str, title: str) -> web.Response:
    body = {"type": f"urn:sayso:problem:{slug}", "title": title, "status": status}
    return web.json_response(body, status=status, content_type="application/problem+json")
