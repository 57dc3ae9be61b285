"""A digest's messages and forms: as designed, whatever words agents use, and values that come back as they went out."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.alert import AlertGroup, Mute
from bot.domain.decision import Outcome
from bot.domain.digest import Day, Digest, OutcomeCount, Waiting, digest_of
from bot.domain.digest_card import DigestReply, parent_of, reply_of
from bot.domain.errors import NotFound, NotSmall
from bot.domain.people import Agent, Person
from bot.domain.schedule import Schedule
from bot.domain.small_requests import Small
from bot.services.approve_small import Approved, SmallOnes
from bot.services.write_digest import NothingToTell
from bot.slack.digest_ids import (
    DigestVerb,
    PartTarget,
    UnreadableDigest,
    parse_part_menu_value,
    parse_part_metadata,
    parse_part_value,
    part_menu_value,
    part_metadata,
    part_value,
)
from bot.slack.ids import UnreadableTarget
from bot.slack.render.bulk import (
    bulk_done_message,
    bulk_done_view,
    bulk_failed_view,
    bulk_loading_view,
    bulk_refused_view,
    bulk_view,
    read_bulk,
)
from bot.slack.render.digest import (
    HOW_TO_ASK,
    ON_ITS_WAY,
    muted_message,
    nothing_message,
    parent_message,
    plain_digest_message,
    reply_message,
    shortened_reply_message,
)
from tests.unit.slack_render import samples
from tests.unit.slack_render.anything import AGENTS, words
from tests.unit.slack_render.test_any_words import check_message, check_view, texts_of, thoroughly
from tests.unit.slack_render.test_examples import CARDS

NOW = datetime(2026, 11, 20, 16, 30, tzinfo=UTC)
DAY = timedelta(days=1)
TIDY = Agent(id="agt_1", name="tidy", owner_slack_user_id="U04CHEN")
ANA = Person(surface="slack", id="U02ANA", name="Ana")
TARGET = PartTarget(digest_id="dig_1", agent_id="agt_1")
MOVE = Small(request_id="apr_1", revision=1, title="Move 60 build logs to the archive", words="staging · can be undone")
RESTART = Small(
    request_id="apr_2",
    revision=1,
    title="Restart the search index",
    words="staging · can be undone",
    impact="20 s without search",
)


def a_digest(
    *counts: OutcomeCount, alerts: tuple[AlertGroup, ...] = (), waiting: Waiting | None = None, **more: Any
) -> Digest:
    day = Day(since=NOW - DAY, until=NOW, outcomes=counts, waiting=waiting or Waiting())
    shape: dict[str, Any] = {"schedule": Schedule(zone="Europe/Berlin"), "next_at": NOW + 3 * DAY, **more}
    return digest_of(day, [TIDY], {TIDY.id: alerts}, id="dig_1", channel="C1", at=NOW, **shape)


def of_the_design() -> Digest:
    """The day of card m1, without money."""

    def count(outcome: Outcome, count: int) -> OutcomeCount:
        return OutcomeCount(agent_id=TIDY.id, outcome=outcome, count=count)

    return a_digest(
        count(Outcome.APPROVED, 31),
        count(Outcome.MODIFIED, 5),
        count(Outcome.DENIED, 4),
        count(Outcome.EXPIRED, 1),
        count(Outcome.CONSENTED, 6),
        alerts=(AlertGroup(kind="cost", count=14),),
        waiting=Waiting(count=2, request_ids=("apr_1", "apr_2")),
    )


def a_reply(
    *groups: AlertGroup, small: tuple[Small, ...] = (), agent: Agent = TIDY, **became: Outcome | None
) -> DigestReply:
    digest = a_digest(alerts=groups)
    part = replace(digest.parts[0], small=small, agent=agent) if digest.parts else None
    assert part is not None
    return reply_of(digest, part, became=became, mutes=(), now=NOW)


@pytest.mark.skipif(not CARDS.is_dir(), reason="the design papers are not here")
def test_the_parent_is_as_designed_but_for_what_is_spent():
    designed = json.loads((CARDS / "m1-digest-parent.json").read_text())["blocks"]
    due = datetime(2026, 11, 20, 17, 30, tzinfo=UTC)
    parent = parent_of(of_the_design(), still_waiting={"apr_1": due, "apr_2": due}, now=NOW)
    title, lines, inbox, foot = parent_message(parent, version=1)["blocks"]
    assert title["text"] == designed[0]["text"]
    (button,) = inbox["elements"]
    assert {**button, "value": ""} == {**designed[2]["elements"][0], "value": ""}
    said = lines["text"]["text"].split("\n")
    wanted = designed[1]["text"]["text"].split("\n")
    assert said[1:3] == wanted[1:3]
    assert said[3] == "*14 alerts* from 1 agent, none urgent. Details in the thread."
    assert said[0].startswith("*2 requests wait*, the next one until <!date^")
    assert foot["elements"][0]["text"].startswith("One reply per agent below · Next digest Monday <!date^")
    assert foot["elements"][0]["text"].endswith("`/agent digest now` for one in between")


@pytest.mark.skipif(not CARDS.is_dir(), reason="the design papers are not here")
def test_the_form_is_as_designed():
    designed = json.loads((CARDS / "m3-approve-except-modal.json").read_text())
    view = bulk_view(SmallOnes(agent=TIDY, requests=(MOVE, RESTART)), TARGET)
    for block in (*designed["blocks"], *view["blocks"]):
        element = block.get("element", {})
        for option in (*element.get("options", ()), *element.get("initial_options", ())):
            option["value"] = ""
    assert json.loads(json.dumps(view)) == {**designed, "private_metadata": view["private_metadata"]}


def test_the_reply_shows_words_of_agents_in_rich_text_only():
    reply = a_reply(AlertGroup(kind="cost", count=5, texts=("over $10", "at most $12.40")), small=(MOVE,), apr_1=None)
    head, body, controls = reply_message(reply, version=2)["blocks"]
    assert head["text"]["text"] == "*tidy* · 5 alerts, 1 small request waits"
    assert body["type"] == "rich_text"
    assert "over $10; at most $12.40" in "".join(texts_of(body, "text"))
    approve, menu = controls["elements"]
    assert approve["text"]["text"] == "Approve all except…"
    assert [one["text"]["text"] for one in menu["options"]] == ["Open tidy", "Mute cost alerts for 7 days"]


def test_a_reply_in_which_nothing_waits_has_nothing_to_approve():
    reply = a_reply(AlertGroup(kind="cost", count=1), small=(MOVE,), apr_1=Outcome.APPROVED)
    _, body, controls = reply_message(reply, version=1)["blocks"]
    assert [one["type"] for one in controls["elements"]] == ["overflow"]
    assert "Waited" in texts_of(body, "text")


alert_groups = st.lists(
    st.builds(
        AlertGroup,
        kind=st.from_regex(r"[a-z0-9]([a-z0-9._-]{0,38}[a-z0-9])?", fullmatch=True),
        count=st.integers(1, 10_000),
        texts=st.lists(words, max_size=3).map(tuple),
    ),
    min_size=1,
    max_size=12,
)
smalls = st.lists(
    st.builds(
        Small, request_id=st.just("apr_1"), revision=st.integers(1, 9), title=words, words=st.just("x"), impact=words
    ),
    max_size=50,
)


@given(alert_groups, smalls, st.sampled_from(AGENTS))
@thoroughly
def test_slack_takes_every_reply_and_nobody_is_called_by_it(groups: list[AlertGroup], small: list[Small], name: str):
    agent = replace(TIDY, name=name)
    reply = a_reply(*groups, small=tuple(small), agent=agent)
    for message in (
        reply_message(reply, version=1),
        shortened_reply_message(reply, version=1),
        plain_digest_message(reply),
    ):
        check_message(message)


@given(smalls, st.sampled_from(AGENTS))
@thoroughly
def test_slack_takes_every_form_and_what_becomes_of_it(small: list[Small], name: str):
    ones = SmallOnes(agent=replace(TIDY, name=name), requests=tuple(small))
    check_view(bulk_view(ones, TARGET))
    refusal = NotSmall(samples.deploy())
    answers = [
        Approved(request_id="apr_1", title=one.title, refusal=refusal if n % 2 else None) for n, one in enumerate(small)
    ]
    check_view(bulk_done_view(answers, TARGET, now=NOW))
    check_message(bulk_done_message(answers))


def test_slack_takes_everything_else_that_is_said():
    mute = Mute(agent_id=TIDY.id, kind="cost", channel="C1", until=NOW + DAY, by=ANA)
    parent = parent_of(of_the_design(), still_waiting={}, now=NOW)
    for message in (
        parent_message(parent, version=1),
        plain_digest_message(parent),
        muted_message(TIDY, "cost", mute),
        muted_message(TIDY, "cost", None),
        nothing_message(NothingToTell(since=NOW)),
        nothing_message(NothingToTell(since=NOW, elsewhere=("C01APPROVALS", "C02DIGEST"))),
        ON_ITS_WAY,
        HOW_TO_ASK,
    ):
        check_message(message)
    for view in (
        bulk_loading_view(TARGET),
        bulk_failed_view(TARGET),
        bulk_refused_view(NotFound("digest", "dig_1"), TARGET, now=NOW),
        bulk_done_view([], TARGET, now=NOW),
    ):
        check_view(view)


def test_what_is_ticked_is_read_from_every_group():
    def ticked(*values: str) -> dict[str, Any]:
        return {"ids": {"type": "checkboxes", "selected_options": [{"value": value} for value in values]}}

    found = read_bulk({"which": ticked("apr_1:r1", "apr_2:r3"), "which2": ticked(), "which3": ticked("apr_9:r1")})
    assert [(one.request_id, one.revision) for one in found] == [("apr_1", 1), ("apr_2", 3), ("apr_9", 1)]
    assert read_bulk({}) == []


@pytest.mark.parametrize(
    "entry", [{"selected_options": [{"value": "x"}]}, {"selected_options": 5}, {"selected_options": [5]}, 7]
)
def test_garbage_is_nothing_ticked(entry: Any):
    with pytest.raises(UnreadableTarget):
        read_bulk({"which": {"ids": entry}})


def test_values_come_back_as_they_went_out():
    kind = replace(TARGET, kind="no-note")
    assert parse_part_value(part_value(TARGET)) == TARGET
    assert parse_part_metadata(part_metadata(TARGET)) == TARGET
    assert parse_part_menu_value(part_menu_value(DigestVerb.OPEN, TARGET)) == (DigestVerb.OPEN, TARGET)
    for verb in (DigestVerb.MUTE, DigestVerb.SHOW):
        assert parse_part_menu_value(part_menu_value(verb, kind)) == (verb, kind)


@pytest.mark.parametrize(
    "garbage",
    [
        "",
        "dig_1",
        "dig_1:",
        "agt_1:dig_1",
        "dig_1:agt_1:cost",
        "dig_1:agt_1\n",
        "DIG_1:agt_1",
        "apr_1:r1",
        "dig_1:agt_1:a b",
    ],
)
def test_garbage_is_no_part_of_a_digest(garbage: str):
    with pytest.raises(UnreadableDigest):
        parse_part_value(garbage)
    for value in (garbage, f"mute:{garbage}", f"mute:{garbage}:", f"open:{garbage}:x", f"burn:{garbage}"):
        if value != "mute:dig_1:agt_1:cost":
            with pytest.raises(UnreadableDigest):
                parse_part_menu_value(value)
    for text in (garbage, "{}", "[]", '{"digest":"dig_1"}', json.dumps({"digest": garbage, "agent": "agt_1"})):
        if text != json.dumps({"digest": "dig_1", "agent": "agt_1"}):
            with pytest.raises(UnreadableDigest):
                parse_part_metadata(text)
