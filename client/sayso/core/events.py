"""The queue as a stream of events: reading text/event-stream, and coming back where it broke off."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from pydantic import ValidationError

from sayso.core import calls
from sayso.core.answers import read
from sayso.core.dialogues import Dialogues, gave_up
from sayso.core.patience import is_passing, pause_after
from sayso.core.steps import Call, Lost, Reply
from sayso.errors import NotUnderstood
from sayso.protocol import CallbackEntry, limits

SILENCE_SECONDS = 45.0
"""The server says something every 15 seconds; three times that is a dead connection."""

LONGEST_EVENT = 4 * limits.BODY_BYTES
"""More than any entry can have: what never ends is not kept."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One event; `id` is where the stream goes on after it."""

    kind: str
    data: str
    id: str


@dataclass
class EventReader:
    """From pieces of a stream, cut anywhere, to its events (the WHATWG's event stream format).

    `last_id` is that of the last event that came whole.
    """

    last_id: str = ""
    retry_seconds: float = 0.0
    _rest: bytes = b""
    _id: str = ""
    _kind: str = ""
    _size: int = 0
    _data: list[str] = field(default_factory=list[str])

    def feed(self, piece: bytes) -> Iterator[Event]:
        """The events that this piece completes. Raises NotUnderstood for one that is larger than any can be."""
        *lines, self._rest = _lines(self._rest + piece)
        for line in lines:
            self._size += len(line)
            event = self._line(line.decode("utf-8", "replace"))
            if event is not None:
                yield event
        if self._size + len(self._rest) > LONGEST_EVENT:
            raise NotUnderstood("an event without end")

    def _line(self, line: str) -> Event | None:
        if not line:
            return self._complete()
        name, _, said = line.partition(":")
        said = said.removeprefix(" ")
        if name == "data":
            self._data.append(said)
        elif name == "event":
            self._kind = said
        elif name == "id" and "\0" not in said:
            self._id = said
        elif name == "retry" and said.isascii() and said.isdigit():
            self.retry_seconds = int(said[:9]) / 1000
        return None

    def _complete(self) -> Event | None:
        kind, data = self._kind or "message", self._data
        self._kind, self._data, self._size = "", [], 0
        self.last_id = self._id or self.last_id  # only now: one that is cut off has to come again
        return Event(kind=kind, data="\n".join(data), id=self.last_id) if data else None


class Streaming:
    """One agent's queue, heard for as long as somebody listens. Pure: a carrier hands in what it hears.

    What was heard is not heard again when the connection comes back.
    """

    def __init__(self, dialogues: Dialogues, *, after: str | None, kind: str | None) -> None:
        self._dialogues, self._kind = dialogues, kind
        self._reader = EventReader(last_id=after or "")
        self._failures = 0
        self._well_at = dialogues.clock()
        self._problem: Reply | Lost = Lost("the stream ended")

    def call(self) -> Call:
        """What to open, now or again."""
        self._reader = EventReader(last_id=self._reader.last_id, retry_seconds=self._reader.retry_seconds)
        self._problem = Lost("the stream ended")
        return calls.stream(after=self._reader.last_id or None, kind=self._kind)

    def hear(self, heard: bytes | Reply | Lost) -> Iterator[CallbackEntry]:
        """The entries that came in. Raises Refused where the server will never let us listen."""
        if isinstance(heard, bytes):
            self._failures, self._well_at = 0, self._dialogues.clock()
            yield from filter(None, map(self._entry, self._reader.feed(heard)))
            return
        if isinstance(heard, Reply) and not is_passing(heard):
            read(heard, CallbackEntry)
            raise NotUnderstood(f"HTTP {heard.status} instead of a stream")
        self._problem = heard

    def pause(self) -> float:
        """How long to wait before it is opened again. Raises Unreachable when patience is over."""
        self._failures += 1
        grown = pause_after(self._problem, failures=self._failures, jitter=self._dialogues.jitter)
        pause = max(grown, self._reader.retry_seconds if self._failures == 1 else 0.0)
        if self._dialogues.clock() + pause > self._well_at + self._dialogues.patience:
            raise gave_up(self._problem)
        return pause

    def _entry(self, event: Event) -> CallbackEntry | None:
        """None for a kind of a newer server that has another form."""
        try:
            entry = CallbackEntry.model_validate_json(event.data)
        except ValidationError:
            return None
        if entry.directive is not None:
            self._dialogues.runs.hear([entry.directive])
        return entry


def _lines(text: bytes) -> list[bytes]:
    r"""Split at \n, \r\n and \r. A \r at the very end may be half of a \r\n: it is kept for the next piece."""
    held = b"\r" if text.endswith(b"\r") else b""
    lines = text[: len(text) - len(held)].replace(b"\r\n", b"\n").replace(b"\r", b"\n").split(b"\n")
    lines[-1] += held
    return lines
