"""How many requests an agent may send."""

from hypothesis import given
from hypothesis import strategies as st

from bot.api.pace import Pace, Pacer, StrangerPacer


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


def test_wrong_keys_are_counted_by_address_in_constant_memory():
    strangers = StrangerPacer(Seconds(), Pace(per_second=1, burst=2))
    assert [strangers.seconds_to_wait("192.0.2.1") for _ in range(3)] == [0, 0, 1]
    for number in range(20_000):
        strangers.seconds_to_wait(f"198.51.100.{number}")
    assert len(strangers._pacer._full_at) <= 4096
