"""Help and what there is agree: no dead word in help, and no verb that help keeps to itself."""

import re

import pytest

from bot.slack.listeners.commands import BOOKS, HELP
from bot.slack.render.help import help_message


def told(name: str) -> set[str]:
    """The verbs of a command that help names."""
    return set(re.findall(rf"{name} ([a-z]+)", help_message()["text"]))


@pytest.mark.parametrize("name", BOOKS)
def test_help_names_every_verb_and_no_other(name: str):
    book = BOOKS[name]
    without_saying = {HELP, book.default}  # what is answered where no verb is typed
    assert told(name) - without_saying == set(book.handlers) - without_saying


@pytest.mark.parametrize("name", BOOKS)
def test_verbs_are_typed_in_any_case(name: str):
    assert all(verb == verb.lower() for verb in BOOKS[name].handlers)
