"""Short messages about a request, for those asked now, its owner, and operations."""

from dataclasses import replace

from bot.domain.decision import Outcome
from bot.domain.notice import NoticeKind
from bot.domain.session import Session, SessionState
from bot.domain.vote import Edit
from tests.unit.slack_render import samples
from tests.unit.slack_render.samples import BO_HIMSELF, at, card, closed


def a_session(state: SessionState) -> Session:
    return Session(id="ses_1", agent_id="agt_tidy", started_at=at(1795185000), state=state)


def test_a_reminder_calls_those_who_have_not_answered():
    request = samples.refund(votes=(samples.a_yes(BO_HIMSELF, 1795187280),), step=1)
    it = card(request, kind=NoticeKind.REMINDER, step=1)
    assert it.is_note
    assert it.text.splitlines()[0] == (
        "@platform-oncall: teller still waits for an answer. Refund $240.00 for the double charge on invoice 1182? "
        "Dangerous, cannot be undone, production, money."
    )


def test_a_reminder_after_an_edit_asks_to_look_again():
    request = samples.clean_up()
    edit = Edit(by=BO_HIMSELF, at=at(1795185200), before=request.action, after=request.action)
    it = card(replace(request, edits=(edit,), revision=2), kind=NoticeKind.REMINDER)
    assert it.text.startswith("Ana: changed by Bo at 14:33 UTC, look again. Delete 847 old test files?")


def test_the_owner_hears_of_an_expiry():
    request = closed(samples.clean_up(), Outcome.EXPIRED, 1795188660)
    it = card(request, kind=NoticeKind.OWNER_TOLD, session=a_session(SessionState.PAUSED))
    assert it.subject == "Nobody answered, tidy is paused: Delete 847 old test files"
    assert "It expired at 15:31 UTC, nothing ran. Your agent tidy is paused." in it.text


def test_those_that_expired_together_are_told_of_in_one_message():
    request = closed(samples.clean_up(), Outcome.EXPIRED, 1795188660)
    it = card(request, kind=NoticeKind.OWNER_TOLD, session=a_session(SessionState.PAUSED), beside=1)
    assert "Your agent tidy is paused. One more of its requests expired with it." in it.text
    it = card(request, kind=NoticeKind.OWNER_TOLD, session=a_session(SessionState.PAUSED), beside=4711)
    assert "4,711 more of its requests expired with it." in it.text


def test_operations_hear_of_a_card_that_nobody_can_see():
    it = card(samples.clean_up(), kind=NoticeKind.OPERATIONS_MAILED)
    assert it.subject == "A card could not be shown: Delete 847 old test files?"
    assert "To be asked: Ana. It expires at 15:31 UTC, then nothing runs." in it.text
    assert "apr_01kbgq7v3e" in it.text
