"""The audit, append-only. Entries are canonical text; the sealer that chains them comes later."""

import hashlib
import json
import secrets
from dataclasses import asdict
from datetime import datetime

from sqlalchemy import Connection, RowMapping, insert, select

from bot.domain.audit import AuditEntry
from bot.domain.json_text import canonical
from bot.domain.people import Actor, ActorKind
from bot.store.tables import AuditRow, table_of

_audit = table_of(AuditRow)


class Audit:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, entry: AuditEntry) -> None:
        head = asdict(entry)
        payload = canonical(head.pop("payload"))
        head["at"] = entry.at.isoformat(timespec="microseconds")
        salt = secrets.token_hex(16)
        self._connection.execute(
            insert(_audit).values(
                at=entry.at,
                event=entry.event,
                request_id=entry.request_id,
                agent_id=entry.agent_id,
                session_id=entry.session_id,
                head=canonical({name: value for name, value in head.items() if value is not None}),
                payload=payload,
                salt=salt,
                payload_digest=hashlib.sha256((salt + payload).encode()).hexdigest(),
            )
        )

    def of_request(self, request_id: str) -> list[AuditEntry]:
        found = self._connection.execute(
            select(_audit).where(_audit.c.request_id == request_id).order_by(_audit.c.sequence)
        ).mappings()
        return [_from_row(row) for row in found]

    def of_session(self, session_id: str) -> list[AuditEntry]:
        found = self._connection.execute(
            select(_audit).where(_audit.c.session_id == session_id).order_by(_audit.c.sequence)
        ).mappings()
        return [_from_row(row) for row in found]


def _from_row(row: RowMapping) -> AuditEntry:
    head = json.loads(row["head"])
    actor = head.pop("actor")
    head["at"] = datetime.fromisoformat(head["at"])
    return AuditEntry(
        **head,
        actor=Actor(kind=ActorKind(actor["kind"]), id=actor["id"], name=actor["name"]),
        payload=json.loads(row["payload"] or "{}"),
    )
