"""Notices in a store: whose turn it is, what is wanted, and that a lost lease records nothing."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain.notice import Notice, NoticeKind, NoticeRef, Surface
from bot.domain.people import Agent
from bot.domain.vote import Verdict
from bot.services.ports import Store
from bot.services.work import Work
from tests.support.policies import ANA
from tests.support.recording import NOON, Clock
from tests.world import World

LEASE = timedelta(seconds=60)
REF = NoticeRef(channel="C1", id="1.000")
Promise = Callable[..., Awaitable[Notice]]


@pytest.fixture
async def request_id(world: World, agent: Agent) -> str:
    """A request whose own notices are out of the way."""
    request = await world.ask(agent)
    await world.show()
    return request.id


@pytest.fixture
def promise(store: Store, request_id: str) -> Promise:
    """Promise a notice: any field may be set."""

    async def promise(id: str = "n1", **changes: object) -> Notice:
        notice = Notice(
            id=id,
            request_id=request_id,
            kind=NoticeKind.CARD,
            surface=Surface.SLACK,
            target="C1",
            step=0,
            created_at=NOON,
            wanted_version=1,
            next_try_at=NOON,
        )
        notice = replace(notice, **changes)  # type: ignore[arg-type]
        await store.run(lambda work: work.notices.add(notice))
        return notice

    return promise


async def lease(store: Store, holder: str = "a", limit: int = 9) -> list[Notice]:
    return await store.run(lambda work: work.notices.lease_due(holder=holder, lease=LEASE, limit=limit))


async def show(store: Store, notice: Notice, *, holder: str = "a", version: int = 1) -> None:
    await store.run(lambda work: work.notices.record_shown(notice, holder=holder, ref=REF, version=version))


async def found(store: Store, notice: Notice) -> Notice:
    notices = await store.read(lambda work: work.notices.of_request(notice.request_id or ""))
    return next(one for one in notices if one.id == notice.id)


async def test_a_leased_notice_is_nobody_elses_until_its_lease_ends(store: Store, promise: Promise, clock: Clock):
    await promise()
    assert [notice.id for notice in await lease(store, "a")] == ["n1"]
    assert await lease(store, "b") == []
    assert await lease(store, "a") == []
    clock.advance(LEASE - timedelta(microseconds=1))
    assert await lease(store, "b") == []
    clock.advance(timedelta(microseconds=1))
    assert [notice.id for notice in await lease(store, "b")] == ["n1"]


async def test_a_first_post_is_in_doubt_from_its_lease_until_its_outcome_is_known(
    store: Store, promise: Promise, clock: Clock
):
    notice = await promise()
    assert [one.in_doubt_since for one in await lease(store)] == [None]
    assert (await found(store, notice)).in_doubt_since == NOON
    clock.advance(LEASE)
    assert [one.in_doubt_since for one in await lease(store, "b")] == [NOON]
    await show(store, notice, holder="b")
    assert (await found(store, notice)).in_doubt_since is None


async def test_a_redraw_is_never_in_doubt(store: Store, promise: Promise, request_id: str):
    notice = await promise()
    await lease(store)
    await show(store, notice)
    await store.run(lambda work: work.notices.want_redraw(request_id))
    await lease(store)
    assert (await found(store, notice)).in_doubt_since is None


async def test_many_wishes_to_redraw_are_one_redraw(store: Store, promise: Promise, request_id: str):
    notice = await promise()
    for _ in range(5):
        await store.run(lambda work: work.notices.want_redraw(request_id))
    [leased] = [one for one in await lease(store) if one.id == "n1"]
    assert leased.wanted_version == 6
    await show(store, notice, version=6)
    assert (await found(store, notice)).next_try_at is None


async def test_what_is_wanted_while_it_is_being_sent_is_sent_after(store: Store, promise: Promise, request_id: str):
    notice = await promise()
    await lease(store)
    await store.run(lambda work: work.notices.want_redraw(request_id))
    await show(store, notice, version=1)
    after = await found(store, notice)
    assert (after.shown_version, after.wanted_version, after.next_try_at) == (1, 2, NOON)
    assert "n1" in [one.id for one in await lease(store)]


async def test_a_lost_lease_records_nothing(store: Store, promise: Promise, clock: Clock):
    notice = await promise(wanted_version=7)
    await lease(store, "a")
    clock.advance(LEASE)
    await lease(store, "b")
    await show(store, notice, holder="b", version=7)
    before = await found(store, notice)
    await show(store, notice, holder="a", version=3)

    def fail(work: Work) -> bool:
        return work.notices.record_failure(notice, holder="a", problem="x", next_try_at=None, is_in_doubt=True)

    assert await store.run(fail) is False
    assert await found(store, notice) == before


async def test_the_version_that_is_wanted_never_falls(store: Store, promise: Promise, request_id: str):
    notice = await promise(wanted_version=4)
    await promise(wanted_version=1)
    await lease(store)
    await show(store, notice, version=4)
    await store.run(lambda work: work.notices.want_redraw(request_id))
    assert (await found(store, notice)).wanted_version == 5


async def test_a_promise_made_twice_is_one_and_stays_as_it_is(store: Store, promise: Promise):
    notice = await promise()
    await lease(store)
    await show(store, notice)
    await promise()
    after = await found(store, notice)
    assert (after.ref, after.shown_version, after.next_try_at) == (REF, 1, None)


async def test_only_cards_are_redrawn(store: Store, promise: Promise, request_id: str):
    said_once = set(NoticeKind) - {kind for kind in NoticeKind if kind.is_card}
    for kind in NoticeKind:
        await promise(id=kind.value, kind=kind, next_try_at=None)
    await store.run(lambda work: work.notices.want_redraw(request_id))
    assert said_once.isdisjoint(notice.kind for notice in await lease(store))


async def test_a_redraw_does_not_bring_a_postponed_try_forward(store: Store, promise: Promise, request_id: str):
    notice = await promise(next_try_at=NOON + LEASE)
    await store.run(lambda work: work.notices.want_redraw(request_id))
    assert (await found(store, notice)).next_try_at == NOON + LEASE


async def test_what_was_given_up_is_not_wanted_again(store: Store, promise: Promise, request_id: str):
    notice = await promise()
    await lease(store)

    def give_up(work: Work) -> bool:
        return work.notices.record_failure(notice, holder="a", problem="gone", next_try_at=None, is_in_doubt=False)

    assert await store.run(give_up) is True
    await store.run(lambda work: work.notices.want_redraw(request_id))
    after = await found(store, notice)
    assert (after.given_up_at, after.last_problem, after.next_try_at) == (NOON, "gone", None)


async def test_a_failure_is_tried_again_at_its_time_and_counts(store: Store, promise: Promise, clock: Clock):
    notice = await promise()
    await lease(store)

    def fail(work: Work) -> None:
        at = NOON + timedelta(seconds=5)
        work.notices.record_failure(notice, holder="a", problem="429", next_try_at=at, is_in_doubt=False)

    await store.run(fail)
    assert await lease(store) == []
    clock.advance(timedelta(seconds=5))
    [again] = await lease(store)
    assert (again.tries, again.in_doubt_since, again.last_problem) == (1, None, "429")


async def test_outcomes_are_sent_first_then_the_oldest(world: World, store: Store, agent: Agent, promise: Promise):
    await promise(id="old", next_try_at=NOON - LEASE)
    await promise(id="older", next_try_at=NOON - 2 * LEASE)
    closed = await world.ask(agent)
    await world.say(closed, Verdict.DENY, by=ANA)
    leased = await lease(store)
    assert leased[0].request_id == closed.id
    assert [notice.id for notice in leased[1:]] == ["older", "old"]


async def test_what_is_given_back_is_anybodys_at_once_and_still_in_doubt(store: Store, promise: Promise):
    await promise(id="n1")
    await promise(id="n2")
    await lease(store, "a", limit=1)
    await lease(store, "b", limit=1)
    await store.run(lambda work: work.notices.release(holder="a"))
    [again] = await lease(store, "c")
    assert again.in_doubt_since == NOON


async def test_the_next_moment_is_when_something_is_due_and_free(store: Store, promise: Promise, clock: Clock):
    assert await store.read(lambda work: work.notices.next_due_at()) is None
    await promise(next_try_at=NOON + timedelta(seconds=5))
    assert await store.read(lambda work: work.notices.next_due_at()) == NOON + timedelta(seconds=5)
    clock.advance(timedelta(seconds=5))
    await lease(store)
    assert await store.read(lambda work: work.notices.next_due_at()) == NOON + timedelta(seconds=5) + LEASE


async def end_leases(store: Store, *, holder: str | None, in_seconds: int) -> None:
    await store.run(lambda work: work.notices.end_leases(holder=holder, at=work.now + timedelta(seconds=in_seconds)))


async def test_leases_that_are_ended_last_no_longer_than_said(store: Store, promise: Promise, clock: Clock):
    await promise(id="n1")
    await lease(store, "a")
    await promise(id="n2")
    await lease(store, "b")
    await end_leases(store, holder="b", in_seconds=5)
    clock.advance(timedelta(seconds=5))
    assert [notice.id for notice in await lease(store, "c")] == ["n2"]
    await end_leases(store, holder=None, in_seconds=2)
    clock.advance(timedelta(seconds=2))
    assert {notice.id for notice in await lease(store, "d")} == {"n1", "n2"}


async def test_ending_leases_never_makes_one_longer(store: Store, promise: Promise, clock: Clock):
    await promise()
    await lease(store, "a")
    await end_leases(store, holder=None, in_seconds=600)
    clock.advance(LEASE)
    assert [notice.id for notice in await lease(store, "b")] == ["n1"]


async def test_a_message_that_is_gone_is_to_be_posted_anew_unless_the_lease_was_lost(
    store: Store, promise: Promise, clock: Clock, request_id: str
):
    notice = await promise()
    await lease(store, "a")
    await show(store, notice, holder="a")
    await store.run(lambda work: work.notices.want_redraw(request_id))
    await lease(store, "a")
    clock.advance(LEASE)
    await lease(store, "b")
    await store.run(lambda work: work.notices.record_gone(notice, holder="a"))
    assert (await found(store, notice)).ref == REF
    await store.run(lambda work: work.notices.record_gone(notice, holder="b"))
    after = await found(store, notice)
    assert (after.ref, after.next_try_at, after.in_doubt_since) == (None, clock(), None)
