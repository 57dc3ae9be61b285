"""The last calls in both directions, for the page and for tests."""

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field

from bot.localslack.json_value import Json

KEPT = 10_000


@dataclass(slots=True)
class Call:
    """One call of the app to the Web API, or of Slack to the app (`to_app`)."""

    at: float
    method: str
    outcome: str = "…"
    arguments: Json = field(default_factory=dict[str, object])
    to_app: bool = False


class Wire:
    """Remembers calls, oldest first."""

    def __init__(self, clock: Callable[[], float], on_change: Callable[[], None]) -> None:
        self._clock = clock
        self._on_change = on_change
        self.calls: deque[Call] = deque(maxlen=KEPT)

    def begin(self, method: str, arguments: Json | None = None, *, to_app: bool = False) -> Call:
        """Note a call whose outcome is not known yet."""
        call = Call(self._clock(), method, arguments=arguments or {}, to_app=to_app)
        self.calls.append(call)
        self._on_change()
        return call

    def end(self, call: Call, outcome: str) -> None:
        """Note how it ended."""
        call.outcome = outcome
        self._on_change()

    def latest(self, count: int) -> list[Json]:
        """The last calls, newest first, as the page shows them."""
        newest = list(self.calls)[-count:][::-1]
        return [
            {
                "at": call.at,
                "method": f"→ {call.method}" if call.to_app else call.method,
                "outcome": call.outcome,
            }
            for call in newest
        ]
