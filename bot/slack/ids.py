"""Every id that Slack carries for us and hands back, written once.

A button's value is an opaque id of request, revision and choice; a menu entry's value has its verb in front. Arguments
never travel in values or metadata.
"""

import json
import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from bot.domain.errors import NotFound

CHOOSE_PREFIX = "choose_"
CHOOSE_PATTERN = re.compile(r"choose_\d+")
"""The action ids of the buttons Choose 1, Choose 2 and Choose 3."""


class ActionId(StrEnum):
    """What was clicked in a message, or filled in a form."""

    APPROVE = "approve"
    CHOOSE_MENU = "choose_menu"  # "Choose…" opens the form with all options
    REVIEW = "review"
    DENY = "deny"
    ANSWER = "answer"
    MORE = "more"  # the ⋮ menu; which entry is in its value
    UNDO = "undo"
    SEND_AGAIN = "send_again"
    OPEN_REQUEST = "open_request"  # the whole card, from an inbox
    HOME_PAGE = "home_page"  # further down an inbox
    AWAY_OPEN = "away_open"
    BACK = "back"
    BACKUP = "backup"  # who is asked instead, in the form
    UNTIL = "until"  # how long, in the form
    TERMINAL = "terminal"  # a personal token, from App Home
    OPEN_INBOX = "open_inbox"
    OPEN_NEXT = "open_next"  # the most urgent of the cards that wait for their channel
    BULK_REVIEW = "bulk_review"  # "Approve all except…" below a digest
    ALERT_MORE = "alert_more"  # the ⋮ of an agent's part of a digest
    IDS = "ids"  # what is ticked in the form
    OPEN_CARD = "open_card"  # a link: nothing to do but acknowledge
    STEER_GOAL = "agent_steer_goal"  # "It is about the goal", after a steer that was typed
    PROBE = "probe"  # the doctor's test card
    DISMISS = "dismiss"  # "No" to a question of ours
    AIM = "kind"  # what a steer corrects, in its form
    TEXT = "text"  # words typed into a form
    VALUE = "value"  # one argument in a form
    CONTROL = "control"  # what the agent does after a no
    OPTION = "option"  # which option, in the form


class MenuVerb(StrEnum):
    """The entries of the ⋮ menu."""

    SHOW = "show"
    ANSWER = "answer"
    ESCALATE = "escalate"


class CallbackId(StrEnum):
    """Which form was submitted or closed."""

    LOADING = "loading"
    DENY = "deny"
    REVIEW = "review"
    ANSWER = "answer"
    CHOOSE = "choose"
    EVERYTHING = "everything"
    STEER = "steer"
    SESSION = "session"  # one run, opened from App Home
    REQUEST = "request"
    AWAY = "away"
    TERMINAL = "terminal"
    BULK = "bulk"
    OUTRUN = "outrun"


class Part(StrEnum):
    """The last part of a block id in a message, and the whole of it in a form."""

    TITLE = "title"
    STATE = "state"
    OUTCOME = "outcome"
    SAID = "said"
    DELIVERY = "delivery"
    LINE = "line"
    ASK = "ask"
    LINKED = "linked"
    CHANGED = "changed"
    BODY = "body"
    CHOICES = "choices"
    OPTIONS = "options"
    DECIDE = "decide"
    FOOT = "foot"
    NEXT = "next"
    WHAT = "what"
    RISK = "risk"
    REASON = "reason"
    THEN = "then"
    NOTE = "note"
    REST = "rest"
    ANSWER = "answer"
    CHOICE = "choice"
    WAIT = "wait"
    YOURS = "yours"
    RETRY = "retry"
    UNDO = "undo"
    UNDONE = "undone"
    WARNING = "warning"
    DIRECTIVE = "directive"
    STEER = "steer"
    PICK = "pick"
    AIM = "kind"
    WORDS = "words"
    BACKUP = "backup"
    UNTIL = "until"
    LINES = "lines"
    AGENT = "agent"
    WHICH = "which"


class UnreadableTarget(NotFound):
    """What came back from Slack is none of our values: an old card, or not ours at all."""

    def __init__(self) -> None:
        super().__init__("request", "in an unreadable value")


@dataclass(frozen=True, slots=True, kw_only=True)
class ClickTarget:
    """What a click is about: a request, the revision its card showed, and the option where one was chosen."""

    request_id: str
    revision: int
    option_id: str | None = None


def choose_action_id(number: int) -> str:
    """The action id of the button "Choose `number`"."""
    return f"{CHOOSE_PREFIX}{number}"


def block_id(request_id: str, card_version: int, part: str) -> str:
    """The id of a block in a message: new at each redraw."""
    return f"{request_id}:{card_version}:{part}"


def value_of(target: ClickTarget) -> str:
    """The value of a button."""
    option = "" if target.option_id is None else f":{target.option_id}"
    return f"{target.request_id}:r{target.revision}{option}"


def parse_value(value: str) -> ClickTarget:
    """The target of a button's value. Raises UnreadableTarget for anything that `value_of` did not write."""
    request_id, _, rest = value.partition(":")
    revision, has_option, option_id = rest.partition(":")
    return _target(request_id, revision, option_id if has_option else None)


def menu_value_of(verb: MenuVerb, target: ClickTarget) -> str:
    """The value of an entry of the ⋮ menu."""
    return f"{verb}:{value_of(target)}"


def parse_menu_value(value: str) -> tuple[MenuVerb, ClickTarget]:
    """The verb and the target of a menu entry. Raises UnreadableTarget for anything else."""
    verb, _, rest = value.partition(":")
    if verb not in list(MenuVerb):
        raise UnreadableTarget
    return MenuVerb(verb), parse_value(rest)


def metadata_of(request_id: str, revision: int) -> str:
    """The private metadata of a form: ids only."""
    return json.dumps({"request": request_id, "revision": revision}, separators=(",", ":"))


def parse_metadata(text: str) -> ClickTarget:
    """The request and revision a form is about. Raises UnreadableTarget for anything that is not ours."""
    try:
        found: Any = json.loads(text)
        return _target(str(found["request"]), f"r{found['revision']}", None)
    except (ValueError, TypeError, KeyError, RecursionError) as problem:
        raise UnreadableTarget from problem


def _target(request_id: str, revision: str, option_id: str | None) -> ClickTarget:
    if not re.fullmatch(r"[a-z]+_[0-9A-Za-z]+", request_id) or not re.fullmatch(r"r[1-9][0-9]{0,8}", revision):
        raise UnreadableTarget
    if option_id == "":
        raise UnreadableTarget
    return ClickTarget(request_id=request_id, revision=int(revision[1:]), option_id=option_id)
