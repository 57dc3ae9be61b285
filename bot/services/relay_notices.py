"""Keeps the promises to show: leases due notices, draws them as things are now, sends, records.

Nothing is locked while chat is slow. A post whose answer was lost is looked for before it is sent again. A lease is
short, so that nobody waits long for a process that was killed; it is renewed before a call that it has no room for.
"""

import time
from collections.abc import Callable
from datetime import datetime, timedelta

from bot.domain.audit import AuditEntry
from bot.domain.card_parts import Card
from bot.domain.content import Content
from bot.domain.escalation import is_late, shown
from bot.domain.notice import Notice, NoticeKind, NoticeRef, Surface
from bot.domain.people import SYSTEM
from bot.domain.policy import Operations
from bot.domain.request import ApprovalRequest, RequestEvent
from bot.domain.retry import LONGEST_PAUSE, pause_after
from bot.domain.summary_card import BacklogNews
from bot.services import topics
from bot.services.changes import changed, tell_operations
from bot.services.drawing import Drawing, draw
from bot.services.leases import NEEDED, SETTLING, Elapsed, HeldLease
from bot.services.ports import (
    Chat,
    ChatLockedOut,
    ChatMessageGone,
    ChatRefused,
    ChatUnavailable,
    Lease,
    LeaseLost,
    Mail,
    Policies,
    Store,
    Telemetry,
)
from bot.services.repositories.notice_queue import NoticeQueue
from bot.services.work import Work

LEASE = timedelta(seconds=15)  # for one call and what is around it; more calls renew it
MAIL_LEASE = timedelta(minutes=2)  # an e-mail is many small waits, and nothing can be looked for afterwards
MAIL_TAKES = timedelta(seconds=90)
FOR_THE_PARENT = timedelta(seconds=1)
AFTER_TROUBLE = timedelta(seconds=5)  # one that cannot be drawn or recorded must not hold up the others meanwhile


class RelayNotices:
    """One relay; several may run side by side, each with a `holder` of its own. `queue` is what it keeps: notices, or
    summaries.
    """

    def __init__(
        self,
        store: Store,
        chat: Chat,
        mail: Mail | None,
        policies: Policies,
        telemetry: Telemetry,
        *,
        holder: str,
        elapsed: Elapsed = time.monotonic,
        queue: Callable[[Work], NoticeQueue] = lambda work: work.notices,
    ) -> None:
        self._store, self._chat, self._mail = store, chat, mail
        self._policies, self._telemetry, self._holder = policies, telemetry, holder
        self._elapsed, self._queue = elapsed, queue
        self._broke_off = False  # between lease and record, as when the database could not be written

    async def __call__(self) -> int:
        """Send one notice that is due; how many were taken.

        One at a time: a second one would wait behind a slow call while its lease runs out.
        """
        if self._broke_off:
            await self._end_leases(of=self._holder, after=AFTER_TROUBLE)
            self._broke_off = False
        asked_at = self._elapsed()
        leased = await self._store.run(
            lambda work: self._queue(work).lease_due(holder=self._holder, lease=LEASE, limit=1)
        )
        for notice in leased:
            self._broke_off = True
            await self._relay(notice, asked_at)
            self._broke_off = False
        return len(leased)

    async def next_due_at(self) -> datetime | None:
        return await self._store.read(lambda work: self._queue(work).next_due_at())

    async def give_back(self) -> None:
        """Release what is leased, so that another relay need not wait for the lease to end."""
        await self._store.run(lambda work: self._queue(work).release(holder=self._holder))

    async def take_over(self) -> None:
        """Need not wait for leases of processes that were killed. Only for the one process that relays from a store."""
        await self._end_leases(of=None, after=SETTLING)

    async def _end_leases(self, *, of: str | None, after: timedelta) -> None:
        await self._store.run(lambda work: self._queue(work).end_leases(holder=of, at=work.now + after))

    def _lease_of(self, notice: Notice, taken_at: float) -> Lease:
        lasts, needed = (MAIL_LEASE, MAIL_TAKES) if notice.surface is Surface.MAIL else (LEASE, NEEDED)

        async def renew() -> bool:
            return await self._store.run(lambda work: self._queue(work).renew(notice, holder=self._holder, lease=lasts))

        ends_at = taken_at + LEASE.total_seconds()
        return HeldLease(renew, lasts=lasts, ends_at=ends_at, elapsed=self._elapsed, needed=needed)

    async def _relay(self, leased: Notice, taken_at: float) -> None:
        drawn = await self._store.read(lambda work: draw(work, leased))
        if not _is_worth_sending(drawn, leased):
            await self._record_shown(drawn, None)
            return
        try:
            lease = self._lease_of(drawn.notice, taken_at)
            ref = await self._send(drawn, lease, was_in_doubt=leased.in_doubt_since is not None)
        except LeaseLost as lost:
            await self.give_back()
            self._telemetry.count("notices", kind=drawn.notice.kind, outcome="dropped")
            self._telemetry.log("notice_dropped", notice=leased.id, why=str(lost))
        except ChatUnavailable as problem:
            is_in_doubt = problem.is_in_doubt or leased.in_doubt_since is not None
            wait = problem.retry_after or pause_after(leased.tries + 1)
            await self._record_failure(drawn, str(problem), drawn.now + wait, is_in_doubt=is_in_doubt)
        except ChatLockedOut as problem:
            is_in_doubt, is_news = leased.in_doubt_since is not None, drawn.notice.last_problem != str(problem)
            again_at = drawn.now + LONGEST_PAUSE
            await self._record_failure(drawn, str(problem), again_at, is_in_doubt=is_in_doubt, is_told=is_news)
        except ChatMessageGone as problem:
            await self._record_gone(drawn, str(problem))
        except ChatRefused as problem:
            await self._record_failure(drawn, str(problem), None, is_in_doubt=False)
        else:
            await self._record_shown(drawn, ref)

    async def _send(self, drawn: Drawing, lease: Lease, *, was_in_doubt: bool) -> NoticeRef | None:
        notice, version = drawn.notice, drawn.notice.wanted_version
        if notice.surface is Surface.MAIL:
            await lease.hold()
            await self._send_mail(drawn.content, notice)
            return None
        if drawn.awaits_parent:
            raise ChatUnavailable("what it replies to is not posted yet", retry_after=FOR_THE_PARENT)
        content, below, ref = drawn.content, drawn.below, notice.ref
        if ref is None and was_in_doubt:
            ref = await self._chat.find(
                target=notice.target, marker=notice.id, since=notice.created_at, below=below, lease=lease
            )
        if ref is not None:
            await self._chat.redraw(content, version=version, ref=ref, marker=notice.id, lease=lease)
            return ref
        if was_in_doubt and not drawn.is_news:
            return None  # it was never posted, and nobody needs to see it any more
        return await self._chat.post(
            content,
            version=version,
            target=notice.target,
            marker=notice.id,
            below=below,
            lease=lease,
            priority=notice.priority,
        )

    async def _send_mail(self, content: Content, notice: Notice) -> None:
        assert isinstance(content, Card | BacklogNews), "only what concerns a request or a backlog is mailed"
        if self._mail is None:
            self._telemetry.log("mail_not_configured", notice=notice.id)
            self._telemetry.count("mails", outcome="not_configured")
            return
        await self._mail.send(to=notice.target, subject=content.subject, text=content.text, marker=notice.id)
        self._telemetry.count("mails", outcome="sent")

    async def _record_shown(self, drawn: Drawing, ref: NoticeRef | None) -> None:
        notice = drawn.notice

        def record(work: Work) -> None:
            was_ours = self._queue(work).record_shown(
                notice, holder=self._holder, ref=ref, version=notice.wanted_version
            )
            if not was_ours:
                self._queue(work).want_again(notice.id)
                work.wake(topics.NOTICES)
                return
            if notice.request_id is not None and ref is not None and notice.kind.is_card:
                _record_seen(work, notice, work.requests.get(notice.request_id))

        await self._store.run(record)
        self._telemetry.count("notices", kind=notice.kind, outcome="shown")

    async def _record_gone(self, drawn: Drawing, problem: str) -> None:
        """Somebody deleted the card. While people may still need it, it is posted anew."""
        if not drawn.is_kept:
            await self._record_failure(drawn, problem, None, is_in_doubt=False)
            return
        await self._store.run(lambda work: self._queue(work).record_gone(drawn.notice, holder=self._holder))
        self._telemetry.count("notices", kind=drawn.notice.kind, outcome="gone")

    async def _record_failure(
        self,
        drawn: Drawing,
        problem: str,
        next_try_at: datetime | None,
        *,
        is_in_doubt: bool,
        is_told: bool = False,
    ) -> None:
        notice, operations = drawn.notice, self._policies.current().operations

        def record(work: Work) -> None:
            was_ours = self._queue(work).record_failure(
                notice, holder=self._holder, problem=problem, next_try_at=next_try_at, is_in_doubt=is_in_doubt
            )
            if (
                was_ours
                and (is_told or next_try_at is None)
                and notice.kind in (NoticeKind.CARD, NoticeKind.ESCALATION)
                and notice.ref is None
                and drawn.request is not None
            ):
                _tell_not_shown(work, drawn.request.id, notice.target, problem, operations)

        await self._store.run(record)
        outcome = "postponed" if next_try_at else "given_up"
        self._telemetry.count("notices", kind=notice.kind, outcome=outcome)
        self._telemetry.log(f"notice_{outcome}", notice=notice.id, problem=problem)


def _record_seen(work: Work, notice: Notice, request: ApprovalRequest) -> None:
    """The request's first card is up, or the first one of a step that it came late for."""
    if request.is_closed or (request.shown_at is not None and notice.shown_version):
        return
    others = [one for one in work.notices.of_request(request.id) if one.id != notice.id]
    if any(one.kind is NoticeKind.CARD and one.folded_at for one in others):
        return  # a direct copy that was on its way when the card was folded
    if any(one.folded_at for one in others):
        work.backlog.leave(request.id)
    is_first = not any(one.step == notice.step and one.kind.is_card and one.ref for one in others)
    if request.shown_at is None or (is_first and notice.step == request.step and is_late(request, work.now)):
        changed(work, request, shown(request, work.now, step=notice.step), RequestEvent.SHOWN, actor=SYSTEM)


def _tell_not_shown(work: Work, request_id: str, target: str, problem: str, operations: Operations) -> None:
    request = work.requests.get(request_id)
    tell_operations(work, request, operations, about=f"unseen-{target}")
    work.audit.add(
        AuditEntry(
            event="not_shown",
            at=work.now,
            actor=SYSTEM,
            agent_id=request.agent.id,
            request_id=request_id,
            payload={"target": target, "problem": problem},
        )
    )


def _is_worth_sending(drawn: Drawing, leased: Notice) -> bool:
    if drawn.notice.ref is None:
        return leased.in_doubt_since is not None or drawn.is_news
    return drawn.notice.wanted_version > drawn.notice.shown_version
