"""How long the client waits before it tries again."""

from hypothesis import given
from hypothesis import strategies as st
from sayso.core.patience import LONGEST_PAUSE, pause_after, retry_after
from sayso.core.steps import Lost, Reply

jitters = st.floats(0, 1)


def reply(**headers: str) -> Reply:
    return Reply(503, {name.replace("_", "-"): value for name, value in headers.items()}, b"")


@given(st.integers(1, 10_000), jitters)
def test_pauses_grow_and_stay_bounded(failures: int, jitter: float):
    pause = pause_after(Lost("x"), failures=failures, jitter=lambda: jitter)
    assert 0 < pause <= LONGEST_PAUSE
    assert pause_after(Lost("x"), failures=failures + 1, jitter=lambda: 1.0) >= pause


@given(st.integers(0, 100_000), jitters)
def test_nobody_comes_back_before_the_server_said(seconds: int, jitter: float):
    assert pause_after(reply(retry_after=str(seconds)), failures=1, jitter=lambda: jitter) >= seconds


def test_a_date_is_measured_by_the_servers_own_clock():
    said = reply(retry_after="Fri, 20 Nov 2026 12:01:00 GMT", date="Fri, 20 Nov 2026 12:00:18 GMT")
    assert retry_after(said) == 42.0


def test_a_date_that_has_passed_means_now():
    said = reply(retry_after="Fri, 20 Nov 2026 12:00:00 GMT", date="Fri, 20 Nov 2026 12:00:18 GMT")
    assert retry_after(said) == 0.0


@given(st.text(max_size=40))
def test_nonsense_is_as_good_as_nothing(said: str):
    asked = retry_after(reply(retry_after=said))
    assert asked is None or asked >= 0
