"""The durable queue of what an agent is to hear."""

import asyncio
from dataclasses import dataclass
from datetime import timedelta

from bot.api.parameters import AFTER, KIND, LIMIT, WAIT
from bot.api.route import Answer, Incoming, NoBody
from bot.api.services import ApiServices
from bot.domain.people import Agent
from bot.services.read_callbacks import Carried
from bot.services.repositories.callbacks import CallbackEntry
from bot.wire.answering import callback_of, callback_page_of, kind_of, newly_delivered, newly_handed


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """Some of an agent's queue; its reader goes on behind the cursor."""

    entries: list[tuple[CallbackEntry, Carried]]
    cursor: int


async def read_queue(services: ApiServices, incoming: Incoming[NoBody]) -> Answer:
    after, limit, kind = incoming.value(AFTER), incoming.value(LIMIT), incoming.value(KIND)
    page = await incoming.hold(
        lambda wait: read_page(services, incoming.agent, after=int(after or 0), wait=wait, limit=limit, kind=kind),
        incoming.value(WAIT),
    )
    told = [carried for _, carried in page.entries]
    return Answer(
        body=callback_page_of(page.entries, after=str(page.cursor) if page.cursor else after),
        hands_over=newly_delivered(told),
        hands_directives=newly_handed(told),
    )


async def acknowledge(services: ApiServices, incoming: Incoming[NoBody]) -> Answer:
    entry, carried = await services.acknowledge_callback(incoming.agent, incoming.id)
    return Answer(body=callback_of(entry, carried), hands_over=newly_delivered([carried]))


async def read_page(
    services: ApiServices, agent: Agent, *, after: int, wait: timedelta, limit: int, kind: str | None
) -> Page:
    """What is behind the cursor; only of one kind, when that is all that is wanted. Waits for the first of it."""
    clock = asyncio.get_running_loop().time
    ends = clock() + wait.total_seconds()
    while True:
        left = timedelta(seconds=max(0.0, ends - clock()))
        found = await services.read_callbacks(agent, after=after, wait=left, limit=limit)
        wanted = [(entry, carried) for entry, carried in found if kind in (None, kind_of(carried))]
        after = found[-1][0].cursor if found else after
        if wanted or not found:
            return Page(entries=wanted, cursor=after)
