"""What people type when they go away."""

from contextlib import suppress
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.slack.away_words import AwayWords, NotUnderstood, read_away

BERLIN = ZoneInfo("Europe/Berlin")
NOW = datetime(2026, 11, 20, 12, 30, tzinfo=UTC)  # a Friday, 13:30 in Berlin
BO = "<@U03BO|bo>"


def read(text: str) -> AwayWords:
    return read_away(text, now=NOW, zone=BERLIN)


@pytest.mark.parametrize(
    ("typed", "until"),
    [
        (f"until 14:00 backup {BO}", "2026-11-20 14:00"),
        (f"backup {BO} until 14:00", "2026-11-20 14:00"),
        (f"UNTIL 14.15 BACKUP {BO}", "2026-11-20 14:15"),
        (f"until 9:00 backup {BO}", "2026-11-21 09:00"),
        (f"until 2 pm backup {BO}", "2026-11-20 14:00"),
        (f"until 12am backup {BO}", "2026-11-21 00:00"),
        (f"until tomorrow backup {BO}", "2026-11-21 09:00"),
        (f"until tomorrow 17:00 backup {BO}", "2026-11-21 17:00"),
        (f"until tomorrow at 17:00 backup {BO}", "2026-11-21 17:00"),
        (f"until mon backup {BO}", "2026-11-23 09:00"),
        (f"until friday backup {BO}", "2026-11-27 09:00"),
        (f"until 2027-03-29 02:30 backup {BO}", "2027-03-29 02:30"),
        (f"for 30 min backup {BO}", "2026-11-20 14:00"),
        (f"for 4h {BO}", "2026-11-20 17:30"),
        (f"for 3 days {BO}", "2026-11-23 13:30"),
    ],
)
def test_times_are_those_of_the_persons_own_clock(typed: str, until: str):
    words = read(typed)
    assert words.backup_slack_user_id == "U03BO"
    assert words.until is not None
    assert f"{words.until.astimezone(BERLIN):%Y-%m-%d %H:%M}" == until


def test_without_a_time_it_lasts_until_they_are_back():
    assert read(f"backup {BO}") == AwayWords(backup_slack_user_id="U03BO", until=None)
    assert read(BO).until is None


@pytest.mark.parametrize(
    ("typed", "problem"),
    [
        ("", "with backup and an @"),
        ("until 14:00", "with backup and an @"),
        ("until 14:00 backup bo", "“bo” is nobody Slack knows"),
        (f"until backup {BO}", "does not say how long"),
        (f"until soon backup {BO}", "is no time"),
        (f"until 25:00 backup {BO}", "is no time"),
        (f"until 14 pm backup {BO}", "is no time"),
        (f"until 2026-11-19 backup {BO}", "has passed"),
        (f"until 2026-13-01 backup {BO}", "is no time"),
        (f"for ever backup {BO}", "is no length of time"),
        (f"maybe backup {BO}", "does not say how long"),
    ],
)
def test_what_does_not_say_it_is_answered_with_what_is_missing(typed: str, problem: str):
    with pytest.raises(NotUnderstood, match=problem):
        read(typed)


@given(st.text(max_size=80))
def test_whatever_is_typed_is_understood_or_refused(typed: str):
    for text in (typed, f"{typed} backup {BO}", f"until {typed} {BO}", f"for {typed} {BO}"):
        with suppress(NotUnderstood):
            until = read(text).until
            assert until is None or until.tzinfo is not None
