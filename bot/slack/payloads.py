"""What Slack sends when a person clicks, submits or types a command, read into plain data. Pure."""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from html import unescape
from typing import Any, cast

from bot.domain.json_text import sha256_of
from bot.domain.people import Person
from bot.slack.ids import UnreadableTarget

Payload = Mapping[str, Any]

SURFACE = "slack"
_MARKED = re.compile(r"<([@#!]?)([^<>|]*)(?:\|([^<>]*))?>")


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a private answer can be given. A form knows only its person.

    `is_private` says that the click was in a message that only this person sees.
    """

    user_id: str
    channel: str | None = None
    thread_ts: str | None = None
    response_url: str | None = None
    is_private: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Click:
    """One press of one control in a message or on App Home. `team_id` is the person's own workspace, as Slack says."""

    by: Person
    team_id: str | None
    action_id: str
    value: str
    trigger_id: str
    place: Place
    form_id: str | None = None  # the form that the control stood in
    is_at_home: bool = False  # on App Home

    @property
    def once(self) -> str:
        """The same each time Slack delivers this press, and of no other."""
        return _once(self.trigger_id)


@dataclass(frozen=True, slots=True, kw_only=True)
class Submission:
    """One sent form. `team_id` is the person's own workspace, as Slack says."""

    by: Person
    team_id: str | None
    place: Place
    view_id: str
    is_on_top: bool  # of another form
    private_metadata: str
    values: dict[str, Any]  # block id -> action id -> what was entered, as Slack sends it

    @property
    def once(self) -> str:
        """The same each time this form is sent with these words; where they are changed it is another order."""
        return _once(sha256_of([self.by.id, self.view_id, self.private_metadata, self.values]))


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """One slash command: `/agent pause tidy` has the name `/agent`, the verb `pause` and the rest `tidy`.

    `team_id` is the workspace it was typed in. `once` is the same each time Slack delivers this command, and of no
    other: give it to a service that must not do a thing twice.
    """

    by: Person
    team_id: str | None
    name: str
    verb: str  # in lower case; empty where nothing was typed
    rest: str  # as Slack writes it: a mention is <@U…|name> or <#C…|name>, and & < > are escaped
    channel: str
    trigger_id: str
    once: str
    place: Place

    @property
    def words(self) -> str:
        """The rest as the person typed it, to be kept or shown to an agent."""
        return unescape(_MARKED.sub(_typed, self.rest))


def parse_click(payload: Payload) -> Click:
    """Raises UnreadableTarget when the payload is not of the shape Slack documents."""
    try:
        (action,) = payload["actions"]
        return Click(
            by=_person(payload["user"]),
            team_id=_words(payload["user"].get("team_id")),
            action_id=action["action_id"],
            value=_value(action),
            trigger_id=payload["trigger_id"],
            place=place_of(payload),
            form_id=_form_of(payload),
            is_at_home=_object(payload.get("view")).get("type") == "home",
        )
    except (KeyError, TypeError, ValueError) as problem:
        raise UnreadableTarget from problem


def parse_submission(payload: Payload) -> Submission:
    """Raises UnreadableTarget when the payload is not of the shape Slack documents."""
    try:
        view = payload["view"]
        return Submission(
            by=_person(payload["user"]),
            team_id=_words(payload["user"].get("team_id")),
            place=place_of(payload),
            view_id=view["id"],
            is_on_top=view.get("root_view_id", view["id"]) != view["id"],
            private_metadata=view["private_metadata"],
            values=dict(view["state"]["values"]),
        )
    except (KeyError, TypeError, ValueError) as problem:
        raise UnreadableTarget from problem


def parse_command(payload: Payload) -> Command:
    """Raises UnreadableTarget when the payload is not of the shape Slack documents."""
    try:
        verb, *rest = _text(payload.get("text") or "").split(maxsplit=1)[:2] or ("",)
        return Command(
            by=_person({"id": _text(payload["user_id"]), "name": payload.get("user_name")}),
            team_id=_words(payload.get("team_id")),
            name=_text(payload["command"]),
            verb=verb.lower(),
            rest=rest[0].strip() if rest else "",
            channel=_text(payload["channel_id"]),
            trigger_id=_text(payload["trigger_id"]),
            once=_once(_text(payload["trigger_id"])),
            place=place_of(payload),
        )
    except (KeyError, TypeError, ValueError) as problem:
        raise UnreadableTarget from problem


def place_of(payload: Payload) -> Place:
    """Where this person can be answered privately. Raises KeyError or TypeError without a person."""
    if "command" in payload:
        return Place(
            user_id=payload["user_id"],
            channel=_words(payload.get("channel_id")),
            response_url=_words(payload.get("response_url")),
        )
    container = _object(payload.get("container"))
    message = _object(payload.get("message"))
    return Place(
        user_id=payload["user"]["id"],
        channel=_words(_object(payload.get("channel")).get("id")) or _words(container.get("channel_id")),
        thread_ts=_words(message.get("thread_ts")) or _words(container.get("thread_ts")),
        response_url=_words(payload.get("response_url")),
        is_private=container.get("is_ephemeral") is True,
    )


def _form_of(payload: Payload) -> str | None:
    view = _object(payload.get("view"))
    return _words(view.get("id")) if view.get("type") == "modal" else None


def _person(user: Payload) -> Person:
    """The account that clicked, never a name from inside the payload's message. `name` is only for people to read."""
    name = user.get("name") or user.get("username") or user["id"]
    return Person(surface=SURFACE, id=user["id"], name=name)


def _typed(marked: re.Match[str]) -> str:
    """What stands behind `<…>`: a mention's name with its sign, or a link's own text."""
    sign, target, name = marked.groups()
    if not sign:
        return name or target
    return ("#" if sign == "#" else "@") + (name or target).removeprefix("@")


def _words(found: object) -> str | None:
    return found if isinstance(found, str) and found else None


def _once(words: str) -> str:
    return hashlib.sha256(words.encode()).hexdigest()[:32]


def _text(found: object) -> str:
    if not isinstance(found, str):
        raise TypeError(found)
    return found


def _value(action: Payload) -> str:
    option = action.get("selected_option")
    value = option["value"] if option is not None else action.get("value", "")
    if not isinstance(value, str):
        raise TypeError(value)
    return value


def _object(found: object) -> dict[str, Any]:
    return cast(dict[str, Any], found) if isinstance(found, dict) else {}
