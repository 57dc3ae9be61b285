"""From the wire's words to the domain's."""

from datetime import timedelta
from typing import Any

import pytest
from sayso import protocol

from bot.domain.action import AllowedDecision
from bot.domain.errors import InvalidField
from bot.services.submit_request import Submission
from bot.wire.asking import submission_of


def submission(key: str | None = None, **said: Any) -> Submission:
    sent = {"action": {"name": "delete_files"}, **said}
    return submission_of(protocol.SubmitApproval.model_validate(sent), sent=sent, idempotency_key=key)


def test_what_is_not_said_stays_unsaid():
    asked = submission().asked
    assert asked.impact.reversible is None
    assert asked.impact.cost_micros is None
    assert (asked.environment, asked.confidence, asked.deadline, asked.origin) == (None, None, None, None)
    assert (asked.options, asked.uncertainties, asked.impact.resources) == ((), (), ())


def test_an_agent_that_does_not_say_what_it_can_take_can_take_everything():
    assert submission().asked.allowed_decisions == frozenset(AllowedDecision)
    assert submission(allowed_decisions=["deny"]).asked.allowed_decisions == {AllowedDecision.DENY}


@pytest.mark.parametrize(
    ("dollars", "micros"), [(0, 0), (0.1, 100_000), (0.1 + 0.2, 300_000), (1234.56, 1_234_560_000), (0.000001, 1)]
)
def test_money_becomes_whole_micro_dollars(dollars: float, micros: int):
    assert submission(impact={"cost_usd": dollars}).asked.impact.cost_micros == micros


def test_a_deadline_is_a_duration():
    assert submission(deadline_seconds=90).asked.deadline == timedelta(seconds=90)


def test_only_an_option_that_says_so_does_not_proceed():
    options = [
        {"id": "a", "label": "A", "arguments": {"x": None}},
        {"id": "b", "label": "B", "proceed": False},
    ]
    first, second = submission(options=options).asked.options
    assert (first.proceed, first.arguments) == (True, {"x": None})
    assert (second.proceed, second.arguments) == (False, None)


def test_a_suggested_answer_has_nothing_to_run():
    (option,) = submission(kind="clarification", options=[{"id": "a", "label": "By date"}]).asked.options
    assert (option.arguments, option.action, option.proceed) == (None, None, True)


def test_the_state_is_kept_as_canonical_text():
    assert submission(state={"b": 1.0, "a": ["ä", None]}).agent_state == '{"a":["ä",null],"b":1}'
    assert submission().agent_state is None


def test_the_digest_is_of_the_body_as_it_was_sent():
    assert submission(reason="a").body_digest == submission(reason="a").body_digest
    assert submission(reason="a").body_digest != submission(reason="b").body_digest
    assert submission(state={}).body_digest != submission().body_digest


def test_where_the_decision_is_to_be_sent_is_handed_on_and_is_part_of_what_was_sent():
    named = submission(callback={"url": "https://agent.example/hook"})
    assert named.callback_url == "https://agent.example/hook"
    assert named.body_digest != submission().body_digest


GOOD_SCHEMAS = [
    {},
    {"type": "object", "properties": {"days": {"type": "integer"}}, "required": ["days"]},
    {"$schema": "http://json-schema.org/draft-07/schema#", "properties": {"a": {"type": "string"}}},
    {"$defs": {"day": {"type": "integer"}}, "properties": {"days": {"$ref": "#/$defs/day"}}},
    {"properties": {"$ref": {"type": "string"}}},
]


@pytest.mark.parametrize("schema", GOOD_SCHEMAS)
def test_a_schema_that_can_be_checked_is_kept(schema: dict[str, Any]):
    action = submission(action={"name": "x", "arguments_schema": schema}).asked.action
    assert action.arguments_schema == schema


BAD_SCHEMAS = [
    ({"type": "wrong"}, "action.arguments_schema.type"),
    ({"required": "days"}, "action.arguments_schema.required"),
    ({"properties": {"a": {"minimum": "1"}}}, "action.arguments_schema.properties.a.minimum"),
    ({"properties": {"a": {"$ref": "https://x.example/s.json#/a"}}}, "action.arguments_schema"),
    ({"allOf": [{"$dynamicRef": "other.json"}]}, "action.arguments_schema"),
    ({"$schema": ["x"]}, "action.arguments_schema.$schema"),
]


@pytest.mark.parametrize(("schema", "field"), BAD_SCHEMAS)
def test_a_schema_that_cannot_be_checked_is_refused(schema: dict[str, Any], field: str):
    with pytest.raises(InvalidField) as refusal:
        submission(action={"name": "x", "arguments_schema": schema})
    assert refusal.value.field == field
