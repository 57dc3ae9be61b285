"""Many rows, one statement: what a transaction writes about many things is sent together.

A statement for each of ten thousand expiries costs five times what the rows themselves do (docs/benchmarks.md). So
where a service says that it is about to do the same to many, what its repositories write is gathered by statement and
sent before anything else is asked of the connection, and before the commit at the latest. Nothing that is asked can
tell the difference.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from sqlalchemy import Connection, Delete, Dialect, FromClause, Insert, RowMapping, Select, Update
from sqlalchemy.sql.compiler import SQLCompiler

from bot.domain.errors import LostRace

Row = Mapping[str, Any]
Write = Insert | Update | Delete


@cache
def _tables_of(statement: Select[Any]) -> Sequence[FromClause]:
    """Of a statement that was built once."""
    return statement.get_final_froms()


class Gathering:
    """Stands between the repositories of one transaction and its connection."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._is_on = False
        self._rows: dict[Write, list[Row]] = {}
        self._counted: set[Write] = set()
        self._wishes: set[tuple[Write, tuple[Any, ...]]] = set()
        self._known: dict[tuple[Select[Any], tuple[Any, ...]], RowMapping | None] = {}

    @property
    def dialect(self) -> Dialect:
        return self._connection.dialect

    def begin(self) -> bool:
        """From now on gather, and remember what `first` found. False where others write meanwhile: there each is
        read and written in its turn.
        """
        self._is_on = self.dialect.name == "sqlite"
        return self._is_on

    def execute(self, statement: Any, parameters: Any = None) -> Any:
        """As the connection does it, after what was gathered."""
        self.send()
        return self._connection.execute(statement, parameters)

    def exec_driver_sql(self, statement: str) -> Any:
        """As the connection does it, after what was gathered."""
        self.send()
        return self._connection.exec_driver_sql(statement)

    def write(self, statement: Write, row: Row) -> None:
        """Execute it now or with others like it. What is gathered for different rows may change places."""
        if not self._is_on:
            self._connection.execute(statement, row)
            return
        self._rows.setdefault(statement, []).append(row)

    def wish(self, statement: Write, row: Row) -> None:
        """The same for what need not be written twice."""
        if not self._is_on or (statement, tuple(row.values())) not in self._wishes:
            self._wishes.add((statement, tuple(row.values())))
            self.write(statement, row)

    def write_one(self, statement: Write, row: Row, *, of: str) -> None:
        """The same for what must change exactly one row. Raises LostRace, now or when it is sent."""
        if self._is_on:
            self._counted.add(statement)
            self.write(statement, row)
        elif self.execute(statement, row).rowcount != 1:
            raise LostRace(of)

    def first(self, statement: Select[Any], **values: Any) -> RowMapping | None:
        """The first row found, or remembered. What is gathered for other tables need not be sent for it."""
        key = (statement, tuple(values.values()))
        if key in self._known:
            return self._known[key]
        if self._rows and not {each.table for each in self._rows}.isdisjoint(_tables_of(statement)):
            self.send()
        found = self._connection.execute(statement, values).mappings().first()
        if self._is_on:
            self._known[key] = found
        return found

    def remember(self, statement: Select[Any], value: Any, row: RowMapping | None) -> None:
        """That `first` finds this row for this value, until it is forgotten."""
        self._known[(statement, (value,))] = row

    def forget(self, statement: Select[Any], value: Any) -> None:
        """It was changed."""
        self._known.pop((statement, (value,)), None)

    def send(self) -> None:
        """Write what was gathered: first what changes rows that were there before, then new ones. Raises LostRace."""
        if not self._rows:
            return
        gathered, self._rows = self._rows, {}
        self._wishes.clear()
        for statement in sorted(gathered, key=lambda each: each.is_insert):
            rows = gathered[statement]
            prepared = _prepared(statement, tuple(rows[0]), self.dialect)
            written = self._connection.exec_driver_sql(prepared.text, [prepared.values(row) for row in rows])
            if statement in self._counted and written.rowcount != len(rows):
                raise LostRace(f"one of {len(rows)}")


@dataclass(frozen=True, slots=True)
class _Prepared:
    """A statement as the driver takes it. Its values, in order: by name, how they are kept, and what they are if a row
    does not say.
    """

    text: str
    places: Sequence[tuple[str, Callable[[Any], Any] | None, Any]]

    def values(self, row: Row) -> tuple[Any, ...]:
        found = [(row.get(name, otherwise), kept) for name, kept, otherwise in self.places]
        return tuple([value if kept is None else kept(value) for value, kept in found])


@cache
def _prepared(statement: Write, names: tuple[str, ...], dialect: Dialect) -> _Prepared:
    """Of a statement that was built once, for rows with these names. SQLAlchemy would prepare every row anew."""
    compiled = statement.compile(dialect=dialect, column_keys=list(names))
    assert isinstance(compiled, SQLCompiler)
    assert compiled.positiontup is not None
    types = {name: compiled.binds[name].type.dialect_impl(dialect) for name in compiled.positiontup}
    places = [(name, types[name].bind_processor(dialect), compiled.params[name]) for name in compiled.positiontup]
    return _Prepared(str(compiled), places)
