"""How a click is answered: committed before it is acknowledged, and refused in one place."""

from collections.abc import Awaitable, Callable, Coroutine
from typing import Any, TypeVar

from bot.domain.errors import DomainError
from bot.slack.desk import Desk
from bot.slack.payloads import Click, parse_click, place_of
from bot.slack.pending import Ack, Body, Listener
from bot.slack.sentences import LATE

T = TypeVar("T")

Handler = Callable[[Desk, Click, Ack], Awaitable[None]]


def click_listener(desk: Desk, handle: Handler) -> Listener:
    """The one place where a click that changed nothing is answered."""

    async def listen(ack: Ack, body: Body) -> None:
        try:
            await handle(desk, parse_click(body), ack)
        except DomainError as refusal:
            await ack()
            await desk.refuse(place_of(body), refusal)

    return desk.pending.tracked(listen)


async def committed(desk: Desk, click: Click, ack: Ack, work: Coroutine[Any, Any, T]) -> T:
    """Acknowledge once the work is committed; or when that takes too long, and tell the result afterwards."""
    task = await desk.in_time(work)
    is_late = not task.done()
    if is_late:
        await ack()
    done = await task
    await ack()
    if is_late:
        await desk.answers.tell(click.place, LATE)
    return done
