"""What the listeners can ask of the services about digests. Each raises NotAMember and DirectoryUnavailable."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol

from bot.domain.alert import Mute
from bot.domain.digest import Digest
from bot.domain.people import Agent, Person
from bot.services.approve_small import Approved, SmallOnes
from bot.services.write_digest import NothingToTell


class WriteDigest(Protocol):
    async def __call__(self, channel: str, *, by: Person, once: str | None = None) -> Digest | NothingToTell:
        """A digest of what happened in a channel so far, about to be posted; one for each `once`."""
        ...


class ListSmall(Protocol):
    async def __call__(self, digest_id: str, agent_id: str, *, by: Person) -> SmallOnes:
        """What this person may approve together. Raises NotFound."""
        ...


class ApproveSmall(Protocol):
    async def __call__(
        self, digest_id: str, agent_id: str, chosen: Iterable[tuple[str, int]], *, by: Person
    ) -> Sequence[Approved]:
        """Approve each of these requests, at these revisions, by itself. Raises NotFound."""
        ...


class MuteAlerts(Protocol):
    async def __call__(
        self, digest_id: str, agent_id: str, kind: str, *, by: Person, muted: bool = True
    ) -> Mute | None:
        """Leave a kind of alerts out for a while, or show it again. Raises NotFound and NotEntitled."""
        ...


class AgentOfPart(Protocol):
    async def __call__(self, digest_id: str, agent_id: str, *, by: Person) -> Agent:
        """Whose part of a digest it is. Raises NotFound."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class DigestServices:
    now: WriteDigest
    small: ListSmall
    approve: ApproveSmall
    mute: MuteAlerts
    agent: AgentOfPart
