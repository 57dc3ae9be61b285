"""A person has a callback sent once more: one that was given up, or one whose next try is too far away."""

from bot.domain.audit import AuditEntry
from bot.domain.callback_address import CallbackAddress
from bot.domain.delivery import DeliveryEvent, sent_again
from bot.domain.errors import NotFound, NothingToSend
from bot.domain.people import Actor, Agent, Person
from bot.domain.purging import check_kept
from bot.domain.request import ApprovalRequest
from bot.domain.roles import Act, check_may
from bot.domain.sending import Sending, asked_again
from bot.services import topics
from bot.services.enqueue_callback import promise_sending
from bot.services.membership import check_standing, is_asked, members_of
from bot.services.ports import Directory, Policies, Store
from bot.services.read_callbacks import carried_by
from bot.services.record_delivery import save_delivery
from bot.services.relay_callbacks import has_got
from bot.services.repositories.callbacks import CallbackEntry
from bot.services.undelivered import Undelivered, undelivered_of
from bot.services.work import Work


class ResendCallback:
    def __init__(self, store: Store, directory: Directory, policies: Policies) -> None:
        self._store, self._directory, self._policies = store, directory, policies

    async def __call__(self, callback_id: str, *, by: Person) -> Undelivered:
        """It is tried at once, and for another day if need be; to the address that is set now.

        Raises NotAMember, NotFound, NotEntitled, NothingToSend, NoLongerKept and DirectoryUnavailable.
        """
        await check_standing(self._directory, by)
        request = await self._store.read(lambda work: _request_of(work, work.callbacks.get(callback_id)))
        rulings = [] if request is None else [request.ruling]
        members = await members_of(self._directory, rulings, by, step=request.step if request else 0)
        policy = self._policies.current()

        def record(work: Work) -> Undelivered:
            entry = work.callbacks.get(callback_id)
            agent, current = work.agents.get(entry.agent_id), _request_of(work, entry)
            asked = current is not None and is_asked(work, current, by, members)
            check_may(Act.SEND_AGAIN, by, agent=agent, policy=policy, is_asked=asked)
            return undelivered_of(work, _send_again(work, entry, agent, current, by))

        return await self._store.run(record)

    async def decision(self, request_id: str, *, by: Person) -> Undelivered:
        """The same, of the decision of a request."""
        sending = await self._store.read(lambda work: work.sendings.of_request(request_id))
        if sending is None:
            raise NotFound("decision on its way", request_id)
        return await self(sending.callback_id, by=by)


def _send_again(work: Work, entry: CallbackEntry, agent: Agent, request: ApprovalRequest | None, by: Person) -> Sending:
    if request is not None:
        check_kept(request)
    if has_got(entry, carried_by(work, agent, entry)):
        raise NothingToSend(entry.id, f"{agent.name} has got this already")
    address, before = work.addresses.get(agent.id), work.sendings.of_callback(entry.id)
    url = _url(address, request)
    if url is None:
        raise NothingToSend(entry.id, f"{agent.name} has no address that callbacks are sent to")
    _write_down(work, entry, by)
    if before is None:
        return promise_sending(
            work, entry.id, agent.id, url, request_id=entry.request_id, directive_id=entry.directive_id
        )
    now = asked_again(before, work.now, url=url)
    work.sendings.save(now, seen_version=before.version)
    work.wake(topics.CALLBACKS_DUE)
    return now


def _url(address: CallbackAddress | None, request: ApprovalRequest | None) -> str | None:
    """Also one that was stopped: who asks for it has a reason to think that it works again."""
    if address is None:
        return None
    return (request.callback_url if request else None) or address.url


def _write_down(work: Work, entry: CallbackEntry, by: Person) -> None:
    before = work.deliveries.get(entry.request_id) if entry.request_id else None
    now = sent_again(before) if before else None
    if before is not None and now is not None:
        save_delivery(work, before, now, DeliveryEvent.SENT_AGAIN, actor=Actor.of(by))
        return
    work.audit.add(
        AuditEntry(
            event="callback_sent_again",
            at=work.now,
            actor=Actor.of(by),
            agent_id=entry.agent_id,
            request_id=entry.request_id,
            payload={"callback_id": entry.id, "directive_id": entry.directive_id},
        )
    )


def _request_of(work: Work, entry: CallbackEntry) -> ApprovalRequest | None:
    return work.requests.get(entry.request_id) if entry.request_id else None
