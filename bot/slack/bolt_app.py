"""The Bolt application: one workspace, one token, no OAuth, and a plain word for every failure."""

import asyncio
import logging
import traceback
from typing import Any

from slack_bolt.app.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.response import BoltResponse

from bot.slack import listeners
from bot.slack.desk import Desk
from bot.slack.installation import Installation
from bot.slack.listeners import probes, removal
from bot.slack.payloads import Place, place_of
from bot.slack.pending import Ack, Body
from bot.slack.sentences import FAILED
from bot.slack.web import SlackApi

_BOLT_LOOKS_AGAIN_AFTER = 0.05
"""Seconds. Bolt looks for the acknowledgement every 0.01 s, and forgets it when the listener then fails."""


def build_bolt_app(api: SlackApi, installation: Installation, desk: Desk) -> AsyncApp:
    """Every listener registered, ready to be put behind a Reception.

    Requests are authorized from memory: none waits for auth.test, and a click counts even while Slack cannot be asked.
    SLACK_BOT_TOKEN and SLACK_CLIENT_ID in the environment change nothing.
    """
    bolt_app = AsyncApp(
        name="slack",  # not our own: Bolt sets the level of the logger of this name at every click
        logger=_quiet_logger(),
        client=api.client,
        authorize=_authorize_for(installation),
    )
    removal.register(bolt_app, desk, installation)
    probes.register(bolt_app, desk, api)
    listeners.register(bolt_app, desk)
    bolt_app.error(_error_handler(desk))
    return bolt_app


def _quiet_logger() -> logging.Logger:
    """Bolt's warnings quote whole payloads, which hold people's words and an agent's arguments."""
    logger = logging.getLogger("slack_bolt.sayso")
    logger.setLevel(logging.ERROR)
    return logger


def _authorize_for(installation: Installation) -> Any:
    async def authorize(enterprise_id: str | None, team_id: str | None, user_id: str | None) -> AuthorizeResult:
        identity = installation.known
        return AuthorizeResult(
            enterprise_id=enterprise_id,
            team_id=team_id,
            user_id=user_id,
            bot_id=identity.bot_id if identity else None,
            bot_user_id=identity.user_id if identity else None,
            bot_token=installation.token,
        )

    return authorize


def _error_handler(desk: Desk) -> Any:
    """Whatever nobody foresaw: Slack hears that we got it, the person that it failed, and we where it failed."""

    async def on_error(error: Exception, body: Body, ack: Ack, response: BoltResponse | None) -> BoltResponse | None:
        desk.telemetry.count("slack_listener_errors", error=type(error).__name__)
        desk.telemetry.log("slack_listener_failed", error=type(error).__name__, at=_frames(error))
        place = _place(body)
        if place is not None:
            desk.pending.start(desk.answers.tell(place, FAILED))
        if response is None:
            await asyncio.sleep(_BOLT_LOOKS_AGAIN_AFTER)
            return None
        return BoltResponse(status=200)

    return on_error


def _place(body: Body) -> Place | None:
    try:
        return place_of(body)
    except (KeyError, TypeError):  # no person to answer
        return None


def _frames(error: Exception) -> list[str]:
    """Where it happened. The error's own message is left out: it may quote an argument."""
    return [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in traceback.extract_tb(error.__traceback__)]
