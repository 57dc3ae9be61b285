"""What people do with the summary of cards that wait for their channel."""

from typing import Any, cast

from slack_bolt.app.async_app import AsyncApp

from bot.slack.desk import Desk
from bot.slack.ids import ActionId, UnreadableTarget
from bot.slack.listeners.clicks import click_listener, committed
from bot.slack.payloads import Click
from bot.slack.pending import Ack
from bot.slack.render.summary import NOTHING_LEFT


def register(bolt_app: AsyncApp, desk: Desk) -> None:
    cast(Any, bolt_app).action(ActionId.OPEN_NEXT)(click_listener(desk, on_next_clicked))


async def on_next_clicked(desk: Desk, click: Click, ack: Ack) -> None:
    """The card itself is the answer."""
    if not click.value or click.value != click.place.channel:
        raise UnreadableTarget
    if not await committed(desk, click, ack, desk.services.show_next(click.value, by=click.by)):
        await desk.answers.tell(click.place, NOTHING_LEFT)
