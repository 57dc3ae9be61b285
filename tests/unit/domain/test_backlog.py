"""Which cards are folded, which are shown, and who comes first."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.backlog import (
    A_FEW,
    FOLD_ABOVE,
    KEPT,
    ONE_CARD,
    SHORT,
    TOO_MANY,
    Backlog,
    Waiting,
    priority_of,
    to_fold,
    to_show,
)
from bot.domain.decision import Outcome
from bot.domain.escalation import escalated
from bot.domain.notice import NoticeKind, Priority
from bot.domain.request import ApprovalRequest, RequestEvent
from bot.domain.ruling import Level, Risk
from tests.support.policies import ANA, CONSENT
from tests.support.recording import NOON
from tests.support.requests import a_request, a_ruling, a_step, closed_as

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
SOFT = a_ruling(level=Level.SOFT_APPROVAL, consent_after=CONSENT)


def waiting(number: int, *, since: datetime = NOON, lasts: timedelta | None = HOUR) -> Waiting:
    return Waiting(
        request_id=f"apr_{number:03d}",
        priority=Priority.CAN_WAIT if lasts else Priority.TOLD,
        since=since,
        due_at=since + lasts if lasts else None,
    )


def first(request: ApprovalRequest) -> Priority:
    return priority_of(request, NoticeKind.CARD, NOON)


def test_a_soft_request_with_time_enough_can_wait():
    assert first(a_request(ruling=SOFT)) is Priority.CAN_WAIT


@pytest.mark.parametrize(
    ("request_", "expected"),
    [
        (a_request(), Priority.ORDINARY),
        (a_request(ruling=replace(SOFT, risk=Risk.DANGEROUS)), Priority.PRESSING),
        (a_request(ruling=a_ruling(risk=Risk.DANGEROUS)), Priority.PRESSING),
        (a_request(ruling=replace(SOFT, ladder=(a_step(SHORT - MINUTE),))), Priority.PRESSING),
        (a_request(ruling=SOFT, opened_by=ANA), Priority.ASKED_FOR),
        (escalated(a_request(ruling=SOFT), NOON), Priority.ASKED_FOR),
        (closed_as(Outcome.AUTO_APPROVED, RequestEvent.DECIDED), Priority.TOLD),
    ],
)
def test_what_presses_comes_first(request_: ApprovalRequest, expected: Priority):
    assert first(request_) is expected


@pytest.mark.parametrize("kind", [NoticeKind.ESCALATION, NoticeKind.REMINDER, NoticeKind.OPERATIONS_TOLD])
def test_a_step_up_a_reminder_and_word_to_operations_come_before_first_cards(kind: NoticeKind):
    assert priority_of(a_request(ruling=SOFT), kind, NOON) is Priority.ASKED_FOR


def test_a_few_are_never_folded():
    assert to_fold([waiting(n) for n in range(FOLD_ABOVE)], firm=0, now=NOON) == []


def test_the_oldest_few_stay_in_the_queue_and_fewer_where_others_wait_before_them():
    line = [waiting(n) for n in range(30)]
    assert to_fold(line, firm=0, now=NOON) == line[KEPT:]
    assert to_fold(line, firm=KEPT + 1, now=NOON) == line


def test_those_whose_half_time_is_near_are_not_folded():
    line = [waiting(n, lasts=SHORT) for n in range(30)]
    assert to_fold(line, firm=0, now=NOON + SHORT / 2 - 10 * ONE_CARD) == []


def test_a_calm_channel_shows_the_most_urgent_few():
    line = [waiting(n, lasts=(20 - n) * HOUR) for n in range(10)]
    assert to_show(line, waiting=0, is_calm=True, now=NOON) == line[: -A_FEW - 1 : -1]
    assert to_show(line, waiting=0, is_calm=False, now=NOON) == []


@given(
    lasts=st.lists(st.timedeltas(SHORT, timedelta(hours=3)), min_size=1, max_size=60),
    firm=st.integers(0, 60),
)
def test_at_a_card_a_second_everything_is_shown_by_half_of_its_time(lasts: list[timedelta], firm: int):
    """Whatever else waits before it now; what comes later is judged again then."""
    folded = [waiting(n, lasts=last) for n, last in enumerate(lasts)]
    queue, now = firm, NOON
    while folded:
        due = to_show(folded, waiting=queue, is_calm=False, now=now)
        folded = [one for one in folded if one not in due]
        for place, one in enumerate(due, 1):
            assert now + (queue + place) * ONE_CARD <= one.show_at + 3 * ONE_CARD, (
                "but for the second in which it is judged"
            )
        queue = max(0, queue + len(due) - 1)
        now += ONE_CARD if due else timedelta(seconds=max(1, _until_next(folded, queue, now)))


def _until_next(folded: list[Waiting], queue: int, now: datetime) -> int:
    """Whole seconds until the earliest one may be due, skipping nothing."""
    if not folded:
        return 1
    earliest = min(one.show_at for one in folded) - now - (queue + len(folded)) * ONE_CARD
    return int(earliest.total_seconds()) if queue == 0 else 1


def test_operations_hear_when_a_card_is_too_old_or_too_many_wait_and_not_again_in_between():
    old = Backlog(cards=1, oldest_card_at=NOON)
    assert not old.is_behind(NOON + MINUTE)
    assert old.is_behind(NOON + MINUTE + ONE_CARD)
    assert not old.has_caught_up(NOON + MINUTE)
    many = Backlog(cards=1, folded=TOO_MANY, oldest_card_at=NOON)
    assert many.is_behind(NOON)
    assert not Backlog(cards=TOO_MANY - 1, oldest_card_at=NOON).has_caught_up(NOON)
    assert Backlog().has_caught_up(NOON)
