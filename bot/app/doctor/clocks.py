"""This machine's clock, against Slack's and the database's."""

from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime

from bot.app.doctor.findings import Finding, failed, ok, warning

NAME = "clock"
CLOSE_ENOUGH = timedelta(seconds=5)
TOO_FAR = timedelta(minutes=4)
"""Slack's signatures are good for five minutes."""

_FIX = "Let the machine keep its time by itself (NTP): timedatectl set-ntp true, or the host's own way."


def compared_with_slack(header: str | None, *, asked_at: datetime, answered_at: datetime) -> Finding:
    """`header` is the Date of Slack's answer, in whole seconds."""
    theirs = _moment(header)
    if theirs is None:
        return warning(
            NAME, "Slack's answer bore no time to compare with", fix="See whether a proxy strips its headers."
        )
    middle = asked_at + (answered_at - asked_at) / 2
    return _compared(middle - (theirs + timedelta(milliseconds=500)), "Slack's", fix=_FIX)


def compared_with_database(theirs: datetime, *, asked_at: datetime, answered_at: datetime) -> Finding:
    """Deadlines are judged by the database's clock."""
    middle = asked_at + (answered_at - asked_at) / 2
    fix = f"{_FIX} Of the two machines, the one that differs from Slack's clock is wrong."
    return _compared(middle - theirs, "the database's", fix=fix)


def _compared(ahead: timedelta, whose: str, *, fix: str) -> Finding:
    if abs(ahead) <= CLOSE_ENOUGH:
        return ok(NAME, f"agrees with {whose}")
    way = "ahead of" if ahead > timedelta() else "behind"
    what = f"this machine's is {_shown(abs(ahead))} {way} {whose}"
    if abs(ahead) <= TOO_FAR:
        return warning(NAME, what, fix=fix)
    return failed(NAME, f"{what}: signed requests are refused, deadlines come at the wrong time", fix=fix)


def _shown(much: timedelta) -> str:
    seconds = round(much.total_seconds())
    if seconds < 120:
        return f"{seconds} s"
    return f"{seconds // 60} min" if seconds < 7_200 else f"{seconds // 3600} h"


def _moment(header: str | None) -> datetime | None:
    try:
        found = parsedate_to_datetime(header) if header else None
    except ValueError:
        return None
    return found if found is not None and found.tzinfo is not None else None
