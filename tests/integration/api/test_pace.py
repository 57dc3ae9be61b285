"""How many requests an agent may send."""

from hypothesis import given
from hypothesis import strategies as st

from bot.api.pace import Pace, Pacer


class Seconds:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


def test_a_burst_is_let_through_and_the_next_one_is_told_when_to_come_back():
    clock = Seconds()
    pacer = Pacer(Pace(per_second=2, burst=3), clock)
    assert [pacer.seconds_to_wait("a") for _ in range(3)] == [0, 0, 0]
    assert pacer.seconds_to_wait("a") == 0.5
    clock.now += 0.5
    assert pacer.seconds_to_wait("a") == 0
    assert pacer.seconds_to_wait("a") == 0.5


def test_one_agent_does_not_slow_down_another():
    pacer = Pacer(Pace(per_second=1, burst=1), Seconds())
    assert pacer.seconds_to_wait("a") == 0
    assert pacer.seconds_to_wait("a") > 0
    assert pacer.seconds_to_wait("b") == 0


@given(pauses=st.lists(st.sampled_from([0, 0.0625, 0.25, 1, 30]), max_size=60))
def test_no_more_than_the_pace_ever_comes_through(pauses: list[float]):
    clock, pace = Seconds(), Pace(per_second=4, burst=5)
    pacer, started, let_through = Pacer(pace, clock), 1000.0, 0
    for pause in pauses:
        clock.now += pause
        let_through += pacer.seconds_to_wait("a") == 0
        assert let_through <= pace.burst + pace.per_second * (clock.now - started)


@given(pauses=st.lists(st.sampled_from([0.25, 0.5, 3]), max_size=60))
def test_whoever_keeps_the_pace_is_never_stopped(pauses: list[float]):
    clock = Seconds()
    pacer = Pacer(Pace(per_second=4, burst=1), clock)
    for pause in pauses:
        clock.now += pause
        assert pacer.seconds_to_wait("a") == 0
