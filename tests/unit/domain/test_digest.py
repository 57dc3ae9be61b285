"""What a digest says of a day."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.action import AllowedDecision, Impact, Kind, Option
from bot.domain.alert import AlertGroup, Mute, without_muted
from bot.domain.card_text import text_of
from bot.domain.decision import Outcome
from bot.domain.digest import (
    MOST_KINDS,
    MOST_PARTS,
    Day,
    Digest,
    DigestPart,
    OutcomeCount,
    Sort,
    Waiting,
    digest_of,
    quality_of,
)
from bot.domain.digest_card import parent_of, reply_of
from bot.domain.people import Agent
from bot.domain.request import ApprovalRequest, RequestEvent
from bot.domain.ruling import Level, Risk
from bot.domain.schedule import Schedule, Weekday
from bot.domain.small_requests import is_small, small_of
from tests.support.policies import ANA, OWNER
from tests.support.recording import NOON
from tests.support.requests import AGENT, OLDER, a_request, a_ruling, closed_as

DAY = timedelta(days=1)
SCHEDULE = Schedule(zone="Europe/Berlin")
SOFT = a_ruling(level=Level.SOFT_APPROVAL)
SHIPPER = Agent(id="agt_2", name="shipper", owner_slack_user_id=OWNER)


def a_small_request(**changes: Any) -> ApprovalRequest:
    return a_request(**{"ruling": SOFT, "impact": Impact(reversible=True), **changes})


def a_digest(*counts: OutcomeCount, alerts: dict[str, list[AlertGroup]] | None = None, **more: Any) -> Digest:
    of_day = {name: more.pop(name) for name in list(more) if name in Day.__dataclass_fields__}
    day = Day(**{"since": NOON - DAY, "until": NOON, "outcomes": counts, **of_day})
    shape = {"id": "dig_1", "channel": "C1", "at": NOON, "schedule": SCHEDULE}
    return digest_of(day, [AGENT, SHIPPER], alerts or {}, **{**shape, **more})


def count_of(outcome: Outcome, count: int, *, undone: int = 0, agent: Agent = AGENT) -> OutcomeCount:
    return OutcomeCount(agent_id=agent.id, outcome=outcome, count=count, undone=undone)


def lines_of(digest: Digest, **still_waiting: Any) -> list[str]:
    return [text_of(line) for line in parent_of(digest, still_waiting=still_waiting, now=NOON).lines]


def facts_of(digest: Digest, *, mutes: tuple[Mute, ...] = (), **became: Outcome | None) -> dict[str, str]:
    reply = reply_of(digest, digest.parts[0], became=became, mutes=mutes, now=NOON)
    return {fact.label: text_of(fact.text) for fact in reply.facts}


def test_the_day_of_the_design_is_told_in_four_lines():
    digest = a_digest(
        count_of(Outcome.APPROVED, 31),
        count_of(Outcome.MODIFIED, 5),
        count_of(Outcome.DENIED, 4),
        count_of(Outcome.EXPIRED, 1),
        count_of(Outcome.CONSENTED, 6),
        alerts={AGENT.id: [AlertGroup(kind="cost", count=13)], SHIPPER.id: [AlertGroup(kind="drift", count=1)]},
        waiting=Waiting(count=2, request_ids=("apr_1", "apr_2")),
    )
    assert parent_of(digest, still_waiting={}, now=NOON).header == "Friday 20 November: a quiet day"
    assert lines_of(digest, apr_1=NOON + timedelta(hours=1), apr_2=NOON + timedelta(hours=2)) == [
        "2 requests wait, the next one until 13:00 UTC.",
        "41 asked: 31 approved, 5 changed, 4 denied, 1 expired.",
        "6 went ahead on silence. None was undone.",
        "14 alerts from 2 agents, none urgent. Details in the thread.",
    ]


def test_no_day_needs_more_than_five_lines():
    everything = [count_of(outcome, 2, undone=1) for outcome in Outcome]
    alerts = {AGENT.id: [AlertGroup(kind="cost", count=2), AlertGroup(kind="noise", count=4, was_muted=True)]}
    lines = lines_of(a_digest(*everything, alerts=alerts, waiting=Waiting(count=1, request_ids=("apr_1",))))
    assert lines == [
        "1 request waited, none does any more.",
        (
            "18 asked: 2 approved, 2 with an option, 2 changed, 2 answered, 2 denied, 2 expired, 2 taken over, "
            "2 taken back, 2 asked anew."
        ),
        "2 went ahead on silence. 1 was undone.",
        "2 told, not asked. 1 was undone.",
        "2 alerts from 1 agent, none urgent, 4 more muted. Details in the thread.",
    ]


@pytest.mark.parametrize(
    ("left", "said"),
    [
        ({"apr_1": None, "apr_2": None}, "2 requests wait."),
        ({"apr_1": NOON}, "2 requests waited, one still does, until 12:00 UTC."),
        ({}, "2 requests waited, none does any more."),
    ],
)
def test_a_request_that_is_decided_later_no_longer_waits(left: dict[str, Any], said: str):
    assert lines_of(a_digest(waiting=Waiting(count=2, request_ids=("apr_1", "apr_2"))), **left)[0] == said


@pytest.mark.parametrize(
    ("counts", "said"),
    [
        ([count_of(Outcome.APPROVED, 41), count_of(Outcome.EXPIRED, 1)], "a quiet day"),
        ([count_of(Outcome.APPROVED, 27), count_of(Outcome.EXPIRED, 3)], "3 got no answer"),
        ([count_of(Outcome.APPROVED, 28), count_of(Outcome.EXPIRED, 3)], "a quiet day"),
        ([count_of(Outcome.CONSENTED, 4, undone=1)], "something was undone"),
        ([count_of(Outcome.AUTO_APPROVED, 4, undone=2)], "2 things were undone"),
        ([count_of(Outcome.DENIED, 3), count_of(Outcome.APPROVED, 2)], "mostly no"),
        ([count_of(Outcome.DENIED, 2)], "a quiet day"),
        ([count_of(Outcome.AUTO_APPROVED, 100)], "a busy day"),
    ],
)
def test_the_header_says_what_went_wrong_before_how_much_there_was(counts: list[OutcomeCount], said: str):
    assert quality_of(a_digest(*counts)) == said


def test_the_day_is_that_of_the_channels_own_zone():
    late = replace(SCHEDULE, zone="Pacific/Kiritimati")
    parent = parent_of(a_digest(schedule=late), still_waiting={}, now=NOON)
    assert parent.header == "Saturday 21 November: a quiet day"


def test_a_digest_in_between_says_so_and_who_wanted_it():
    parent = parent_of(a_digest(by=ANA, next_at=NOON + timedelta(hours=4, minutes=30)), still_waiting={}, now=NOON)
    assert parent.header.startswith("Friday 20 November so far:")
    assert [text_of(line) for line in parent.foot] == [
        "Asked for by Ana",
        "Next digest 2026-11-20 16:30 UTC, with all of this",
    ]


def test_a_digest_of_more_than_a_day_says_since_when():
    weekend = a_digest(since=NOON - 3 * DAY, schedule=replace(SCHEDULE, days=(Weekday.FRI,)))
    assert text_of(parent_of(weekend, still_waiting={}, now=NOON).foot[0]) == "Since 2026-11-17 12:00 UTC"


def test_each_agent_that_has_something_to_tell_has_a_part_and_the_fullest_comes_first():
    alerts = {SHIPPER.id: [AlertGroup(kind="cost", count=9)]}
    digest = a_digest(count_of(Outcome.EXPIRED, 2), count_of(Outcome.APPROVED, 50), alerts=alerts)
    assert [part.agent.name for part in digest.parts] == ["shipper", "tidy"]
    assert a_digest(count_of(Outcome.APPROVED, 50)).parts == ()


def test_agents_without_a_reply_are_still_counted():
    agents = [replace(AGENT, id=f"agt_{n}", name=f"agent-{n}") for n in range(MOST_PARTS + 3)]
    day = Day(since=NOON - DAY, until=NOON)
    alerts = {agent.id: [AlertGroup(kind="cost", count=1)] for agent in agents}
    digest = digest_of(day, agents, alerts, id="dig_1", channel="C1", at=NOON, schedule=SCHEDULE)
    assert (len(digest.parts), digest.parts_left_out, digest.alerts) == (MOST_PARTS, 3, MOST_PARTS + 3)
    foot = parent_of(digest, still_waiting={}, now=NOON).foot
    assert text_of(foot[0]) == "One reply per agent below, 3 more are only counted"


def test_a_reply_tells_alerts_by_kind_then_silence_and_what_expired():
    titled = [replace(closed_as(Outcome.CONSENTED, RequestEvent.CONSENTED), id=f"apr_{n}") for n in range(3)]
    digest = a_digest(
        count_of(Outcome.CONSENTED, 5, undone=1),
        count_of(Outcome.EXPIRED, 1),
        alerts={AGENT.id: [AlertGroup(kind="cost", count=5, texts=("$12 for one run", "$11 for one run"))]},
        named=titled,
    )
    assert facts_of(digest) == {
        "5 × cost": "$12 for one run; $11 for one run",
        "Silence": "5 went ahead, nobody objected: Run delete_files; Run delete_files; Run delete_files "
        "and 2 more. 1 was undone.",
        "Expired": "1 got no answer, nothing ran.",
    }
    reply = reply_of(digest, digest.parts[0], became={}, mutes=(), now=NOON)
    assert text_of(reply.head) == "tidy · 5 alerts, 5 went ahead on silence, 1 expired"


def test_a_muted_kind_is_counted_and_not_quoted():
    groups = without_muted(
        [AlertGroup(kind="cost", count=5, texts=("dear",)), AlertGroup(kind="drift", count=1)], frozenset({"cost"})
    )
    mute = Mute(agent_id=AGENT.id, kind="cost", channel="C1", until=NOON + 7 * DAY, by=ANA)
    digest = a_digest(alerts={AGENT.id: list(groups)})
    assert (digest.alerts, digest.muted_alerts) == (1, 5)
    assert facts_of(digest, mutes=(mute,))["5 × cost"] == "muted until 2026-11-27 12:00 UTC by Ana."
    assert facts_of(digest)["5 × cost"] == "muted when this was written."


def test_muting_in_the_thread_leaves_what_people_have_read():
    mute = Mute(agent_id=AGENT.id, kind="cost", channel="C1", until=NOON + 7 * DAY, by=ANA)
    digest = a_digest(alerts={AGENT.id: [AlertGroup(kind="cost", count=1, texts=("dear",))]})
    assert facts_of(digest, mutes=(mute,)) == {"1 × cost": "dear · muted until 2026-11-27 12:00 UTC by Ana."}
    reply = reply_of(digest, digest.parts[0], became={}, mutes=(mute,), now=NOON)
    assert [(entry.kind, entry.is_muted) for entry in reply.kinds] == [("cost", True)]


def test_small_requests_are_listed_with_what_became_of_them():
    pending = [
        replace(a_small_request(), id="apr_1"),
        replace(a_small_request(), id="apr_2"),
        replace(a_request(), id="apr_3"),
    ]
    digest = a_digest(pending=pending, waiting=Waiting(count=3))
    reply = reply_of(digest, digest.parts[0], became={"apr_1": Outcome.APPROVED, "apr_2": None}, mutes=(), now=NOON)
    assert [(listed.small.request_id, listed.became) for listed in reply.waiting] == [
        ("apr_1", "approved"),
        ("apr_2", None),
    ]
    assert reply.may_approve
    closed = reply_of(
        digest, digest.parts[0], became=dict.fromkeys(("apr_1", "apr_2"), Outcome.DENIED), mutes=(), now=NOON
    )
    assert not closed.may_approve


def test_nothing_to_tell_is_no_digest():
    assert a_digest().is_empty
    assert a_digest(alerts={AGENT.id: [AlertGroup(kind="cost", count=3, was_muted=True)]}).is_empty
    assert not a_digest(waiting=Waiting(count=1)).is_empty
    assert not a_digest(count_of(Outcome.APPROVED, 1)).is_empty


NOT_SMALL: dict[str, ApprovalRequest] = {
    "hard": a_small_request(ruling=a_ruling()),
    "takeover": a_small_request(ruling=a_ruling(level=Level.HUMAN_TAKEOVER)),
    "dangerous": a_small_request(ruling=replace(SOFT, risk=Risk.DANGEROUS)),
    "cannot be undone": a_small_request(impact=Impact(reversible=False)),
    "undo unknown": a_small_request(impact=Impact()),
    "somebody looks": replace(a_small_request(), opened_by=ANA),
    "held": replace(a_small_request(), due_at=None),
    "closed": closed_as(Outcome.DENIED, RequestEvent.DECIDED, a_small_request()),
    "question": a_small_request(kind=Kind.PLAN),
    "options": a_small_request(options=(OLDER,)),
    "takes no yes": a_small_request(allowed_decisions=frozenset({AllowedDecision.DENY})),
}


def test_a_soft_request_that_can_be_undone_is_small():
    assert is_small(a_small_request())


@pytest.mark.parametrize("why", NOT_SMALL)
def test_what_needs_a_look_is_not_small(why: str):
    assert not is_small(NOT_SMALL[why])


def test_what_is_listed_holds_no_secret():
    masked = replace(SOFT, masked=("*key*",))
    request = a_small_request(
        ruling=masked,
        impact=Impact(reversible=True, summary="rotates s3cret-key-1"),
    )
    action = replace(request.action, arguments={"api_key": "s3cret-key-1"}, title="Rotate s3cret-key-1")
    request = replace(request, action=action, asked=replace(request.asked, action=action))
    small = small_of(request)
    assert "s3cret" not in f"{small.title} {small.impact}"


texts = st.text(max_size=60)


@given(
    st.lists(
        st.builds(AlertGroup, kind=st.sampled_from(["cost", "drift"]), count=st.integers(1, 9), texts=st.tuples(texts))
    ),
    texts,
)
def test_words_of_agents_stay_their_own(groups: list[AlertGroup], title: str):
    small = replace(small_of(a_small_request()), title=title)
    part = DigestPart(agent=AGENT, alerts=tuple(groups), small=(small,))
    reply = reply_of(a_digest(), part, became={"apr_1": None}, mutes=(), now=NOON)
    assert len(reply.facts) == len(groups)
    assert reply.text.startswith("tidy: ")


def test_every_sort_of_heap_has_its_words():
    digest = a_digest(*(count_of(outcome, 1) for outcome in Outcome))
    assert [heap.sort for heap in digest.parts[0].heaps] == list(Sort)
    assert list(facts_of(digest)) == ["Silence", "Told", "Expired"]


def test_an_option_makes_a_request_one_to_be_opened():
    assert not is_small(a_small_request(options=(Option(id="no", label="No", proceed=False),)))


def test_many_kinds_are_counted_together_behind_the_first_few():
    groups = [AlertGroup(kind=f"kind-{n:02d}", count=2, texts=("x",)) for n in range(MOST_KINDS + 3)]
    digest = a_digest(alerts={AGENT.id: groups})
    assert digest.alerts == 2 * (MOST_KINDS + 3)
    assert list(facts_of(digest))[-1] == "Other kinds"
    assert facts_of(digest)["Other kinds"] == "6 alerts."


def test_the_next_digest_is_called_by_its_day():
    monday = parent_of(a_digest(next_at=NOON + 3 * DAY), still_waiting={}, now=NOON)
    assert text_of(monday.foot[0]) == "Next digest Monday 12:00 UTC"
    tomorrow = parent_of(a_digest(next_at=NOON + DAY), still_waiting={}, now=NOON)
    assert text_of(tomorrow.foot[0]) == "Next digest 2026-11-21 12:00 UTC"


def test_of_a_single_thing_it_is_said_whether_it_was_undone():
    digest = a_digest(count_of(Outcome.CONSENTED, 1), count_of(Outcome.AUTO_APPROVED, 1, undone=1))
    assert lines_of(digest)[1:] == [
        "1 went ahead on silence. It was not undone.",
        "1 told, not asked. It was undone. Details in the thread.",
    ]
