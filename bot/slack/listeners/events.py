"""Events that the manifest does not ask for and that come nevertheless: they are only acknowledged."""

import re
from typing import Any, cast

from slack_bolt.app.async_app import AsyncApp

from bot.slack.desk import Desk
from bot.slack.pending import Ack, Body

_ANY = re.compile(".*")


def register(bolt_app: AsyncApp, desk: Desk) -> None:
    cast(Any, bolt_app).event(_ANY)(desk.pending.tracked(on_event))


async def on_event(ack: Ack, body: Body) -> None:
    """Somebody subscribed the app by hand. Without this Slack would send it three times."""
    await ack()
