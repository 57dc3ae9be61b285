"""People's clicks by their payloads: on any server, as often and as wrongly as one likes, before a card is there."""

import asyncio
import itertools
from collections.abc import Iterable

import httpx

from bot.localslack import LocalSlack, SignedRequest
from tests.faults.server_process import ServerProcess

DROP = "choose_1"
"""The button of the first option."""
_numbers = itertools.count(1)
AT_ONCE = 32


class Hands:
    """Signs as Slack does, and delivers where it is told to."""

    def __init__(self, slack: LocalSlack) -> None:
        self._slack = slack
        self._http = httpx.AsyncClient(timeout=60, limits=httpx.Limits(max_connections=2 * AT_ONCE))

    async def close(self) -> None:
        await self._http.aclose()

    def click(self, user: str, request_id: str, action_id: str = "approve", *, option: str = "") -> SignedRequest:
        """One press of one button of the first revision's card."""
        press, workspace = next(_numbers), self._slack.workspace
        value = f"{request_id}:r1:{option}" if option else f"{request_id}:r1"
        channel = workspace.channels[0].id
        action = {"type": "button", "action_id": action_id, "block_id": "b", "value": value, "action_ts": f"{press}.1"}
        return self._slack.sign(
            {
                "type": "block_actions",
                "team": {"id": workspace.id},
                "user": {"id": user, "username": user, "team_id": workspace.id},
                "api_app_id": workspace.app_id,
                "trigger_id": f"{press}.2.3",
                "container": {"type": "message", "message_ts": "1.000001", "channel_id": channel},
                "channel": {"id": channel, "name": channel},
                "message": {"ts": "1.000001"},
                "actions": [action],
            }
        )

    async def deliver(self, signed: SignedRequest, to: ServerProcess) -> int:
        """The status that this server answers with."""
        answer = await self._http.post(f"{to.url}/slack/events", content=signed.body, headers=dict(signed.headers))
        return answer.status_code

    async def deliver_all(self, each: Iterable[tuple[SignedRequest, ServerProcess]]) -> list[int]:
        """Many at once, and in the end all of them."""
        turn = asyncio.Semaphore(AT_ONCE)

        async def one(signed: SignedRequest, to: ServerProcess) -> int:
            async with turn:
                return await self.deliver(signed, to)

        return list(await asyncio.gather(*(one(signed, to) for signed, to in each)))
