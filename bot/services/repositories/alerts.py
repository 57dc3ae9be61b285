"""Alerts, and which kinds of them a channel does not want to see for a while."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from bot.domain.alert import Alert, AlertGroup, Mute


@dataclass(frozen=True, slots=True, kw_only=True)
class Raised:
    """An alert that an idempotency key already stands for, and the digest of the body it came with."""

    alert: Alert
    body_digest: str


class AlertRepository(Protocol):
    def add(self, alert: Alert, *, idempotency_key: str | None, body_digest: str) -> None: ...

    def raised(self, agent_id: str, idempotency_key: str) -> Raised | None: ...

    def newest_channel(self, agent_id: str) -> str | None:
        """Where the agent's newest request was asked first; None before its first one."""
        ...

    def untold(self, channel: str) -> Mapping[str, tuple[AlertGroup, ...]]:
        """By agent id, those that no daily digest has told yet."""
        ...

    def tell(self, channel: str, digest_id: str) -> Mapping[str, tuple[AlertGroup, ...]]:
        """From now on the untold ones are told in this digest: exactly those that are returned."""
        ...

    def hand_on(self, channel: str, *, to: str) -> None:
        """The untold ones of a channel that gets no digest any more are told in another one."""
        ...

    def mute(self, mute: Mute) -> None:
        """Put it in the place of an earlier one."""
        ...

    def unmute(self, agent_id: str, kind: str, channel: str) -> bool:
        """Whether there was one in force."""
        ...

    def mutes(self, channel: str) -> list[Mute]:
        """Those in force now."""
        ...
