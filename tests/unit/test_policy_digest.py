"""The section of a policy that says when digests are written."""

from datetime import time
from pathlib import Path

import pytest

from bot.domain.policy import Policy
from bot.domain.schedule import DigestPlan, Schedule, Weekday
from bot.policyfiles import load_policy, read_policy
from tests.unit.a_policy_file import GOOD, problems_of

MASKED = 'masked: ["*token*"]\n'
CHANNELS = "channels:\n  approvals: C01APPROVALS\n  nightly: C02NIGHTLY\n"
NIGHTLY = "  nightly:\n    - {ask: [bo], channel: nightly, wait_seconds: 300}\ndefault_ladder"
TWO_CHANNELS = GOOD.replace("channels:\n  approvals: C01APPROVALS\n", CHANNELS).replace("default_ladder", NIGHTLY)


def with_digest(section: str, text: str = GOOD) -> str:
    """The section stands on line 21."""
    assert text.count(MASKED) == 1
    return text.replace(MASKED, f"{MASKED}digest: {section}\n")


def policy_of(text: str) -> Policy:
    return read_policy(text, file="policies/p.yaml")


def test_without_a_section_there_is_a_digest_every_day():
    assert policy_of(GOOD).digest == DigestPlan(usual=Schedule(at=time(17, 30), zone="UTC", days=tuple(Weekday)))


def test_a_section_says_when_and_where_it_counts():
    policy = policy_of(with_digest('{at: "09:15", zone: Europe/Berlin, days: [fri, mon, mon]}'))
    wanted = Schedule(at=time(9, 15), zone="Europe/Berlin", days=(Weekday.MON, Weekday.FRI))
    assert policy.digest_schedules == {"C01APPROVALS": wanted}


def test_every_channel_that_is_asked_first_gets_one_at_its_own_time_or_at_the_usual():
    own = 'channels: {nightly: {at: "06:00", days: [sun]}}'
    policy = policy_of(with_digest(f'{{at: "17:30", zone: Europe/Berlin, {own}}}', TWO_CHANNELS))
    assert policy.digest_schedules == {
        "C01APPROVALS": Schedule(zone="Europe/Berlin"),
        "C02NIGHTLY": Schedule(at=time(6), zone="Europe/Berlin", days=(Weekday.SUN,)),
    }


def test_no_days_are_no_daily_digest():
    assert policy_of(with_digest('{at: "17:30", zone: UTC, days: []}')).digest_schedules == {}


def test_the_shipped_policy_has_one_on_working_days():
    schedules = load_policy(Path("policies")).digest_schedules
    assert [(s.at, s.zone, len(s.days)) for s in schedules.values()] == [(time(17, 30), "Europe/Berlin", 5)]


BAD = [
    ("{at: 17:30, zone: UTC}", '21:14: found 1050, expected a time of day in quotes, such as "17:30"'),
    ('{at: "24:00", zone: UTC}', "21:14: found '24:00', expected a time of day in quotes, such as \"17:30\""),
    ('{at: "9:00", zone: UTC}', "21:14: found '9:00', expected a time of day in quotes, such as \"17:30\""),
    (
        '{at: "09:00", zone: Europe/Berln}',
        "21:29: found 'Europe/Berln', expected a time zone, such as Europe/Berlin",
    ),
    ('{at: "09:00", zone: Europe}', "21:29: found 'Europe', expected a time zone, such as "),
    ('{at: "09:00", zone: ../../etc}', "21:29: found '../../etc', expected a time zone, such as "),
    ('{at: "09:00"}', "21:1: found no `zone`, expected it here: it is required"),
    (
        '{at: "09:00", zone: UTC, days: [mon, friday]}',
        "21:46: found 'friday', expected 'mon', 'tue', 'wed', 'thu', 'fri', 'sat' or 'sun'",
    ),
    (
        '{at: "09:00", zone: UTC, time: 1}',
        "21:34: found the unknown field `time`, expected one of at, zone, days, channels",
    ),
    (
        '{at: "09:00", zone: UTC, channels: {ops: {at: "10:00"}}}',
        "21:45: found `ops`, expected a channel in which a ladder asks first (approvals)",
    ),
    (
        '{at: "09:00", zone: UTC, channels: {approvals: {at: noon}}}',
        "21:61: found 'noon', expected a time of day in quotes, such as \"17:30\"",
    ),
    ("daily", "21:9: found 'daily', expected a mapping of names"),
]


@pytest.mark.parametrize(("section", "said"), BAD)
def test_a_mistake_is_named_with_its_place(section: str, said: str):
    (problem,) = problems_of(with_digest(section))
    assert problem.startswith(said)
