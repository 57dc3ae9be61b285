"""Views: who has which modals open, stacked how, and what each person's Home shows; each in its version."""

import secrets
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Literal

from bot.localslack.blockkit.limits import LIMITS
from bot.localslack.changes import Change, Changes
from bot.localslack.errors import SlackError
from bot.localslack.json_value import Json
from bot.localslack.workspace import Workspace

TRIGGER_SECONDS = 3.0


@dataclass(slots=True)
class Trigger:
    """The right to open one modal for one person, for three seconds."""

    user_id: str
    expires_at: float
    view_id: str | None = None
    """The modal the person was in."""
    used: bool = False


class Triggers:
    """Hands out `trigger_id`s and takes each back once."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._given: dict[str, Trigger] = {}

    def give(self, user_id: str, *, view_id: str | None = None) -> str:
        """A new `trigger_id`; its three seconds start now."""
        trigger_id = f"{secrets.randbelow(10**13):013d}.{secrets.randbelow(10**12):012d}.{secrets.token_hex(16)}"
        self._given[trigger_id] = Trigger(user_id, self._clock() + TRIGGER_SECONDS, view_id)
        return trigger_id

    def redeem(self, trigger_id: str) -> Trigger:
        """Use it up. Raises SlackError when it is unknown, was used before or is too old."""
        if trigger_id.count(".") != 2:
            raise SlackError(
                "invalid_arguments",
                places=["invalid `trigger_id` [json-pointer:/trigger_id]"],
            )
        trigger = self._given.get(trigger_id)
        if trigger is None:
            raise SlackError("invalid_trigger_id")
        if trigger.used:
            raise SlackError("exchanged_trigger_id")
        if self._clock() > trigger.expires_at:
            raise SlackError("expired_trigger_id")
        trigger.used = True
        return trigger


@dataclass(slots=True)
class View:
    """A modal on somebody's screen, or their Home. `content` is what the app sent, with every id filled in."""

    id: str
    user_id: str
    content: Json
    hash: str
    root_view_id: str
    previous_view_id: str | None = None
    values: Json = field(default_factory=dict[str, object])
    """What the person has entered so far: block id -> action id -> Slack's state."""

    @property
    def is_home(self) -> bool:
        """Whether it is a Home, which nobody opens or closes."""
        return self.content["type"] == "home"

    @property
    def external_id(self) -> str:
        """The app's own name for it; empty when it gave none."""
        return self.content.get("external_id") or ""

    def as_slack(self, workspace: Workspace) -> Json:
        """The view object of Slack's API and payloads."""
        content = self.content
        return {
            "id": self.id,
            "team_id": workspace.team_of(self.user_id),
            "type": content["type"],
            "blocks": content["blocks"],
            "private_metadata": content.get("private_metadata", ""),
            "callback_id": content.get("callback_id", ""),
            "state": {"values": self.values},
            "hash": self.hash,
            "title": content.get("title"),
            "clear_on_close": content.get("clear_on_close", False),
            "notify_on_close": content.get("notify_on_close", False),
            "close": content.get("close"),
            "submit": content.get("submit"),
            "previous_view_id": self.previous_view_id,
            "root_view_id": self.root_view_id,
            "app_id": workspace.app_id,
            "external_id": self.external_id,
            "app_installed_team_id": workspace.id,
            "bot_id": workspace.bot_id,
        }


class Views:
    """The open modals and the Homes of everybody; at most one stack and one Home a person, at most three deep."""

    def __init__(self, changes: Changes, next_ts: Callable[[], str]) -> None:
        self._changes = changes
        self._next_ts = next_ts
        self._stacks: dict[str, list[View]] = {}
        self._homes: dict[str, View] = {}

    def top(self, user_id: str) -> View | None:
        """The modal this person sees, or None."""
        stack = self._stacks.get(user_id)
        return stack[-1] if stack else None

    def stack(self, user_id: str) -> list[View]:
        """All modals this person has open, the topmost last."""
        return list(self._stacks.get(user_id, []))

    def home(self, user_id: str) -> View | None:
        """What the app last published for this person, or None."""
        return self._homes.get(user_id)

    def find(self, view_id: str) -> View | None:
        """The Home or the open modal with this id, on top or below others, or None."""
        return next((view for view in self._all() if view.id == view_id), None)

    def named(self, external_id: str) -> View | None:
        """The Home or open modal the app gave this name, or None."""
        return next((view for view in self._all() if view.external_id == external_id), None)

    def _all(self) -> Iterator[View]:
        for stack in self._stacks.values():
            yield from stack
        yield from self._homes.values()

    def publish(self, user_id: str, content: Json, *, seen_hash: str | None = None) -> View:
        """Show this on the person's Home. Raises `hash_conflict` when `seen_hash` is not what is shown there."""
        shown = self.home(user_id)
        if shown is not None:
            return self.update(shown, content, seen_hash=seen_hash)
        if seen_hash:
            raise SlackError("hash_conflict")
        self._refuse_second_name(content)
        view = self._homes[user_id] = self._new(user_id, content)
        self._announce(user_id, "home")
        return view

    def open(self, user_id: str, content: Json) -> View:
        """Show a modal; what the person had open before is gone."""
        self._refuse_second_name(content)
        view = self._new(user_id, content)
        self._stacks[user_id] = [view]
        self._announce(user_id)
        return view

    def push(self, user_id: str, content: Json) -> View:
        """Put a modal on top of the person's stack. Raises `not_found` without one, `push_limit_reached` at three."""
        stack = self._stacks.get(user_id)
        if not stack:
            raise SlackError("not_found")
        if len(stack) >= LIMITS["view.stack"]:
            raise SlackError("push_limit_reached")
        self._refuse_second_name(content)
        view = self._new(user_id, content)
        view.root_view_id, view.previous_view_id = stack[0].id, stack[-1].id
        stack.append(view)
        self._announce(user_id)
        return view

    def update(self, view: View, content: Json, *, seen_hash: str | None = None) -> View:
        """Replace what a view shows. Entered values stay where block and action ids stay.

        Raises `hash_conflict` when `seen_hash` is not its present hash.
        """
        if seen_hash and seen_hash != view.hash:
            raise SlackError("hash_conflict")
        if content.get("external_id") != view.content.get("external_id"):
            self._refuse_second_name(content)
        view.content = content
        view.hash = self._new_hash()
        kept = {block["block_id"] for block in content["blocks"]}
        view.values = {block_id: state for block_id, state in view.values.items() if block_id in kept}
        self._announce(view.user_id, "home" if view.is_home else "modal")
        return view

    def close(self, view: View) -> View | None:
        """Take a modal and what lies on it off the stack; answers the one now on top, or None."""
        stack = self._stacks[view.user_id]
        del stack[stack.index(view) :]
        self._announce(view.user_id)
        return self.top(view.user_id)

    def clear(self, user_id: str) -> None:
        """Close everything this person has open."""
        self._stacks.pop(user_id, None)
        self._announce(user_id)

    def _refuse_second_name(self, content: Json) -> None:
        name = content.get("external_id")
        if name and self.named(name):
            raise SlackError("duplicate_external_id")

    def _new(self, user_id: str, content: Json) -> View:
        view_id = f"V{secrets.token_hex(5).upper()}"
        return View(view_id, user_id, content, self._new_hash(), root_view_id=view_id)

    def _new_hash(self) -> str:
        return f"{self._next_ts().partition('.')[0]}.{secrets.token_hex(4)}"

    def _announce(self, user_id: str, what: Literal["modal", "home"] = "modal") -> None:
        self._changes.announce(Change(what), to=[user_id])
