"""The app-level token, which opens sockets and can do nothing else."""

from bot.slack.web import SlackApi, SlackSaid

_WHERE = "Basic Information, App-Level Tokens"
_REMEDIES = {
    "invalid_auth": f"is not known to Slack. Copy it from “{_WHERE}” of your Slack app; it begins with xapp-",
    "not_authed": f"is empty. Copy it from “{_WHERE}” of your Slack app; it begins with xapp-",
    "not_allowed_token_type": f"is the wrong kind of token: it must begin with xapp-, from “{_WHERE}”",
    "missing_scope": f"lacks the scope connections:write. Generate one that has it under “{_WHERE}”",
    "no_permission": f"lacks the scope connections:write. Generate one that has it under “{_WHERE}”",
    "token_revoked": f"was revoked. Generate a new one with the scope connections:write under “{_WHERE}”",
    "token_expired": f"has expired. Generate a new one with the scope connections:write under “{_WHERE}”",
    "account_inactive": "belongs to an app that was removed. Install the app again",
}
_ALSO = (
    "Slack opens no socket with it ({code}). Expected: a token that begins with xapp- and has the scope "
    f"connections:write, from “{_WHERE}”, and “Socket Mode” switched on in the Slack app"
)


class AppTokenRefused(Exception):
    """Slack opens no socket with this token; the message says what to do."""


class AppToken:
    def __init__(self, api: SlackApi, token: str) -> None:
        """`api` may speak with any token: its connections are shared, its token is not used."""
        self._api = api.with_token(token)

    async def ticket(self) -> str:
        """The address of one new socket: a secret, good once and for a moment.

        Raises AppTokenRefused, and SlackUnreachable when Slack cannot be asked now.
        """
        try:
            return str((await self._api.open_connection())["url"])
        except SlackSaid as said:
            remedy = _REMEDIES.get(said.code)
            words = f"{remedy}, and see that “Socket Mode” is switched on" if remedy else _ALSO.format(code=said.code)
            raise AppTokenRefused(f"SLACK_APP_TOKEN {words}." if remedy else f"SLACK_APP_TOKEN: {words}.") from said
