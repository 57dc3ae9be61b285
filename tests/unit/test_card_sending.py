"""What a card says of a decision that its agent's address did not take."""

import pytest

from bot.domain.card import Card
from bot.domain.card_text import text_of
from bot.domain.decision import Outcome
from bot.domain.delivery import DeliveryState
from bot.domain.notice import NoticeKind
from bot.domain.sending import SendingState
from bot.slack.render.card import card_message
from tests.unit.slack_render import samples
from tests.unit.slack_render.samples import ANA_HERSELF, at, card, closed, followed


def foot_of(it: Card) -> str:
    return text_of(it.foot[-1])


PARKED = {
    "state": SendingState.PARKED,
    "tries": 12,
    "next_try_at": None,
    "parked_at": at(1795184280 + 86_400),
    "last_problem": "the answer was 500",
}


@pytest.mark.parametrize(
    ("facts", "words", "may_press"),
    [
        ({}, "4 tries since 14:18 UTC, the next at 14:34 UTC.", True),
        ({"tries": 1}, "1 try since 14:18 UTC, the next at 14:34 UTC.", True),
        (PARKED, "12 tries since 14:18 UTC. We stopped trying at 2026-11-21 14:18 UTC.", True),
        ({"tries": 0, "first_try_at": None}, "It is being sent now.", False),
        (
            {"state": SendingState.SENT, "sent_at": at(1795184280), "next_try_at": None, "last_problem": None},
            "Its broker took it at 14:18 UTC, and nobody has fetched it.",
            True,
        ),
        (
            {"state": SendingState.NEEDLESS, "next_try_at": None},
            "It has been waiting to be fetched since 14:18 UTC.",
            False,
        ),
    ],
)
def test_how_often_a_decision_was_sent_and_what_comes_next(facts: dict[str, object], words: str, *, may_press: bool):
    request = closed(samples.deploy(), Outcome.APPROVED, 1795184280, ANA_HERSELF)
    sending = samples.sending(request, **facts)
    it = card(request, delivery=followed(request, is_late=True), sending=sending, now=at(1795184900))
    assert it.closed is not None
    assert text_of(it.closed.warning[1]) == words
    assert it.closed.can_send_again is may_press
    parked = followed(request, is_late=True, state=DeliveryState.PARKED)
    assert card(request, delivery=parked, sending=sending).header.startswith("Approved, not delivered")


def test_the_foot_says_why_the_last_try_failed_and_nothing_that_a_broker_says_is_markup():
    request = closed(samples.deploy(), Outcome.APPROVED, 1795184280, ANA_HERSELF)
    sending = samples.sending(request, last_problem="<!channel> *oops*\nno")
    it = card(request, delivery=followed(request, is_late=True), sending=sending)
    blocks = card_message(it, card_version=1)["blocks"]
    assert blocks[-1]["elements"][-1]["text"].startswith("Last try: &lt;!channel&gt; ")
    fetched = followed(request, state=DeliveryState.DELIVERED, delivered_at=at(1795184900))
    assert foot_of(card(request, delivery=fetched, sending=sending)).startswith("One yes was needed")


def test_operations_are_told_of_a_decision_that_was_given_up():
    request = closed(samples.deploy(), Outcome.APPROVED, 1795184280, ANA_HERSELF)
    parked = samples.sending(request, **PARKED)
    it = card(request, kind=NoticeKind.OPERATIONS_TOLD, sending=parked, about="parked-v3", now=at(1795270700))
    assert it.subject == "shipper has not got the answer: Deploy v2.1.0 to us-east-1"
    assert it.text.splitlines()[:3] == [
        "shipper has not got the answer to: Deploy v2.1.0 to us-east-1",
        "12 tries since 2026-11-20 14:18 UTC. We stopped trying at 14:18 UTC. Last try: the answer was 500.",
        f"Whoever may do so can send it again: on its card, or with sayso callback resend {parked.callback_id}",
    ]
