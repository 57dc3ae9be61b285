"""Keeps the promises to show: leases due notices, draws them as things are now, sends, records.

Nothing is locked while chat is slow. A post whose answer was lost is looked for before it is sent again.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.domain.audit import AuditEntry
from bot.domain.card import Card, card_of
from bot.domain.card_text import text_of
from bot.domain.decision import Outcome
from bot.domain.delivery import Delivery
from bot.domain.escalation import shown
from bot.domain.notice import Notice, NoticeKind, NoticeRef, Surface
from bot.domain.people import SYSTEM
from bot.domain.request import ApprovalRequest, RequestEvent
from bot.domain.retry import LONGEST_PAUSE, pause_after
from bot.domain.session import Session
from bot.services.changes import changed, tell_operations
from bot.services.ports import (
    Chat,
    ChatLockedOut,
    ChatMessageGone,
    ChatRefused,
    ChatUnavailable,
    Mail,
    Policies,
    Store,
    Telemetry,
)
from bot.services.work import Work

LEASE = timedelta(seconds=120)  # longer than chat may take for one notice: a search, three sizes of a card, 10 s each
SETTLING = timedelta(seconds=2)  # a call of a killed process may still be on its way to chat
AFTER_TROUBLE = timedelta(seconds=5)  # one that cannot be drawn or recorded must not hold up the others meanwhile


@dataclass(frozen=True, slots=True)
class _Facts:
    """What is true now, read at once, so that the version drawn is the version recorded."""

    notice: Notice
    request: ApprovalRequest
    delivery: Delivery | None
    session: Session
    card_above: Notice | None  # the newest card in the same place, for replies
    now: datetime


class RelayNotices:
    """One relay; several may run side by side, each with a `holder` of its own."""

    def __init__(
        self, store: Store, chat: Chat, mail: Mail | None, policies: Policies, telemetry: Telemetry, *, holder: str
    ) -> None:
        self._store, self._chat, self._mail = store, chat, mail
        self._policies, self._telemetry, self._holder = policies, telemetry, holder
        self._broke_off = False  # between lease and record, as when the database could not be written

    async def __call__(self) -> int:
        """Send one notice that is due; how many were taken.

        One at a time: a second one would wait behind a slow call while its lease runs out.
        """
        if self._broke_off:
            await self._end_leases(of=self._holder, after=AFTER_TROUBLE)
            self._broke_off = False
        leased = await self._store.run(lambda work: work.notices.lease_due(holder=self._holder, lease=LEASE, limit=1))
        for notice in leased:
            self._broke_off = True
            await self._relay(notice)
            self._broke_off = False
        return len(leased)

    async def next_due_at(self) -> datetime | None:
        return await self._store.read(lambda work: work.notices.next_due_at())

    async def give_back(self) -> None:
        """Release what is leased, so that another relay need not wait for the lease to end."""
        await self._store.run(lambda work: work.notices.release(holder=self._holder))

    async def take_over(self) -> None:
        """Need not wait for leases of processes that were killed. Only for the one process that relays from a store."""
        await self._end_leases(of=None, after=SETTLING)

    async def _end_leases(self, *, of: str | None, after: timedelta) -> None:
        await self._store.run(lambda work: work.notices.end_leases(holder=of, at=work.now + after))

    async def _relay(self, leased: Notice) -> None:
        facts = await self._store.read(lambda work: _facts(work, leased))
        if not _is_worth_sending(facts, leased):
            await self._record_shown(facts, None)
            return
        try:
            ref = await self._send(facts, was_in_doubt=leased.in_doubt_since is not None)
        except ChatUnavailable as problem:
            is_in_doubt = problem.is_in_doubt or leased.in_doubt_since is not None
            wait = problem.retry_after or pause_after(leased.tries + 1)
            await self._record_failure(facts, str(problem), facts.now + wait, is_in_doubt=is_in_doubt)
        except ChatLockedOut as problem:
            is_in_doubt, is_news = leased.in_doubt_since is not None, facts.notice.last_problem != str(problem)
            again_at = facts.now + LONGEST_PAUSE
            await self._record_failure(facts, str(problem), again_at, is_in_doubt=is_in_doubt, is_told=is_news)
        except ChatMessageGone as problem:
            await self._record_gone(facts, str(problem))
        except ChatRefused as problem:
            await self._record_failure(facts, str(problem), None, is_in_doubt=False)
        else:
            await self._record_shown(facts, ref)

    async def _send(self, facts: _Facts, *, was_in_doubt: bool) -> NoticeRef | None:
        notice, version = facts.notice, facts.notice.wanted_version
        card = _card(facts)
        if notice.surface is Surface.MAIL:
            await self._send_mail(card, notice)
            return None
        below = facts.card_above.ref if notice.kind is NoticeKind.REMINDER and facts.card_above else None
        ref = notice.ref
        if ref is None and was_in_doubt:
            ref = await self._chat.find(target=notice.target, marker=notice.id, since=notice.created_at, below=below)
        if ref is not None:
            await self._chat.redraw(card, version=version, ref=ref, marker=notice.id)
            return ref
        if was_in_doubt and not _is_news(facts):
            return None  # it was never posted, and nobody needs to see it any more
        return await self._chat.post(card, version=version, target=notice.target, marker=notice.id, below=below)

    async def _send_mail(self, card: Card, notice: Notice) -> None:
        if self._mail is None:
            self._telemetry.log("mail_not_configured", notice=notice.id)
            self._telemetry.count("mails", outcome="not_configured")
            return
        lines = [text_of(line) for line in card.note]
        await self._mail.send(to=notice.target, subject=card.header, text="\n".join(lines), marker=notice.id)
        self._telemetry.count("mails", outcome="sent")

    async def _record_shown(self, facts: _Facts, ref: NoticeRef | None) -> None:
        notice = facts.notice

        def record(work: Work) -> None:
            work.notices.record_shown(notice, holder=self._holder, ref=ref, version=notice.wanted_version)
            request = work.requests.get(notice.request_id)
            if ref is not None and notice.kind.is_card and request.shown_at is None and not request.is_closed:
                changed(work, request, shown(request, work.now), RequestEvent.SHOWN, actor=SYSTEM)

        await self._store.run(record)
        self._telemetry.count("notices", kind=notice.kind, outcome="shown")

    async def _record_gone(self, facts: _Facts, problem: str) -> None:
        """Somebody deleted the card. While people are still to decide it is posted anew."""
        if facts.request.is_closed:
            await self._record_failure(facts, problem, None, is_in_doubt=False)
            return
        await self._store.run(lambda work: work.notices.record_gone(facts.notice, holder=self._holder))
        self._telemetry.count("notices", kind=facts.notice.kind, outcome="gone")

    async def _record_failure(
        self,
        facts: _Facts,
        problem: str,
        next_try_at: datetime | None,
        *,
        is_in_doubt: bool,
        is_told: bool = False,
    ) -> None:
        notice, operations = facts.notice, self._policies.current().operations

        def record(work: Work) -> None:
            was_ours = work.notices.record_failure(
                notice, holder=self._holder, problem=problem, next_try_at=next_try_at, is_in_doubt=is_in_doubt
            )
            if (
                was_ours
                and (is_told or next_try_at is None)
                and notice.kind in (NoticeKind.CARD, NoticeKind.ESCALATION)
                and notice.ref is None
            ):
                tell_operations(work, work.requests.get(notice.request_id), operations, about=f"unseen-{notice.target}")
                work.audit.add(
                    AuditEntry(
                        event="not_shown",
                        at=work.now,
                        actor=SYSTEM,
                        agent_id=facts.request.agent.id,
                        request_id=notice.request_id,
                        payload={"target": notice.target, "problem": problem},
                    )
                )

        await self._store.run(record)
        outcome = "postponed" if next_try_at else "given_up"
        self._telemetry.count("notices", kind=notice.kind, outcome=outcome)
        self._telemetry.log(f"notice_{outcome}", notice=notice.id, problem=problem)


def _facts(work: Work, leased: Notice) -> _Facts:
    request = work.requests.get(leased.request_id)
    notices = work.notices.of_request(leased.request_id)
    cards = [notice for notice in notices if notice.kind.is_card and notice.ref and notice.target == leased.target]
    return _Facts(
        notice=next(notice for notice in notices if notice.id == leased.id),
        request=request,
        delivery=work.deliveries.get(request.id),
        session=work.sessions.get(request.session_id),
        card_above=cards[-1] if cards else None,
        now=work.now,
    )


def _is_worth_sending(facts: _Facts, leased: Notice) -> bool:
    if facts.notice.ref is None:
        return leased.in_doubt_since is not None or _is_news(facts)
    return facts.notice.wanted_version > facts.notice.shown_version


def _is_news(facts: _Facts) -> bool:
    """A card that nobody saw need not appear once its request is closed, nor a reminder; but people are told of what
    policy let through with a notice."""
    if not facts.request.is_closed or facts.request.outcome is Outcome.AUTO_APPROVED:
        return True
    return not (facts.notice.kind.is_card or facts.notice.kind is NoticeKind.REMINDER)


def _card(facts: _Facts) -> Card:
    return card_of(
        facts.request,
        kind=facts.notice.kind,
        delivery=facts.delivery,
        session=facts.session,
        step=facts.notice.step,
        home_channel=facts.request.ruling.ladder[0].channel if facts.request.ruling.ladder else None,
        now=facts.now,
    )
