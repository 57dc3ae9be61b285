"""Secrets are found by the name of their argument."""

import pytest

from bot.domain.masking import HIDDEN, is_masked, masked_arguments

GLOBS = ("*password*", "*token*", "*api_key*", "cvv", "smtp.user")


@pytest.mark.parametrize(
    "path",
    [
        "password",
        "smtp_password",
        "PASSWORD",
        "dbPassword",
        "apiKey",
        "X-API-KEY",
        "api key",
        "users[0].access_token",
        "tokens.github",  # inside a hidden object
        "cvv",
        "smtp.user",
    ],
)
def test_a_secret_is_recognised_however_its_name_is_written(path: str) -> None:
    assert is_masked(path, GLOBS)


@pytest.mark.parametrize("path", ["pass", "cvv_checked", "user", "imap.user", "key", "count[1]"])
def test_other_arguments_are_shown(path: str) -> None:
    assert not is_masked(path, GLOBS)


def test_without_globs_nothing_is_hidden() -> None:
    assert not is_masked("password", ())


def test_values_are_hidden_in_objects_and_lists_whatever_they_are() -> None:
    arguments = {
        "host": "db-1",
        "password": "hunter2",
        "users": [{"name": "ana", "token": 17}, "bo"],
        "tokens": {"github": "ghp_1", "slack": None},
        "nested": {"deep": [[{"cvv": [1, 2, 3]}]]},
    }
    assert masked_arguments(arguments, GLOBS) == {
        "host": "db-1",
        "password": HIDDEN,
        "users": [{"name": "ana", "token": HIDDEN}, "bo"],
        "tokens": HIDDEN,
        "nested": {"deep": [[{"cvv": HIDDEN}]]},
    }
    assert arguments["password"] == "hunter2"


def test_the_length_of_a_secret_is_not_told() -> None:
    short, long = masked_arguments({"token": "a"}, GLOBS), masked_arguments({"token": "a" * 900}, GLOBS)
    assert short == long
