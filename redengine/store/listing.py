"""Listing: pages of one table's rows, filtered and sorted by the database."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import orjson
from sqlalchemy import func, select

from redengine.store.decoding import decoder
from redengine.store.filters import criterion

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sqlalchemy import ColumnElement, Connection, Select, Table

    from redengine.query import Query
    from redengine.store.database import Database

_UNBOUNDED = 2**63 - 1


class Page(NamedTuple):
    """Some of the items that match a query.

    Attributes:
        items: the items, as dictionaries.
        total: how many match in all.
    """

    items: list[dict[str, Any]]
    total: int


class Listing:
    """The rows of a table as a list that queries can be put to.

    Args:
        database: where the table is.
        table: the table.
        fields: the kind of each field, in the order in which items hold them.
        order: the column that tells the newest; lists begin with it.
    """

    def __init__(
        self, database: Database, table: Table, fields: Mapping[str, str], order: str
    ) -> None:
        self._database = database
        self._table = table
        self._fields = fields
        self._order = order

    def page(self, query: Query) -> Page:
        """The page of matching items, newest first where the query does not sort.

        Raises:
            StoreError: the database cannot be read now.
        """
        names = query.fields or tuple(self._fields)
        where = self.criteria(query)
        with self._database.reading() as connection:
            rows = self._rows(connection, self._select(query, names, where))
            total = self._total(connection, query, where, len(rows))
        decode = decoder(names, self._fields)
        return Page([decode(row) for row in rows], total)

    def criteria(self, query: Query) -> list[ColumnElement[bool]]:
        """The query's clauses in SQL."""
        return [criterion(clause, self._table.c[clause.field]) for clause in query.conditions]

    def _select(
        self, query: Query, names: Sequence[str], where: list[ColumnElement[bool]]
    ) -> Select[Any]:
        columns = self._table.c
        statement = select(*(columns[name] for name in names)).where(*where)
        for field, descends in query.sort:
            statement = statement.order_by(columns[field].desc() if descends else columns[field])
        statement = statement.order_by(columns[self._order].desc())
        if query.limit is not None or query.offset:
            statement = statement.limit(_UNBOUNDED if query.limit is None else query.limit)
        return statement.offset(query.offset) if query.offset else statement

    def _rows(self, connection: Connection, statement: Select[Any]) -> Sequence[Sequence[Any]]:
        """All rows in one step: as each one frees and takes the interpreter's lock."""
        if connection.dialect.name != "sqlite":
            return connection.execute(statement).all()
        inner = statement.subquery()
        array = func.json_group_array(func.json_array(*inner.c))
        text = connection.execute(select(array)).scalar_one()
        rows: list[list[Any]] = orjson.loads(text)
        return rows

    def _total(
        self,
        connection: Connection,
        query: Query,
        where: list[ColumnElement[bool]],
        found: int,
    ) -> int:
        if found and (query.limit is None or found < query.limit):
            return query.offset + found
        counting = select(func.count()).select_from(self._table).where(*where)
        return int(connection.execute(counting).scalar_one())
