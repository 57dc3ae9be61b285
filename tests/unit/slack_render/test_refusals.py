"""Every click that changed nothing gets its own sentence."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from bot.domain.decision import Outcome
from bot.domain.errors import (
    AlreadyVoted,
    DirectoryUnavailable,
    DomainError,
    EditRefused,
    LostRace,
    NobodyLeftToAsk,
    NotAMember,
    NotAReviewer,
    NotEntitled,
    NotFound,
    ReasonMissing,
    RequestClosed,
    SelfApproval,
    StaleRevision,
    StandingUnknown,
    VerdictNotAllowed,
)
from bot.domain.people import Standing
from bot.domain.request import ApprovalRequest
from bot.domain.vote import Edit
from bot.localslack.blockkit.surfaces import message_blocks
from bot.slack.ids import UnreadableTarget
from bot.slack.render.refusals import refusal_message
from tests.unit.slack_render import samples
from tests.unit.slack_render.samples import ANA_HERSELF, at, closed

CARDS = Path(__file__).parents[4] / "shared" / "ux" / "cards"
NOW = at(1795185300)


def said(refusal: DomainError, **more: Any) -> str:
    message = refusal_message(refusal, now=NOW, **more)
    message_blocks(message["blocks"])
    return message["blocks"][0]["text"]["text"]


def designed(name: str) -> str:
    if not CARDS.is_dir():
        pytest.skip("the design papers are not here")
    blocks = json.loads((CARDS / f"{name}.json").read_text())["blocks"]
    return blocks[0]["text"]["text"]


def an_edited_request() -> ApprovalRequest:
    request = samples.clean_up()
    edit = Edit(by=ANA_HERSELF, at=at(1795185360), before=request.action, after=request.action)
    return replace(request, edits=(edit,), revision=2)


def test_somebody_who_is_not_asked():
    assert said(NotAReviewer(samples.clean_up())) == designed("h1-not-entitled")


def test_somebody_was_faster():
    request = closed(samples.clean_up(), Outcome.DENIED, 1795185180, ANA_HERSELF)
    assert said(RequestClosed(request)) == designed("h2-already-decided")


def test_a_double_click_hears_that_the_first_one_counts():
    request = closed(samples.clean_up(), Outcome.DENIED, 1795185180, ANA_HERSELF)
    sentence = said(RequestClosed(request, ANA_HERSELF))
    assert sentence.startswith("*You denied this at")
    assert "It is counted; this click changed nothing." in sentence


def test_a_card_out_of_date():
    assert said(StaleRevision(an_edited_request(), 1)) == designed("h3-stale-card")


def test_the_owner_of_the_agent():
    assert said(SelfApproval(samples.clean_up())) == designed("h4-self-approval")


def test_too_late():
    request = closed(samples.clean_up(), Outcome.EXPIRED, 1795188660)
    assert said(RequestClosed(request)) == designed("h5-too-late")


def test_asked_anew():
    request = replace(closed(samples.clean_up(), Outcome.SUPERSEDED, 1795185600), superseded_by="apr_2")
    assert said(RequestClosed(request)).partition("\n")[0] == designed("h6-superseded")


def test_the_new_card_is_one_click_away_where_its_address_is_known():
    request = replace(closed(samples.clean_up(), Outcome.SUPERSEDED, 1795185600), superseded_by="apr_2")
    message = refusal_message(RequestClosed(request), now=NOW, link="https://example.slack.com/archives/C1/p1")
    assert message["blocks"][0]["text"]["text"] == designed("h6-superseded")
    assert message["text"].endswith("The new card is further down.")
    (button,) = message["blocks"][-1]["elements"]
    assert (button["action_id"], button["url"]) == ("open_card", "https://example.slack.com/archives/C1/p1")
    assert len(refusal_message(RequestClosed(request), now=NOW)["blocks"]) == 1


@pytest.mark.parametrize(
    ("outcome", "words"),
    [
        (Outcome.APPROVED, "<@U02ANA> approved this at"),
        (Outcome.MODIFIED, "<@U02ANA> approved a changed version of this at"),
        (Outcome.ANSWERED, "<@U02ANA> answered this at"),
        (Outcome.CONSENTED, "because nobody objected."),
        (Outcome.WITHDRAWN, "tidy took this back at"),
        (Outcome.TAKEN_OVER, "<@U02ANA> took over this at"),
        (Outcome.AUTO_APPROVED, "Nobody was asked about this."),
    ],
)
def test_every_end_has_its_words(outcome: Outcome, words: str):
    request = closed(samples.clean_up(), outcome, 1795185180, ANA_HERSELF)
    sentence = said(RequestClosed(request))
    assert words in sentence
    assert "Your click changed nothing" in sentence


def test_a_chosen_option_is_named_by_its_number():
    request = closed(samples.clean_up(), Outcome.OPTION_CHOSEN, 1795185180, ANA_HERSELF, option="stage")
    assert "<@U02ANA> chose option 2 of this at" in said(RequestClosed(request))


@pytest.mark.parametrize(
    ("refusal", "words"),
    [
        (AlreadyVoted(samples.refund(votes=(samples.a_yes(ANA_HERSELF, 1795187280),))), "1 of 2 yes:"),
        (VerdictNotAllowed(samples.deploy(), "respond"), "shipper can’t take that decision"),
        (ReasonMissing(samples.deploy()), "A no needs a reason here."),
        (NobodyLeftToAsk(samples.standby()), "<@U02ANA> and <@U03BO> are asked."),
        (DirectoryUnavailable(), "who is in the group"),
        (StandingUnknown(), "who is a full member"),
        (NotAMember(ANA_HERSELF, Standing.GUEST), "Guests can’t decide"),
        (NotAMember(ANA_HERSELF, Standing.STRANGER), "Members of other workspaces can’t"),
        (NotAMember(ANA_HERSELF, Standing.GONE), "This account can’t"),
        (NotFound("request", "apr_9"), "not known here"),
        (UnreadableTarget(), "not known here"),
        (LostRace("apr_9"), "could not be done now"),
    ],
)
def test_every_refusal_says_what_holds_and_that_nothing_changed(refusal: DomainError, words: str):
    sentence = said(refusal)
    assert words in sentence
    assert "Your click changed nothing" in sentence


def test_who_may_not_do_something_hears_who_may():
    sentence = said(NotEntitled(ANA_HERSELF, "resume shipper", "Chen owns it; operators can too"))
    assert sentence == "*You can’t resume shipper.* Chen owns it; operators can too. Nothing changed."


def test_what_was_wrong_with_an_edit_is_told_without_markup():
    message = refusal_message(
        EditRefused({"pattern": "You wrote <!channel>.", "": "Policy forbids this: *no*"}), now=NOW
    )
    message_blocks(message["blocks"])
    assert message["blocks"][1]["type"] == "rich_text"
    assert "<!channel>" not in message["blocks"][0]["text"]["text"] + message["text"]
    assert "pattern: You wrote &lt;!channel&gt;." in message["text"]


def test_a_screen_reader_hears_the_same():
    message = refusal_message(NotAReviewer(samples.clean_up()), now=NOW)
    assert message["text"] == (
        "You can’t decide this one. Ana is asked, from 14:46 UTC also Bo. Your click changed nothing. "
        "If you know something they should, reply in the card’s thread."
    )
