"""Cards that are tied to each other say so."""

from dataclasses import replace

from bot.domain.card import Card
from bot.domain.card_links import MOST_LINKS, Related
from bot.domain.card_text import text_of
from bot.domain.decision import Outcome
from bot.domain.masking import HIDDEN
from bot.domain.notice import NoticeRef
from bot.domain.request import ApprovalRequest
from bot.slack.render.card import card_message
from tests.unit.slack_render import samples
from tests.unit.slack_render.samples import ANA_HERSELF, closed

EARLIER = NoticeRef(channel="C01APPROVALS", id="1795184100.000100")


def denied() -> ApprovalRequest:
    return closed(samples.deploy(), Outcome.DENIED, 1795184500, by=ANA_HERSELF, reason="Wait for the freeze to end.")


def following(earlier: ApprovalRequest, id: str = "apr_later") -> ApprovalRequest:
    return replace(samples.deploy(), id=id, follows=earlier.id)


def drawn(request: ApprovalRequest, *related: ApprovalRequest) -> Card:
    return samples.card(request, related=[Related(request=one, ref=EARLIER) for one in related])


def test_a_card_that_follows_a_no_says_what_was_denied_by_whom_and_why():
    earlier = denied()
    (linked,) = drawn(following(earlier), earlier).linked
    assert (linked.label, linked.act) == ("Asked before", "Deploy v2.1.0 to us-east-1")
    assert text_of(linked.line).startswith("Denied by Ana, ")
    assert linked.quote == "Wait for the freeze to end."


def test_a_denied_card_says_that_it_is_asked_again():
    earlier = denied()
    (linked,) = drawn(earlier, following(earlier)).linked
    assert (linked.label, text_of(linked.line), linked.quote) == ("Asked again", "still open", None)


def test_cards_that_replace_each_other_say_so():
    old, new = samples.deploy(), replace(samples.deploy(), id="apr_new")
    old = closed(replace(old, superseded_by=new.id), Outcome.SUPERSEDED, 1795184500)
    new = replace(new, supersedes=old.id)
    assert [one.label for one in drawn(old, new).linked] == ["New card"]
    assert [one.label for one in drawn(new, old).linked] == ["Replaces"]


def test_only_the_newest_of_many_are_shown():
    earlier = denied()
    again = [following(earlier, f"apr_later{n}") for n in range(MOST_LINKS + 4)]
    assert len(drawn(earlier, *again).linked) == MOST_LINKS


def test_a_secret_of_the_other_request_is_not_told():
    refund = samples.refund()
    titled = replace(refund.asked.action, title="Refund with tok_4242424242")
    earlier = closed(
        replace(refund, asked=replace(refund.asked, action=titled), action=titled), Outcome.DENIED, 1795187500
    )
    (linked,) = drawn(replace(samples.deploy(), follows=earlier.id), earlier).linked
    assert "tok_4242424242" not in linked.act
    assert HIDDEN in linked.act


def test_the_link_stands_beside_the_words_and_agents_words_stay_text():
    earlier = denied()
    card = drawn(following(earlier), earlier)
    linked = replace(card.linked[0], url="https://acme.example/archives/C01/p1", act="<!channel> *now*")
    blocks = card_message(replace(card, linked=(linked,)), card_version=1)["blocks"]
    section = next(block for block in blocks if block["block_id"].endswith(":linked"))["elements"][0]
    assert {"type": "link", "url": "https://acme.example/archives/C01/p1", "text": "open it"} in section["elements"]
    assert {"type": "text", "text": "<!channel> *now*"} in section["elements"]
