"""What is sent to an agent's address: the entry of its queue, in an envelope; and how far it got, for people."""

from sayso.protocol import SendingCallback, Webhook

from bot.domain.callback_url import shown_url
from bot.services.read_callbacks import Carried
from bot.services.repositories.callbacks import CallbackEntry
from bot.services.undelivered import Undelivered
from bot.wire.answering import callback_of, kind_of

_TYPES = {"decision": "decision.made", "directive": "directive.issued"}


def webhook_of(entry: CallbackEntry, carried: Carried) -> tuple[str, str]:
    """The kind of an entry, and its body as JSON text: the same as long as the record is."""
    kind = kind_of(carried)
    body = Webhook(type=_TYPES[kind], timestamp=entry.created_at, data=callback_of(entry, carried))
    return kind, body.model_dump_json()


def sending_callback_of(one: Undelivered) -> SendingCallback:
    """As people's tools show it."""
    sending = one.sending
    return SendingCallback(
        id=sending.callback_id,
        agent=one.agent.name,
        about="decision" if sending.request_id else "directive",
        what=one.what,
        approval_id=sending.request_id,
        address=shown_url(sending.url),
        state=sending.state.value,
        tries=sending.tries,
        since=sending.first_try_at,
        next_try_at=sending.next_try_at,
        parked_at=sending.parked_at,
        last_problem=sending.last_problem,
    )
