"""Our cards against the design's own JSON, block by block, where the design papers lie beside the project."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from bot.domain.card import Card
from bot.domain.card_text import text_of
from bot.domain.decision import Outcome
from bot.domain.delivery import DeliveryState
from bot.domain.notice import NoticeKind
from bot.domain.vote import Edit
from bot.slack.render.card import card_message
from tests.unit.slack_render import samples
from tests.unit.slack_render.samples import ANA_HERSELF, at, card, closed, followed

CARDS = Path(__file__).parents[4] / "shared" / "ux" / "cards"

pytestmark = pytest.mark.skipif(not CARDS.is_dir(), reason="the design papers are not here")

NOT_BUILT = ("snooze:", "takeover:")


def example(name: str) -> list[dict[str, Any]]:
    return json.loads((CARDS / f"{name}.json").read_text())["blocks"]


def designed(name: str, *, without: tuple[str, ...] = ()) -> list[dict[str, Any]]:
    """The example without what is not built yet and without texts that were shortened by hand."""
    return [_adapted(block) for block in example(name) if _part(block) not in without]


def drawn(it: Card, version: int, *, without: tuple[str, ...] = ()) -> list[dict[str, Any]]:
    """What we draw, but for what an option would run: the design leaves it to the agent's own words."""
    it = replace(it, choices=tuple(replace(choice, runs=()) for choice in it.choices))
    blocks = card_message(it, card_version=version)["blocks"]
    return [_adapted(block) for block in json.loads(json.dumps(blocks)) if _part(block) not in without]


def _part(block: dict[str, Any]) -> str:
    return block["block_id"].split(":")[-1]


def _adapted(block: Any) -> Any:
    if isinstance(block, list):
        return _merged([_adapted(one) for one in block])
    if not isinstance(block, dict):
        return block
    if block.get("type") == "overflow":
        block = block | {"options": [one for one in block["options"] if not one["value"].startswith(NOT_BUILT)]}
    return {key: _adapted(value) for key, value in block.items() if key != "accessibility_label"}


def _merged(elements: list[Any]) -> list[Any]:
    """Neighbouring texts of one style as one: how a text is cut into elements makes no difference to readers."""
    merged: list[Any] = []
    for one in elements:
        last: Any = merged[-1] if merged else None
        if _is_text(one) and _is_text(last) and one.get("style") == last.get("style"):
            merged[-1] = last | {"text": last["text"] + one["text"]}
        else:
            merged.append(one)
    return merged


def _is_text(element: Any) -> bool:
    return isinstance(element, dict) and element.get("type") == "text"


def test_a_dangerous_request_with_options():
    assert drawn(card(samples.clean_up()), 1) == designed("a1-hard-options")


def test_a_simple_request():
    assert drawn(card(samples.deploy()), 1) == designed("a2-hard-simple")


def test_one_of_two_yes():
    request = samples.refund(votes=(samples.a_yes(ANA_HERSELF, 1795187280),))
    assert drawn(card(request), 2) == designed("a3-quorum-one-of-two")


def test_a_clarification():
    assert drawn(card(samples.clarification()), 1) == designed("a4-clarification")


def test_a_changed_request_asks_to_look_again():
    request = samples.refund()
    new = replace(request.action, arguments={**request.action.arguments, "amount_usd": 235.00})
    note = "Keep back the $5.00 fee, the customer agreed to it."
    edit = Edit(by=ANA_HERSELF, at=at(1795187400), before=request.action, after=new, note=note)
    vote = samples.a_yes(ANA_HERSELF, 1795187400, 2)
    request = replace(request, action=new, edits=(edit,), votes=(vote,), revision=2)
    assert drawn(card(request), 4) == designed("a5-changed-look-again")


def test_a_soft_request():
    request = samples.soft(consent_at=at(1795185900), shown_at=at(1795185600))
    assert drawn(card(request), 1) == designed("b1-soft")


def test_what_people_are_only_told():
    request = samples.moved_logs()
    done = followed(request, state=DeliveryState.SUCCEEDED, delivered_at=at(1795186200), summary="40 files moved.")
    assert drawn(card(request, delivery=done), 1) == designed("b2-notify")


def test_an_approved_request():
    request = closed(samples.clean_up(), Outcome.APPROVED, 1795185180, ANA_HERSELF)
    done = followed(
        request,
        state=DeliveryState.SUCCEEDED,
        delivered_at=at(1795185180),
        acknowledged_at=at(1795185180),
        finished_at=at(1795185300),
        summary="847 files deleted, 2.3 GB freed.",
    )
    assert drawn(card(request, delivery=done), 5) == designed("c1-approved")


def test_a_chosen_option():
    request = closed(samples.clean_up(), Outcome.OPTION_CHOSEN, 1795185180, ANA_HERSELF, option="older")
    done = followed(
        request,
        state=DeliveryState.SUCCEEDED,
        delivered_at=at(1795185180),
        acknowledged_at=at(1795185180),
        finished_at=at(1795185240),
        summary="312 files deleted, 535 kept, 0.9 GB freed.",
    )
    assert drawn(card(request, delivery=done), 5) == designed("c2-option-chosen")


def test_a_modified_request():
    request = samples.clean_up()
    changed = {"max_age_days": 365, "filters": {"keep": ["*.golden", "*.snap"], "owners": ["ci"]}}
    new = replace(request.action, arguments={**request.action.arguments, **changed})
    note = "Old means by date. Keep the snapshots, two teams still compare against them."
    edit = Edit(by=ANA_HERSELF, at=at(1795185480), before=request.action, after=new, note=note)
    request = replace(request, action=new, edits=(edit,), revision=2)
    request = closed(request, Outcome.MODIFIED, 1795185480, ANA_HERSELF)
    when = at(1795185480)
    running = followed(request, state=DeliveryState.ACKNOWLEDGED, delivered_at=when, acknowledged_at=when)
    expected = json.dumps(designed("c3-modified"), ensure_ascii=False)
    expected = expected.replace('"*.golden, *.snap"', '"[*.golden, *.snap]"').replace(
        '"*.golden", "style": {"strike"', '"[*.golden]", "style": {"strike"'
    )
    assert drawn(card(request, delivery=running), 4) == json.loads(expected)


def test_a_denied_request():
    reason = "Old means by date, not by name. Bring a list of files nobody opened for a year."
    request = closed(samples.clean_up(), Outcome.DENIED, 1795185180, ANA_HERSELF, reason=reason)
    when = at(1795185180)
    told = followed(request, state=DeliveryState.ACKNOWLEDGED, delivered_at=when, acknowledged_at=when)
    assert drawn(card(request, delivery=told), 4) == designed("c4-denied")


def test_an_expired_request():
    request = samples.clean_up(step=1, step_started_at=at(1795185960))
    request = closed(request, Outcome.EXPIRED, 1795188660)
    when = at(1795188660)
    told = followed(request, state=DeliveryState.ACKNOWLEDGED, delivered_at=when, acknowledged_at=when)
    without = ("said", "ask")  # no reminders are kept, nothing can be resumed yet, and Bo was asked too
    assert drawn(card(request, delivery=told), 6, without=without) == designed("c5-expired", without=without)


def test_a_request_that_went_ahead():
    request = closed(samples.soft(shown_at=at(1795185600)), Outcome.CONSENTED, 1795185900)
    done = followed(
        request,
        state=DeliveryState.SUCCEEDED,
        delivered_at=at(1795185900),
        acknowledged_at=at(1795185900),
        finished_at=at(1795185960),
        summary="312 files moved, 0.9 GB freed.",
    )
    without = ("undo",)  # the design has the button of b2 only there
    assert drawn(card(request, delivery=done), 4, without=without) == designed("c6-consented")


def test_a_decision_that_was_not_taken():
    request = closed(samples.deploy(), Outcome.APPROVED, 1795184280, ANA_HERSELF)
    it = card(request, delivery=followed(request, is_late=True), sending=samples.sending(request))
    assert drawn(it, 5) == designed("c7-not-delivered")
    told = json.loads((CARDS / "c7-not-delivered.json").read_text())["text"]
    assert text_of(it.summary).replace("4 tries since 14:18 UTC", "4 tries") == told


def test_a_decision_that_nobody_fetched():
    """The same card of an agent without an address: there is nothing to try again."""
    request = closed(samples.deploy(), Outcome.APPROVED, 1795184280, ANA_HERSELF)
    without = ("delivery", "retry", "foot")
    it = card(request, delivery=followed(request, is_late=True))
    assert drawn(it, 5, without=without) == designed("c7-not-delivered", without=without)


def test_a_failed_action():
    request = closed(samples.deploy(), Outcome.APPROVED, 1795184280, ANA_HERSELF)
    failed = followed(
        request,
        state=DeliveryState.FAILED,
        delivered_at=at(1795184280),
        acknowledged_at=at(1795184280),
        finished_at=at(1795184760),
        summary="Health check failed on 3 of 12 hosts. Rolled back to v2.0.4 on all.",
    )
    without = ("said", "undo")  # its second line names what is not built; the design has the button of b2 only there
    assert drawn(card(request, delivery=failed), 7, without=without) == designed("c8-failed", without=without)


def test_a_withdrawn_request():
    request = closed(samples.clean_up(), Outcome.WITHDRAWN, 1795185600, reason="The disk was enlarged.")
    assert drawn(card(request, delivery=followed(request)), 3) == designed("c9-withdrawn")


def test_an_escalation():
    it = card(samples.standby(), kind=NoticeKind.ESCALATION, step=1)
    expected = json.loads(json.dumps(designed("d1-escalation")))
    expected[1]["accessory"]["options"].pop()  # the last step: there is no backup left to ask
    assert drawn(it, 3) == expected


def test_a_direct_copy():
    assert drawn(card(samples.mailing(), kind=NoticeKind.COPY), 1) == designed("e1-dm-copy")
