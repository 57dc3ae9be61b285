"""An agent waits for its decision, takes it, and says how it went."""

import hmac
from dataclasses import dataclass
from datetime import timedelta

from bot.domain import delivery as line
from bot.domain.audit import AuditEntry
from bot.domain.decision import Outcome
from bot.domain.delivery import Delivery, DeliveryEvent
from bot.domain.errors import InvalidField, NotFound, TransitionRefused
from bot.domain.people import Actor, Agent
from bot.domain.request import ApprovalRequest, RequestEvent
from bot.services import topics
from bot.services.changes import close_without_verdict
from bot.services.ports import Ids, Store, Waiters
from bot.services.work import CallbackEntry, Work


@dataclass(frozen=True, slots=True, kw_only=True)
class Followed:
    """A request, and where its decision is; `delivery` is None while it is pending."""

    request: ApprovalRequest
    delivery: Delivery | None


class FollowDecision:
    def __init__(self, store: Store, waiters: Waiters) -> None:
        self._store, self._waiters = store, waiters

    async def __call__(self, agent: Agent, request_id: str, *, wait: timedelta) -> Followed:
        """The request, at once if it is closed, else when it closes or `wait` is over. Raises NotFound."""
        with self._waiters.register(topics.decision_of(request_id)) as waiter:
            followed = await self._store.read(lambda work: _followed(work, agent, request_id))
            if followed.request.is_closed or wait <= timedelta():
                return followed
            await waiter.wait(wait)
            return await self._store.read(lambda work: _followed(work, agent, request_id))


class RecordDelivered:
    def __init__(self, store: Store) -> None:
        self._store = store

    async def __call__(self, agent: Agent, request_ids: list[str]) -> None:
        """An answer with these decisions was accepted by the agent's side of the connection."""

        def record(work: Work) -> None:
            for request_id in request_ids:
                before = work.deliveries.get(request_id)
                now = line.delivered(before, work.now) if before and before.agent_id == agent.id else None
                if before is not None and now is not None:
                    save_delivery(work, before, now, DeliveryEvent.DELIVERED, actor=Actor.of(agent))

        await self._store.run(record)


class AcknowledgeDecision:
    def __init__(self, store: Store) -> None:
        self._store = store

    async def __call__(self, agent: Agent, request_id: str, *, claim: str | None, holder: str | None) -> Followed:
        """The decision was received; with its claim, `holder` alone may run it.

        Raises NotFound, TransitionRefused while it is pending, InvalidField for a wrong claim, ClaimTaken.
        """

        def record(work: Work) -> Followed:
            followed = _followed(work, agent, request_id)
            decision, before = followed.request.decision, followed.delivery
            if decision is None or before is None:
                raise TransitionRefused(request_id, followed.request.state, "ack")
            if decision.claim is not None:
                if claim is None or not hmac.compare_digest(claim.encode(), decision.claim.encode()):
                    raise InvalidField(
                        "claim", "this is not the claim of this decision; send `decision.claim` as it came"
                    )
                if not holder:
                    raise InvalidField("holder", "say who will run it: a name that stays the same over retries")
            now = line.acknowledged(before, holder or agent.name, work.now)
            if now is not None:
                save_delivery(work, before, now, DeliveryEvent.ACKNOWLEDGED, actor=Actor.of(agent))
            return _followed(work, agent, request_id)

        return await self._store.run(record)


class ReportResult:
    def __init__(self, store: Store) -> None:
        self._store = store

    async def __call__(self, agent: Agent, request_id: str, *, succeeded: bool, summary: str | None) -> Followed:
        """How the execution ended. Raises NotFound, and TransitionRefused before `ack` or after another result."""

        def record(work: Work) -> Followed:
            followed = _followed(work, agent, request_id)
            before = followed.delivery
            if before is None:
                raise TransitionRefused(request_id, followed.request.state, "result")
            if not before.has_claim:
                raise TransitionRefused(request_id, f"closed ({followed.request.outcome}), nothing ran", "result")
            now = line.finished(before, succeeded=succeeded, summary=summary, now=work.now)
            if now is not None:
                event = DeliveryEvent.SUCCEEDED if succeeded else DeliveryEvent.FAILED
                save_delivery(work, before, now, event, actor=Actor.of(agent))
            return _followed(work, agent, request_id)

        return await self._store.run(record)


class WithdrawRequest:
    def __init__(self, store: Store, ids: Ids) -> None:
        self._store, self._ids = store, ids

    async def __call__(self, agent: Agent, request_id: str, *, reason: str | None) -> Followed:
        """The agent takes its request back; again changes nothing. Raises NotFound, AlreadyClosed."""
        decision_id = self._ids.new("dec")

        def withdraw(work: Work) -> Followed:
            followed = _followed(work, agent, request_id)
            if followed.request.outcome is not Outcome.WITHDRAWN:
                close_without_verdict(
                    work,
                    followed.request,
                    RequestEvent.WITHDRAWN,
                    Outcome.WITHDRAWN,
                    decision_id=decision_id,
                    claim="",
                    actor=Actor.of(agent),
                    reason=reason,
                )
            return _followed(work, agent, request_id)

        return await self._store.run(withdraw)


class ReadCallbacks:
    def __init__(self, store: Store, waiters: Waiters) -> None:
        self._store, self._waiters = store, waiters

    async def __call__(
        self, agent: Agent, *, after: int, wait: timedelta, limit: int
    ) -> list[tuple[CallbackEntry, Followed]]:
        """What the agent has not acknowledged, behind the cursor, oldest first; waits up to `wait` for the first."""
        with self._waiters.register(topics.callbacks_of(agent.id)) as waiter:
            found = await self._store.read(lambda work: _queue(work, agent, after, limit))
            if found or wait <= timedelta():
                return found
            await waiter.wait(wait)
            return await self._store.read(lambda work: _queue(work, agent, after, limit))


class AcknowledgeCallback:
    def __init__(self, store: Store) -> None:
        self._store = store

    async def __call__(self, agent: Agent, callback_id: str) -> tuple[CallbackEntry, Followed]:
        """Take it out of the queue; again changes nothing. Raises NotFound."""

        def acknowledge(work: Work) -> tuple[CallbackEntry, Followed]:
            entry = work.callbacks.acknowledge(agent.id, callback_id)
            if entry is None:
                raise NotFound("callback", callback_id)
            return entry, _followed(work, agent, entry.request_id)

        return await self._store.run(acknowledge)


def save_delivery(work: Work, before: Delivery, now: Delivery, event: DeliveryEvent, *, actor: Actor) -> None:
    """Write one step of the line, its entry, and the wish to show it. Raises LostRace."""
    work.deliveries.save(now, seen_version=before.version)
    work.audit.add(
        AuditEntry(
            event=event,
            at=work.now,
            actor=actor,
            agent_id=now.agent_id,
            request_id=now.request_id,
            payload={"holder": now.holder, "summary": now.summary},
        )
    )
    work.notices.want_redraw(now.request_id)
    work.wake(topics.NOTICES)
    work.wake(topics.DEADLINES)


def _followed(work: Work, agent: Agent, request_id: str) -> Followed:
    request = work.requests.get(request_id)
    if request.agent.id != agent.id:
        raise NotFound("approval request", request_id)
    return Followed(request=request, delivery=work.deliveries.get(request_id))


def _queue(work: Work, agent: Agent, after: int, limit: int) -> list[tuple[CallbackEntry, Followed]]:
    entries = work.callbacks.open_after(agent.id, cursor=after, limit=limit)
    return [(entry, _followed(work, agent, entry.request_id)) for entry in entries]
