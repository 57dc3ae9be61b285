"""A digest written, and drawn anew when what it lists is closed: the row, its audit entry, and every promise."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.domain.alert import AlertGroup, without_muted
from bot.domain.audit import AuditEntry
from bot.domain.digest import MOST_NAMED, Day, Digest, DigestPart, digest_of
from bot.domain.errors import NotFound
from bot.domain.notice import Notice, NoticeKind, Surface
from bot.domain.people import SYSTEM, Actor, Person
from bot.domain.request import ApprovalRequest
from bot.domain.schedule import Schedule
from bot.services import topics
from bot.services.work import Work

ONE_BY_ONE = timedelta(seconds=1)
"""Replies are due one after the other, as Slack takes messages in a channel: so they stand in their order."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """What is known of a digest before its facts are. `period` names it in its channel: there is one of each."""

    id: str
    channel: str
    period: str
    schedule: Schedule
    by: Person | None = None
    next_at: datetime | None = None


def read_day(work: Work, channel: str, *, since: datetime, until: datetime) -> Day:
    """The facts of a channel. Read before the transaction that writes: they can be many."""
    waiting = work.digests.waiting(channel)
    newest = work.digests.newest(channel, since=since, until=until, each=MOST_NAMED)
    return Day(
        since=since,
        until=until,
        outcomes=work.digests.outcomes(channel, since=since, until=until),
        named=[work.requests.get(request_id) for request_id in newest],
        waiting=waiting,
        pending=[work.requests.get(request_id) for request_id in waiting.request_ids],
    )


def write(work: Work, day: Day, frame: Frame) -> Digest | None:
    """The digest and the promise to show it; None where there is nothing to tell. A daily one tells alerts for good:
    no later one has them.
    """
    muted = _muted_kinds(work, frame.channel)
    agents = [kept.agent for kept in work.agents.all()]

    def made(alerts: Mapping[str, Sequence[AlertGroup]]) -> Digest:
        return digest_of(
            day,
            agents,
            {agent_id: without_muted(groups, muted[agent_id]) for agent_id, groups in alerts.items()},
            id=frame.id,
            channel=frame.channel,
            at=work.now,
            schedule=frame.schedule,
            by=frame.by,
            next_at=frame.next_at,
        )

    digest = made(work.alerts.untold(frame.channel))
    if digest.is_empty:
        return None
    if frame.by is None:
        digest = made(work.alerts.tell(frame.channel, digest.id))
    work.digests.add(digest, period=frame.period)
    _promise(work, digest)
    _write_down(work, digest, frame)
    return digest


def part_of(digest: Digest, agent_id: str) -> DigestPart:
    """Raises NotFound when the digest has nothing of this agent."""
    part = digest.part(agent_id)
    if part is None:
        raise NotFound("digest", digest.id)
    return part


def redraw_digests(work: Work, request: ApprovalRequest) -> None:
    """The request has closed: digests that were written while it waited do not say so any longer."""
    if request.ruling.ladder:
        for digest_id in work.digests.written_since(request.ruling.ladder[0].channel, request.submitted_at):
            work.notices.want_digest_redraw(digest_id, part=request.agent.id)


def _muted_kinds(work: Work, channel: str) -> Mapping[str, frozenset[str]]:
    kinds: dict[str, frozenset[str]] = defaultdict(frozenset)
    for mute in work.alerts.mutes(channel):
        kinds[mute.agent_id] |= {mute.kind}
    return kinds


def _promise(work: Work, digest: Digest) -> None:
    kinds = [(NoticeKind.DIGEST, None), *((NoticeKind.DIGEST_REPLY, part.agent.id) for part in digest.parts)]
    for place, (kind, part) in enumerate(kinds):
        work.notices.add(
            Notice(
                id=":".join([digest.id, kind, *([part] if part else [])]),
                kind=kind,
                surface=Surface.SLACK,
                target=digest.channel,
                digest_id=digest.id,
                part=part,
                created_at=work.now,
                wanted_version=1,
                next_try_at=work.now + place * ONE_BY_ONE,
            )
        )
    work.wake(topics.NOTICES)


def _write_down(work: Work, digest: Digest, frame: Frame) -> None:
    work.audit.add(
        AuditEntry(
            event="digest_written",
            at=work.now,
            actor=Actor.of(digest.by) if digest.by else SYSTEM,
            payload={
                "digest": digest.id,
                "channel": digest.channel,
                "period": frame.period,
                "since": digest.since.isoformat(),
                "until": digest.until.isoformat(),
            },
        )
    )
