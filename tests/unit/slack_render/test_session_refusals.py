"""Every word to a session that changed nothing gets its own sentence, and every value comes back as it went out."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.directive import DirectiveKind
from bot.domain.errors import DomainError, NotFound, NothingToUndo, SessionRefuses, UndoneAlready
from bot.domain.session import SessionState
from bot.localslack.blockkit.surfaces import message_blocks
from bot.slack.render.refusals import refusal_message
from bot.slack.session_ids import (
    AgentVerb,
    SessionTarget,
    SteerForm,
    UnreadableSession,
    is_pick,
    parse_session_value,
    parse_steer_metadata,
    session_action_id,
    session_value,
    steer_metadata,
    verb_of,
)
from tests.unit.slack_render import samples
from tests.unit.slack_render.overviews import NOW, a_directive


def said(refusal: DomainError, *, is_command: bool = False) -> str:
    message = refusal_message(refusal, now=NOW, is_command=is_command)
    message_blocks(message["blocks"])
    return message["blocks"][0]["text"]["text"]


def refuses(kind: DirectiveKind, state: SessionState) -> SessionRefuses:
    return SessionRefuses("ses_1", "tidy", state, kind)


@pytest.mark.parametrize(
    ("refusal", "words"),
    [
        (refuses(DirectiveKind.PAUSE, SessionState.PAUSING), "*tidy is pausing already.* Nothing changed."),
        (refuses(DirectiveKind.PAUSE, SessionState.PAUSED), "*tidy is paused already.* Nothing changed."),
        (refuses(DirectiveKind.RESUME, SessionState.RUNNING), "*tidy is running already.* Nothing changed."),
        (refuses(DirectiveKind.STOP, SessionState.STOPPING), "*tidy is stopping already.* Nothing changed."),
        (
            refuses(DirectiveKind.STEER, SessionState.STOPPING),
            (
                "*tidy is stopping.* Nothing changed.\n"
                "A run that stops takes no more words from people. Its card shows when it has ended."
            ),
        ),
        (
            refuses(DirectiveKind.STOP, SessionState.ENDED),
            "*tidy has ended this run.* Nothing changed.\nNobody would hear it. `/agent list` shows who is running.",
        ),
        (
            NotFound("session", "ses_1"),
            "*This run is not known here.* Nothing changed.\nIts card may be from another installation, or very old.",
        ),
    ],
)
def test_what_holds_now_is_said(refusal: DomainError, words: str):
    assert said(refusal, is_command=True) == words
    assert said(refusal) == words.replace("Nothing changed.", "Your click changed nothing.", 1)


def test_what_has_not_run_is_not_undone():
    refusal = NothingToUndo(samples.moved_logs(), "tidy has not got the answer, nothing has run")
    assert said(refusal) == (
        "*This can’t be undone:* tidy has not got the answer, nothing has run. Your click changed nothing."
    )


def test_who_asked_for_the_undo_first_is_named():
    refusal = UndoneAlready(samples.moved_logs(), a_directive(DirectiveKind.UNDO))
    assert said(refusal) == (
        "*<@U02ANA> told tidy to undo this at <!date^1795185660^{time}|14:41 UTC>.* Your click changed nothing.\n"
        "The card shows how far it got."
    )


@given(st.text(max_size=200))
def test_a_value_brings_session_and_words_back(words: str):
    target = SessionTarget(session_id="ses_01kbgp8z4q", words=words)
    assert parse_session_value(session_value(target)) == target


@pytest.mark.parametrize("verb", AgentVerb)
def test_an_action_id_brings_its_verb_back(verb: AgentVerb):
    assert verb_of(session_action_id(verb)) is verb
    assert verb_of(session_action_id(verb, 3)) is verb
    assert [is_pick(session_action_id(verb)), is_pick(session_action_id(verb, 3))] == [False, True]


@pytest.mark.parametrize("channel", [None, "C01APPROVALS", "D02"])
def test_the_metadata_of_a_form_comes_back(channel: str | None):
    form = SteerForm(session_id="ses_1", channel=channel)
    assert parse_steer_metadata(steer_metadata(form)) == form


@pytest.mark.parametrize("garbage", ["", "ses_", "apr_1", "ses 1", ":words", "ses_1\n", "SES_1"])
def test_garbage_is_no_session(garbage: str):
    with pytest.raises(UnreadableSession):
        parse_session_value(garbage)


@pytest.mark.parametrize(
    "garbage",
    ["", "[]", "null", "{}", '{"session":1}', '{"session":"apr_1"}', '{"session":"ses_1","channel":"<!channel>"}'],
)
def test_garbage_is_no_metadata(garbage: str):
    with pytest.raises(UnreadableSession):
        parse_steer_metadata(garbage)


@given(st.text())
def test_no_text_breaks_the_readers(text: str):
    for read in (parse_session_value, parse_steer_metadata, verb_of):
        with suppress(UnreadableSession):
            read(text)
