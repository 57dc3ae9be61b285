"""People's tokens: who holds which hash."""

from dataclasses import replace
from datetime import datetime

from sqlalchemy import RowMapping, bindparam, insert, or_, select, update

from bot.services.repositories.personal_tokens import PersonalToken
from bot.store.gathering import Gathering
from bot.store.tables import PersonalTokenRow, table_of

_tokens = table_of(PersonalTokenRow)
_BY_HASH = select(_tokens).where(_tokens.c.token_hash == bindparam("wanted"), _tokens.c.revoked_at.is_(None))


class PersonalTokens:
    def __init__(self, connection: Gathering) -> None:
        self._connection = connection

    def add(self, token: PersonalToken) -> None:
        self._connection.execute(
            insert(_tokens).values(
                id=token.id,
                token_hash=token.token_hash,
                slack_user_id=token.slack_user_id,
                name=token.name,
                created_at=token.created_at,
                revoked_at=token.revoked_at,
            )
        )

    def by_hash(self, token_hash: str) -> PersonalToken | None:
        found = self._connection.execute(_BY_HASH, {"wanted": token_hash}).mappings().first()
        return None if found is None else _from_row(found)

    def all(self) -> list[PersonalToken]:
        found = self._connection.execute(select(_tokens).order_by(_tokens.c.created_at, _tokens.c.id)).mappings()
        return [_from_row(row) for row in found]

    def revoke(self, id_or_slack_user_id: str, at: datetime) -> list[PersonalToken]:
        meant = or_(_tokens.c.id == id_or_slack_user_id, _tokens.c.slack_user_id == id_or_slack_user_id)
        wanted = select(_tokens).where(meant, _tokens.c.revoked_at.is_(None))
        in_order = wanted.order_by(_tokens.c.created_at, _tokens.c.id)
        living = [_from_row(row) for row in self._connection.execute(in_order).mappings()]
        ids = [token.id for token in living]
        self._connection.execute(update(_tokens).where(_tokens.c.id.in_(ids)).values(revoked_at=at))
        return [replace(token, revoked_at=at) for token in living]


def _from_row(row: RowMapping) -> PersonalToken:
    return PersonalToken(
        id=row["id"],
        token_hash=row["token_hash"],
        slack_user_id=row["slack_user_id"],
        name=row["name"],
        created_at=row["created_at"],
        revoked_at=row["revoked_at"],
    )
