"""What nightly, the long run of the demo, makes of a person's words."""

import pytest

from bot.demo.long_run import Backups


def some_checked(count: int) -> Backups:
    backups = Backups()
    for _ in range(count):
        backups.check()
    return backups


@pytest.mark.parametrize(
    ("words", "answer", "following"),
    [
        ("Leave the logs alone", "logs: 900 skipped. 890 are left.", "orders"),
        ("skip orders and logs, please", "orders and logs: 1,190 skipped. 600 are left.", "billing"),
        ("only BILLING", "orders, search and logs: 1,490 skipped. 300 are left.", "billing"),
        ("search first", "search first, from the next one on.", "search"),
        ("write a poem", "I am a script: I can only skip some, do only some, or do some first.", "orders"),
    ],
)
def test_nightly_goes_on_as_it_is_told_as_far_as_a_script_can(words: str, answer: str, following: str):
    backups = some_checked(10)
    assert backups.follow(words).startswith(answer)
    assert backups.next == following


def test_nightly_says_how_far_it_got():
    backups = some_checked(2)
    backups.follow("skip the logs")
    assert str(backups) == "2 of 1,800 backups checked, 900 skipped, 1 damaged"


def test_nightly_has_nothing_left_when_all_is_skipped():
    backups = Backups()
    backups.follow("skip orders, billing, search, logs")
    assert backups.next is None
