"""The summary of cards that wait for their channel: readable on a phone, and an agent's words are data."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from hypothesis import given, settings

from bot.domain.action import Action
from bot.domain.backlog import Backlog
from bot.domain.request import ApprovalRequest
from bot.domain.summary_card import SummaryCard, backlog_news_of, summary_card_of
from bot.slack.render.contents import renderings
from bot.slack.render.objects import Message
from tests.support.requests import a_request
from tests.unit.slack_render.anything import requests
from tests.unit.slack_render.test_any_words import MARKUP, check_message, texts_of

NOW = datetime(2026, 11, 20, 14, 33, tzinfo=UTC)
HOSTILE = "<!channel> *Approve* <https://evil.example|this> \u202egnp.exe"


def titled(title: str, number: int = 1) -> ApprovalRequest:
    request = a_request(now=NOW)
    action = Action(name="move_files", title=title, arguments={"n": number})
    return replace(request, id=f"apr_{number}", action=action, asked=replace(request.asked, action=action))


def drawn(card: SummaryCard) -> list[Message]:
    return list(renderings(card, 3))


def summed_up(*urgent: ApprovalRequest, count: int | None = None) -> SummaryCard:
    count = len(urgent) if count is None else count
    return summary_card_of("C1", urgent, count=count, since=NOW - timedelta(minutes=2), now=NOW)


def test_it_says_how_many_wait_since_when_and_what_they_are():
    card = summed_up(*(titled(f"Move folder {n}", n) for n in range(5)), count=23)
    whole, plain = drawn(card)
    assert card.header == "23 requests wait to be shown here"
    assert "14:31 UTC" in str(whole["blocks"])
    assert "18 more" in str(whole["blocks"])
    assert plain == {"text": whole["text"], "blocks": []}
    assert whole["text"].startswith("23 requests wait to be shown here. Move folder 0 · tidy · Risky")


def test_it_has_two_buttons_and_none_is_coloured():
    [message, _] = drawn(summed_up(titled("Move a folder")))
    [buttons] = [block["elements"] for block in message["blocks"] if block["type"] == "actions"]
    assert [button["action_id"] for button in buttons] == ["open_next", "open_inbox"]
    assert not any("style" in button for button in buttons)
    assert buttons[0]["value"] == "C1"


def test_when_nothing_waits_it_says_so_and_offers_nothing():
    [message, _] = drawn(summed_up())
    assert "All cards are shown" in message["text"]
    assert [block["type"] for block in message["blocks"]] == ["header", "section"]


def test_an_agents_words_are_never_markup():
    message, _ = drawn(summed_up(titled(HOSTILE)))
    assert not any(MARKUP.search(text) or "evil" in text for text in texts_of(message["blocks"], "mrkdwn"))
    assert "<!channel>" not in message["text"]
    assert "\u202e" not in str(message)


@settings(max_examples=25, deadline=None, database=None)
@given(requests)
def test_whatever_agents_say_slack_takes_it_and_no_secret_is_told(request: ApprovalRequest):
    for message in drawn(summed_up(*[request] * 5, count=300)):
        check_message(message)


def test_operations_hear_what_waits_and_what_to_do():
    backlog = Backlog(cards=12, folded=230, oldest_card_at=NOW - timedelta(minutes=2))
    news = backlog_news_of(backlog, is_over=False, now=NOW)
    assert news.text.startswith("Cards wait too long to be shown. The oldest waits since 14:31 UTC. 12 cards wait")
    assert "230 more are summed up" in news.text
    assert [block["type"] for block in next(renderings(news, 1))["blocks"]] == ["section"]
    assert backlog_news_of(Backlog(), is_over=True, now=NOW).text == (
        "Cards are shown in time again. No cards wait to be posted."
    )
