"""Whatever an agent says: Slack takes the card, nobody is called by it, and no secret is told."""

import json
import re
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from bot.domain.action import Kind
from bot.domain.card import Card, act_of
from bot.domain.card_ask import RISK_WORDS
from bot.domain.card_secrets import without_secrets
from bot.domain.delivery import Delivery
from bot.domain.errors import (
    AlreadyVoted,
    EditRefused,
    NobodyLeftToAsk,
    NotAReviewer,
    RequestClosed,
    SelfApproval,
    StaleRevision,
)
from bot.domain.notice import NoticeKind
from bot.domain.request import ApprovalRequest
from bot.localslack.blockkit.surfaces import message_blocks, view_content
from bot.slack.ids import ClickTarget
from bot.slack.render.card import card_message, plain_message, shortened_message
from bot.slack.render.everything import everything_view
from bot.slack.render.readers import edit_errors, read_review
from bot.slack.render.refusals import refusal_message
from bot.slack.render.review import review_view
from bot.slack.render.views import answer_view, choose_view, deny_view, outrun_view
from tests.unit.slack_render import samples
from tests.unit.slack_render.anything import SECRET, closed_requests, followed_requests, requests, words

pytestmark = pytest.mark.filterwarnings("ignore:Generating overly large repr")

INVISIBLE = re.compile("[\u200b\u200c\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff\u00ad\u3164\u2800]")
MARKUP = re.compile(r"<(?!@[UW][A-Z0-9]+>|!subteam\^S[A-Z0-9]+>|!date\^\d+\^|#C[A-Z0-9]+>)")
OUR_MRKDWN = re.compile(r"<!date\^\d+\^[^|]*\|[^>]*>|<[@#!][^>]*>")

thoroughly = settings(
    max_examples=25,
    deadline=None,
    database=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.large_base_example],
)
cards = {NoticeKind.CARD: 0, NoticeKind.ESCALATION: 1, NoticeKind.COPY: 0}


def texts_of(found: Any, kind: str) -> list[str]:
    if isinstance(found, list):
        return [text for one in found for text in texts_of(one, kind)]
    if not isinstance(found, dict):
        return []
    own = [found["text"]] if found.get("type") == kind and isinstance(found.get("text"), str) else []
    return own + [text for one in found.values() for text in texts_of(one, kind)]


def check_message(message: dict[str, Any]) -> None:
    if message["blocks"]:
        message_blocks(message["blocks"])
    assert 0 < len(message["text"].encode()) <= 4000
    _check_words(message)
    assert not re.search(r"<(?!@[UW]|!subteam)", message["text"])


def check_view(view: dict[str, Any]) -> None:
    view_content(view, surface=view["type"])
    assert len(json.dumps(view)) < 250_000
    _check_words(view)


def _check_words(found: dict[str, Any]) -> None:
    drawn = json.dumps(_without_values(found), ensure_ascii=False)
    assert not INVISIBLE.search(drawn)
    assert SECRET not in drawn
    for text in texts_of(found, "mrkdwn"):
        assert not MARKUP.search(text)
        assert "evil" not in text
        assert "bold" not in text
    assert '"type": "broadcast"' not in drawn
    assert '"emoji": true' not in drawn


def _without_values(found: Any) -> Any:
    """Ids that come back with a click are shown to nobody."""
    if isinstance(found, list):
        return [_without_values(one) for one in found]
    if not isinstance(found, dict):
        return found
    return {key: _without_values(inner) for key, inner in found.items() if key != "value"}


def drawn(request: ApprovalRequest, kind: NoticeKind, delivery: Delivery | None = None) -> Card:
    return samples.card(request, kind=kind, step=cards.get(kind, 0), delivery=delivery)


@thoroughly
@given(requests, st.sampled_from(NoticeKind))
def test_slack_takes_every_pending_card(request: ApprovalRequest, kind: NoticeKind):
    card = drawn(request, kind)
    for message in (
        card_message(card, card_version=1),
        shortened_message(card, card_version=1),
        plain_message(card),
    ):
        check_message(message)
    assert SECRET not in f"{card.subject} {card.text} {card!r}"


@thoroughly
@given(followed_requests, st.sampled_from(NoticeKind))
def test_slack_takes_every_closed_card(followed: tuple[ApprovalRequest, Delivery], kind: NoticeKind):
    card = drawn(followed[0], kind, followed[1])
    check_message(card_message(card, card_version=2))
    check_message(shortened_message(card, card_version=2))
    check_message(plain_message(card))
    assert not card.controls
    assert not card.menu


@thoroughly
@given(requests, st.sampled_from(sorted(cards)))
def test_the_first_hundred_characters_tell_act_and_risk(request: ApprovalRequest, kind: NoticeKind):
    head = card_message(drawn(request, kind), card_version=1)["text"]
    for entity, char in (("&lt;", "<"), ("&gt;", ">"), ("&amp;", "&")):
        head = head.replace(entity, char)
    risk = RISK_WORDS[request.ruling.risk] if request.asked.kind is Kind.TOOL_CALL else "othing has run"
    assert act_of(without_secrets(request)).rstrip(".!?") in head[:100]
    assert risk in head[:100]


@thoroughly
@given(requests)
def test_slack_takes_every_form(request: ApprovalRequest):
    check_view(deny_view(request))
    check_view(answer_view(request))
    check_view(review_view(request))
    check_view(everything_view(request))
    if choices := request.asked.options:
        view = choose_view(request)
        if view["blocks"][-1]["element"]["options"]:
            check_view(view)
            assert len(view["blocks"][-1]["element"]["options"]) == len(choices)


@thoroughly
@given(closed_requests, words)
def test_slack_takes_every_refusal(request: ApprovalRequest, typed: str):
    refusals = [
        NotAReviewer(request),
        SelfApproval(request),
        StaleRevision(request, 1),
        AlreadyVoted(request),
        NobodyLeftToAsk(request),
        RequestClosed(request),
        EditRefused({typed: typed, "": typed}),
    ]
    target = ClickTarget(request_id=request.id, revision=1)
    for refusal in refusals:
        check_message(refusal_message(refusal, now=request.submitted_at))
        check_view(outrun_view(refusal, target, (typed,) if typed else (), now=request.submitted_at))


@thoroughly
@given(requests)
def test_a_form_sent_back_untouched_changes_nothing(request: ApprovalRequest):
    request = replace(request, asked=replace(request.asked, allowed_decisions=samples.CLEAN_UP.allowed_decisions))
    values = as_entered(review_view(request))
    arguments, note = read_review(values, request)
    assert json.dumps(arguments, sort_keys=True) == json.dumps(request.action.arguments, sort_keys=True)
    assert note is None


@thoroughly
@given(requests, words)
def test_whatever_is_typed_gives_arguments_or_sentences(request: ApprovalRequest, typed: str):
    request = replace(request, asked=replace(request.asked, allowed_decisions=samples.CLEAN_UP.allowed_decisions))
    view = review_view(request)
    values = {
        block_id: {action_id: entry if "selected_option" in entry else {"value": typed or None}}
        for block_id, entries in as_entered(view).items()
        for action_id, entry in entries.items()
    }
    try:
        read_review(values, request)
    except EditRefused as refused:
        errors = edit_errors(refused, request)
        assert errors
        assert errors.keys() <= {block.get("block_id") for block in view["blocks"]}
        assert SECRET not in json.dumps(errors)


def as_entered(view: dict[str, Any]) -> dict[str, Any]:
    """What Slack sends for a form that nobody touched."""
    values: dict[str, Any] = {}
    for block in view["blocks"]:
        if block["type"] == "input":
            element = block["element"]
            entry = {"type": element["type"], "value": element.get("initial_value")}
            if element["type"] in ("static_select", "radio_buttons"):
                entry = {"type": element["type"], "selected_option": element.get("initial_option")}
            values[block["block_id"]] = {element["action_id"]: entry}
    return values


@pytest.mark.parametrize("kind", sorted(NoticeKind))
def test_no_command_is_printed_that_does_not_exist_yet(kind: NoticeKind):
    request = samples.closed(samples.clean_up(), samples.Outcome.EXPIRED, 1795188660)
    message = card_message(drawn(request, kind), card_version=1)
    assert "/agent" not in json.dumps(message)
