"""The forms against the design's JSON, and what is read back from them."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from bot.domain.action import Action, AllowedDecision
from bot.domain.decision import Outcome
from bot.domain.errors import EditRefused, RequestClosed, StaleRevision
from bot.domain.request import ApprovalRequest
from bot.domain.vote import Control
from bot.localslack.blockkit.surfaces import view_content
from bot.slack.ids import ClickTarget, UnreadableTarget
from bot.slack.render.everything import everything_view
from bot.slack.render.readers import edit_errors, read_answer, read_choice, read_deny, read_review, typed_words
from bot.slack.render.review import review_view
from bot.slack.render.views import answer_view, choose_view, deny_view, loading_view, outrun_view
from tests.unit.slack_render import samples
from tests.unit.slack_render.samples import BO_HIMSELF, at, closed
from tests.unit.slack_render.test_any_words import as_entered

CARDS = Path(__file__).parents[4] / "shared" / "ux" / "cards"
NOW = at(1795185060)
TARGET = ClickTarget(request_id="apr_01kbgq7v3e", revision=1)


def designed(name: str) -> dict[str, Any]:
    if not CARDS.is_dir():
        pytest.skip("the design papers are not here")
    return json.loads((CARDS / f"{name}.json").read_text())


def as_json(view: dict[str, Any]) -> dict[str, Any]:
    return json.loads(json.dumps(view))


def editing(arguments: dict[str, Any], schema: dict[str, Any] | None = None, **more: Any) -> ApprovalRequest:
    request = samples.clean_up()
    action = Action(name="delete_files", arguments=arguments, arguments_schema=schema)
    asked = replace(request.asked, action=action)
    return replace(request, asked=asked, action=action, ruling=replace(request.ruling, **more))


def typed(request: ApprovalRequest, **entries: str | None) -> dict[str, Any]:
    """The values of the form after typing into some fields."""
    values = as_entered(review_view(request))
    for name, text in entries.items():
        ((action_id, entry),) = values[f"arg.{name}"].items()
        is_menu = "selected_option" in entry
        values[f"arg.{name}"] = {action_id: {"selected_option": {"value": text}} if is_menu else {"value": text}}
    return values


def refused(request: ApprovalRequest, **entries: str | None) -> dict[str, str]:
    with pytest.raises(EditRefused) as refusal:
        read_review(typed(request, **entries), request)
    return edit_errors(refusal.value, request)


def test_the_form_to_deny():
    assert as_json(deny_view(samples.standby())) == designed("f1-deny-modal")


def test_the_form_to_edit():
    assert as_json(review_view(samples.clean_up())) == designed("g1-edit-modal")


def test_the_form_to_answer():
    assert as_json(answer_view(samples.clarification())) == designed("r1-answer-modal")


def test_the_waiting_form():
    assert as_json(loading_view(TARGET)) == designed("r3-loading-modal")


def test_errors_stand_at_the_fields():
    errors = refused(
        samples.clean_up(), pattern="*", filters='{\n  "keep": ["*.golden", "*.snap"]\n  "owners": ["ci"]\n}'
    )
    assert errors == designed("g2-edit-modal-errors")["errors"]


def test_a_form_that_came_too_late_gives_the_words_back():
    request = closed(samples.clean_up(), Outcome.DENIED, 1795185240, BO_HIMSELF)
    yours = ("max_age_days: 365", "filters.keep: *.golden, *.snap")
    view = as_json(outrun_view(RequestClosed(request), TARGET, yours, now=NOW))
    expected = designed("r4-modal-outrun")
    assert view["title"] == expected["title"]
    assert view["blocks"][1] == expected["blocks"][1]
    said = view["blocks"][0]["text"]["text"]
    assert "<@U03BO> denied this at" in said.replace("*", "")
    assert "while this form was open" in said
    assert "*What you entered was not used.* It is below if you want to copy it." in said


def test_a_refusal_that_meets_a_waiting_form_speaks_of_no_words():
    view = outrun_view(StaleRevision(samples.clean_up(), 1), TARGET, now=NOW)
    view_content(view)
    assert "What you entered" not in json.dumps(view)
    assert "Your click changed nothing" in json.dumps(view)


def test_a_reason_is_asked_for_where_policy_wants_one():
    request = samples.standby()
    request = replace(request, ruling=replace(request.ruling, deny_reason_required=True))
    reason = deny_view(request)["blocks"][2]
    assert "optional" not in reason
    assert reason["hint"]["text"].endswith("Policy asks for a reason.")


def test_a_no_is_read_with_its_reason_and_what_comes_next():
    values = {"reason": {"text": {"value": "  not now "}}, "then": {"control": {"selected_option": {"value": "pause"}}}}
    assert read_deny(values) == ("not now", Control.PAUSE)
    assert read_deny({"reason": {"text": {"value": None}}}) == (None, Control.CONTINUE)


def test_an_unknown_control_is_refused():
    with pytest.raises(UnreadableTarget):
        read_deny({"then": {"control": {"selected_option": {"value": "explode"}}}})


def test_an_answer_of_blanks_is_none():
    assert read_answer({"answer": {"text": {"value": "duplicates only"}}}) == "duplicates only"
    with pytest.raises(EditRefused, match="in words"):
        read_answer({"answer": {"text": {"value": "  "}}})


def test_options_are_chosen_by_their_place():
    request = samples.clean_up()
    options = as_json(choose_view(request))["blocks"][-1]["element"]["options"]
    assert [one["value"] for one in options] == ["1", "2", "3"]
    assert options[2]["description"]["text"] == "No files changed. Counts as a no."
    assert read_choice({"choice": {"option": {"selected_option": {"value": "2"}}}}, request) == "stage"
    for wrong in ("0", "4", "x", "", "²"):
        with pytest.raises(UnreadableTarget):
            read_choice({"choice": {"option": {"selected_option": {"value": wrong}}}}, request)


def test_an_edit_changes_what_was_typed_and_nothing_else():
    request = samples.clean_up()
    values = typed(request, max_age_days="365", permanent="false", bucket="ci-cache-eu")
    values["note"] = {"text": {"value": "old means by date"}}
    arguments, note = read_review(values, request)
    assert arguments == {
        **request.action.arguments,
        "max_age_days": 365,
        "permanent": False,
        "bucket": "ci-cache-eu",
    }
    assert type(arguments["max_age_days"]) is int
    assert note == "old means by date"


def test_money_keeps_its_value():
    request = editing({"amount_usd": 240.00, "cents": 5}, {"properties": {"amount_usd": {"type": "number"}}})
    assert (
        json.dumps(read_review(typed(request, amount_usd="240.00"), request)[0]) == '{"amount_usd": 240.0, "cents": 5}'
    )
    assert read_review(typed(request, amount_usd="235.10"), request)[0]["amount_usd"] == 235.1
    assert read_review(typed(request, amount_usd="235"), request)[0]["amount_usd"] == 235
    assert "more digits" in refused(request, amount_usd="0.12345678901234567890")["arg.amount_usd"]


@pytest.mark.parametrize(
    ("field", "text", "sentence"),
    [
        ("max_age_days", "2.5", "A whole number is expected. You wrote 2.5."),
        ("max_age_days", "many", "A whole number is expected. You wrote many."),
        ("max_age_days", "NaN", "A whole number is expected. You wrote NaN."),
        ("max_age_days", "", "A whole number is expected."),
        ("max_age_days", "4000", "At most 3650 is expected. You wrote 4000."),
        ("max_age_days", "-1", "At least 0 is expected. You wrote -1."),
        ("bucket", "elsewhere", "One of the values in the list is expected."),
        ("filters", "[1]", 'An object, like {"name": 1}, is expected.'),
        ("filters", "", "JSON is expected, and the field is empty. Write null, {} or [] for nothing."),
        ("filters", '{"keep": 1, "keep": 2}', "keep: stands twice in one object; keep one of them."),
        (
            "filters",
            '{"keep": 99999999999999999999}',
            "keep: an integer beyond 2^53 is not exact in JSON; send it as a string.",
        ),
        ("filters", '{"keep": }', 'Not valid JSON. Line 1: a value is missing after {"keep":.'),
        ("filters", "{keep: 1}", "Not valid JSON. Line 1: a name in double quotes is expected after {."),
    ],
)
def test_what_does_not_fit_is_said_in_a_sentence(field: str, text: str, sentence: str):
    assert refused(samples.clean_up(), **{field: text}) == {f"arg.{field}": sentence}


def test_every_wrong_field_is_named_at_once():
    assert refused(samples.clean_up(), max_age_days="x", filters="{").keys() == {"arg.max_age_days", "arg.filters"}


def test_what_the_agent_sent_wrong_itself_is_not_held_against_the_reviewer():
    request = editing(
        {"n": "not a number", "m": 1}, {"properties": {"n": {"type": "integer"}, "m": {"type": "integer"}}}
    )
    assert read_review(typed(request, m="2"), request)[0] == {"n": "not a number", "m": 2}


def test_a_hidden_value_stays_unless_typed_over():
    arguments = {"card_token": "tok_4242424242", "db": {"password": "hunter2!", "port": 1}, "pin": 123456}
    request = editing(arguments, masked=("*token*", "*password*", "pin"))
    view = review_view(request)
    view_content(view)
    assert "tok_42" not in json.dumps(view)
    assert "hunter2" not in json.dumps(view)
    assert read_review(as_entered(view), request)[0] == arguments
    changed = read_review(typed(request, db='{"password": "•••• hidden", "port": 2}'), request)[0]
    assert changed == {**arguments, "db": {"password": "hunter2!", "port": 2}}
    changed = read_review(typed(request, card_token="tok_new", pin="42"), request)[0]
    assert changed == {**arguments, "card_token": "tok_new", "pin": 42}


def test_a_refused_hidden_value_is_not_repeated():
    schema = {"properties": {"pin": {"type": "integer", "maximum": 9}, "token": {"type": "string", "maxLength": 3}}}
    request = editing({"pin": 1, "token": "abc"}, schema, masked=("pin", "token"))
    for entries in ({"pin": "77777"}, {"pin": "7777x7"}, {"token": "77777"}):
        assert "7777" not in json.dumps(refused(request, **entries))
    words = typed_words(typed(request, pin="77777", token="77777"), request)
    assert words == ("pin: (not repeated)", "token: (not repeated)")


def test_a_hidden_mark_without_a_value_behind_it_is_refused():
    request = editing({"db": {"port": 1}}, masked=("*password*",))
    errors = refused(request, db='{"port": 1, "password": "•••• hidden"}')
    assert "db.password stands for a hidden value that is not there" in errors["arg.db"]


def test_an_argument_that_was_left_out_may_be_given():
    schema = {"properties": {"n": {"type": "integer"}, "dry_run": {"type": "boolean"}, "why": {"type": "string"}}}
    request = editing({"n": 1}, schema)
    assert read_review(as_entered(review_view(request)), request)[0] == {"n": 1}
    changed = read_review(typed(request, dry_run="true", why="ask"), request)[0]
    assert changed == {"n": 1, "dry_run": True, "why": "ask"}


def test_more_arguments_than_fields_share_one_field():
    arguments = {f"a{n}": n for n in range(60)} | {"password": "hunter2!"}
    request = editing(arguments, masked=("password",))
    view = review_view(request)
    view_content(view)
    values = as_entered(view)
    assert read_review(values, request)[0] == arguments
    rest = next(block_id for block_id in values if block_id.startswith("arg.#"))
    text = values[rest]["value"]["value"]
    assert '"password": "•••• hidden"' in text
    values[rest] = {"value": {"value": text.replace('"a59": 59', '"a59": 590')}}
    assert read_review(values, request)[0] == {**arguments, "a59": 590}
    values[rest] = {"value": {"value": '{"a1": 5}'}}
    with pytest.raises(EditRefused) as refusal:
        read_review(values, request)
    assert edit_errors(refusal.value, request) == {rest: "a1 has a field of its own above. Change it there."}


def test_a_value_too_long_for_slack_stays_as_it_is():
    request = editing({"script": "x" * 5000, "n": 1})
    view = review_view(request)
    view_content(view)
    assert "Too long to be edited here" in json.dumps(view)
    assert read_review(typed(request, n="2"), request)[0] == {"script": "x" * 5000, "n": 2}


def test_what_cannot_be_seen_is_kept_where_it_was_not_touched():
    request = editing({"name": "in\u200bvisible\r\nline", "nested": {"a": "\u202eright", "b": 1}})
    view = review_view(request)
    assert "\u200b" not in json.dumps(view, ensure_ascii=False)
    assert (
        "\\u202e"
        in next(block for block in view["blocks"] if block["block_id"] == "arg.nested")["element"]["initial_value"]
    )
    assert read_review(as_entered(view), request)[0] == request.action.arguments
    values = as_entered(view)
    text = values["arg.nested"]["value"]["value"].replace('"b": 1', '"b": 2')
    assert read_review(typed(request, nested=text), request)[0]["nested"] == {"a": "\u202eright", "b": 2}


@pytest.mark.parametrize(
    "schema",
    [
        {"properties": {"n": {"$ref": "https://schemas.example/never-fetched"}}},
        {"properties": {"n": {"type": 5}}},
        {"properties": {"n": {"pattern": "("}}},
        {"properties": 7},
        {"$ref": "#"},
    ],
)
def test_an_unusable_schema_stops_nobody(schema: dict[str, Any]):
    request = editing({"n": 1, "m": 1}, schema)
    assert read_review(typed(request, m="2"), request)[0] == {"n": 1, "m": 2}


def test_a_pattern_that_could_take_for_ever_is_not_tried():
    request = editing({"s": "b"}, {"properties": {"s": {"type": "string", "pattern": "^(a+)+$"}}})
    assert read_review(typed(request, s="a" * 40 + "!"), request)[0] == {"s": "a" * 40 + "!"}


def test_where_editing_is_not_allowed_there_is_nothing_to_submit():
    request = samples.clean_up()
    allowed = request.asked.allowed_decisions - {AllowedDecision.EDIT}
    view = review_view(replace(request, asked=replace(request.asked, allowed_decisions=allowed)))
    view_content(view)
    assert "submit" not in view
    assert view["title"]["text"] == "Details"


def test_everything_is_shown_whole_but_for_secrets():
    reason = "why " * 900
    request = editing({"script": "line 1\nsudo: yes", "long": "y" * 9000, "token": "tok_4242424242"}, masked=("token",))
    request = replace(request, asked=replace(request.asked, reason=reason))
    view = everything_view(request)
    view_content(view)
    shown = json.dumps(view, ensure_ascii=False)
    assert shown.count("y" * 1000) >= 8
    assert shown.count("why") == 900
    assert "line 1\\n    sudo: yes" in shown
    assert "tok_42" not in shown


def test_no_argument_is_hidden_behind_a_long_one():
    request = editing({"long": "y" * 300_000, "script": "🧨" * 50_000, "last": "rm -rf /"})
    view = everything_view(request)
    view_content(view)
    assert "last: rm -rf /" in json.dumps(view)
    assert "the rest is too long for Slack" in json.dumps(view)
