"""What Slack says of the tokens."""

from collections.abc import Callable
from datetime import datetime

from bot.app.doctor.clocks import compared_with_slack
from bot.app.doctor.findings import Finding, failed, ok
from bot.slack.app_token import AppToken, AppTokenRefused
from bot.slack.installation import BotIdentity, Installation, TokenRefused
from bot.slack.scopes import SCOPE_REASONS
from bot.slack.web import SLACK_API_URL, SlackApi, SlackUnreachable

NAME, SCOPES, SOCKETS = "token", "scopes", "socket mode"

_NO_SLACK_FIX = (
    "See that this machine reaches the internet (a proxy goes into HTTPS_PROXY), and what "
    "https://slack-status.com says. Agents can ask meanwhile, and cards follow."
)


_ANOTHER = "Install the app again and copy the Bot User OAuth Token from “OAuth & Permissions” of your Slack app."


async def look_at_token(
    api: SlackApi, installation: Installation, *, now: Callable[[], datetime]
) -> tuple[BotIdentity | None, list[Finding]]:
    """Who the bot is, its scopes, and Slack's clock; None where nothing else can be asked of Slack."""
    try:
        identity = await installation.check_token()
        asked_at = now()
        _, headers = await api.whoami()
        answered_at = now()
    except TokenRefused as refused:
        what, _, fix = str(refused).partition(". ")
        return None, [failed(NAME, what.rstrip("."), fix=fix or _ANOTHER)]
    except SlackUnreachable as problem:
        return None, [failed(NAME, f"{_where(api)} cannot be asked: {problem}", fix=_NO_SLACK_FIX)]
    team = identity.team_name or identity.team_id
    found = [ok(NAME, f"the bot is {identity.user_id} in the workspace {team}"), _scopes(identity)]
    clock = compared_with_slack(headers.get("Date"), asked_at=asked_at, answered_at=answered_at)
    return identity, [*found, clock]


async def look_at_app_token(api: SlackApi, token: str) -> Finding:
    """Whether Slack gives an address for a socket. Nobody connects to it."""
    try:
        await AppToken(api, token).ticket()
    except AppTokenRefused as refused:
        what, _, fix = str(refused).partition(". ")
        return failed(SOCKETS, what.rstrip("."), fix=fix or "Switch “Socket Mode” on in the Slack app.")
    except SlackUnreachable as problem:
        return failed(SOCKETS, f"{_where(api)} cannot be asked: {problem}", fix=_NO_SLACK_FIX)
    return ok(SOCKETS, "Slack opens sockets with SLACK_APP_TOKEN")


def _scopes(identity: BotIdentity) -> Finding:
    missing = [scope for scope in SCOPE_REASONS if scope in identity.missing_scopes]
    if not missing:
        return ok(SCOPES, f"the token has all {len(SCOPE_REASONS)} that the bot uses")
    named = "; ".join(f"{scope} ({SCOPE_REASONS[scope]})" for scope in missing)
    fix = (
        "Paste what `sayso manifest` prints on “App Manifest” of the Slack app, save, and install it again on “Install "
        "App”; the token stays the same."
    )
    return failed(SCOPES, f"the token lacks {named}", fix=fix)


def _where(api: SlackApi) -> str:
    return "Slack" if api.client.base_url == SLACK_API_URL else api.client.base_url
