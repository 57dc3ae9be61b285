"""Who belongs to a Slack user group, and who is a full member of the workspace, no older than a minute."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, Generic, TypeVar, cast

from bot.domain.errors import DirectoryUnavailable, StandingUnknown
from bot.domain.people import Standing
from bot.slack.installation import BotIdentity, Installation, TokenRefused
from bot.slack.web import SlackApi, SlackSaid, SlackUnreachable

FRESH_SECONDS = 60.0
PATIENCE_SECONDS = 4.0
"""How long Slack may take to say something; a reviewer, in chat or in a terminal, waits for it."""
SILENT_SECONDS = 10.0
"""After it said nothing for so long it is not asked again at once: on a bad day each of a person's steps would wait."""

_NO_SUCH_GROUP = {"plan_upgrade_required", "no_such_subteam", "subteam_not_found"}
"""The workspace has no such group, or no groups at all: the people named instead count."""
_NOBODY = {"user_not_found", "users_not_found"}
_HIDDEN_FROM_US = {"user_not_visible"}
_GUEST_MARKS = ("is_restricted", "is_ultra_restricted")
_GONE_MARKS = ("deleted", "is_bot", "is_workflow_bot", "is_connector_bot")

Members = frozenset[str] | None
Told = TypeVar("Told")


class SlackDirectory:
    """Implements ports.Directory. `clock` counts seconds and never goes back."""

    def __init__(
        self, api: SlackApi, installation: Installation, *, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._api, self._installation = api, installation
        self._groups = _Memory[Members](self._ask_group, DirectoryUnavailable, clock)
        self._people = _Memory[Standing](self._ask_person, StandingUnknown, clock)

    async def members(self, group_id: str) -> Members:
        """Slack user ids of the group, asked for at most a minute ago; None where there is no such group.

        Raises DirectoryUnavailable when Slack cannot tell: an older answer is never given instead.
        """
        return await self._groups.told(group_id)

    async def standing(self, slack_user_id: str) -> Standing:
        """What this person is in our workspace, asked for at most a minute ago. Raises StandingUnknown."""
        return await self._people.told(slack_user_id)

    async def _ask_group(self, group_id: str) -> Members:
        try:
            found = await self._api.read("usergroups.users.list", usergroup=group_id)
        except SlackSaid as said:
            if said.code in _NO_SUCH_GROUP:
                return None
            raise DirectoryUnavailable(f"Slack does not tell who is in {group_id}: {said}") from said
        except SlackUnreachable as problem:
            raise DirectoryUnavailable(f"Slack cannot be asked who is in {group_id}: {problem}") from problem
        return frozenset(map(str, found.get("users", ())))

    async def _ask_person(self, slack_user_id: str) -> Standing:
        try:
            us = await self._installation.check_token()
            found = await self._api.read("users.info", user=slack_user_id)
        except SlackSaid as said:
            if said.code in _NOBODY:
                return Standing.GONE
            if said.code in _HIDDEN_FROM_US:
                return Standing.STRANGER
            raise StandingUnknown(f"Slack does not tell who {slack_user_id} is: {said}") from said
        except (SlackUnreachable, TokenRefused) as problem:
            raise StandingUnknown(f"Slack cannot be asked who {slack_user_id} is: {problem}") from problem
        return standing_of(found.get("user"), us)


def standing_of(user: object, us: BotIdentity) -> Standing:
    """What Slack's user object makes of somebody, for an app of this workspace. Pure."""
    match user:
        case {"id": str(), "team_id": str()}:
            account = cast(dict[str, Any], user)
        case _:
            return Standing.GONE  # whoever cannot be read is nobody
    if any(account.get(mark) for mark in _GONE_MARKS):
        return Standing.GONE
    if account.get("is_stranger") or us.team_id not in _workspaces_of(account):
        return Standing.STRANGER
    return Standing.GUEST if any(account.get(mark) for mark in _GUEST_MARKS) else Standing.FULL


def _workspaces_of(account: dict[str, Any]) -> set[str]:
    """Where this account belongs: in an Enterprise organisation it can be several workspaces."""
    enterprise_user = cast(dict[str, Any], account.get("enterprise_user") or {})
    teams = cast(list[object], enterprise_user.get("teams") or [])
    return {account["team_id"], *map(str, teams)}


@dataclass(frozen=True, slots=True)
class _Answer(Generic[Told]):
    asked_at: float
    told: Told


class _Memory(Generic[Told]):
    """Answers of a minute, by the id that was asked about; one call for all who want to know at the same time."""

    def __init__(
        self,
        ask: Callable[[str], Awaitable[Told]],
        unavailable: type[DirectoryUnavailable],
        clock: Callable[[], float],
    ) -> None:
        self._ask, self._unavailable, self._clock = ask, unavailable, clock
        self._silent_until = clock()
        self._answers: dict[str, _Answer[Told]] = {}
        self._asking: dict[str, asyncio.Task[_Answer[Told]]] = {}

    async def told(self, id: str) -> Told:
        known = self._answers.get(id)
        if known is None or not self._is_fresh(known):
            known = await self._ask_once(id)
        return known.told

    async def _ask_once(self, id: str) -> _Answer[Told]:
        """One of those who wait giving up does not end it for the others."""
        task = self._asking.get(id)
        if task is None:
            task = asyncio.create_task(self._asked(id))
            self._asking[id] = task
            task.add_done_callback(lambda _: self._asking.pop(id, None))
        return await asyncio.shield(task)

    async def _asked(self, id: str) -> _Answer[Told]:
        asked_at = self._clock()  # before the call: the answer may be as old as the question
        if asked_at < self._silent_until:
            raise self._unavailable(f"Slack was asked about others a moment ago and said nothing, so not about {id}")
        answer = await self._answer(id, asked_at)
        if answer is None or not self._is_fresh(answer):
            raise self._unavailable(f"Slack took too long to say anything about {id}")
        self._forget_old()
        self._answers[id] = answer
        return answer

    async def _answer(self, id: str, asked_at: float) -> _Answer[Told] | None:
        """None when Slack says nothing for too long."""
        try:
            async with asyncio.timeout(PATIENCE_SECONDS):
                return _Answer(asked_at, await self._ask(id))
        except TimeoutError:
            self._silent_until = self._clock() + SILENT_SECONDS
            return None

    def _forget_old(self) -> None:
        """Anybody in the workspace can press a button; only who did so lately is remembered."""
        self._answers = {key: answer for key, answer in self._answers.items() if self._is_fresh(answer)}

    def _is_fresh(self, answer: _Answer[Told]) -> bool:
        return self._clock() - answer.asked_at <= FRESH_SECONDS
