"""The queue as a stream: pieces cut anywhere, connections that break, and nothing lost or told twice."""

import asyncio
import json
from itertools import chain, pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sayso import Refused, Sayso, SaysoSync, Undo, Unreachable
from sayso.core.events import EventReader
from sayso.errors import NotUnderstood

from .agents_api import Clock, ScriptedServer

TEXT = (
    b': hello\r\nretry: 2000\r\n\r\nid: 7\nevent: decision\ndata: {"a":\ndata: "\xc3\xa4"}\n\n'
    b"data:plain\r\rid: 8\n\n: still here\n\nevent: directive\nid: 9\ndata\ndata: x\n\nid: 10\ndata: unfinished\n"
)
EVENTS = [("decision", '{"a":\n"ä"}', "7"), ("message", "plain", "7"), ("directive", "\nx", "9")]


@given(st.sets(st.integers(1, len(TEXT) - 1)))
def test_events_are_the_same_however_the_stream_is_cut(cuts: set[int]):
    reader = EventReader()
    edges = [0, *sorted(cuts), len(TEXT)]
    pieces = [TEXT[start:end] for start, end in pairwise(edges)]
    heard = [(event.kind, event.data, event.id) for piece in pieces for event in reader.feed(piece)]
    assert heard == EVENTS
    assert reader.retry_seconds == 2


@pytest.mark.parametrize("piece", [b"x" * 1_000_000, b"data: " + b"x" * 1_000_000 + b"\n"], ids=["line", "lines"])
def test_an_event_that_never_ends_is_not_kept(piece: bytes):
    reader = EventReader()
    with pytest.raises(NotUnderstood, match="an event without end"):
        list(chain.from_iterable(reader.feed(piece) for _ in range(20)))


def entry(number: int, kind: str = "decision", **said: Any) -> bytes:
    data = {"id": f"cbk_{number}", "kind": kind, "created_at": "2026-11-20T12:00:00Z", **said}
    return f"id: {number}\nevent: {kind}\ndata: {json.dumps(data)}\n\n".encode()


async def some(sayso: Sayso, count: int, **how: Any) -> list[str]:
    heard: list[str] = []
    async for one in sayso.stream(**how):
        heard.append(one.id)
        if len(heard) == count:
            break
    return heard


async def test_a_stream_goes_on_where_it_broke_off(server: ScriptedServer, sayso: Sayso):
    whole = entry(3)
    server.pieces = [[b"retry: 700\n\n", entry(1), entry(2), whole[:20]], [], [whole, entry(4)]]
    server.fail_next("/stream", status=503)
    assert await some(sayso, 4) == ["cbk_1", "cbk_2", "cbk_3", "cbk_4"]
    asked = server.sent("GET", "/stream")
    assert [seen.headers.get("Last-Event-ID") for seen in asked] == [None, None, "2", "2"]
    assert asked[0].headers["Accept"] == "text/event-stream"


async def test_a_stream_starts_behind_a_cursor_and_may_be_of_one_kind(server: ScriptedServer, sayso: Sayso):
    server.pieces = [[entry(8)]]
    assert await some(sayso, 1, after="7", kind="decision") == ["cbk_8"]
    (seen,) = server.sent("GET", "/stream")
    assert (seen.headers["Last-Event-ID"], seen.query) == ("7", {"kind": "decision"})


async def test_what_a_newer_server_says_otherwise_is_passed_over(server: ScriptedServer, sayso: Sayso):
    server.pieces = [[b"event: party\nid: 1\ndata: yes\n\n", entry(2, kind="news"), entry(3)]]
    assert await some(sayso, 2) == ["cbk_2", "cbk_3"]


async def test_a_server_that_stays_away_is_told(server: ScriptedServer, clock: Clock):
    await server.stop()
    async with Sayso(server.url, "k", clock=clock, sleep=clock.sleep, patience=30) as sayso:
        started = clock.now
        with pytest.raises(Unreachable):
            await some(sayso, 1)
        assert 5 < clock.now - started <= 30


async def test_a_dead_key_ends_the_stream(server: ScriptedServer, sayso: Sayso):
    server.fail_next("/stream", status=401)
    with pytest.raises(Refused):
        await some(sayso, 1)


async def test_a_stream_in_a_thread(server: ScriptedServer, blocking: SaysoSync):
    server.pieces = [[entry(1), entry(2)[:9]], [entry(2), entry(3)]]

    def listen() -> list[str]:
        stream = blocking.stream()
        heard = [next(stream).id for _ in range(3)]
        stream.close()
        return heard

    assert await asyncio.to_thread(listen) == ["cbk_1", "cbk_2", "cbk_3"]


def undo(number: int, session: str, state: str = "delivered") -> bytes:
    said = {"id": f"dir_{number}", "kind": "undo", "session_id": session, "request_id": "apr_7", "state": state}
    return entry(number, kind="directive", directive=said)


async def test_undos_of_sessions_that_are_over_are_handed_out_once(server: ScriptedServer, sayso: Sayso):
    server.sessions = {"ses_1": {"id": "ses_1", "state": "running"}, "ses_2": {"id": "ses_2", "state": "ended"}}
    for number in (1, 2, 3):
        server.directives[f"dir_{number}"] = {"id": f"dir_{number}", "kind": "undo", "session_id": "ses_2", "try": 1}
        server.directives[f"dir_{number}"]["state"] = "issued"
    server.pieces = [[undo(1, "ses_1"), undo(2, "ses_2"), undo(2, "ses_2"), undo(3, "ses_2")]]
    found: list[Undo] = []
    async for one in sayso.undos():
        await sayso.report_directive(one.id, "done", "Put back")
        found.append(one)
        if len(found) == 2:
            break
    assert [one.id for one in found] == ["dir_2", "dir_3"]
    assert server.reports == [
        ("dir_2", "acknowledged", None),
        ("dir_2", "done", "Put back"),
        ("dir_3", "acknowledged", None),
        ("dir_3", "done", "Put back"),
    ]
