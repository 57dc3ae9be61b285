"""Once a day, whatever the clocks do."""

from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from bot.domain.schedule import Occurrence, Schedule, Weekday

BERLIN = "Europe/Berlin"
WORKDAYS = (Weekday.MON, Weekday.TUE, Weekday.WED, Weekday.THU, Weekday.FRI)
ZONES = (
    "UTC",
    BERLIN,
    "America/New_York",
    "Australia/Lord_Howe",  # clocks change by half an hour
    "Africa/Cairo",  # at midnight
    "America/Havana",
    "Pacific/Apia",  # left out 30 December 2011
    "Asia/Kathmandu",
    "Pacific/Kiritimati",  # 14 hours ahead
    "America/St_Johns",
)

moments = st.datetimes(datetime(2009, 1, 1), datetime(2037, 12, 1), timezones=st.just(UTC))
schedules = st.builds(
    Schedule,
    at=st.times().map(lambda at: at.replace(second=0, microsecond=0)),
    zone=st.sampled_from(ZONES),
    days=st.sets(st.sampled_from(Weekday), min_size=1).map(lambda days: tuple(sorted(days, key=list(Weekday).index))),
)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def run_of(schedule: Schedule, start: datetime, count: int) -> list[Occurrence]:
    found: list[Occurrence] = []
    moment = start
    for _ in range(count):
        one = schedule.next_after(moment)
        assert one is not None
        found.append(one)
        moment = one.at
    return found


def test_it_is_due_at_the_local_time_in_winter_and_in_summer():
    schedule = Schedule(zone=BERLIN)
    assert schedule.next_after(at("2026-11-20T12:00")) == Occurrence(day=date(2026, 11, 20), at=at("2026-11-20T16:30"))
    assert schedule.next_after(at("2026-07-20T12:00")) == Occurrence(day=date(2026, 7, 20), at=at("2026-07-20T15:30"))


def test_after_friday_comes_monday_where_weekends_are_left_out():
    schedule = Schedule(zone=BERLIN, days=WORKDAYS)
    days = [one.day.isoformat() for one in run_of(schedule, at("2026-11-19T12:00"), 3)]
    assert days == ["2026-11-19", "2026-11-20", "2026-11-23"]


def test_a_time_that_the_clocks_leave_out_is_due_once_that_day():
    schedule = Schedule(at=time(2, 30), zone=BERLIN)
    days = run_of(schedule, at("2026-03-28T00:00"), 3)
    assert [one.day.day for one in days] == [28, 29, 30]
    assert days[1].at == at("2026-03-29T01:30")


def test_a_time_that_comes_twice_is_due_when_it_comes_first_and_not_again():
    schedule = Schedule(at=time(2, 30), zone=BERLIN)
    first, second = run_of(schedule, at("2026-10-24T12:00"), 2)
    assert (first.day.day, first.at) == (25, at("2026-10-25T00:30"))
    assert (second.day.day, second.at) == (26, at("2026-10-26T01:30"))


def test_without_days_it_never_is():
    never = Schedule(days=())
    assert never.next_after(at("2026-11-20T12:00")) is None
    assert never.last_until(at("2026-11-20T12:00")) is None


@given(schedules, moments)
def test_the_next_one_is_later_and_the_last_one_is_not_and_nothing_is_between(schedule: Schedule, moment: datetime):
    last, following = schedule.last_until(moment), schedule.next_after(moment)
    assert last is not None
    assert following is not None
    assert last.at <= moment < following.at
    assert schedule.next_after(last.at) == following
    assert schedule.last_until(following.at - timedelta(seconds=1)) == last


@given(schedules, moments)
def test_every_wanted_day_has_one_and_no_other_day_has_any(schedule: Schedule, moment: datetime):
    found = run_of(schedule, moment, 15)
    assert all(list(Weekday)[one.day.weekday()] in schedule.days for one in found)
    for one, other in pairwise(found):
        skipped = [one.day + timedelta(days=n) for n in range(1, (other.day - one.day).days)]
        left_out = date(2011, 12, 30)  # a day that Apia did not have
        assert not [day for day in skipped if list(Weekday)[day.weekday()] in schedule.days and day != left_out]
        assert other.day > one.day


@given(schedules, moments)
def test_it_is_the_local_time_wherever_that_exists(schedule: Schedule, moment: datetime):
    one = schedule.next_after(moment)
    assert one is not None
    zone = ZoneInfo(schedule.zone)
    wall = datetime.combine(one.day, schedule.at)
    exists = wall.replace(tzinfo=zone).astimezone(UTC).astimezone(zone).replace(tzinfo=None) == wall
    local = schedule.local(one.at)
    assert not exists or (local.date(), local.time().replace(fold=0)) == (one.day, schedule.at)
    assert timedelta() <= local.replace(tzinfo=None) - wall <= timedelta(days=1)
