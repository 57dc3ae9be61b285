"""What the card of a session says."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain.action import Action, Environment, Kind
from bot.domain.card_text import Mention, Words, text_of
from bot.domain.directive import (
    Directive,
    DirectiveKind,
    SteerAim,
    acknowledged,
    finished,
    handed,
    issued,
    overtaken,
    unanswered,
)
from bot.domain.notice import NoticeKind
from bot.domain.overview import SessionOverview
from bot.domain.people import Person
from bot.domain.session import Session, SessionEvent, after
from bot.domain.session_card import SessionCard, SessionControl, SessionMark, session_card_of, unanswered_card
from tests.support.policies import ANA, OWEN
from tests.support.recording import NOON
from tests.support.requests import AGENT, a_request, a_ruling

PAUSE, RESUME, STEER, STOP = SessionControl.PAUSE, SessionControl.RESUME, SessionControl.STEER, SessionControl.STOP
MINUTE = timedelta(minutes=1)
RUNNING = Session(
    id="ses_1",
    agent_id=AGENT.id,
    started_at=NOON - 9 * MINUTE,
    seen_at=NOON,
    goal="Free disk space on the CI cache",
    environment=Environment.STAGING,
)
PAUSING = after(RUNNING, SessionEvent.PAUSE_ASKED, now=NOON, reason="Ana paused it")
PAUSED = after(PAUSING, SessionEvent.PAUSED, now=NOON + MINUTE, reason="Ana paused it")
STOPPING = after(RUNNING, SessionEvent.STOP_ASKED, now=NOON, reason="Ana stopped it")
ENDED = after(STOPPING, SessionEvent.ENDED, now=NOON + MINUTE, reason="Ana stopped it")


def said(kind: DirectiveKind, *, by: Person = ANA, **more: object) -> Directive:
    return replace(
        issued(id=f"dir_{kind}", session_id="ses_1", agent_id=AGENT.id, kind=kind, by=by, now=NOON),
        **more,  # type: ignore[arg-type]
    )


def done(directive: Directive, *, succeeded: bool = True, answer: str | None = None) -> Directive:
    known = acknowledged(handed(directive, NOON) or directive, NOON)
    assert known is not None
    ended = finished(known, succeeded=succeeded, answer=answer, now=NOON + MINUTE)
    assert ended is not None
    return ended


def ignored(directive: Directive) -> Directive:
    while directive.due_at is not None:
        _, directive = unanswered(directive, directive.due_at)
    return directive


def card(session: Session, *directives: Directive, **more: object) -> SessionCard:
    overview = SessionOverview(session=session, agent=AGENT, now=NOON, directives=directives, **more)  # type: ignore[arg-type]
    return session_card_of(overview, now=NOON + 2 * MINUTE)


def facts(card: SessionCard) -> list[str]:
    return [f"{fact.label}: {text_of(fact.text)}" for fact in card.facts]


PAUSE_SAID = said(DirectiveKind.PAUSE, text="Wait for the snapshot team.")
STOP_SAID = said(DirectiveKind.STOP)


def test_a_session_that_runs_is_fine():
    fine = card(RUNNING)
    assert (fine.header, fine.mark, fine.controls) == ("tidy is running", SessionMark.FINE, (STEER, PAUSE, STOP))
    assert text_of(fine.line) == "Fine · staging · for its owner · since 11:51 UTC"
    assert facts(fine) == ["Goal: Free disk space on the CI cache"]
    assert text_of(fine.foot) == "ses_1"


def test_what_it_waits_for_is_named_and_the_rest_is_counted():
    waiting = card(RUNNING, pending=(a_request(),), pending_count=6, held_count=2)
    assert facts(waiting)[1:] == [
        "Waits for: Ana, Bo and @S1: Run delete_files?",
        ": And 3 more requests",
        "Held: 2 requests wait for its resume",
    ]
    assert waiting.header == "tidy is running"


def test_one_that_asks_before_it_starts_waits():
    waiting = card(RUNNING, pending=(a_request(kind=Kind.CLARIFICATION),), pending_count=1)
    assert (waiting.header, waiting.mark) == ("tidy waits for Ana, Bo and @S1", SessionMark.WAITS)


def test_a_pause_is_followed_to_its_end():
    pausing, paused = card(PAUSING, PAUSE_SAID), card(PAUSED, done(PAUSE_SAID, answer="at file 19"))
    assert (pausing.header, paused.header) == ("tidy is pausing", "tidy is paused")
    assert pausing.controls == paused.controls == (RESUME, STEER, STOP)
    assert text_of(pausing.line) == "Pausing · Ana asked at 12:00 UTC · staging · for its owner"
    assert text_of(paused.line) == "Paused by Ana at 12:00 UTC · staging · for its owner"
    assert [text_of(line) for line in pausing.directives] == ["Pause sent 12:00 UTC"]
    assert [text_of(line) for line in paused.directives] == [
        "Pause sent 12:00 UTC  →  delivered 12:00 UTC  →  acknowledged 12:00 UTC  →  done 12:01 UTC"
    ]
    assert facts(paused)[1:] == ["Ana’s reason: Wait for the snapshot team.", "tidy answers: at file 19"]
    assert paused.text == (
        "tidy is paused by Ana at 12:00 UTC. Goal: Free disk space on the CI cache. "
        "Ana’s reason: Wait for the snapshot team. tidy answers: at file 19."
    )


def test_who_paused_is_still_known_when_something_else_was_said_since():
    steer = done(said(DirectiveKind.STEER, id="dir_z", text="left", aim=SteerAim.STEP))
    paused = card(PAUSED, steer, done(PAUSE_SAID))
    assert text_of(paused.line).startswith("Paused by Ana at 12:00")
    assert "Ana’s reason: Wait for the snapshot team." in facts(paused)


def test_a_session_that_silence_paused_says_so_though_people_paused_it_before():
    by_silence = replace(PAUSED, state_since=NOON + 5 * MINUTE, state_reason="nobody answered apr_1")
    paused = card(by_silence, done(PAUSE_SAID))
    assert text_of(paused.line) == "Paused at 12:05 UTC: nobody answered apr_1 · staging · for its owner"


def test_a_stop_is_followed_to_its_end():
    stopping, ended = card(STOPPING, STOP_SAID), card(ENDED, done(STOP_SAID))
    assert (stopping.header, stopping.mark, stopping.controls) == ("tidy is stopping", SessionMark.STOPPING, ())
    assert (ended.header, ended.mark, ended.controls) == ("tidy has ended", SessionMark.ENDED, ())
    assert text_of(ended.line) == "Ended at 12:01 UTC, stopped by Ana · staging · for its owner"
    assert text_of(stopping.foot).startswith("Its open requests are withdrawn, and it can ask nothing more")
    by_itself = card(after(RUNNING, SessionEvent.ENDED, now=NOON, reason="tidy ended it"))
    assert text_of(by_itself.line) == "Ended at 12:00 UTC · staging · for its owner"


def test_an_agent_that_does_not_answer_needs_a_look():
    warned = card(PAUSING, ignored(PAUSE_SAID))
    assert warned.mark is SessionMark.NEEDS_A_LOOK
    assert [text_of(line) for line in warned.warning] == [
        "tidy does not answer. It was told to pause 4 times since 12:00 UTC. It may still be at work."
    ]
    assert text_of(warned.directives[0]) == "Pause sent 12:00 UTC  →  no answer, sent 4 times"
    known = acknowledged(ignored(PAUSE_SAID), NOON + 2 * MINUTE)
    assert known is not None
    assert card(PAUSING, known).warning == ()


@pytest.mark.parametrize(
    ("session", "directive", "control"), [(PAUSING, PAUSE_SAID, PAUSE), (STOPPING, STOP_SAID, STOP)]
)
def test_what_failed_can_be_said_again(session: Session, directive: Directive, control: SessionControl):
    failed = card(session, done(directive, succeeded=False, answer="I am busy"))
    assert failed.mark is SessionMark.NEEDS_A_LOOK
    assert text_of(failed.warning[0]).startswith("tidy could not ")
    assert control in failed.controls


def test_what_failed_once_is_past_when_the_session_went_on():
    failed = done(PAUSE_SAID, succeeded=False)
    assert card(RUNNING, said(DirectiveKind.RESUME), failed).warning == ()


def test_only_the_open_ones_and_the_last_that_ended_are_shown():
    first = overtaken(said(DirectiveKind.RESUME, id="dir_1"), NOON)
    second = overtaken(replace(PAUSE_SAID, id="dir_2"), NOON + MINUTE)
    goal = said(DirectiveKind.STEER, id="dir_3", text="only ci-cache", aim=SteerAim.GOAL)
    shown = card(RUNNING, goal, second, first)
    assert [text_of(line) for line in shown.directives] == [
        "New goal sent 12:00 UTC",
        "Pause sent 12:00 UTC  →  overtaken 12:01 UTC",
    ]
    assert "Ana’s new goal: only ci-cache" in facts(shown)


def test_people_are_told_once_with_who_said_it_and_the_owner():
    note = unanswered_card(ignored(PAUSE_SAID), RUNNING, AGENT, undone=None, now=NOON + 2 * MINUTE)
    assert (note.kind, note.header) == (NoticeKind.DIRECTIVE_UNANSWERED, "tidy does not answer")
    assert [part.who.id for line in note.note for part in line if isinstance(part, Mention)] == [ANA.id, OWEN.id]
    assert note.text.splitlines()[1] == "It was last heard of at 12:00 UTC."
    own = unanswered_card(ignored(replace(PAUSE_SAID, issued_by=OWEN)), RUNNING, AGENT, undone=None, now=NOON)
    assert [part.who.id for line in own.note for part in line if isinstance(part, Mention)] == [OWEN.id]


def test_secrets_of_what_it_asks_are_not_shown():
    action = Action(name="log_in", arguments={"password": "hunter22hunter"})
    request = a_request(action=action, ruling=a_ruling(masked=("password",)))
    session = replace(RUNNING, goal="Log in with hunter22hunter")
    steer = done(said(DirectiveKind.STEER, text="left"), answer="hunter22hunter was wrong")
    shown = card(session, steer, pending=(request,), pending_count=1)
    assert "hunter22" not in str(shown)
    assert "Goal: Log in with •••• hidden" in facts(shown)


def words_of(card: SessionCard) -> Iterator[str]:
    for line in (card.line, *card.directives, *card.warning, card.foot):
        yield from (part.text for part in line if isinstance(part, Words))


def test_words_of_agents_and_people_stand_in_facts_only():
    evil = "<!channel> *bold* \u202eabc"
    session = replace(RUNNING, goal=evil)
    shown = card(session, done(said(DirectiveKind.STEER, text=evil), succeeded=False, answer=evil))
    assert list(words_of(shown)) == []
    assert "\u202e" not in shown.text
