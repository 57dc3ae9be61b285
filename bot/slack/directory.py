"""Who belongs to a Slack user group, no older than a minute."""

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass

from bot.domain.errors import DirectoryUnavailable
from bot.slack.web import SlackApi, SlackSaid, SlackUnreachable

FRESH_SECONDS = 60.0

_NO_SUCH_GROUP = {"plan_upgrade_required", "no_such_subteam", "subteam_not_found"}
"""The workspace has no such group, or no groups at all: the people named instead count."""

Members = frozenset[str] | None


@dataclass(frozen=True, slots=True)
class _Answer:
    asked_at: float
    members: Members


class SlackDirectory:
    """Implements ports.Directory. `clock` counts seconds and never goes back."""

    def __init__(self, api: SlackApi, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._api, self._clock = api, clock
        self._answers: dict[str, _Answer] = {}
        self._asking: dict[str, asyncio.Task[_Answer]] = {}

    async def members(self, group_id: str) -> Members:
        """Slack user ids of the group, asked for at most a minute ago; None where there is no such group.

        Raises DirectoryUnavailable when Slack cannot tell: an older answer is never given instead.
        """
        known = self._answers.get(group_id)
        if known is None or not self._is_fresh(known):
            known = await self._ask_once(group_id)
        return known.members

    async def _ask_once(self, group_id: str) -> _Answer:
        """One call for all who want to know at the same time. One of them giving up does not end it for the others."""
        task = self._asking.get(group_id)
        if task is None:
            task = asyncio.create_task(self._ask(group_id))
            self._asking[group_id] = task
            task.add_done_callback(lambda _: self._asking.pop(group_id, None))
        return await asyncio.shield(task)

    async def _ask(self, group_id: str) -> _Answer:
        asked_at = self._clock()  # before the call: the answer may be as old as the question
        try:
            found = await self._api.read("usergroups.users.list", usergroup=group_id)
            answer = _Answer(asked_at, frozenset(map(str, found.get("users", ()))))
        except SlackSaid as said:
            if said.code not in _NO_SUCH_GROUP:
                raise DirectoryUnavailable(f"Slack does not tell who is in {group_id}: {said}") from said
            answer = _Answer(asked_at, None)
        except SlackUnreachable as problem:
            raise DirectoryUnavailable(f"Slack cannot be asked who is in {group_id}: {problem}") from problem
        if not self._is_fresh(answer):
            raise DirectoryUnavailable(f"Slack took too long to say who is in {group_id}")
        self._answers[group_id] = answer
        return answer

    def _is_fresh(self, answer: _Answer) -> bool:
        return self._clock() - answer.asked_at <= FRESH_SECONDS
