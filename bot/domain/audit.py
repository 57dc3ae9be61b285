"""What is written down with every change, for good.

The head stays; the payload (what was shown, reasons, arguments) can be purged by law. The hash chain that later
seals the entries covers the head and a salted hash of the payload, so that it holds after a purge.
"""

from dataclasses import dataclass, field
from datetime import datetime

from bot.domain.json_text import JsonObject
from bot.domain.people import Actor


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditEntry:
    """One event. Facts that do not apply are None; `payload` holds whatever people may have to forget."""

    event: str
    at: datetime
    actor: Actor
    agent_id: str | None = None
    session_id: str | None = None
    request_id: str | None = None
    action: str | None = None
    level: str | None = None
    rule: str | None = None
    confidence: float | None = None
    revision: int | None = None
    version: int | None = None
    outcome: str | None = None
    latency_ms: int | None = None
    payload: JsonObject = field(default_factory=dict[str, object])
