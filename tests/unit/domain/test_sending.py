"""The schedule of tries, said once for every course that a day can take."""

import itertools
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.errors import TransitionRefused
from bot.domain.sending import (
    JITTER,
    LAST_PAUSE,
    PAUSES,
    TRANSITIONS,
    TRIED_FOR,
    Reply,
    Sending,
    SendingEvent,
    SendingState,
    accepted,
    after,
    asked_again,
    refused,
)

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
LUCK = st.floats(min_value=0, max_value=1, exclude_max=True)
WAITS = st.one_of(st.none(), st.timedeltas(min_value=timedelta(), max_value=timedelta(days=400)))


def a_sending(**more: object) -> Sending:
    given: dict[str, object] = {
        "id": "snd_1",
        "callback_id": "cbk_1",
        "agent_id": "agt_1",
        "url": "https://agent.example/hook",
        "created_at": NOON,
        "next_try_at": NOON,
    }
    return Sending(**(given | more))  # pyright: ignore[reportArgumentType]


def a_day_of_failures(lucks: list[float], waits: list[timedelta | None]) -> tuple[Sending, list[datetime]]:
    sending, now, tried = a_sending(), NOON, list[datetime]()
    for number in range(10_000):
        tried.append(now)
        reply = Reply(problem="no", retry_after=waits[number % len(waits)])
        sending = refused(sending, reply, now, luck=lucks[number % len(lucks)])
        if sending.next_try_at is None:
            return sending, tried
        assert sending.next_try_at > now
        now = sending.next_try_at
    raise AssertionError("it is tried for ever")


@given(st.lists(LUCK, min_size=1), st.lists(WAITS, min_size=1))
def test_whatever_the_other_side_wants_it_is_tried_for_a_day_and_then_parked(
    lucks: list[float], waits: list[timedelta | None]
):
    parked, tried = a_day_of_failures(lucks, waits)
    assert parked.state is SendingState.PARKED
    assert parked.tries == len(tried) >= 2
    assert TRIED_FOR - LAST_PAUSE <= tried[-1] - NOON <= TRIED_FOR


@given(st.lists(LUCK, min_size=1))
def test_pauses_grow_until_the_day_ends(lucks: list[float]):
    _, tried = a_day_of_failures(lucks, [None])
    pauses = [later - earlier for earlier, later in itertools.pairwise(tried)]
    assert pauses[:-1] == sorted(pauses[:-1])
    for pause, planned in zip(pauses[:-1], PAUSES, strict=False):
        assert planned * (1 - JITTER) <= pause <= planned * (1 + JITTER)
    assert 10 <= len(tried) <= 14


@given(LUCK, st.timedeltas(min_value=timedelta(seconds=10), max_value=timedelta(hours=20)))
def test_nobody_is_asked_again_sooner_than_they_wished(luck: float, wish: timedelta):
    sending = refused(a_sending(), Reply(problem="busy", retry_after=wish), NOON, luck=luck)
    assert sending.next_try_at is not None
    assert sending.next_try_at >= NOON + wish


def test_nobody_wants_it_there_any_more():
    assert refused(a_sending(), Reply(problem="410", is_gone=True), NOON, luck=0.5).state is SendingState.PARKED


def test_who_asks_again_begins_another_day():
    parked, tried = a_day_of_failures([0.5], [None])
    again = asked_again(parked, tried[-1], url="https://new.example/")
    assert (again.tries, again.first_try_at, again.next_try_at) == (0, None, tried[-1])
    failed = refused(again, Reply(problem="no"), tried[-1], luck=0.5)
    assert failed.state is SendingState.DUE


@given(st.lists(st.sampled_from(list(SendingEvent))))
def test_only_what_is_due_has_a_time_for_its_next_try(events: list[SendingEvent]):
    sending = a_sending()
    for event in events:
        if event not in TRANSITIONS[sending.state]:
            with pytest.raises(TransitionRefused):
                after(sending, event)
            continue
        if event is SendingEvent.ACCEPTED:
            sending = accepted(sending, NOON)
        elif event is SendingEvent.ASKED_AGAIN:
            sending = asked_again(sending, NOON, url=sending.url)
        else:
            sending = after(sending, event)
        assert (sending.state is SendingState.DUE) == (sending.next_try_at is not None)
