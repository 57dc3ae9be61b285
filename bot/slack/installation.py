"""Who the bot is in its workspace: asked once with the token, remembered afterwards."""

import asyncio
from dataclasses import dataclass
from typing import Any

from bot.slack.scopes import SCOPES
from bot.slack.web import SlackApi, SlackSaid

_REINSTALL = "Install the app again and copy the new Bot User OAuth Token"
_REMEDIES = {
    "invalid_auth": "is not known to Slack. Copy the Bot User OAuth Token from “OAuth & Permissions” of your Slack app",
    "not_authed": "is empty. Copy the Bot User OAuth Token from “OAuth & Permissions” of your Slack app",
    "account_inactive": f"belongs to an app that was removed from the workspace. {_REINSTALL}",
    "token_revoked": f"was revoked. {_REINSTALL}",
    "token_expired": f"has expired: switch token rotation off, as in manifest.yml. {_REINSTALL}",
    "not_allowed_token_type": "is the wrong kind of token: it must begin with xoxb-",
    "missing_scope": "lacks a scope. Install the app again with the scopes of manifest.yml",
}


class TokenRefused(Exception):
    """The token cannot work; the message says what to do, for whoever starts the server."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BotIdentity:
    """The bot in its workspace. `missing_scopes` are those of the manifest that the token lacks."""

    bot_id: str
    user_id: str
    team_id: str
    team_name: str
    enterprise_id: str | None = None
    missing_scopes: frozenset[str] = frozenset()


class Installation:
    """One workspace, one token."""

    def __init__(self, api: SlackApi) -> None:
        self._api = api
        self._known: BotIdentity | None = None
        self._asking = asyncio.Lock()

    @property
    def token(self) -> str:
        return self._api.token

    @property
    def known(self) -> BotIdentity | None:
        """Who we are, if Slack has said so already."""
        return self._known

    def forget(self) -> None:
        """Ask Slack anew at the next check: the token may not work any more."""
        self._known = None

    async def check_token(self) -> BotIdentity:
        """Who we are. Slack is asked until it has answered once; later calls answer from memory.

        Raises TokenRefused for a token that cannot work, SlackUnreachable when Slack cannot be asked now.
        """
        if self._known is not None:
            return self._known
        async with self._asking:
            self._known = self._known or await self._ask()
        return self._known

    async def _ask(self) -> BotIdentity:
        try:
            answer, headers = await self._api.whoami()
        except SlackSaid as said:
            remedy = _REMEDIES.get(said.code, f"was refused by Slack ({said.code})")
            raise TokenRefused(f"SLACK_BOT_TOKEN {remedy}.") from said
        return _identity(answer, headers.get("x-oauth-scopes"))


def _identity(found: dict[str, Any], granted: str | None) -> BotIdentity:
    if not found.get("bot_id"):
        raise TokenRefused("SLACK_BOT_TOKEN is a person's token. The bot's own begins with xoxb-.")
    return BotIdentity(
        bot_id=found["bot_id"],
        user_id=found["user_id"],
        team_id=found["team_id"],
        team_name=found.get("team", ""),
        enterprise_id=found.get("enterprise_id"),
        missing_scopes=SCOPES - {scope.strip() for scope in granted.split(",")} if granted else frozenset(),
    )
