"""What every listener works with, and the two ways a person's act is answered: in time, or afterwards."""

import asyncio
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, TypeVar

from bot.domain.errors import DomainError, RequestClosed
from bot.services.ports import Telemetry
from bot.slack.forms import Forms
from bot.slack.homes import Homes
from bot.slack.payloads import Place
from bot.slack.pending import Pending
from bot.slack.private_answers import PrivateAnswers
from bot.slack.render.refusals import refusal_message
from bot.slack.services import SlackServices
from bot.slack.zones import Zones

T = TypeVar("T")

PATIENCE = timedelta(seconds=2)
"""How long an act waits for its commit before it is acknowledged. Slack waits 3 seconds."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """Given to every listener. `pending` is drained at shutdown, after the last request was taken."""

    services: SlackServices
    forms: Forms
    answers: PrivateAnswers
    homes: Homes
    zones: Zones
    telemetry: Telemetry
    now: Callable[[], datetime]
    pending: Pending = field(default_factory=Pending)
    patience: timedelta = PATIENCE

    async def in_time(self, work: Coroutine[Any, Any, T]) -> asyncio.Task[T]:
        """Begin the work and wait for it as long as patience lasts. It goes on after that; look at `done()`."""
        task = asyncio.ensure_future(work)
        await asyncio.wait({task}, timeout=self.patience.total_seconds())
        return task

    async def refuse(self, place: Place, refusal: DomainError) -> None:
        """Tell the person privately why nothing changed."""
        self.telemetry.count("clicks_refused", refusal=type(refusal).__name__)
        link = await self._newer_card(refusal)
        await self.answers.tell(place, refusal_message(refusal, now=self.now(), link=link))

    async def _newer_card(self, refusal: DomainError) -> str | None:
        """The address of the card that took the place of the clicked one."""
        if not isinstance(refusal, RequestClosed) or refusal.request.superseded_by is None:
            return None
        ref = await self.services.find_card(refusal.request.superseded_by)
        return await self.answers.address_of(ref) if ref else None
