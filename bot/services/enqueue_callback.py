"""Something an agent is to hear: into its queue, and, where it has an address, the promise to send it there."""

from bot.domain.sending import Sending
from bot.services import topics
from bot.services.work import Work


def enqueue(
    work: Work,
    callback_id: str,
    agent_id: str,
    *,
    request_id: str | None = None,
    directive_id: str | None = None,
    url: str | None = None,
) -> None:
    """In the transaction of the change. `url` is where a request wants its decision, instead of the usual address."""
    work.callbacks.add(id=callback_id, agent_id=agent_id, request_id=request_id, directive_id=directive_id)
    work.wake(topics.callbacks_of(agent_id))
    address = work.addresses.get(agent_id)
    if address is None:
        return
    target = url or (address.url if address.is_used else None)
    if target is not None:
        promise_sending(work, callback_id, agent_id, target, request_id=request_id, directive_id=directive_id)


def promise_sending(
    work: Work, callback_id: str, agent_id: str, url: str, *, request_id: str | None, directive_id: str | None
) -> Sending:
    """It is due at once. A callback is sent to one address."""
    sending = Sending(
        id=callback_id.replace("cbk_", "snd_", 1),
        callback_id=callback_id,
        agent_id=agent_id,
        request_id=request_id,
        directive_id=directive_id,
        url=url,
        created_at=work.now,
        next_try_at=work.now,
    )
    work.sendings.add(sending)
    work.wake(topics.CALLBACKS_DUE)
    return sending
