"""What Slack sends when a person clicks or submits, read into plain data. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, cast

from bot.domain.people import Person
from bot.slack.ids import UnreadableTarget

Payload = Mapping[str, Any]

SURFACE = "slack"


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a private answer can be given. A form knows only its person."""

    user_id: str
    channel: str | None = None
    thread_ts: str | None = None
    response_url: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Click:
    """One press of one control in a message."""

    by: Person
    action_id: str
    value: str
    trigger_id: str
    place: Place


@dataclass(frozen=True, slots=True, kw_only=True)
class Submission:
    """One sent form."""

    by: Person
    place: Place
    view_id: str
    private_metadata: str
    values: dict[str, Any]  # block id -> action id -> what was entered, as Slack sends it


def parse_click(payload: Payload) -> Click:
    """Raises UnreadableTarget when the payload is not of the shape Slack documents."""
    try:
        (action,) = payload["actions"]
        return Click(
            by=_person(payload["user"]),
            action_id=action["action_id"],
            value=_value(action),
            trigger_id=payload["trigger_id"],
            place=place_of(payload),
        )
    except (KeyError, TypeError, ValueError) as problem:
        raise UnreadableTarget from problem


def parse_submission(payload: Payload) -> Submission:
    """Raises UnreadableTarget when the payload is not of the shape Slack documents."""
    try:
        view = payload["view"]
        return Submission(
            by=_person(payload["user"]),
            place=place_of(payload),
            view_id=view["id"],
            private_metadata=view["private_metadata"],
            values=dict(view["state"]["values"]),
        )
    except (KeyError, TypeError, ValueError) as problem:
        raise UnreadableTarget from problem


def place_of(payload: Payload) -> Place:
    """Where this person can be answered privately. Raises KeyError or TypeError without a person."""
    container = _object(payload.get("container"))
    message = _object(payload.get("message"))
    return Place(
        user_id=payload["user"]["id"],
        channel=_object(payload.get("channel")).get("id") or container.get("channel_id"),
        thread_ts=message.get("thread_ts") or container.get("thread_ts"),
        response_url=payload.get("response_url") or None,
    )


def _person(user: Payload) -> Person:
    """The account that clicked, never a name from inside the payload's message. `name` is only for people to read."""
    name = user.get("name") or user.get("username") or user["id"]
    return Person(surface=SURFACE, id=user["id"], name=name)


def _value(action: Payload) -> str:
    option = action.get("selected_option")
    value = option["value"] if option is not None else action.get("value", "")
    if not isinstance(value, str):
        raise TypeError(value)
    return value


def _object(found: object) -> dict[str, Any]:
    return cast(dict[str, Any], found) if isinstance(found, dict) else {}
