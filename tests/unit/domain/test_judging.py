"""Rulings compared and combined: an action with options is ruled by the strictest of them all."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain.action import Action, Asked, Environment, Option
from bot.domain.errors import OptionForbidden
from bot.domain.judging import judge
from bot.domain.ruling import Level, Ruling, stricter
from tests.support.policies import LADDER, SECURITY_LADDER, a_policy
from tests.support.requests import AGENT, a_ruling


def judged(name: str, *options: Option, **arguments: object) -> Ruling:
    action = Action(name=name, arguments=arguments)
    asked = Asked(action=action, options=options, environment=Environment.STAGING)
    return judge(a_policy(), asked, action, agent=AGENT)


def an_option(**arguments: object) -> Option:
    return Option(id="o", label="Another way", arguments=arguments)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (a_ruling(), a_ruling(denied=True)),
        (a_ruling(level=Level.SOFT_APPROVAL), a_ruling()),
        (a_ruling(), a_ruling(quorum=2)),
        (a_ruling(level=Level.SOFT_APPROVAL, consent_after=timedelta(1)), a_ruling(level=Level.SOFT_APPROVAL)),
        (a_ruling(level=Level.FULL_AUTO), a_ruling(level=Level.NOTIFY_ONLY)),
    ],
)
def test_the_stricter_ruling_counts_in_either_order(one: Ruling, other: Ruling):
    assert stricter(one, other) == stricter(other, one) == other


def test_of_equal_rulings_the_first_counts():
    first, second = a_ruling(reason="first"), a_ruling(reason="second")
    assert stricter(first, second) is not second
    assert stricter(first, second).reason == "first"


def test_two_rulings_that_ask_are_together_strict_in_every_respect():
    own = a_ruling(may_approve_own=True, quorum=2)
    other = a_ruling(level=Level.HUMAN_TAKEOVER, deny_reason_required=True, ladder=SECURITY_LADDER)
    for both in (stricter(own, other), stricter(other, own)):
        assert both.level is Level.HUMAN_TAKEOVER
        assert (both.quorum, both.ladder) == (2, LADDER)
        assert both.deny_reason_required
        assert not both.may_approve_own


def test_a_ruling_that_asks_nobody_takes_nothing_from_one_that_asks():
    asking = a_ruling(may_approve_own=True)
    assert stricter(asking, a_ruling(level=Level.FULL_AUTO)) == asking


def test_silence_is_consent_only_where_both_say_so_and_after_the_longer_wait():
    short = a_ruling(level=Level.SOFT_APPROVAL, consent_after=timedelta(minutes=5))
    long = replace(short, consent_after=timedelta(minutes=9))
    assert stricter(short, long).consent_after == timedelta(minutes=9)
    assert stricter(short, replace(short, consent_after=None)).consent_after is None


def test_an_action_is_asked_about_as_strictly_as_its_strictest_option():
    assert judged("soft_clean").quorum == 1
    assert judged("soft_clean", an_option(force=True)).quorum == 2
    assert judged("auto_clean", an_option(force=True)).level is Level.HARD_APPROVAL


def test_an_option_that_does_not_proceed_or_runs_the_same_is_not_judged():
    same = Option(id="same", label="As asked")
    cancel = Option(id="cancel", label="Cancel", proceed=False, arguments={"forbidden": True})
    assert judged("soft_clean", same, cancel) == judged("soft_clean")


def test_an_option_that_policy_forbids_may_not_be_offered():
    with pytest.raises(OptionForbidden, match=r"options\[1\].*never like this"):
        judged("hard_delete", an_option(force=True), an_option(forbidden=True))


def test_an_action_that_is_denied_anyway_is_denied_whatever_its_options():
    assert judged("forbidden_drop", an_option(forbidden=True)).denied


def test_options_are_judged_on_what_was_edited():
    action = Action(name="hard_delete", arguments={})
    asked = Asked(action=action, options=(an_option(limit=3),), environment=Environment.STAGING)
    edited = replace(action, arguments={"force": True})
    assert judge(a_policy(), asked, edited, agent=AGENT).quorum == 2
