"""App Home and the answer to `/approvals`: whatever agents say, Slack takes it and nobody is called by it."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.absence import Absence
from bot.domain.action import Kind
from bot.domain.card_parts import Mark
from bot.domain.card_text import text_of
from bot.domain.errors import NotAMember
from bot.domain.inbox import row_of
from bot.domain.people import Person, Standing
from bot.domain.request import ApprovalRequest
from bot.domain.ruling import Risk
from bot.localslack.blockkit.surfaces import view_content
from bot.services.absence import Away
from bot.services.inbox import PAGE, InboxPage
from bot.slack.render.away import away_message, away_view, back_message, nobody_view, not_understood_message
from bot.slack.render.home import Home, home_view, refused_home_view, said_of
from bot.slack.render.inbox import MOST_ROWS, inbox_message
from bot.slack.render.request_view import request_view
from tests.unit.slack_render import samples
from tests.unit.slack_render.anything import requests, words
from tests.unit.slack_render.overviews import an_overview
from tests.unit.slack_render.samples import BO
from tests.unit.slack_render.test_any_words import check_message, check_view, thoroughly

NOW = samples.at(1795185480)
BO_HIMSELF = Person(surface="slack", id="U03BO", name="Bo")


def a_home(items: Sequence[ApprovalRequest] = (), **more: object) -> Home:
    page = InboxPage(items=tuple(items), total=len(items), next=None)
    return replace(
        Home(inbox=page, is_first=True, agents=(), absence=None, backup=None, now=NOW),
        **more,  # pyright: ignore[reportArgumentType]
    )


def test_a_row_says_what_how_risky_who_until_when_and_what_then():
    row = row_of(samples.clean_up(), NOW)
    assert row.question == "Delete 847 old test files?"
    assert row.mark is Mark.DANGEROUS
    assert text_of(row.risk) == "Dangerous · cannot be undone · staging"
    assert text_of(row.line) == "tidy · until 14:46 UTC, then Bo is asked too"
    assert text_of(row.impact) == "847 files, 2.3 GB in s3://ci-cache."


@pytest.mark.parametrize(
    ("request_", "can_approve"),
    [
        (samples.deploy(), True),
        (samples.clean_up(), False),
        (samples.clarification(), False),
        (replace(samples.deploy(), ruling=replace(samples.deploy().ruling, risk=Risk.DANGEROUS)), False),
        (replace(samples.deploy(), asked=replace(samples.deploy().asked, kind=Kind.PLAN)), False),
    ],
)
def test_only_what_is_harmless_and_plain_is_approved_without_opening_it(request_: ApprovalRequest, can_approve: bool):
    assert row_of(request_, NOW).can_approve is can_approve


def test_a_soft_one_says_when_it_goes_ahead():
    soft = replace(
        samples.deploy(),
        ruling=replace(samples.deploy().ruling, consent_after=timedelta(minutes=5)),
        consent_at=samples.at(1795185900),
    )
    assert text_of(row_of(soft, NOW).line) == "shipper · goes ahead at 14:45 UTC unless someone says no"


def test_a_full_home_fits_into_slacks_limits():
    items = [replace(samples.clean_up(), id=f"apr_{n}") for n in range(PAGE)]
    page = InboxPage(items=tuple(items), total=1000, next="2026-11-20T10:00:00+00:00~apr_20")
    agents = [an_overview()] * 30
    view = home_view(a_home(inbox=page, is_first=False, agents=agents))
    view_content(view, surface="home")
    assert len(view["blocks"]) <= 100


def test_the_same_home_a_minute_later_says_the_same():
    first = home_view(a_home([samples.deploy()]))
    later = home_view(a_home([samples.deploy()], now=NOW + timedelta(minutes=1)))
    assert said_of(first) == said_of(later)
    assert said_of(first) != said_of(home_view(a_home()))


def test_an_absence_is_shown_with_who_is_asked_and_the_way_back():
    away = Absence(slack_user_id="U02ANA", backup_slack_user_id="U03BO", since=NOW, until=NOW + timedelta(hours=2))
    drawn = str(home_view(a_home(absence=away, backup=BO)))
    assert "<@U03BO> is asked instead." in drawn
    assert "I am back" in drawn
    assert "Set away" not in drawn


def test_every_other_view_and_message_is_taken():
    for view in (away_view([BO]), nobody_view(), refused_home_view(NotAMember(BO_HIMSELF, Standing.GUEST), now=NOW)):
        view_content(view, surface=view["type"])
    absence = Absence(slack_user_id="U02ANA", backup_slack_user_id="U03BO", since=NOW)
    for count in (0, 1, 2):
        check_message(away_message(Away(absence=absence, handed_over=count), BO_HIMSELF, NOW))
        check_message(back_message(count))


@thoroughly
@given(st.lists(requests, max_size=MOST_ROWS + 2), words)
def test_nothing_that_is_said_is_markup(items: list[ApprovalRequest], typed: str):
    check_message(inbox_message(items, total=len(items) + 5, now=NOW))
    check_view(home_view(a_home(items)))
    check_message(not_understood_message("It does not say how long.", typed))


@thoroughly
@given(requests)
def test_an_opened_request_is_taken(request_: ApprovalRequest):
    check_view(request_view(samples.card(request_)))
