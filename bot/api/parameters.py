"""The parameters of the routes, and how each is read."""

import re
from datetime import timedelta
from math import isfinite

from sayso.protocol import limits

from bot.api.route import Parameter

ENTRIES = 20
MOST_ENTRIES = 100

_NUMBER = re.compile(r"[0-9]{1,6}(\.[0-9]{1,6})?", re.ASCII)
_STAMP = re.compile(r"[0-9a-z]{1,64}", re.ASCII)
_CURSOR = re.compile(r"[0-9]{1,15}", re.ASCII)
_PAGE = re.compile(r"[\x21-\x7e]{1,200}")
_VISIBLE = re.compile(rf"[\x21-\x7e]{{1,{limits.IDEMPOTENCY_KEY_CHARACTERS}}}")


def _wait(said: str) -> timedelta:
    seconds = float(said) if _NUMBER.fullmatch(said) else -1.0
    if not isfinite(seconds) or not 0 <= seconds <= limits.WAIT_SECONDS:
        raise ValueError(f"must be a number of seconds from 0 to {limits.WAIT_SECONDS}")
    return timedelta(seconds=seconds)


def _after(said: str) -> str:
    if not _CURSOR.fullmatch(said):
        raise ValueError("must be the `after` of an earlier answer, or be left out")
    return said


def _page_after(said: str) -> str:
    if not _PAGE.fullmatch(said):
        raise ValueError("must be the `next` of an earlier answer, or be left out")
    return said


def _stamp(said: str) -> str:
    if not _STAMP.fullmatch(said):
        raise ValueError("must be the `stamp` of an earlier answer, or be left out")
    return said


def _kind(said: str) -> str:
    if said not in ("decision", "directive"):
        raise ValueError("must be decision or directive, or be left out for both")
    return said


def _name(said: str) -> str:
    if not 1 <= len(said) <= limits.NAME_CHARACTERS:
        raise ValueError(f"must be 1 to {limits.NAME_CHARACTERS} characters")
    return said


def _limit(said: str) -> int:
    limit = int(said) if _CURSOR.fullmatch(said) else 0
    if not 1 <= limit <= MOST_ENTRIES:
        raise ValueError(f"must be a whole number from 1 to {MOST_ENTRIES}")
    return limit


def _idempotency_key(said: str) -> str:
    if not _VISIBLE.fullmatch(said):
        raise ValueError(f"must be 1 to {limits.IDEMPOTENCY_KEY_CHARACTERS} visible ASCII characters")
    return said


WAIT = Parameter(
    name="wait",
    place="query",
    description="How many seconds to wait for something new. 25 is a good choice: some proxies cut idle connections.",
    schema={"type": "number", "minimum": 0, "maximum": limits.WAIT_SECONDS, "default": 0},
    default=timedelta(),
    read=_wait,
)
AFTER: Parameter[str | None] = Parameter(
    name="after",
    place="query",
    description="The `after` of the page before; left out, the queue is read from its beginning.",
    schema={"type": "string", "pattern": "^[0-9]{1,15}$"},
    default=None,
    read=_after,
)
NAME: Parameter[str | None] = Parameter(
    name="name",
    place="query",
    description="Whom a person means: an agent's name, a session's id, or the start of either.",
    schema={"type": "string", "minLength": 1, "maxLength": limits.NAME_CHARACTERS},
    default=None,
    read=_name,
)
PAGE_AFTER: Parameter[str | None] = Parameter(
    name="after",
    place="query",
    description="The `next` of the page before; left out, it begins at the beginning.",
    schema={"type": "string", "pattern": "^[!-~]{1,200}$"},
    default=None,
    read=_page_after,
)
LAST_EVENT_ID: Parameter[str | None] = Parameter(
    name="Last-Event-ID",
    place="header",
    description="The `id` of the last event that was heard: the stream goes on behind it. Stronger than `after`.",
    schema={"type": "string", "pattern": "^[0-9]{1,15}$"},
    default=None,
    read=_after,
)
SEEN: Parameter[str | None] = Parameter(
    name="seen",
    place="query",
    description="The `stamp` of the session as it was read last: `wait` waits until it is another.",
    schema={"type": "string", "pattern": "^[0-9a-z]{1,64}$"},
    default=None,
    read=_stamp,
)
KIND: Parameter[str | None] = Parameter(
    name="kind",
    place="query",
    description="Only entries of this kind.",
    schema={"type": "string", "enum": ["decision", "directive"]},
    default=None,
    read=_kind,
)
LIMIT = Parameter(
    name="limit",
    place="query",
    description="How many entries at most.",
    schema={"type": "integer", "minimum": 1, "maximum": MOST_ENTRIES, "default": ENTRIES},
    default=ENTRIES,
    read=_limit,
)
IDEMPOTENCY_KEY: Parameter[str | None] = Parameter(
    name="Idempotency-Key",
    place="header",
    description="Names this request, so that sending it again does nothing again. Keep it over retries.",
    schema={
        "type": "string",
        "minLength": 1,
        "maxLength": limits.IDEMPOTENCY_KEY_CHARACTERS,
        "pattern": "^[!-~]+$",
    },
    default=None,
    read=_idempotency_key,
)
