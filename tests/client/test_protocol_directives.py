"""Directives travel with every answer, so nothing about them may make an answer unreadable."""

import json

import pytest
from pydantic import ValidationError
from sayso.protocol import Approval, CallbackEntry, Directive, Problem, ReportDirective, ReportedDirective, Session

SESSION = {"id": "ses_1", "state": "running"}


def test_a_directive_of_a_newer_server_is_read():
    told = {
        "id": "dir_1",
        "kind": "sing",
        "session_id": "ses_1",
        "state": "humming",
        "aim": "high",
        "key": "C",
        "try": 3,
    }
    session = Session.model_validate({**SESSION, "directives": [told]})
    (directive,) = session.directives
    assert (directive.kind, directive.state, directive.aim, directive.attempt) == ("sing", "humming", "high", 3)
    assert not directive.is_open


def test_a_directive_that_says_little_is_read():
    directive = Directive.model_validate({"id": "dir_1", "kind": "pause", "session_id": "ses_1"})
    assert (directive.attempt, directive.text, directive.issued_by, directive.is_open) == (1, None, None, True)


def test_an_answer_of_an_older_server_has_none():
    assert Session.model_validate(SESSION).directives == []
    assert Problem.model_validate({"title": "x", "status": 404}).directives == []


def test_what_an_answer_happened_to_bring_is_not_written_out_with_it():
    carried = [{"id": "dir_1", "kind": "pause", "session_id": "ses_1"}]
    session = Session.model_validate({**SESSION, "directives": carried})
    assert "directives" not in session.model_dump()
    assert "directives" not in json.loads(session.model_dump_json())
    entry = CallbackEntry.model_validate(
        {
            "id": "cbk_1",
            "kind": "decision",
            "created_at": "2026-11-20T12:00:00Z",
            "approval": {"id": "apr_1", "state": "pending", "level": "hard_approval"},
            "directives": carried,
        }
    )
    assert isinstance(entry.approval, Approval)
    assert (len(entry.directives), entry.approval.directives) == (1, [])


def test_a_reported_directive_keeps_its_own_words_and_brings_others():
    reported = ReportedDirective.model_validate(
        {"id": "dir_1", "kind": "pause", "session_id": "ses_1", "try": 2, "state": "done", "answer": "Stopped"}
        | {"directives": [{"id": "dir_2", "kind": "steer", "session_id": "ses_1"}]}
    )
    assert (reported.attempt, reported.answer, reported.directives[0].id) == (2, "Stopped", "dir_2")
    assert json.loads(reported.model_dump_json())["try"] == 2


@pytest.mark.parametrize(
    "said", [{}, {"state": "issued"}, {"state": "done", "answer": "x" * 1_001}, {"status": "done"}]
)
def test_a_bad_word_about_a_directive_is_refused(said: dict[str, str]):
    with pytest.raises(ValidationError):
        ReportDirective.model_validate(said)
