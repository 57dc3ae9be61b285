"""The durable queue of what an agent is to hear."""

from sayso.protocol import CallbackPage

from bot.api.parameters import AFTER, LIMIT, WAIT
from bot.api.route import Answer, Incoming, NoBody
from bot.api.services import ApiServices
from bot.wire.answering import callback_of, callback_page_of, newly_delivered


async def read_queue(services: ApiServices, incoming: Incoming[NoBody]) -> Answer:
    after, limit = incoming.value(AFTER), incoming.value(LIMIT)
    entries = await incoming.hold(
        lambda wait: services.read_callbacks(incoming.agent, after=int(after or 0), wait=wait, limit=limit),
        incoming.value(WAIT),
    )
    page: CallbackPage = callback_page_of(entries, after=after)
    return Answer(body=page, hands_over=newly_delivered(followed for _, followed in entries))


async def acknowledge(services: ApiServices, incoming: Incoming[NoBody]) -> Answer:
    entry, followed = await services.acknowledge_callback(incoming.agent, incoming.id)
    return Answer(body=callback_of(entry, followed), hands_over=newly_delivered([followed]))
