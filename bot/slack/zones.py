"""The time zone somebody has set in Slack."""

from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from bot.slack.web import SlackApi, SlackSaid, SlackUnreachable

UTC_ZONE = ZoneInfo("UTC")


class Zones:
    def __init__(self, api: SlackApi) -> None:
        self._api = api

    async def of(self, slack_user_id: str) -> ZoneInfo:
        """Their zone; UTC where Slack does not say. Answers show times on the reader's own clock, so they see it."""
        try:
            found = await self._api.read("users.info", user=slack_user_id)
            return ZoneInfo(str(found["user"].get("tz") or "UTC"))
        except (SlackSaid, SlackUnreachable, ZoneInfoNotFoundError, ValueError, KeyError, TypeError):
            return UTC_ZONE
