"""Alerts and mutes. Which digest told an alert stands in its row: no clock decides whether it was told."""

from collections import defaultdict
from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import ColumnElement, and_, delete, func, insert, select, update

from bot.domain.alert import Alert, AlertGroup, Mute
from bot.domain.people import Person
from bot.services.repositories.alerts import Raised
from bot.store.codec import from_json, to_json
from bot.store.gathering import Gathering
from bot.store.tables import AlertRow, MuteRow, RequestRow, table_of
from bot.store.turns import Turns

_alerts = table_of(AlertRow)
_mutes = table_of(MuteRow)
_requests = table_of(RequestRow)

MOST_TEXTS = 3
"""Different texts of one kind that a digest quotes."""
_UNTOLD = _alerts.c.told_in.is_(None)


class Alerts:
    def __init__(self, connection: Gathering, now: datetime, turns: Turns) -> None:
        self._connection, self._now, self._turns = connection, now, turns

    def add(self, alert: Alert, *, idempotency_key: str | None, body_digest: str) -> None:
        self._turns.of_agent(alert.agent_id)
        self._connection.execute(
            insert(_alerts).values(
                id=alert.id,
                agent_id=alert.agent_id,
                session_id=alert.session_id,
                idempotency_key=idempotency_key,
                body_digest=body_digest,
                kind=alert.kind,
                text=alert.text,
                channel=alert.channel,
                at=alert.at,
            )
        )

    def raised(self, agent_id: str, idempotency_key: str) -> Raised | None:
        self._turns.of_agent(agent_id)
        row = (
            self._connection.execute(
                select(_alerts).where(_alerts.c.agent_id == agent_id, _alerts.c.idempotency_key == idempotency_key)
            )
            .mappings()
            .first()
        )
        if row is None:
            return None
        alert = Alert(**{name: row[name] for name in ("id", "agent_id", "session_id", "kind", "text", "channel", "at")})
        return Raised(alert=alert, body_digest=row["body_digest"])

    def newest_channel(self, agent_id: str) -> str | None:
        return self._connection.execute(
            select(_requests.c.channel)
            .where(_requests.c.agent_id == agent_id, _requests.c.channel.is_not(None))
            .order_by(_requests.c.submitted_at.desc())
            .limit(1)
        ).scalar_one_or_none()

    def untold(self, channel: str) -> Mapping[str, tuple[AlertGroup, ...]]:
        return self._groups(and_(_alerts.c.channel == channel, _UNTOLD))

    def tell(self, channel: str, digest_id: str) -> Mapping[str, tuple[AlertGroup, ...]]:
        self._write_untold(channel, {"told_in": digest_id})
        return self._groups(and_(_alerts.c.channel == channel, _alerts.c.told_in == digest_id))

    def hand_on(self, channel: str, *, to: str) -> None:
        self._write_untold(channel, {"channel": to})

    def mute(self, mute: Mute) -> None:
        self._turns.of_agent(mute.agent_id)
        self._remove_mute(mute.agent_id, mute.kind, mute.channel)
        self._connection.execute(
            insert(_mutes).values(
                agent_id=mute.agent_id,
                kind=mute.kind,
                channel=mute.channel,
                until=mute.until,
                muted_by=to_json(Person, mute.by),
            )
        )

    def unmute(self, agent_id: str, kind: str, channel: str) -> bool:
        self._turns.of_agent(agent_id)
        until = self._remove_mute(agent_id, kind, channel)
        return until is not None and until > self._now

    def mutes(self, channel: str) -> list[Mute]:
        found = self._connection.execute(
            select(_mutes)
            .where(_mutes.c.channel == channel, _mutes.c.until > self._now)
            .order_by(_mutes.c.agent_id, _mutes.c.kind)
        ).mappings()
        return [
            Mute(
                agent_id=row["agent_id"],
                kind=row["kind"],
                channel=row["channel"],
                until=row["until"],
                by=from_json(Person, row["muted_by"]),
            )
            for row in found
        ]

    def _remove_mute(self, agent_id: str, kind: str, channel: str) -> datetime | None:
        is_it = and_(_mutes.c.agent_id == agent_id, _mutes.c.kind == kind, _mutes.c.channel == channel)
        until = self._connection.execute(select(_mutes.c.until).where(is_it)).scalar_one_or_none()
        self._connection.execute(delete(_mutes).where(is_it))
        return until

    def _write_untold(self, channel: str, values: dict[str, str]) -> None:
        """Each agent's turn comes first, in the order of their ids; of others nothing is written."""
        is_untold = and_(_alerts.c.channel == channel, _UNTOLD)
        agents = list(
            self._connection.execute(
                select(_alerts.c.agent_id).where(is_untold).distinct().order_by(_alerts.c.agent_id)
            ).scalars()
        )
        for agent_id in agents:
            self._turns.of_agent(agent_id)
        self._connection.execute(update(_alerts).where(is_untold, _alerts.c.agent_id.in_(agents)).values(**values))

    def _groups(self, which: ColumnElement[bool]) -> Mapping[str, tuple[AlertGroup, ...]]:
        by = (_alerts.c.agent_id, _alerts.c.kind)
        texts = self._newest_texts(which)
        counted = self._connection.execute(select(*by, func.count()).where(which).group_by(*by).order_by(*by))
        found: dict[str, list[AlertGroup]] = defaultdict(list)
        for agent_id, kind, count in counted:
            found[agent_id].append(AlertGroup(kind=kind, count=count, texts=tuple(texts[agent_id, kind])))
        return {agent_id: tuple(groups) for agent_id, groups in found.items()}

    def _newest_texts(self, which: ColumnElement[bool]) -> Mapping[tuple[str, str], list[str]]:
        """Of each agent and kind the newest different texts, newest first."""
        by = (_alerts.c.agent_id, _alerts.c.kind)
        newest = func.max(_alerts.c.at)
        place = func.row_number().over(partition_by=by, order_by=(newest.desc(), _alerts.c.text)).label("place")
        has_words = _alerts.c.text != ""  # of one that was kept long enough only the kind is left
        ranked = select(*by, _alerts.c.text, place).where(which, has_words).group_by(*by, _alerts.c.text).subquery()
        rows = self._connection.execute(
            select(ranked.c.agent_id, ranked.c.kind, ranked.c.text)
            .where(ranked.c.place <= MOST_TEXTS)
            .order_by(ranked.c.place)
        )
        found: dict[tuple[str, str], list[str]] = defaultdict(list)
        for agent_id, kind, text in rows:
            found[agent_id, kind].append(text)
        return found
