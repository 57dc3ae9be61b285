"""What concerns one agent happens one after the other, on PostgreSQL too.

SQLite has one writer. On PostgreSQL many write at once, and each would judge by what it read before the others were
done: a request would be put into a session that ends in the same moment, an entry of a queue would appear behind a
cursor that is past it already. So a transaction that writes waits for the turn of the agent before it first looks at
anything of it, and keeps it until it is committed. Transactions of different agents do not wait for each other.
"""

from sqlalchemy import ColumnElement, Connection, FromClause, func, literal, select

from bot.store.tables import DirectiveRow, RequestRow, SessionRow, table_of

_directives = table_of(DirectiveRow)
_requests = table_of(RequestRow)
_sessions = table_of(SessionRow)
_SPACE = 7_296_706  # so that a name hashes to another number here than in locks of anybody else


class Turns:
    """The turns of one transaction. Without `are_taken` nobody waits: where there is one writer, and in readers."""

    def __init__(self, connection: Connection, *, are_taken: bool) -> None:
        self._connection, self._are_taken = connection, are_taken
        self._agents = set[str]()
        self._known = set[str]()  # ids of what belongs to these agents

    def of_agent(self, agent_id: str) -> None:
        if self._are_taken and agent_id not in self._agents:
            self._connection.execute(select(_turn(literal(agent_id))))
            self._agents.add(agent_id)

    def of_order(self, once: str) -> None:
        """Of one order that may be delivered twice. Taken before any agent's, or two could wait for each other."""
        if self._are_taken:
            self._connection.execute(select(_turn(literal(f"order {once}"))))

    def of_request(self, request_id: str) -> None:
        self._of(_requests, request_id)

    def of_session(self, session_id: str) -> None:
        self._of(_sessions, session_id)

    def of_directive(self, directive_id: str) -> None:
        self._of(_directives, directive_id)

    def _of(self, table: FromClause, row_id: str) -> None:
        """To whom a row belongs never changes, so it may be looked up before the turn has come."""
        if not self._are_taken or row_id in self._known:
            return
        found = self._connection.execute(
            select(table.c.agent_id, _turn(table.c.agent_id)).where(table.c.id == row_id)
        ).first()
        if found is not None:
            self._agents.add(found.agent_id)
            self._known.add(row_id)


def _turn(agent_id: ColumnElement[str]) -> ColumnElement[None]:
    return func.pg_advisory_xact_lock(func.hashtextextended(agent_id, _SPACE))
