"""The audit, append-only. Entries are canonical text; the sealer that chains them comes later."""

import hashlib
import json
import secrets
from dataclasses import fields
from datetime import datetime

from sqlalchemy import RowMapping, insert, select

from bot.domain.audit import AuditEntry
from bot.domain.json_text import canonical
from bot.domain.people import Actor, ActorKind
from bot.store.gathering import Gathering
from bot.store.tables import AuditRow, table_of

_audit = table_of(AuditRow)
_INSERT = insert(_audit)
_HEAD = [field.name for field in fields(AuditEntry) if field.name != "payload"]


class Audit:
    def __init__(self, connection: Gathering) -> None:
        self._connection = connection

    def add(self, entry: AuditEntry) -> None:
        payload, salt = canonical(entry.payload), secrets.token_hex(16)
        person = _person(entry.actor)
        actor = _plain(entry.actor) if person is None else {"kind": entry.actor.kind, "digest": _salted(salt, person)}
        head = {name: value for name in _HEAD if (value := getattr(entry, name)) is not None}
        head |= {"actor": actor, "at": entry.at.isoformat(timespec="microseconds")}
        row = {
            "at": entry.at,
            "event": entry.event,
            "request_id": entry.request_id,
            "agent_id": entry.agent_id,
            "session_id": entry.session_id,
            "head": canonical(head),
            "payload": payload,
            "actor": person,
            "salt": salt,
            "payload_digest": _salted(salt, payload),
        }
        self._connection.write(_INSERT, row)

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
    actor = head.pop("actor") | json.loads(row["actor"] or "{}")
    head["at"] = datetime.fromisoformat(head["at"])
    return AuditEntry(
        **head,
        actor=Actor(kind=ActorKind(actor["kind"]), id=actor["id"], name=actor["name"]),
        payload=json.loads(row["payload"] or "{}"),
    )


def _plain(actor: Actor) -> dict[str, str]:
    return {"kind": actor.kind, "id": actor.id, "name": actor.name}


def _person(actor: Actor) -> str | None:
    """A person's id and name stand beside the head, so that they can be forgotten and the chain over heads holds."""
    return canonical({"id": actor.id, "name": actor.name}) if actor.kind is ActorKind.REVIEWER else None


def _salted(salt: str, text: str) -> str:
    return hashlib.sha256((salt + text).encode()).hexdigest()
