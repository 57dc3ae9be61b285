"""The app was removed from the workspace, or its token revoked: somebody has to know before the next card is missed."""

from typing import Any, cast

from slack_bolt.app.async_app import AsyncApp

from bot.slack.desk import Desk
from bot.slack.installation import Installation
from bot.slack.pending import Ack, Body


def register(bolt_app: AsyncApp, desk: Desk, installation: Installation) -> None:
    """From then on the readiness check asks Slack again, and says what Slack says of the token."""

    async def on_app_uninstalled(ack: Ack, body: Body) -> None:
        _report(desk, installation, "app_uninstalled")

    async def on_tokens_revoked(ack: Ack, body: Body) -> None:
        if body["event"].get("tokens", {}).get("bot"):  # a person's token is none of ours
            _report(desk, installation, "tokens_revoked")

    for name, listener in {"app_uninstalled": on_app_uninstalled, "tokens_revoked": on_tokens_revoked}.items():
        cast(Any, bolt_app).event(name)(desk.pending.tracked(listener))


def _report(desk: Desk, installation: Installation, event: str) -> None:
    installation.forget()
    desk.telemetry.count("slack_removals", event=event)
    desk.telemetry.log("SLACK_APP_REMOVED", slack_event=event, remedy="install the app again, see README")
