"""Who asks and who decides."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum


@dataclass(frozen=True, slots=True, kw_only=True)
class Agent:
    """A program with a name, an owner and a key."""

    id: str
    name: str
    owner_slack_user_id: str
    owner_name: str | None = None  # as the policy in force called them when the agent asked


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Somebody who acted, as their surface knows them. `name` is for people to read, `id` is who it was."""

    surface: str
    id: str
    name: str


TERMINAL = "terminal"
"""The surface of people's tools: who acts there holds a personal token, and has the id that Slack knows them by."""


class Standing(StrEnum):
    """What somebody is in the workspace. Only a full member may act, whatever a policy says of them."""

    FULL = "full"
    GUEST = "guest"
    STRANGER = "stranger"  # a member of another workspace
    GONE = "gone"  # deactivated, or not a person of any workspace


def is_slack_user_id(text: str) -> bool:
    """Whether this has the shape of an id that Slack gives to people."""
    return text[:1] in ("U", "W") and text.isascii() and text.isalnum() and text == text.upper()


class ReviewerKind(StrEnum):
    USER = "user"
    GROUP = "group"


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewerRef:
    """Who is asked: one Slack user, or everybody in a Slack user group.

    `instead` are the people who count as the group's members where the workspace has no user groups.
    """

    kind: ReviewerKind
    id: str
    name: str
    instead: tuple["ReviewerRef", ...] = ()


Members = Mapping[str, frozenset[str] | None]
"""User ids by group id; None where the workspace has no such group."""


def is_among(person_id: str, reviewers: Iterable[ReviewerRef], members: Members) -> bool:
    """Whether a person is one of the reviewers, by name or by a group's membership. An unknown group has nobody."""
    return any(_is_one_of(person_id, reviewer, members) for reviewer in reviewers)


def _is_one_of(person_id: str, reviewer: ReviewerRef, members: Members) -> bool:
    if reviewer.kind is ReviewerKind.USER:
        return reviewer.id == person_id
    belonging = members.get(reviewer.id, frozenset())
    if belonging is None:
        return is_among(person_id, reviewer.instead, members)
    return person_id in belonging


class ActorKind(StrEnum):
    REVIEWER = "reviewer"
    AGENT = "agent"
    POLICY = "policy"
    SYSTEM = "system"


@dataclass(frozen=True, slots=True, kw_only=True)
class Actor:
    """Who caused an audit entry."""

    kind: ActorKind
    id: str
    name: str

    @classmethod
    def of(cls, who: "Agent | Person") -> "Actor":
        kind = ActorKind.AGENT if isinstance(who, Agent) else ActorKind.REVIEWER
        return cls(kind=kind, id=who.id, name=who.name)


SYSTEM = Actor(kind=ActorKind.SYSTEM, id="sayso", name="sayso")
POLICY = Actor(kind=ActorKind.POLICY, id="policy", name="policy")
