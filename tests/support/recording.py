"""The ports' other ends, as fakes that keep score: a clock that is set, ids that count, a chat that can fail."""

import itertools
from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any

from bot.domain.card import Card
from bot.domain.content import Content
from bot.domain.errors import DirectoryUnavailable, StandingUnknown
from bot.domain.notice import NoticeRef, Priority
from bot.domain.people import Standing
from bot.domain.policy import Policy
from bot.services.ports import ChatMessageGone, ChatRefused, ChatUnavailable, Lease

NOON = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)


class Clock:
    """Time that moves only when told."""

    def __init__(self, now: datetime = NOON) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now

    def advance(self, by: timedelta) -> None:
        self.now += by


class CountingIds:
    """Implements services.ports.Ids: they count, so they sort as they were made."""

    def __init__(self) -> None:
        self._numbers = itertools.count(1)

    def new(self, prefix: str) -> str:
        return f"{prefix}_{next(self._numbers):026d}"

    def secret(self, prefix: str) -> str:
        return f"{prefix}_{next(self._numbers):052d}"


class FixedPolicies:
    """Implements services.ports.Policies with one policy, which a test may replace."""

    def __init__(self, policy: Policy) -> None:
        self.policy = policy

    def current(self) -> Policy:
        return self.policy


class RecordingTelemetry:
    """Implements services.ports.Telemetry."""

    def __init__(self) -> None:
        self.counted: list[tuple[str, dict[str, str]]] = []
        self.observed: list[tuple[str, float]] = []
        self.logged: list[tuple[str, dict[str, Any]]] = []

    def count(self, name: str, **labels: str) -> None:
        self.counted.append((name, labels))

    def observe(self, name: str, seconds: float, **labels: str) -> None:
        self.observed.append((name, seconds))

    def log(self, event: str, **facts: Any) -> None:
        self.logged.append((event, facts))


class RecordingDirectory:
    """Implements services.ports.Directory over a table of groups; who is not in `standings` is a full member."""

    def __init__(self, groups: dict[str, frozenset[str] | None]) -> None:
        self.groups = groups
        self.standings: dict[str, Standing] = {}
        self.is_down = False
        self.groups_are_unknown = False  # and who is a full member is still remembered
        self.asked: list[str] = []

    async def members(self, group_id: str) -> frozenset[str] | None:
        self.asked.append(group_id)
        if self.is_down or self.groups_are_unknown:
            raise DirectoryUnavailable("the directory is down")
        return self.groups.get(group_id, frozenset())

    async def standing(self, slack_user_id: str) -> Standing:
        if self.is_down:
            raise StandingUnknown("the directory is down")
        return self.standings.get(slack_user_id, Standing.FULL)


class Fault(StrEnum):
    """What goes wrong with one call to chat."""

    LOST_ANSWER = "lost_answer"  # it happened, and nobody heard so
    UNAVAILABLE = "unavailable"  # it did not happen, and that is known
    REFUSED = "refused"
    KILLED_BEFORE = "killed_before"  # whoever calls dies before it happens
    KILLED_AFTER = "killed_after"  # whoever calls dies before they hear that it happened


class Killed(BaseException):
    """The process is gone: nobody catches this but the test."""


@dataclass(slots=True)
class Message:
    """One message as it stands in chat, with everything it has shown."""

    ref: NoticeRef
    target: str
    marker: str
    below: NoticeRef | None
    drawn: list[tuple[int, Content]]

    @property
    def version(self) -> int:
        return self.drawn[-1][0]

    @property
    def content(self) -> Content:
        return self.drawn[-1][1]

    @property
    def card(self) -> Card:
        """Of a request; other messages have `content`."""
        assert isinstance(self.content, Card)
        return self.content


@dataclass(slots=True)
class RecordingChat:
    """Implements services.ports.Chat. `faults` strike the next calls, one each; `refused` channels refuse for ever.

    `before` runs once before the lease of a call is looked at, and `meanwhile` once while a call is on its way, so that
    a test can let something else happen then.
    """

    messages: list[Message] = field(default_factory=list[Message])
    calls: list[str] = field(default_factory=list[str])
    faults: deque[Fault | None] = field(default_factory=deque[Fault | None])
    refused: set[str] = field(default_factory=set[str])
    is_down: bool = False
    meanwhile: Callable[[], Awaitable[object]] | None = None
    before: Callable[[], Awaitable[object]] | None = None

    async def post(
        self,
        content: Content,
        *,
        version: int,
        target: str,
        marker: str,
        lease: Lease,
        below: NoticeRef | None = None,
        priority: Priority = Priority.ORDINARY,
    ) -> NoticeRef:
        fault = await self._call("post", target, lease)
        channel = f"D-{target}" if target.startswith("U") else target
        assert below is None or below.channel == channel, "a reply belongs to the channel of what it replies to"
        ref = NoticeRef(channel=channel, id=f"{len(self.messages) + 1}.000")
        self.messages.append(Message(ref, target, marker, below, [(version, content)]))
        _raise_after(fault)
        return ref

    async def redraw(self, content: Content, *, version: int, ref: NoticeRef, marker: str, lease: Lease) -> None:
        fault = await self._call("redraw", ref.channel, lease)
        message = next((message for message in self.messages if message.ref == ref), None)
        if message is None:
            raise ChatMessageGone("somebody deleted it")
        assert message.marker == marker
        message.drawn.append((version, content))
        _raise_after(fault)

    async def find(
        self, *, target: str, marker: str, since: datetime, below: NoticeRef | None, lease: Lease
    ) -> NoticeRef | None:
        await self._call("find", target, lease)
        return next((message.ref for message in self.messages if message.marker == marker), None)

    def marked(self, marker: str) -> list[Message]:
        return [message for message in self.messages if message.marker == marker]

    def in_channel(self, channel: str) -> list[Message]:
        return [message for message in self.messages if message.ref.channel == channel]

    async def _call(self, what: str, where: str, lease: Lease) -> Fault | None:
        if self.before is not None:
            first, self.before = self.before, None
            await first()
        await lease.hold()
        self.calls.append(what)
        if self.meanwhile is not None:
            first, self.meanwhile = self.meanwhile, None
            await first()
        fault = self.faults.popleft() if self.faults else None
        if self.is_down or fault is Fault.UNAVAILABLE:
            raise ChatUnavailable("chat is down")
        if fault is Fault.KILLED_BEFORE:
            raise Killed
        if where in self.refused or fault is Fault.REFUSED:
            raise ChatRefused(f"not in {where}")
        return fault


def _raise_after(fault: Fault | None) -> None:
    if fault is Fault.LOST_ANSWER:
        raise ChatUnavailable("the answer was lost", is_in_doubt=True)
    if fault is Fault.KILLED_AFTER:
        raise Killed


@dataclass(slots=True, kw_only=True)
class Sent:
    to: str
    subject: str
    text: str
    marker: str


class RecordingMail:
    """Implements services.ports.Mail."""

    def __init__(self) -> None:
        self.sent: list[Sent] = []

    async def send(self, *, to: str, subject: str, text: str, marker: str) -> None:
        self.sent.append(Sent(to=to, subject=subject, text=text, marker=marker))
