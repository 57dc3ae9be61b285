"""What the wire takes, and how it says no: by the name of the field, in plain words."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError
from sayso import protocol
from sayso.protocol import (
    Acknowledge,
    Approval,
    CallbackPage,
    JsonTrap,
    NotJson,
    Report,
    SubmitApproval,
    UpdateSession,
    field_errors,
    limits,
    parse_json,
)

WIRE_EXAMPLE = """
{"kind": "tool_call", "session_id": "ses_1", "supersedes": null, "follows": null,
 "action": {"name": "delete_files", "title": "Delete 847 old test files",
            "arguments": {"pattern": "old/*", "max_age_days": 0}, "arguments_schema": {}},
 "reason": "They match the 'old test files' pattern", "goal": "Free disk space",
 "impact": {"summary": "847 files, 2.3 GB; cannot be undone", "reversible": false, "undo": null,
            "blast_radius": "service", "external_effects": false, "financial": false,
            "personal_data": false, "regulated": false, "cost_usd": 0, "affected_count": 847,
            "resources": ["s3://ci-cache"]},
 "environment": "staging", "confidence": 0.62, "uncertainties": ["is 'old' by name or by date?"],
 "recommendation": "PROCEED", "alternatives": ["archive first"],
 "options": [{"id": "older", "label": "Only files older than a year (312)",
              "consequence": "312 files deleted, 535 kept", "arguments": {"max_age_days": 365}},
             {"id": "stage", "label": "Move to staging", "consequence": "Nothing is deleted; review later",
              "action": {"name": "move_files", "arguments": {"to": "staging/"}}},
             {"id": "cancel", "label": "Cancel", "consequence": "No files changed", "proceed": false}],
 "allowed_decisions": ["approve", "edit", "deny", "respond", "option"],
 "deadline_seconds": 3600, "callback": {"url": "https://agent.example/hook"}, "origin": {}, "state": {}}
"""


def asked(**members: Any) -> dict[str, Any]:
    return {"action": {"name": "delete_files"}, **members}


def option(**members: Any) -> dict[str, Any]:
    return asked(options=[{"id": "a", "label": "A", **members}])


def found_in(body: Any, model: type[Any] = SubmitApproval) -> dict[str, str]:
    with pytest.raises(ValidationError) as refused:
        model.model_validate(body)
    return {error.field: error.message for error in field_errors(refused.value)}


def test_the_example_of_the_design_is_taken_as_it_stands():
    submitted = SubmitApproval.model_validate(parse_json(WIRE_EXAMPLE))
    assert submitted.action.arguments == {"pattern": "old/*", "max_age_days": 0}
    assert submitted.options[1].action is not None
    assert submitted.options[2].proceed is False
    assert submitted.impact.affected_count == 847


def test_what_is_not_said_stays_unknown_and_is_never_no():
    submitted = SubmitApproval.model_validate(asked(impact={"reversible": None}, reason=None, kind=None))
    assert submitted.impact.reversible is None
    assert submitted.impact.financial is None
    assert submitted.kind is protocol.Kind.TOOL_CALL


BAD_REQUESTS = [
    ({}, "action", "is required"),
    ({"action": {}}, "action.name", "is required"),
    ({"action": {"name": None}}, "action.name", "is required"),
    ({"action": {"name": ""}}, "action.name", "must not be empty"),
    ({"action": {"name": "  "}}, "action.name", "must not be blank"),
    ({"action": {"name": "x" * 201}}, "action.name", "may have at most 200 characters, has 201"),
    ({"action": {"name": 5}}, "action.name", "must be text"),
    ({"action": {"name": "x", "arguments": ["a"]}}, "action.arguments", "must be a JSON object"),
    ({"action": {"name": "x", "arguments_schema": "{}"}}, "action.arguments_schema", "must be a JSON object"),
    ({"action": "delete_files"}, "action", "must be a JSON object"),
    ([], "", "must be a JSON object"),
    (asked(reason="a\x00b"), "reason", "contains a NUL character; leave it out, or send the bytes as a base64 string"),
    (asked(titel="x"), "titel", "is not known; did you mean title?"),
    (asked(cost_usd=1), "cost_usd", "does not belong here; it is a member of impact"),
    (asked(impact={"costusd": 1}), "impact.costusd", "is not known; did you mean cost_usd?"),
    (asked(qqqqqq=1), "qqqqqq", "is not known; leave it out"),
    (asked(impact={"reversible": "no"}), "impact.reversible", "must be true or false"),
    (asked(impact={"reversible": 1}), "impact.reversible", "must be true or false"),
    (asked(impact={"cost_usd": "12"}), "impact.cost_usd", "must be a number of dollars, such as 0.25"),
    (asked(impact={"cost_usd": True}), "impact.cost_usd", "must be a number of dollars, such as 0.25"),
    (asked(impact={"cost_usd": -1}), "impact.cost_usd", "must be a finite number of dollars, 0 or more"),
    (asked(impact={"cost_usd": float("inf")}), "impact.cost_usd", "must be a finite number of dollars, 0 or more"),
    (asked(impact={"cost_usd": float("nan")}), "impact.cost_usd", "must be a finite number of dollars, 0 or more"),
    (
        asked(impact={"cost_usd": 0.0000001}),
        "impact.cost_usd",
        "may have at most 6 decimals (whole micro-dollars)",
    ),
    (asked(impact={"cost_usd": 10**10}), "impact.cost_usd", "may be at most 1,000,000,000 dollars"),
    (asked(impact={"affected_count": 1.5}), "impact.affected_count", "must be a whole number"),
    (asked(impact={"affected_count": -1}), "impact.affected_count", "must be 0 or more"),
    (
        asked(impact={"blast_radius": "huge"}),
        "impact.blast_radius",
        "must be one of none, local, service, organization",
    ),
    (asked(impact={"resources": "s3://x"}), "impact.resources", "must be a list"),
    (asked(impact={"resources": [1]}), "impact.resources[0]", "must be text"),
    (asked(environment="production"), "environment", "must be one of dev, staging, prod"),
    (asked(recommendation="proceed"), "recommendation", "must be one of PROCEED, CLARIFY, ESCALATE"),
    (asked(kind="question"), "kind", "must be one of tool_call, clarification, plan, check_in"),
    (asked(confidence=1.5), "confidence", "must be 1 or less"),
    (asked(confidence="0.5"), "confidence", "must be a number"),
    (asked(confidence=True), "confidence", "must be a number"),
    (asked(confidence=float("nan")), "confidence", "must be a finite number"),
    (asked(uncertainties=["x"] * 51), "uncertainties", "may have at most 50 entries, has 51"),
    (asked(alternatives=["x" * 4_001]), "alternatives[0]", "may have at most 4,000 characters, has 4,001"),
    (asked(deadline_seconds=0), "deadline_seconds", "must be 1 or more"),
    (asked(deadline_seconds=10**9), "deadline_seconds", "must be 2,592,000 or less"),
    (asked(allowed_decisions=[]), "allowed_decisions", "must have at least one entry, or be left out"),
    (asked(allowed_decisions=["deny", "deny"]), "allowed_decisions", "names a decision twice"),
    (
        asked(allowed_decisions=["reject"]),
        "allowed_decisions[0]",
        "must be one of approve, edit, deny, respond, option",
    ),
    (asked(callback={}), "callback.url", "is required"),
    (option(), "options[0]", "needs exactly one of arguments, action or proceed: false"),
    (
        option(arguments={}, proceed=False),
        "options[0]",
        "carries arguments and proceed; keep exactly one of them",
    ),
    (option(proceed=True), "options[0].proceed", "must be false"),
    (option(label="", proceed=False), "options[0].label", "must not be empty"),
    (
        asked(options=[{"id": "a", "label": "A", "proceed": False}, {"id": "a", "label": "B", "proceed": False}]),
        "options[1].id",
        "repeats 'a'; every option needs its own",
    ),
    (
        asked(options=[{"id": str(n), "label": "x", "proceed": False} for n in range(11)]),
        "options",
        "may have at most 10 entries, has 11",
    ),
    (
        asked(state={"blob": "x" * limits.STATE_BYTES}),
        "state",
        "may have at most 1,048,576 bytes as JSON, has 1,048,587; keep the rest on the agent's side",
    ),
    (
        {"action": {"name": "pay", "arguments": {"to": [{"account": 2**53}]}}},
        "action.arguments.to[0].account",
        "is an integer beyond 2^53, which JSON readers round; send it as a string",
    ),
    (
        asked(origin={"score": float("inf")}),
        "origin.score",
        "is not a finite number; send null or a string",
    ),
]


@pytest.mark.parametrize(("body", "field", "message"), BAD_REQUESTS)
def test_a_bad_request_is_refused_by_the_name_of_its_field(body: Any, field: str, message: str):
    assert found_in(body) == {field: message}


def test_all_wrong_fields_are_named_at_once():
    found = found_in({"action": {"title": 1}, "confidence": 2, "goal": ["x"]})
    assert set(found) == {"action.name", "action.title", "confidence", "goal"}


def test_no_message_repeats_a_value_that_may_be_secret():
    found = found_in({"action": {"name": "x"}, "environment": "hunter2", "reason": 5, "deadline_seconds": "hunter2"})
    assert "hunter2" not in json.dumps(found)


@pytest.mark.parametrize("kind", ["clarification", "plan"])
def test_a_suggested_answer_needs_no_effect(kind: str):
    submitted = SubmitApproval.model_validate({**option(), "kind": kind})
    assert submitted.options[0].effects() == []


def test_an_option_keeps_the_null_that_removes_an_argument():
    submitted = SubmitApproval.model_validate(option(arguments={"max_age_days": None}))
    assert submitted.options[0].arguments == {"max_age_days": None}
    assert '"arguments":{"max_age_days":null}' in submitted.model_dump_json(exclude_none=True)


@pytest.mark.parametrize(
    ("dollars", "micros"), [(0, 0), (0.25, 250_000), (0.1 + 0.2, 300_000), (49.99, 49_990_000), (1e9, 10**15)]
)
def test_money_is_whole_micro_dollars(dollars: float, micros: int):
    assert SubmitApproval.model_validate(asked(impact={"cost_usd": dollars})).impact.cost_micros == micros


@given(st.integers(0, 10**15))
def test_every_micro_dollar_survives_the_wire(micros: int):
    sent = SubmitApproval.model_validate(asked(impact={"cost_usd": micros / 10**6}))
    read = SubmitApproval.model_validate(parse_json(sent.model_dump_json()))
    assert read.impact.cost_micros == micros


TRAPS = [
    ('{"a": 1, "a": 2}', "a", "occurs twice; send it once"),
    ('{"x": [{"n": {"b": 1, "b": 1}}]}', "x[0].n.b", "occurs twice; send it once"),
    ('{"n": 9007199254740992}', "n", "is an integer beyond 2^53, which JSON readers round; send it as a string"),
    ('{"n": -%s}' % ("9" * 6_000), "n", "is an integer beyond 2^53, which JSON readers round; send it as a string"),
    ('{"n": NaN}', "n", "is not a finite number; send null or a string"),
    ('{"n": 1e999}', "n", "is not a finite number; send null or a string"),
    ('{"t": "\\u0000"}', "t", "contains a NUL character; leave it out, or send the bytes as a base64 string"),
    (
        '{"t": "\\ud800"}',
        "t",
        "contains a lone surrogate, which is not text; send the bytes as a base64 string",
    ),
    (
        '{"o": {"\\ud800": 1}}',
        "o",
        "has a member whose name contains a lone surrogate, which is not text; send the bytes as a base64 string",
    ),
    (
        '{{"d": {}1{}}}'.format("[" * 70, "]" * 70),
        "d" + "[0]" * 63,
        "is nested more than 64 levels deep; send the inner part as a string",
    ),
]


@pytest.mark.parametrize(("body", "field", "message"), TRAPS)
def test_json_that_readers_disagree_about_is_refused(body: str, field: str, message: str):
    with pytest.raises(JsonTrap) as refused:
        parse_json(body)
    assert [(error.field, error.message) for error in field_errors(refused.value)] == [(field, message)]


@pytest.mark.parametrize(
    ("body", "place"),
    [
        (b"", "line 1, column 1"),
        (b'{"a": 1', "line 1, column 8"),
        (b'{"a": 1,\n nope}', "line 2, column 2"),
        (b"\xff\xfe", "byte 0 is not UTF-8"),
        (b"[" * 100_000, "it is nested more than 64 levels deep"),
    ],
)
def test_what_is_not_json_is_refused_with_its_place(body: bytes, place: str):
    with pytest.raises(NotJson, match=place):
        parse_json(body)


@given(
    st.recursive(
        st.none()
        | st.booleans()
        | st.integers(-limits.SAFE_INTEGER, limits.SAFE_INTEGER)
        | st.floats(allow_nan=False, allow_infinity=False)
        | st.text(st.characters(codec="utf-8", exclude_characters="\x00")),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(st.text(max_size=5).filter(lambda name: "\x00" not in name), inner, max_size=3)
        ),
        max_leaves=20,
    )
)
def test_plain_json_passes_unchanged(value: Any):
    assert parse_json(json.dumps(value)) == value


def test_an_answer_of_a_newer_server_is_read():
    approval = Approval.model_validate(
        {
            "id": "apr_1",
            "state": "pending",
            "level": "soft_approval",
            "mood": {"x": 1},
            "due_at": "2026-11-20T14:00:00+02:00",
        }
    )
    assert approval.due_at is not None
    assert approval.model_dump(mode="json")["due_at"] == "2026-11-20T12:00:00Z"


def test_a_time_without_a_zone_is_refused():
    with pytest.raises(ValidationError):
        Approval.model_validate(
            {"id": "a", "state": "pending", "level": "soft_approval", "due_at": "2026-11-20T14:00:00"}
        )


def test_a_queue_with_a_kind_of_message_unknown_here_is_read():
    page = CallbackPage.model_validate(
        {"entries": [{"id": "cbk_1", "kind": "directive", "created_at": "2026-11-20T12:00:00Z"}], "after": "c"}
    )
    assert page.entries[0].approval is None


def test_the_small_bodies_name_what_is_wrong():
    assert found_in({"claim": "clm_1"}, Acknowledge) == {"holder": "is required"}
    assert found_in({"status": "done"}, Report) == {"status": "must be one of succeeded, failed"}
    assert found_in({"state": "paused"}, UpdateSession) == {"state": "must be ended"}


def test_every_closed_word_may_run_or_not_and_silence_is_no_approval():
    assert protocol.Outcome.EXPIRED not in protocol.RUNNABLE_OUTCOMES
    assert protocol.Outcome.ANSWERED not in protocol.RUNNABLE_OUTCOMES
    assert protocol.Outcome.TAKEN_OVER not in protocol.RUNNABLE_OUTCOMES


def test_the_schemas_say_x_or_null_in_one_type():
    models = [SubmitApproval, Approval, CallbackPage, protocol.Session, protocol.Problem]
    for schema in (TypeAdapter[Any](model).json_schema() for model in models):
        for choices in _all_of(schema, "anyOf"):
            assert "$ref" in choices[0], choices


def _all_of(schema: Any, keyword: str) -> list[Any]:
    if isinstance(schema, list):
        return [found for entry in schema for found in _all_of(entry, keyword)]
    if not isinstance(schema, dict):
        return []
    inner = [found for entry in schema.values() for found in _all_of(entry, keyword)]
    return [schema[keyword], *inner] if keyword in schema else inner
