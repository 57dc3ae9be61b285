"""Who is among those who are asked, and how long to wait before trying again."""

from datetime import timedelta

import pytest

from bot.domain.people import is_among
from bot.domain.retry import LONGEST_PAUSE, pause_after
from tests.support.policies import ANA, BO, DAN, PLATFORM, group, user


def test_somebody_asked_by_name_is_among_them():
    assert is_among(ANA.id, [user(BO), user(ANA)], {})
    assert not is_among(DAN.id, [user(BO), user(ANA)], {})


def test_a_member_of_the_group_is_among_them():
    assert is_among(DAN.id, [group(PLATFORM)], {PLATFORM: frozenset({DAN.id})})
    assert not is_among(ANA.id, [group(PLATFORM)], {PLATFORM: frozenset({DAN.id})})


def test_named_people_stand_in_only_where_the_workspace_has_no_such_group():
    asked = [group(PLATFORM, BO)]
    assert is_among(BO.id, asked, {PLATFORM: None})
    assert not is_among(BO.id, asked, {PLATFORM: frozenset({DAN.id})})
    assert not is_among(BO.id, asked, {PLATFORM: frozenset()})


def test_a_group_nobody_looked_up_has_no_members():
    assert not is_among(BO.id, [group(PLATFORM, BO)], {})


@pytest.mark.parametrize(("tries", "seconds"), [(0, 1), (1, 1), (2, 2), (3, 4), (6, 32), (7, 60), (10_000, 60)])
def test_each_pause_is_twice_the_last_up_to_a_minute(tries: int, seconds: int):
    assert pause_after(tries) == timedelta(seconds=seconds) <= LONGEST_PAUSE
