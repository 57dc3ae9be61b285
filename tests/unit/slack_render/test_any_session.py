"""Whatever agents and people say to sessions: Slack takes what we show of it, and nobody is called by it."""

from dataclasses import replace
from datetime import timedelta
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.directive import (
    TEXT_LENGTH,
    Directive,
    DirectiveKind,
    DirectiveState,
    SteerAim,
)
from bot.domain.errors import (
    BadInput,
    DirectoryUnavailable,
    NotAMember,
    NotEntitled,
    NotFound,
    NothingToUndo,
    SessionRefuses,
    StandingUnknown,
    UndoneAlready,
)
from bot.domain.overview import SessionOverview
from bot.domain.people import Agent, Person, Standing
from bot.domain.request import ApprovalRequest
from bot.domain.session import Session, SessionState
from bot.domain.session_card import session_card_of, unanswered_card
from bot.slack.render.agent_answers import (
    done_message,
    near_message,
    nobody_message,
    sent_message,
    stop_question,
    too_long_message,
    which_message,
)
from bot.slack.render.agents import list_message
from bot.slack.render.contents import renderings
from bot.slack.render.objects import text_length
from bot.slack.render.refusals import refusal_message
from bot.slack.render.steer import steer_failed_view, steer_refused_view, steer_view
from bot.slack.session_ids import AgentVerb, SessionTarget, SteerForm, parse_session_value
from tests.unit.slack_render.anything import SECRET, Grower, requests, words
from tests.unit.slack_render.overviews import NOW
from tests.unit.slack_render.test_any_words import check_message, check_view, thoroughly

pytestmark = pytest.mark.filterwarnings("ignore:Generating overly large repr")

quickly = settings(thoroughly, max_examples=15)
"""For what draws many sessions at once."""

PEOPLE = ("Ana", "Bo <b> & Söhne", "*x*_y_", "a" * 90, ":red_circle:")
AGENTS = ("tidy", "tidy_eu", "_x_", "ein-Bär.2", "a" * 40)


class SessionGrower(Grower):
    """Draws a session, what was said to it, and what it waits for from one seed."""

    def person(self) -> Person:
        return Person(surface="slack", id=self.random.choice(("U02ANA", "U03BO", "?")), name=self.random.choice(PEOPLE))

    def directive(self, number: int) -> Directive:
        kind = self.random.choice(list(DirectiveKind))
        at = NOW + timedelta(seconds=number)
        return Directive(
            id=f"dir_{number}",
            session_id="ses_1",
            agent_id="agt_1",
            kind=kind,
            issued_by=self.person(),
            issued_at=at,
            text=self.maybe(self.words(TEXT_LENGTH)),
            aim=self.random.choice(list(SteerAim)) if kind is DirectiveKind.STEER else None,
            state=self.random.choice(list(DirectiveState)),
            tries=self.random.randint(1, 4),
            is_unanswered=self.is_so(),
            delivered_at=self.maybe(at),
            acknowledged_at=self.maybe(at),
            finished_at=self.maybe(at),
            answer=self.maybe(self.words(2000)),
        )

    def overview(self, number: int = 1) -> SessionOverview:
        pending = tuple(self.some(self.request, 3))
        goal = self.maybe(f"{self.words(2000)} with {SECRET}" if self.knows_secret(pending) else self.words(2000))
        session = Session(
            id=f"ses_{number}",
            agent_id="agt_1",
            started_at=NOW - timedelta(seconds=self.random.randint(-5, 10**7)),
            state=self.random.choice(list(SessionState)),
            goal=goal,
            state_reason=self.maybe(f"{self.random.choice(PEOPLE)} said so with apr_1"),
            state_since=self.maybe(NOW),
        )
        owner = self.random.choice(("U04CHEN", "?"))
        return SessionOverview(
            session=session,
            agent=Agent(id="agt_1", name=self.random.choice(AGENTS), owner_slack_user_id=owner),
            now=NOW,
            directives=tuple(self.directive(place) for place in range(self.random.randint(0, 6))),
            pending=pending,
            pending_count=len(pending) + self.random.randint(0, 5),
            held_count=self.random.randint(0, len(pending)),
        )

    def knows_secret(self, pending: tuple[ApprovalRequest, ...]) -> bool:
        return any("password" in request.asked.action.arguments for request in pending)


def grown(seed: int) -> list[SessionOverview]:
    grower = SessionGrower(seed)
    return [grower.overview(number) for number in range(1, Random(seed).randint(2, 22))]


_seeds = st.integers(0, 2**64)
overviews = _seeds.map(lambda seed: SessionGrower(seed).overview())
many_overviews = _seeds.map(grown)


@thoroughly
@given(overviews)
def test_slack_takes_every_session_card(overview: SessionOverview):
    card = session_card_of(overview, now=NOW)
    for message in renderings(card, 7):
        check_message(message)
        assert text_length(message["blocks"]) <= 12_000
    assert SECRET not in f"{card.header} {card.text} {card!r}"


@thoroughly
@given(overviews, st.integers(0, 2**64))
def test_slack_takes_every_word_about_a_silent_agent(overview: SessionOverview, seed: int):
    grower = SessionGrower(seed)
    card = unanswered_card(
        grower.directive(1), overview.session, overview.agent, undone=grower.maybe(grower.request()), now=NOW
    )
    for message in renderings(card, 1):
        check_message(message)


@quickly
@given(many_overviews)
def test_slack_takes_every_list(found: list[SessionOverview]):
    check_message(list_message(found[:20], total=len(found), now=NOW))


@quickly
@given(many_overviews, st.sampled_from(AgentVerb), words, words)
def test_slack_takes_every_answer(found: list[SessionOverview], verb: AgentVerb, typed: str, said: str):
    said = said[:TEXT_LENGTH]
    target = SessionTarget(session_id="ses_1", words=said)
    name = found[0].agent.name
    answers: list[dict[str, Any]] = [
        which_message(verb, typed, found, count=len(found), words=said, now=NOW),
        near_message(verb, typed, found, words=said),
        nobody_message(verb, typed, found),
        stop_question(found[0], reason=said),
        sent_message(name, target, SteerAim.STEP),
        sent_message(name, target, SteerAim.GOAL),
        too_long_message(verb, f"{typed}x"),
        done_message(AgentVerb.STOP, name, "C01APPROVALS"),
    ]
    for answer in answers:
        check_message(answer)
    pick = next(block for block in answers[0]["blocks"] if block["type"] in ("actions", "section"))
    button = pick.get("accessory") or pick["elements"][0]
    assert parse_session_value(button["value"]).words == said


@thoroughly
@given(overviews, words)
def test_slack_takes_every_steer_form(overview: SessionOverview, typed: str):
    form = SteerForm(session_id=overview.session.id, channel="C01APPROVALS")
    check_view(steer_view(overview, form))
    check_view(steer_failed_view(form, typed))
    refusal = SessionRefuses("ses_1", overview.agent.name, overview.session.state, DirectiveKind.STEER)
    check_view(steer_refused_view(refusal, form, typed, now=NOW))


@thoroughly
@given(requests, overviews, words)
def test_slack_takes_every_refusal_of_a_session(request: ApprovalRequest, overview: SessionOverview, typed: str):
    grower = SessionGrower(len(typed))
    person, name = grower.person(), overview.agent.name
    refusals = [
        *(SessionRefuses("ses_1", name, overview.session.state, kind) for kind in DirectiveKind),
        NothingToUndo(request, f"{name} has not got the answer, nothing has run"),
        UndoneAlready(request, replace(grower.directive(1), issued_by=person)),
        *(NotAMember(person, standing) for standing in Standing),
        NotEntitled(person, f"steer {name}", f"{person.name} owns it; operators can too"),
        NotFound("session", typed),
        DirectoryUnavailable(),
        StandingUnknown(),
        BadInput(typed),
    ]
    for refusal in refusals:
        for is_command in (False, True):
            message = refusal_message(refusal, now=NOW, is_command=is_command)
            check_message(message)
            assert "click changed nothing" not in message["text"] or not is_command
