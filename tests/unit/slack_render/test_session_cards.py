"""A session's card beside its design, and the button that has an action undone."""

import json
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.domain.card import Card
from bot.domain.delivery import DeliveryState
from bot.domain.directive import Directive, DirectiveKind, SteerAim, finished, handed, unanswered
from bot.domain.session import SessionState
from bot.domain.session_card import SessionCard, session_card_of, unanswered_card
from bot.localslack.blockkit.surfaces import message_blocks
from bot.slack.render.agent_answers import stop_question
from bot.slack.render.card import card_message
from bot.slack.render.contents import renderings
from bot.slack.render.session import (
    plain_session_message,
    session_message,
    shortened_session_message,
    shown_message,
)
from tests.unit.slack_render import samples
from tests.unit.slack_render.overviews import NOW, TIDY_ID, a_directive, a_session, an_overview, obeyed
from tests.unit.slack_render.samples import at

CARDS = Path(__file__).parents[4] / "shared" / "ux" / "cards"
NOT_BUILT = {"signals", "foot"}
NOT_BUILT_LINES = ("Now: ", "Was doing: ")


def drawn(card: SessionCard, version: int = 12) -> list[dict[str, Any]]:
    blocks = json.loads(json.dumps(session_message(card, card_version=version)["blocks"]))
    message_blocks(blocks)
    return blocks


def part(blocks: list[dict[str, Any]], name: str) -> dict[str, Any]:
    return next(block for block in blocks if block["block_id"].endswith(f":{name}"))


def rows(block: dict[str, Any]) -> list[str]:
    """The lines of a rich text block."""
    texts = [
        element.get("text") or element.get("fallback") or element.get("user_id")
        for section in block["elements"]
        for element in section["elements"]
    ]
    return [str(line) for line in "".join(texts).split("\n")]


def designed(name: str) -> list[dict[str, Any]]:
    if not CARDS.is_dir():
        pytest.skip("the design papers are not here")
    return json.loads((CARDS / f"{name}.json").read_text())["blocks"]


def check_as_designed(made: list[dict[str, Any]], name: str) -> None:
    """All but the signals, the ⋮ menu, what it does now, and the plan that can be asked for: later issues."""
    design = [block for block in designed(name) if block["block_id"].split(":")[-1] not in NOT_BUILT]
    ours = [block for block in made if block["block_id"].split(":")[-1] not in NOT_BUILT]
    assert [(block["type"], block["block_id"]) for block in ours] == [
        (block["type"], block["block_id"]) for block in design
    ]
    for our, their in zip(ours, design, strict=True):
        match our["type"]:
            case "header" | "section":
                assert our["text"] == their["text"]
            case "context":
                assert our["elements"] == their["elements"]
            case "rich_text":
                assert rows(our) == [row for row in rows(their) if not row.startswith(NOT_BUILT_LINES)]
            case _:
                expected = [button for button in their["elements"] if button["action_id"] != "agent_explain"]
                assert [{**one, "confirm": "confirm" in one} for one in our["elements"]] == [
                    {**one, "confirm": "confirm" in one} for one in expected
                ]


def test_a_running_session_as_designed():
    overview = an_overview(pending=(replace(samples.clean_up(), expires_at=at(1795188660)),))
    check_as_designed(drawn(session_card_of(overview, now=NOW)), "i1-session-running")


def paused(text: str | None = "Wait for the snapshot team.") -> SessionCard:
    pause = obeyed(a_directive(text=text))
    overview = an_overview(state=SessionState.PAUSED, state_since=pause.finished_at, directives=(pause,))
    return session_card_of(overview, now=NOW)


def test_a_paused_session_as_designed():
    check_as_designed(drawn(paused(), 15), "i2-session-paused")


def test_every_control_goes_to_its_session():
    made = drawn(paused(None))
    buttons = part(made, "steer")["elements"]
    assert [button["action_id"] for button in buttons] == ["agent_resume", "agent_steer", "agent_stop"]
    assert {button["value"] for button in buttons} == {TIDY_ID}
    assert [button.get("style") for button in buttons] == ["primary", None, None]
    assert buttons[2]["confirm"]["style"] == "danger"


def test_the_red_question_is_the_same_wherever_it_is_asked():
    asked = paused().stop_confirmation
    assert asked is not None
    assert stop_question(an_overview())["text"] == f"{asked.title} {asked.text}"


def test_an_ended_session_has_no_controls():
    made = drawn(session_card_of(an_overview(state=SessionState.ENDED), now=NOW))
    assert not [block for block in made if block["type"] == "actions"]
    assert part(made, "state")["text"]["text"].startswith(":white_circle: *Ended* at ")


def silent() -> Directive:
    taken = handed(a_directive(), NOW)
    assert taken is not None
    return unanswered(replace(taken, tries=4), NOW)[1]


def test_an_agent_that_does_not_answer_is_warned_about():
    overview = an_overview(state=SessionState.PAUSING, directives=(silent(),))
    made = drawn(session_card_of(overview, now=NOW))
    assert part(made, "state")["text"]["text"].startswith(":large_orange_circle: ")
    assert part(made, "warning")["text"]["text"].startswith(":warning: *tidy does not answer.* It was told to pause")


def test_the_reply_that_tells_of_it_mentions_who_said_it_and_the_owner():
    overview = an_overview()
    note = unanswered_card(silent(), overview.session, overview.agent, undone=None, now=NOW)
    message = session_message(note, card_version=1)
    message_blocks(message["blocks"])
    users = [one["user_id"] for one in message["blocks"][0]["elements"][0]["elements"] if one["type"] == "user"]
    assert users == ["U02ANA", "U04CHEN"]
    assert message["text"].startswith("Ana, Chen: tidy does not answer.")


def several() -> SessionCard:
    """Three words on their way, and one that was obeyed."""
    steers = tuple(
        replace(a_directive(DirectiveKind.STEER, text="leave the pipeline alone", aim=aim), id=f"dir_{number}")
        for number, aim in enumerate((SteerAim.GOAL, SteerAim.STEP), 2)
    )
    pause = obeyed(a_directive(), answer="I had finished old/2023 anyway. " * 20)
    overview = an_overview(directives=(*steers, pause), goal="Free disk space. " * 30)
    return session_card_of(overview, now=NOW + timedelta(minutes=3))


def test_each_directive_has_a_line_of_its_own():
    (lines,) = part(drawn(several()), "directive")["elements"]
    assert [line.partition(" sent ")[0] for line in lines["text"].split("\n")] == ["New goal", "Correction", "Pause"]


def test_the_short_card_keeps_state_newest_directive_and_buttons():
    card = several()
    whole, short = session_message(card, card_version=1), shortened_session_message(card, card_version=1)
    message_blocks(short["blocks"])
    assert len(json.dumps(short)) < len(json.dumps(whole))
    assert [block["type"] for block in short["blocks"]] == [block["type"] for block in whole["blocks"]]
    assert "\n" not in part(short["blocks"], "directive")["elements"][0]["text"]


def test_the_last_resort_is_plain_text_with_the_session():
    plain = plain_session_message(several())
    assert plain["blocks"] == []
    assert plain["text"].startswith("tidy is running")
    assert TIDY_ID in plain["text"]


def test_chat_draws_a_session_in_three_sizes():
    card = several()
    assert list(renderings(card, 3)) == [
        session_message(card, card_version=3),
        shortened_session_message(card, card_version=3),
        plain_session_message(card),
    ]


def test_who_asks_to_see_it_gets_the_card_as_it_is():
    overview = an_overview()
    assert shown_message(overview, now=NOW) == session_message(session_card_of(overview, now=NOW), card_version=0)


def told(undo: Directive | None = None) -> Card:
    request = samples.moved_logs()
    done = samples.followed(request, state=DeliveryState.SUCCEEDED, delivered_at=at(1795186200))
    return samples.card(request, delivery=done, undo=undo, now=at(1795186300))


def test_the_line_of_an_undo_takes_the_place_of_its_button():
    undo = a_directive(DirectiveKind.UNDO, when=at(1795186260), request_id="apr_01kbgtk3v8")
    blocks = card_message(told(undo), card_version=2)["blocks"]
    message_blocks(blocks)
    assert not [block for block in blocks if block["type"] == "actions"]
    assert part(blocks, "undone")["elements"][0]["text"] == "Undo sent <!date^1795186260^{time}|14:51 UTC>"


def test_an_undo_that_failed_warns_and_can_be_asked_for_again():
    undo = a_directive(DirectiveKind.UNDO, when=at(1795186260), request_id="apr_01kbgtk3v8")
    failed = finished(undo, succeeded=False, answer="The archive is read-only.", now=at(1795186290))
    card = told(failed)
    blocks = card_message(card, card_version=2)["blocks"]
    message_blocks(blocks)
    assert part(blocks, "warning")["text"]["text"] == ":warning: *tidy could not undo what it did.*"
    assert part(blocks, "undo")["elements"][0]["action_id"] == "undo"
    assert "The archive is read-only." in json.dumps(blocks)


def test_a_session_without_words_of_people_has_no_empty_block():
    overview = replace(an_overview(), session=a_session(goal=None, environment=None))
    made = drawn(session_card_of(overview, now=NOW))
    assert [block["block_id"].split(":")[-1] for block in made] == ["title", "state", "steer", "foot"]
