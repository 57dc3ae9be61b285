"""Reads `until 14:00 backup @bo`: when somebody is back, and who is asked meanwhile. Pure."""

import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

_BACKUP = re.compile(r"(?:\bbackup\s+)?<@([UW][A-Z0-9]+)(?:\|[^>]*)?>", re.IGNORECASE)
_TYPED_NAME = re.compile(r"\bbackup\s+(\S+)", re.IGNORECASE)
_CLOCK = re.compile(r"([01]?\d|2[0-3])(?:[:.]([0-5]\d))?\s*(am|pm)?", re.IGNORECASE)
_LASTING = re.compile(r"(\d{1,4})\s*(m|min|minutes?|h|hours?|d|days?|w|weeks?)", re.IGNORECASE)
_UNITS = {
    "m": timedelta(minutes=1),
    "h": timedelta(hours=1),
    "d": timedelta(days=1),
    "w": timedelta(weeks=1),
}
_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
MORNING = time(9)
"""When a day is over that was named without a time: the next working morning begins."""


class NotUnderstood(Exception):
    """What was typed does not say it. The message is a sentence for the person."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AwayWords:
    """`until` is None until they say that they are back."""

    backup_slack_user_id: str
    until: datetime | None


def read_away(text: str, *, now: datetime, zone: ZoneInfo) -> AwayWords:
    """Times are those of the person's own clock. Raises NotUnderstood."""
    found = _BACKUP.search(text)
    if found is None:
        raise NotUnderstood(_why_no_backup(text))
    rest = f"{text[: found.start()]} {text[found.end() :]}".strip()
    return AwayWords(backup_slack_user_id=found.group(1), until=_until(rest, now.astimezone(zone)))


def _why_no_backup(text: str) -> str:
    typed = _TYPED_NAME.search(text)
    if typed:
        return f"“{typed.group(1)[:40]}” is nobody Slack knows: choose the person from the list that opens at @."
    return "Name who is asked instead, with backup and an @."


def _until(text: str, now: datetime) -> datetime | None:
    words = " ".join(text.split())
    if not words:
        return None
    kind, _, said = words.partition(" ")
    match kind.lower():
        case "until" if said:
            return _moment(said, now)
        case "for" if said:
            return now + _lasting(said)
        case _:
            raise NotUnderstood(f"“{words[:40]}” does not say how long.")


def _lasting(said: str) -> timedelta:
    found = _LASTING.fullmatch(said.strip())
    if found is None:
        raise NotUnderstood(f"“{said[:40]}” is no length of time: 30 min, 4 hours or 3 days are.")
    return int(found.group(1)) * _UNITS[found.group(2)[0].lower()]


def _moment(said: str, now: datetime) -> datetime:
    first, _, rest = said.partition(" ")
    day = _day(first, now)
    if day is None:
        clock = _clock(said)
        at = _at(now.date(), clock, now)
        return at if at > now else _at(now.date() + timedelta(days=1), clock, now)
    at = _at(day, _clock(rest.removeprefix("at ").strip()) if rest.strip() else MORNING, now)
    if at <= now:
        raise NotUnderstood(f"“{said[:40]}” has passed.")
    return at


def _at(day: date, clock: time, now: datetime) -> datetime:
    return datetime.combine(day, clock, tzinfo=now.tzinfo)


def _day(word: str, now: datetime) -> date | None:
    """The day a word names; None where it names none."""
    word = word.lower().rstrip(",")
    if word in ("today", "tomorrow"):
        return now.date() + timedelta(days=word == "tomorrow")
    for place, day in enumerate(_DAYS):
        if len(word) >= 3 and day.startswith(word):
            return now.date() + timedelta(days=(place - now.weekday() - 1) % 7 + 1)
    try:
        return date.fromisoformat(word) if len(word) == len("2027-01-31") else None
    except ValueError:
        return None


def _clock(said: str) -> time:
    found = _CLOCK.fullmatch(said.strip())
    if found is None:
        raise NotUnderstood(f"“{said[:40]}” is no time: 14:00, tomorrow 9:00, friday or 2027-01-31 are.")
    hour, minute, half = int(found.group(1)), int(found.group(2) or 0), (found.group(3) or "").lower()
    if half and not 1 <= hour <= 12:
        raise NotUnderstood(f"“{said[:40]}” is no time.")
    hour = hour % 12 + 12 * (half == "pm") if half else hour
    return time(hour, minute)
