"""Keeps the promises to send: leases a callback that is due, reads what it brings as it is now, sends, records.

Nothing is locked while a receiver is slow. A receiver may see the same callback twice, under the same id: after a lost
answer, a killed process, a lease that ended. The claim of a decision has it executed once all the same.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TypeAlias

from bot.domain import delivery as line
from bot.domain.callback_url import is_webhook, shown_url
from bot.domain.delivery import DeliveryEvent
from bot.domain.directive import Directive
from bot.domain.people import SYSTEM, Actor, Agent
from bot.domain.sending import (
    CallbackMessage,
    Reply,
    Sending,
    SendingState,
    accepted,
    given_up,
    overtaken,
    refused,
)
from bot.services import topics
from bot.services.changes import tell_operations
from bot.services.leases import NEEDED, Elapsed
from bot.services.open_directives import hand
from bot.services.ports import CallbackSender, Policies, Store, Telemetry
from bot.services.read_callbacks import Carried, carried_by
from bot.services.record_delivery import save_delivery
from bot.services.repositories.callbacks import CallbackEntry
from bot.services.repositories.sendings import Attempt
from bot.services.work import Work

LEASE = timedelta(seconds=30)  # for one try, which takes LONGEST_CALL at most
AFTER_TROUBLE = timedelta(seconds=5)  # one that cannot be read or recorded must not hold up the others meanwhile
SETTLING = timedelta(seconds=2)
AT_ONCE = 2  # of one agent, so that a slow receiver does not take every relay
ANSWER_LENGTH = 500
GONE = "the address said that it wants no callbacks any more"

Describe: TypeAlias = Callable[[CallbackEntry, Carried], tuple[str, str]]
"""The kind of a callback, and the body that tells of it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Drawn:
    """What is true now. `message` is None where nothing needs to be sent, and `problem` says why nothing can be."""

    sending: Sending
    agent: Agent
    message: CallbackMessage | None = None
    problem: str | None = None


class RelayCallbacks:
    """One relay; several may run side by side, each with a `holder` of its own."""

    def __init__(
        self,
        store: Store,
        sender: CallbackSender,
        policies: Policies,
        telemetry: Telemetry,
        describe: Describe,
        *,
        holder: str,
        luck: Callable[[], float],
        elapsed: Elapsed = time.monotonic,
    ) -> None:
        """`luck`: random numbers from 0 to 1, for pauses that differ."""
        self._store, self._sender, self._policies, self._telemetry = store, sender, policies, telemetry
        self._describe, self._holder, self._luck, self._elapsed = describe, holder, luck, elapsed
        self._broke_off = False  # between lease and record, as when the database could not be written

    async def __call__(self) -> int:
        """Send one callback that is due; how many were taken."""
        if self._broke_off:
            await self._end_leases(of=self._holder, after=AFTER_TROUBLE)
            self._broke_off = False
        asked_at = self._elapsed()
        leased = await self._store.run(
            lambda work: work.sendings.lease_due(holder=self._holder, lease=LEASE, each=AT_ONCE)
        )
        if leased is None:
            return 0
        self._broke_off = True
        await self._relay(leased, asked_at)
        self._broke_off = False
        return 1

    async def next_due_at(self) -> datetime | None:
        return await self._store.read(lambda work: work.sendings.next_due_at(each=AT_ONCE))

    async def give_back(self) -> None:
        """Release what is leased, so that another relay need not wait for the lease to end."""
        await self._store.run(lambda work: work.sendings.release_all(holder=self._holder))

    async def take_over(self) -> None:
        """Need not wait for leases of processes that were killed. Only for the one process that relays from a store."""
        await self._end_leases(of=None, after=SETTLING)

    async def _end_leases(self, *, of: str | None, after: timedelta) -> None:
        await self._store.run(lambda work: work.sendings.end_leases(holder=of, at=work.now + after))

    async def _relay(self, leased: Sending, asked_at: float) -> None:
        drawn = await self._store.read(lambda work: self._draw(work, leased))
        if drawn.message is None:
            await self._store.run(lambda work: self._record_unsent(work, drawn))
            self._count(drawn, "given_up" if drawn.problem else "needless")
            return
        if self._elapsed() - asked_at > (LEASE - NEEDED).total_seconds():
            await self._give_back(drawn)  # this process was frozen, and somebody else may be sending it by now
            return
        started_at = self._elapsed()
        reply = await self._sender.send(drawn.message, url=drawn.sending.url)
        took = timedelta(seconds=self._elapsed() - started_at)
        luck = self._luck()
        now = await self._store.run(lambda work: self._record(work, drawn, reply, took=took, luck=luck))
        self._telemetry.observe("callback_seconds", took.total_seconds())
        self._count(drawn, "accepted" if reply.is_accepted else "parked" if _is_parked(now) else "failed")
        if reply.problem:
            where = shown_url(drawn.sending.url)
            self._telemetry.log("callback_failed", callback=leased.callback_id, url=where, problem=reply.problem)

    def _draw(self, work: Work, leased: Sending) -> _Drawn:
        sending, agent = work.sendings.get(leased.id), work.agents.get(leased.agent_id)
        entry, address = work.callbacks.get(sending.callback_id), work.addresses.get(agent.id)
        drawn = _Drawn(sending=sending, agent=agent)
        carried = carried_by(work, agent, entry)
        if sending.state is not SendingState.DUE or address is None or has_got(entry, carried):
            return drawn
        if address.stopped_at is not None and address.url == sending.url and sending.tries > 0:
            return replace(drawn, problem=GONE)
        kind, body = self._describe(entry, carried)
        return replace(
            drawn,
            message=CallbackMessage(
                id=entry.id,
                agent_name=agent.name,
                kind=kind,
                body=body,
                secrets=address.secrets(work.now),
                at=work.now,
                occasion=str(sending.version - sending.tries),  # grows when it is asked for, not with a try
            ),
        )

    def _record_unsent(self, work: Work, drawn: _Drawn) -> None:
        work.sendings.release(drawn.sending, holder=self._holder)
        current = work.sendings.get(drawn.sending.id)
        if current.state is not SendingState.DUE or current.version != drawn.sending.version:
            return
        if drawn.problem is None:
            work.sendings.save(overtaken(current), seen_version=current.version)
            return
        now = given_up(current, drawn.problem, work.now)
        work.sendings.save(now, seen_version=current.version)
        self._park(work, now)

    def _record(self, work: Work, drawn: _Drawn, reply: Reply, *, took: timedelta, luck: float) -> Sending:
        """What came of it. A receiver that accepted it has it, whoever else sends it meanwhile; that it refused is
        recorded only while nobody asked anew."""
        work.sendings.release(drawn.sending, holder=self._holder)
        work.sendings.add_attempt(
            Attempt(
                sending_id=drawn.sending.id,
                at=work.now,
                duration=took,
                status=reply.status,
                problem=reply.problem,
                answer=reply.text[:ANSWER_LENGTH] if reply.text else None,
            )
        )
        work.wake(topics.CALLBACKS_DUE)  # the next of this agent may have waited for this one's turn
        current = work.sendings.get(drawn.sending.id)
        if reply.is_accepted:
            return self._record_accepted(work, drawn, current)
        if current.version != drawn.sending.version:
            return current
        now = refused(current, reply, work.now, luck=luck)
        work.sendings.save(now, seen_version=current.version)
        if reply.is_gone:
            _stop_address(work, now)
        if _is_parked(now):
            self._park(work, now)
        else:
            _redraw_late(work, now)
        return now

    def _record_accepted(self, work: Work, drawn: _Drawn, current: Sending) -> Sending:
        if current.is_open:
            now = accepted(current, work.now)
            work.sendings.save(now, seen_version=current.version)
            current = now
        _restart_address(work, drawn.sending)
        if is_webhook(drawn.sending.url):
            _record_arrival(work, drawn)
        return current

    def _park(self, work: Work, sending: Sending) -> None:
        """People hear of a decision; of a directive that its agent is silent about they hear anyway, much earlier."""
        before = work.deliveries.get(sending.request_id) if sending.request_id else None
        now = line.parked(before) if before else None
        if before is None or now is None:
            return
        save_delivery(work, before, now, DeliveryEvent.PARKED, actor=SYSTEM)
        request = work.requests.get(before.request_id)
        tell_operations(work, request, self._policies.current().operations, about=f"parked-v{now.version}")

    async def _give_back(self, drawn: _Drawn) -> None:
        await self._store.run(lambda work: work.sendings.release(drawn.sending, holder=self._holder))
        self._count(drawn, "dropped")

    def _count(self, drawn: _Drawn, outcome: str) -> None:
        about = "decision" if drawn.sending.request_id else "directive"
        self._telemetry.count("callbacks", about=about, outcome=outcome)


def has_got(entry: CallbackEntry, carried: Carried) -> bool:
    """Whether the agent said itself that it has what the entry brings."""
    if entry.acknowledged_at is not None:
        return True
    if isinstance(carried, Directive):
        return not carried.is_open or carried.acknowledged_at is not None
    return carried.delivery is not None and carried.delivery.acknowledged_at is not None


def _is_parked(sending: Sending) -> bool:
    return sending.state is SendingState.PARKED


def _record_arrival(work: Work, drawn: _Drawn) -> None:
    """Accepted by a webhook: delivered, though only the agent's own word proves that it was received."""
    if drawn.sending.directive_id is not None:
        hand(work, drawn.agent, drawn.sending.directive_id)
    before = work.deliveries.get(drawn.sending.request_id) if drawn.sending.request_id else None
    now = line.delivered(before, work.now) if before else None
    if before is not None and now is not None:
        save_delivery(work, before, now, DeliveryEvent.DELIVERED, actor=Actor.of(drawn.agent))


def _stop_address(work: Work, sending: Sending) -> None:
    """Nobody wants anything there any more: an agent's usual address is used no more until it is set anew."""
    address = work.addresses.get(sending.agent_id)
    if address is not None and address.url == sending.url and address.stopped_at is None:
        work.addresses.save(replace(address, stopped_at=work.now))


def _restart_address(work: Work, sending: Sending) -> None:
    address = work.addresses.get(sending.agent_id)
    if address is not None and address.url == sending.url and address.stopped_at is not None:
        work.addresses.save(replace(address, stopped_at=None))


def _redraw_late(work: Work, sending: Sending) -> None:
    """A card that says how often it was tried says so of this try, too."""
    delivery = work.deliveries.get(sending.request_id) if sending.request_id else None
    if delivery is not None and delivery.is_late and delivery.is_awaited:
        work.notices.want_redraw(delivery.request_id)
        work.wake(topics.NOTICES)
