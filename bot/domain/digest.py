"""A digest: what happened in a channel since its last one, in a few lines and a part for each agent.

It is kept as it was found. What is drawn of it later also says which of its requests still wait.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType

from bot.domain.alert import AlertGroup
from bot.domain.card import act_of
from bot.domain.card_secrets import without_secrets
from bot.domain.decision import Outcome
from bot.domain.people import Agent, Person
from bot.domain.request import ApprovalRequest
from bot.domain.schedule import Schedule
from bot.domain.small_requests import Small, is_small, small_of

MOST_PARTS = 40
"""Agents with a reply of their own, those with most to tell first. A longer thread nobody reads."""
MOST_SMALL = 50
"""Small requests of one agent that are offered together: five groups of ten, as many as a form shows well."""
MOST_KINDS = 10
"""Kinds of alerts of one agent that are told by name, those with most to tell first."""
MOST_NAMED = 3
"""Of many things of one sort so many are named; the others are counted."""
BUSY = 100


class Sort(StrEnum):
    """What happened without a person's word, or for want of one."""

    SILENCE = "silence"  # nobody objected
    TOLD = "told"  # policy let it through, with a word to people
    EXPIRED = "expired"  # nobody answered


SORT_OF = MappingProxyType(
    {Outcome.CONSENTED: Sort.SILENCE, Outcome.AUTO_APPROVED: Sort.TOLD, Outcome.EXPIRED: Sort.EXPIRED}
)
_NOBODY_SAID_SO = frozenset({Outcome.CONSENTED, Outcome.AUTO_APPROVED})


@dataclass(frozen=True, slots=True, kw_only=True)
class Heap:
    """Things of one sort: how many, the newest by title, and how many of them were undone."""

    sort: Sort
    count: int
    titles: tuple[str, ...] = ()
    undone: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class DigestPart:
    """What one agent did, says, and waits for. `other_alerts` are of kinds beyond the first few."""

    agent: Agent
    alerts: tuple[AlertGroup, ...] = ()
    other_alerts: int = 0
    heaps: tuple[Heap, ...] = ()
    small: tuple[Small, ...] = ()

    @property
    def told_alerts(self) -> int:
        return sum(group.count for group in self.alerts if not group.was_muted) + self.other_alerts

    @property
    def muted_alerts(self) -> int:
        return sum(group.count for group in self.alerts if group.was_muted)

    @property
    def weight(self) -> int:
        """How much it has to tell."""
        return sum(one.count for one in (*self.alerts, *self.heaps)) + self.other_alerts + len(self.small)


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """What waits in a channel: how many, which of them (as far as they are followed), and when the next one is due."""

    count: int = 0
    request_ids: tuple[str, ...] = ()
    next_due_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class OutcomeCount:
    """So many requests of an agent ended like this; `undone` of them were taken back afterwards."""

    agent_id: str
    outcome: Outcome
    count: int
    undone: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Day:
    """The facts of a channel from `since` to `until`. `named` are the newest requests of each agent and sort; what
    waits is as it is now, `pending` those of them that are looked at, oldest first.
    """

    since: datetime
    until: datetime
    outcomes: Sequence[OutcomeCount] = ()
    named: Sequence[ApprovalRequest] = ()
    waiting: Waiting = Waiting()
    pending: Sequence[ApprovalRequest] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Digest:
    """`by` asked for it where it is not the daily one; `next_at` is when the next daily one is due.

    `alerts` are those it tells, of so many `alerting` agents; `muted_alerts` are only counted.
    """

    id: str
    channel: str
    at: datetime
    since: datetime
    until: datetime
    schedule: Schedule
    by: Person | None = None
    next_at: datetime | None = None
    waiting: Waiting = Waiting()
    outcomes: Mapping[Outcome, int]
    undone: Mapping[Outcome, int]
    alerts: int = 0
    alerting: int = 0
    muted_alerts: int = 0
    parts: tuple[DigestPart, ...] = ()
    parts_left_out: int = 0
    purged_at: datetime | None = None  # titles and words were removed

    def part(self, agent_id: str) -> DigestPart | None:
        return next((part for part in self.parts if part.agent.id == agent_id), None)

    @property
    def asked(self) -> int:
        """How many questions to people came to their end."""
        return sum(count for outcome, count in self.outcomes.items() if outcome not in _NOBODY_SAID_SO)

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to tell: then none is written."""
        return not (self.waiting.count or sum(self.outcomes.values()) or self.alerts)


def digest_of(
    day: Day,
    agents: Sequence[Agent],
    alerts: Mapping[str, Sequence[AlertGroup]],
    *,
    id: str,
    channel: str,
    at: datetime,
    schedule: Schedule,
    by: Person | None = None,
    next_at: datetime | None = None,
) -> Digest:
    """The digest of a day's facts and of each agent's alerts, by agent id."""
    found = (_part(day, agent, alerts.get(agent.id, ())) for agent in agents)
    parts = sorted((part for part in found if part.weight), key=lambda part: (-part.weight, part.agent.name))
    outcomes, undone = Counter[Outcome](), Counter[Outcome]()
    for one in day.outcomes:
        outcomes[one.outcome] += one.count
        undone[one.outcome] += one.undone
    return Digest(
        id=id,
        channel=channel,
        at=at,
        since=day.since,
        until=day.until,
        schedule=schedule,
        by=by,
        next_at=next_at,
        waiting=day.waiting,
        outcomes=dict(outcomes),
        undone=dict(undone),
        alerts=sum(part.told_alerts for part in parts),
        alerting=sum(part.told_alerts > 0 for part in parts),
        muted_alerts=sum(part.muted_alerts for part in parts),
        parts=tuple(parts[:MOST_PARTS]),
        parts_left_out=len(parts[MOST_PARTS:]),
    )


def purged_digest(digest: Digest, now: datetime) -> Digest:
    """A digest with its counts and without anybody's words. What was purged before is returned as it is."""
    if digest.purged_at is not None:
        return digest
    parts = (
        replace(
            part,
            alerts=tuple(replace(group, texts=()) for group in part.alerts),
            heaps=tuple(replace(heap, titles=()) for heap in part.heaps),
            small=tuple(replace(small, title="(removed)", impact=None) for small in part.small),
        )
        for part in digest.parts
    )
    return replace(digest, parts=tuple(parts), purged_at=now)


def quality_of(digest: Digest) -> str:
    """The day in a few words, for the header. What went wrong comes before how much there was.

    Some no's and an unanswered question belong to a quiet day: from three of them on, and where they are a tenth of the
    questions (unanswered) or most of them (denied), the header says so.
    """
    expired, denied = digest.outcomes.get(Outcome.EXPIRED, 0), digest.outcomes.get(Outcome.DENIED, 0)
    if expired >= 3 and expired * 10 >= digest.asked:
        return f"{expired} got no answer"
    if undone := sum(digest.undone.values()):
        return "something was undone" if undone == 1 else f"{undone} things were undone"
    if denied >= 3 and denied * 2 > digest.asked:
        return "mostly no"
    everything = sum(digest.outcomes.values()) + digest.alerts
    return "a busy day" if everything >= BUSY else "a quiet day"


def _part(day: Day, agent: Agent, alerts: Sequence[AlertGroup]) -> DigestPart:
    small = [small_of(one) for one in day.pending if one.agent.id == agent.id and is_small(one)]
    mine = {SORT_OF[one.outcome]: one for one in day.outcomes if one.agent_id == agent.id and one.outcome in SORT_OF}
    heaps = [
        Heap(sort=sort, count=mine[sort].count, titles=_titles(day, agent, sort), undone=mine[sort].undone)
        for sort in Sort
        if sort in mine
    ]
    return DigestPart(
        agent=agent,
        alerts=tuple(alerts[:MOST_KINDS]),
        other_alerts=sum(group.count for group in alerts[MOST_KINDS:] if not group.was_muted),
        heaps=tuple(heaps),
        small=tuple(small[:MOST_SMALL]),
    )


def _titles(day: Day, agent: Agent, sort: Sort) -> tuple[str, ...]:
    found = (one for one in day.named if one.agent.id == agent.id and one.outcome and SORT_OF.get(one.outcome) is sort)
    return tuple(act_of(without_secrets(one)) for one in found)[:MOST_NAMED]
