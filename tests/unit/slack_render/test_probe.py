"""The doctor's test card says what it is, and asks for nothing else."""

import json
from datetime import UTC, datetime, timedelta

from bot.domain.people import Person
from bot.slack.render.probe import heard_probe, seconds_of, shows_heard, unheard_probe, waiting_probe

NOW = datetime(2026, 11, 20, 14, 33, tzinfo=UTC)
ANA = Person(surface="slack", id="U02ANA", name="Ana")


def test_a_waiting_card_has_one_button_and_says_that_nothing_is_decided():
    card = waiting_probe("prb_1", machine="web-1", until=NOW)
    (buttons,) = [block for block in card["blocks"] if block["type"] == "actions"]
    assert [button["value"] for button in buttons["elements"]] == ["prb_1"]
    assert "Nothing is decided" in card["text"]
    assert not shows_heard(card)


def test_a_machine_cannot_be_called_what_pings_everybody():
    shown = json.dumps(waiting_probe("prb_1", machine="<!channel> *web*", until=NOW))
    assert "<!channel>" not in shown
    assert "*web*" not in shown


def test_once_it_was_heard_or_given_up_there_is_no_button():
    heard = heard_probe("prb_1", by=ANA, after=timedelta(seconds=0.84))
    unheard = unheard_probe("prb_1", at=NOW)
    assert heard["text"].startswith("Heard after 0.8 s.")
    assert "<@U02ANA>" in json.dumps(heard)
    assert shows_heard(heard)
    assert not shows_heard(unheard)
    assert not [block for card in (heard, unheard) for block in card["blocks"] if block["type"] == "actions"]


def test_a_way_that_could_not_be_timed_is_not_timed():
    assert heard_probe("prb_1", by=ANA, after=None)["text"].startswith("Heard. ")


def test_the_same_block_is_new_at_each_redraw():
    cards = (
        waiting_probe("prb_1", machine="m", until=NOW),
        heard_probe("prb_1", by=ANA, after=None),
        unheard_probe("prb_1", at=NOW),
    )
    ids = [block["block_id"] for card in cards for block in card["blocks"]]
    assert len(ids) == len(set(ids))


def test_short_and_long_ways_are_told_in_seconds():
    assert seconds_of(timedelta(milliseconds=99)) == "less than 0.1 s"
    assert seconds_of(timedelta(seconds=62.04)) == "62.0 s"
