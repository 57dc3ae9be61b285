from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from bot.domain.notice import Priority
from bot.slack.pacing import (
    EDIT_BURST,
    EDIT_INTERVAL,
    KEPT_FOR_OUTCOMES,
    LONGEST_WAIT,
    POST_BURST,
    Bucket,
    Budget,
    Pace,
)

START = datetime(2026, 11, 20, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)

pauses = st.lists(st.timedeltas(min_value=timedelta(), max_value=timedelta(seconds=4)), min_size=1, max_size=200)


def moments(waits: list[timedelta]) -> list[datetime]:
    now, found = START, list[datetime]()
    for wait in waits:
        now += wait
        found.append(now)
    return found


def most_in(window: timedelta, sent: list[datetime]) -> int:
    return max((sum(1 for other in sent if at <= other < at + window) for at in sent), default=0)


@given(pauses, st.integers(min_value=1, max_value=30))
def test_no_stretch_of_time_sees_more_posts_in_a_channel_than_its_burst_and_one_a_second(
    waits: list[timedelta], seconds: int
):
    pace = Pace()
    sent = [at for at in moments(waits) if pace.may_post("C1", at) is None]
    assert most_in(timedelta(seconds=seconds), sent) <= POST_BURST + seconds


@given(st.lists(st.tuples(st.timedeltas(timedelta(), timedelta(seconds=3)), st.booleans()), max_size=300))
def test_no_minute_sees_more_than_fifty_edits(asked: list[tuple[timedelta, bool]]):
    pace = Pace()
    times = moments([wait for wait, _ in asked])
    sent = [
        at
        for at, (_, is_outcome) in zip(times, asked, strict=True)
        if pace.may_edit(at, shows_outcome=is_outcome) is None
    ]
    assert most_in(MINUTE, sent) <= 50


@given(st.integers(min_value=1, max_value=60))
def test_those_who_wait_are_told_different_times_and_find_their_place_then(waiting: int):
    pace = Pace()
    while pace.may_post("C1", START) is None:
        pass
    told = [pace.may_post("C1", START) for _ in range(waiting - 1)]
    waits = sorted(wait for wait in told if wait is not None and wait < LONGEST_WAIT)
    assert len(set(waits)) == len(waits)
    assert all(pace.may_post("C1", START + wait + timedelta(seconds=1)) is None for wait in waits)


@given(pauses)
def test_whoever_comes_alone_after_the_told_wait_is_let_through(waits: list[timedelta]):
    pace, now = Pace(), START
    for wait in waits:
        now += wait
        told = pace.may_post("C1", now)
        if told is not None:
            now += told
            assert pace.may_post("C1", now) is None


def test_channels_do_not_wait_for_each_other():
    pace = Pace()
    while pace.may_post("C1", START) is None:
        pass
    assert pace.may_post("C2", START) is None


def test_outcomes_come_first():
    pace = Pace()
    progress = 0
    while pace.may_edit(START, shows_outcome=False) is None:
        progress += 1
    assert progress == EDIT_BURST - KEPT_FOR_OUTCOMES
    assert [pace.may_edit(START, shows_outcome=True) for _ in range(KEPT_FOR_OUTCOMES)] == [None] * KEPT_FOR_OUTCOMES
    assert pace.may_edit(START, shows_outcome=True) == EDIT_INTERVAL


def test_slacks_own_429_holds_everything_of_its_kind():
    pace = Pace()
    pace.hold(Budget.POST, wait=timedelta(seconds=30), now=START)
    assert pace.may_post("C1", START + timedelta(seconds=10)) == timedelta(seconds=20)
    assert pace.may_edit(START, shows_outcome=False) is None
    assert pace.may_post("C1", START + timedelta(seconds=30)) is None


def test_a_clock_set_back_does_not_stop_the_posts():
    pace = Pace()
    pace.hold(Budget.EDIT, wait=timedelta(seconds=30), now=START)
    while pace.may_post("C1", START) is None:
        pass
    an_hour_ago = START - timedelta(hours=1)
    assert pace.may_edit(an_hour_ago, shows_outcome=False) is None
    told = pace.may_post("C1", an_hour_ago)
    assert told is not None
    assert told <= timedelta(seconds=POST_BURST)


def test_a_quiet_channel_is_forgotten():
    pace = Pace()
    for number in range(2_000):
        assert pace.may_post(f"C{number}", START + timedelta(seconds=number)) is None
    assert len(pace._posts) < 600


def test_a_clock_that_is_set_back_an_hour_stops_nobody_for_longer_than_the_burst() -> None:
    bucket, noon = Bucket(timedelta(seconds=1), 3), datetime(2026, 1, 1, 12, tzinfo=UTC)
    assert [bucket.take(noon) for _ in range(3)] == [None] * 3
    back = noon - timedelta(hours=1)
    assert bucket.take(back) is not None
    assert bucket.take(back + timedelta(seconds=4)) is None


def test_the_more_urgent_do_not_wait_for_the_less_urgent():
    pace = Pace()
    while pace.may_post("C1", START) is None:
        pass
    for _ in range(30):
        pace.may_post("C1", START, priority=Priority.CAN_WAIT)
    assert pace.may_post("C1", START, priority=Priority.PRESSING) == timedelta(seconds=1)


def test_a_place_is_kept_for_a_moment_for_the_more_urgent_who_was_told_to_come():
    pace = Pace()
    while pace.may_post("C1", START, priority=Priority.ORDINARY) is None:
        pass
    assert pace.may_post("C1", START, priority=Priority.ASKED_FOR) == timedelta(seconds=1)
    then = START + timedelta(seconds=1)
    assert pace.may_post("C1", then, priority=Priority.ORDINARY) is not None
    assert pace.may_post("C1", then, priority=Priority.ASKED_FOR) is None


@given(
    asked=st.lists(st.tuples(st.timedeltas(timedelta(), timedelta(seconds=3)), st.booleans()), max_size=200),
    processes=st.integers(min_value=1, max_value=10),
)
def test_several_processes_together_send_no_more_than_fifty_edits_a_minute(
    asked: list[tuple[timedelta, bool]], processes: int
):
    paces = [Pace(lambda: processes) for _ in range(processes)]
    times = moments([wait for wait, _ in asked])
    sent = [
        at
        for at, (_, is_outcome) in zip(times, asked, strict=True)
        for pace in paces
        if pace.may_edit(at, shows_outcome=is_outcome) is None
    ]
    assert most_in(MINUTE, sent) <= 50


def test_a_process_takes_the_whole_again_when_the_other_has_gone():
    processes = [2]
    pace = Pace(lambda: processes[0])
    while pace.may_post("C1", START) is None:
        pass
    processes[0] = 1
    later = START + timedelta(seconds=10)
    assert [pace.may_post("C1", later) for _ in range(POST_BURST)] == [None] * POST_BURST
