"""Pressing the test card without a person: a signed request, as Slack would send it, or a gesture on local Slack."""

import json
from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Protocol

import aiohttp

from bot.app.doctor.server import NoAnswer, RunningServer
from bot.slack.ids import ActionId
from bot.slack.installation import BotIdentity

_TIMEOUT = aiohttp.ClientTimeout(total=10)


class Card(Protocol):
    """Where it stands."""

    @property
    def probe_id(self) -> str: ...
    @property
    def channel(self) -> str: ...
    @property
    def ts(self) -> str: ...


class CouldNotPress(Exception):
    """The press did not go out, or was not taken; `fix` says what to do."""

    def __init__(self, what: str, *, fix: str) -> None:
        super().__init__(what)
        self.fix = fix


class SignedPress:
    """A press in the bot's own name, signed with our secret, brought to the server's own door."""

    def __init__(self, server: RunningServer, us: BotIdentity, *, secret: str, now: Callable[[], datetime]) -> None:
        self._server, self._us, self._secret, self._now = server, us, secret, now

    async def __call__(self, card: Card) -> None:
        try:
            answer = await self._server.press(self._payload(card), secret=self._secret)
        except NoAnswer as problem:
            fix = "See whether `sayso serve` still runs."
            raise CouldNotPress(f"the signed press got no answer: {problem}", fix=fix) from problem
        if answer.status != 200:
            fix = "See the lines about the server and its signature, and what the server logs."
            raise CouldNotPress(f"the server answered the signed press with {answer.status}", fix=fix)

    def _payload(self, card: Card) -> dict[str, object]:
        us = self._us
        pressed = {
            "type": "button",
            "action_id": ActionId.PROBE,
            "block_id": card.probe_id,
            "value": card.probe_id,
            "action_ts": f"{self._now().timestamp():.6f}",
        }
        return {
            "type": "block_actions",
            "user": {"id": us.user_id, "username": "sayso", "name": "sayso", "team_id": us.team_id},
            "team": {"id": us.team_id},
            "container": {"type": "message", "message_ts": card.ts, "channel_id": card.channel, "is_ephemeral": False},
            "channel": {"id": card.channel, "name": ""},
            "trigger_id": card.probe_id,
            "actions": [pressed],
        }


class LocalPress:
    """A press by one of the people on local Slack, which then delivers it as Slack would."""

    def __init__(self, api_url: str, people: Iterable[str]) -> None:
        self._page, self._people = api_url.removesuffix("api/") + "page/click", tuple(people)

    async def __call__(self, card: Card) -> None:
        said = "nobody of the policy is there"
        async with aiohttp.ClientSession(timeout=_TIMEOUT) as session:
            for person in self._people:
                answer = await self._pressed(session, card, person)
                if answer is None:
                    return
                said = answer
        raise CouldNotPress(f"on local Slack the card could not be pressed: {said}", fix="Press it by hand.")

    async def _pressed(self, session: aiohttp.ClientSession, card: Card, person: str) -> str | None:
        """None when it worked."""
        gesture = {"as": person, "channel": card.channel, "message_ts": card.ts, "action_id": ActionId.PROBE}
        try:
            async with session.post(self._page, json=gesture) as response:
                answer: object = json.loads(await response.text())
        except (aiohttp.ClientError, TimeoutError, OSError, ValueError):
            return "this is no local Slack"
        match answer:
            case {"ok": True}:
                return None
            case {"error": str(why)}:
                return why
            case _:
                return "it did not say why"
