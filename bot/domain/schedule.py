"""When something is due each day, by the clock on the wall of a time zone."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from types import MappingProxyType
from zoneinfo import ZoneInfo

ONE_DAY = timedelta(days=1)
_WEEK = 7
_MARGIN = 2  # days: a zone is at most 14 hours ahead of UTC, and a missing local time moves by a day at most


class Weekday(StrEnum):
    MON = "mon"
    TUE = "tue"
    WED = "wed"
    THU = "thu"
    FRI = "fri"
    SAT = "sat"
    SUN = "sun"


@dataclass(frozen=True, slots=True, kw_only=True)
class Occurrence:
    """One time of a schedule: the local day that it is for, and when it is."""

    day: date
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Schedule:
    """Once on each of these days. Without days it never is.

    A local time that a change of the clock leaves out is as late as it would have been without the change; one that
    comes twice counts when it comes first. So each day has one occurrence, and they are in the order of the days.
    """

    at: time = time(17, 30)
    zone: str = "UTC"
    days: tuple[Weekday, ...] = tuple(Weekday)

    def next_after(self, moment: datetime) -> Occurrence | None:
        """The first one later than `moment`."""
        today = self.local(moment).date()
        days = (today + timedelta(days=n) for n in range(-_MARGIN, _WEEK + _MARGIN + 1))
        return next((one for one in self._on(days) if one.at > moment), None)

    def last_until(self, moment: datetime) -> Occurrence | None:
        """The last one at or before `moment`."""
        today = self.local(moment).date()
        days = (today - timedelta(days=n) for n in range(-_MARGIN, _WEEK + _MARGIN + 1))
        return next((one for one in self._on(days) if one.at <= moment), None)

    def local(self, moment: datetime) -> datetime:
        """The moment by the clock on the wall."""
        return moment.astimezone(ZoneInfo(self.zone))

    def _on(self, days: Iterable[date]) -> Iterable[Occurrence]:
        zone, wanted = ZoneInfo(self.zone), {list(Weekday).index(day) for day in self.days}
        for day in days:
            if day.weekday() in wanted:
                yield Occurrence(day=day, at=datetime.combine(day, self.at, tzinfo=zone).astimezone(UTC))


@dataclass(frozen=True, slots=True, kw_only=True)
class DigestPlan:
    """When channels get their digest: all at the usual time, but for those that have a time of their own."""

    usual: Schedule = Schedule()
    of_channel: Mapping[str, Schedule] = field(default_factory=lambda: MappingProxyType(dict[str, Schedule]()))

    def of(self, channel: str) -> Schedule:
        return self.of_channel.get(channel, self.usual)
