"""The whole product beside a Slack in a box, and agents that send what they like."""

import asyncio
import io
import json
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from typing import Any, TypeVar

import aiohttp

from bot import system
from bot.app import Server, practice_running
from bot.app.practice import Transport
from bot.localslack import LocalSlack, Message, Person
from bot.localslack.views import View

ANA, BO, CHEN, OLGA = "U02ANA", "U03BO", "U04CHEN", "U09OLGA"
"""Ana is asked first, Bo and Chen later; Olga owns the agents."""
APPROVALS = "C01APPROVALS"

Found = TypeVar("Found")


class House:
    """See `a_house`."""

    def __init__(self, slack: LocalSlack, server: Server, http: aiohttp.ClientSession, log: io.StringIO) -> None:
        self.slack, self.server, self._http, self._log = slack, server, http, log
        self.ahead = timedelta()

    @property
    def log(self) -> str:
        return self._log.getvalue()

    async def agent(self, name: str = "tidy") -> "Agent":
        return Agent(self._http, self.server.url, await self.server.agents.add(name, OLGA))

    def person(self, token: str) -> "Agent":
        """Whoever holds a personal token, calling the API."""
        return Agent(self._http, self.server.url, token)

    async def card(self, request_id: str) -> Message:
        """The newest card of a request in the channel, once it is there."""
        return (await self.until(lambda: self._cards(request_id)))[-1]

    def _cards(self, request_id: str) -> list[Message]:
        return [one for one in self.slack.messages(APPROVALS) if f"{request_id}:" in json.dumps(one.blocks)]

    async def click(self, who: str, request_id: str, action_id: str, **choice: Any) -> None:
        card = await self.card(request_id)
        await self.slack.click(who, card.channel_id, card.ts, action_id=action_id, **choice)

    async def form(self, who: str, request_id: str, action_id: str, **choice: Any) -> View:
        """The form that opens with a click, once it is filled."""
        await self.click(who, request_id, action_id, **choice)

        def filled() -> View | None:
            view = self.slack.modal(who)
            return view if view is not None and view.content["callback_id"] != "loading" else None

        return await self.until(filled)

    async def until(self, found: Callable[[], Found | None]) -> Found:
        """What it returned as soon as that is something. Raises TimeoutError."""
        async with asyncio.timeout(10):
            while not (was := found()):  # noqa: ASYNC110 - a log has no event
                await asyncio.sleep(0.02)
            return was


class Agent:
    """An agent without a client: whatever it sends is sent."""

    def __init__(self, http: aiohttp.ClientSession, url: str, key: str) -> None:
        self._http, self._url, self._key = http, url, key

    async def call(self, method: str, path: str, body: Any = None) -> tuple[int, Any]:
        headers = {"Authorization": f"Bearer {self._key}"}
        async with self._http.request(method, f"{self._url}/v1{path}", json=body, headers=headers) as answer:
            return answer.status, await answer.json(content_type=None)

    async def ask(self, name: str, arguments: dict[str, Any] | None = None, **said: Any) -> dict[str, Any]:
        """The request as the server has it now. Whoever does not say where is in development."""
        action = {"name": name, "arguments": arguments or {}, **said.pop("action", {})}
        status, answer = await self.call("POST", "/approvals", {"environment": "dev", "action": action, **said})
        assert status in (200, 202), answer
        return answer

    async def read(self, request_id: str) -> dict[str, Any]:
        status, answer = await self.call("GET", f"/approvals/{request_id}")
        assert status == 200, answer
        return answer


def words_of(found: Any) -> str:
    """Everything a person reads in these blocks."""
    if isinstance(found, dict):
        own = found.get("text")
        inner = "".join(words_of(one) for name, one in found.items() if name != "text" or not isinstance(own, str))
        return (own if isinstance(own, str) else "") + inner
    return "".join(map(words_of, found)) if isinstance(found, list) else ""


@asynccontextmanager
async def a_house(
    log: io.StringIO, *, transport: Transport = "http", database_url: str | None = None
) -> AsyncGenerator[House]:
    """Until the block ends. Its clock goes right, but for what `ahead` adds."""
    clock = _Clock()
    practice = practice_running(0, clock=clock, transport=transport, database_url=database_url)
    async with practice as (slack, server), aiohttp.ClientSession() as http:
        slack.workspace.people.append(Person(OLGA, "olga", "Olga"))
        for channel in slack.workspace.channels:
            channel.members.append(OLGA)
        slack.acknowledge_within(10)  # a busy machine may be slow; that Slack waits three seconds is tried elsewhere
        house = House(slack, server, http, log)
        clock.house = house
        yield house


class _Clock:
    house: House | None = None

    def __call__(self) -> datetime:
        return system.now() + (self.house.ahead if self.house else timedelta())
