"""Two megabytes of arguments are allowed. Nobody else may have to wait for them."""

import time
from dataclasses import replace
from typing import Any

import pytest
from pydantic import ValidationError
from sayso.protocol import JsonTrap, SubmitApproval, field_errors, parse_json

from bot.domain.action import Action
from bot.domain.card import card_of
from bot.domain.card_edit import edited_arguments
from bot.domain.card_form import form_of
from bot.domain.errors import EditRefused
from bot.domain.masking import HIDDEN, masked_arguments
from bot.domain.notice import NoticeKind
from bot.domain.request import ApprovalRequest
from bot.slack.render.card import card_message
from bot.slack.render.everything import everything_view
from bot.slack.render.review import review_view
from tests.support.recording import NOON
from tests.support.requests import a_request, a_ruling

MASKED = ("*password*", "*token*", "*api_key*", "cvv")
PATIENCE = 8.0
"""Seconds of this process; each of these took twenty and more."""


def asking(arguments: dict[str, Any], **said: Any) -> ApprovalRequest:
    request = a_request(ruling=a_ruling(masked=MASKED), action=Action(name="delete_files", arguments=arguments), **said)
    return replace(request, action=request.asked.action)


def drawn(request: ApprovalRequest) -> dict[str, Any]:
    card = card_of(request, kind=NoticeKind.CARD, delivery=None, session=None, step=0, home_channel=None, now=NOON)
    return card_message(card, card_version=1)


@pytest.mark.parametrize("is_nested", [False, True])
def test_forty_thousand_names_are_drawn_in_time(is_nested: bool) -> None:
    names = {f"k{n}": n for n in range(40_000)}
    request = asking({"all": names} if is_nested else names)
    started = time.process_time()
    drawn(request)
    review_view(request)
    assert time.process_time() - started < PATIENCE


def test_thousands_of_secrets_are_searched_for_in_time_and_none_is_shown() -> None:
    secrets = [f"{n * 7919 % 99991:05x}-secret" for n in range(20_000)]
    text = " ".join(f"{n:05x}" for n in range(50_000)) + secrets[17]
    request = asking({"tokens": secrets, "text": text}, reason=f"because of {secrets[4711]}")
    started = time.process_time()
    shown = f"{drawn(request)} {everything_view(request)} {review_view(request)}"
    assert time.process_time() - started < PATIENCE
    assert secrets[17] not in shown
    assert secrets[4711] not in shown


def test_words_are_read_before_long_arguments_use_the_time_up() -> None:
    request = asking({"tokens": ["first-secret", "second-secret"], "text": "x" * 1_900_000, "more": ["y" * 99] * 99})
    request = replace(request, asked=replace(request.asked, reason="It is first-secret that counts"))
    assert f"It is {HIDDEN} that counts" in str(everything_view(request))


def test_a_secret_is_taken_out_where_it_overlaps_with_another_one() -> None:
    request = asking({"tokens": ["abcdef", "abcdefgh", "hidden"], "text": "abcdefgh and abcdef"})
    assert form_of(request)[1].text == f"{HIDDEN} and {HIDDEN}"


def test_a_long_name_is_not_copied_for_every_element() -> None:
    started = time.process_time()
    masked_arguments({"n" * 900_000: [0] * 400_000}, MASKED)
    assert time.process_time() - started < PATIENCE


def test_a_schema_does_not_tell_the_values_of_a_secret() -> None:
    schema = {"properties": {"token": {"enum": ["first-secret", "second-secret"]}}}
    request = asking({"token": "first-secret"})
    request = replace(request, action=replace(request.action, arguments_schema=schema))
    with pytest.raises(EditRefused) as refused:
        edited_arguments(request, {"token": "guess"})
    assert refused.value.problems == {"token": "This does not fit what the agent can take."}


def test_an_argument_without_a_name_survives_an_unchanged_form() -> None:
    arguments = {"": "nameless", "#1": "hash", "path": "/tmp", **{f"k{n}": n for n in range(60)}}
    request = asking(arguments)
    assert edited_arguments(request, {field.name: field.text for field in form_of(request)}) == arguments


def test_a_name_that_stands_twice_among_many_is_found_at_once() -> None:
    members = ",".join(f'"k{n}":1' for n in range(100_000))
    started = time.process_time()
    with pytest.raises(JsonTrap, match="z occurs twice"):
        parse_json(f'{{{members},"z":1,"z":2}}')
    assert time.process_time() - started < PATIENCE


def test_a_long_name_is_not_copied_for_every_element_that_is_read() -> None:
    started = time.process_time()
    parse_json(f'{{"{"n" * 900_000}":[{"0," * 400_000}0]}}')
    assert time.process_time() - started < PATIENCE


def test_of_many_mistakes_the_first_hundred_are_told() -> None:
    with pytest.raises(JsonTrap) as found:
        parse_json(f'{{"a":[{"1e999," * 100_000}0]}}')
    assert found.value.traps[0] == ("a[0]", "is not a finite number; send null or a string")
    assert len(found.value.traps) == 100
    with pytest.raises(ValidationError) as invalid:
        SubmitApproval.model_validate({"action": {"name": "x"}, **{f"x{n}": 1 for n in range(100_000)}})
    assert len(field_errors(invalid.value)) == 100
