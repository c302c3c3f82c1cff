"""Prepared: a statement that is asked again and again with other values."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any

from redengine.store.decoding import decoder

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sqlalchemy import Connection, Dialect, Select

    from redengine.store.damage import Damaged


class Prepared:
    """A statement whose SQL is made once, at its first use; SQLAlchemy would do so each time.

    Args:
        dialect: the database's.
        statement: what is asked, with named parameters.
        kinds: the kind of each column, in the order in which they are selected.
        damaged: see `decoder`.
    """

    def __init__(
        self,
        dialect: Dialect,
        statement: Select[Any],
        kinds: Mapping[str, str],
        damaged: Damaged,
    ) -> None:
        self._dialect = dialect
        self._statement = statement
        self._decode = decoder(tuple(kinds), kinds, damaged)

    @cached_property
    def _compiled(self) -> tuple[str, Sequence[str] | None, dict[str, Any]]:
        """The SQL, the order of its parameters where they have no names, and those that are set."""
        compiled = self._statement.compile(dialect=self._dialect)
        fixed = {name: value for name, value in compiled.params.items() if value is not None}
        return str(compiled), compiled.positiontup, fixed

    def all(self, connection: Connection, values: Mapping[str, Any]) -> list[dict[str, Any]]:
        """The rows as dictionaries.

        Args:
            connection: to ask on.
            values: the values of the parameters by their names.
        """
        sql, names, fixed = self._compiled
        parameters: Any = {**fixed, **values}
        if names is not None:
            parameters = tuple([parameters[name] for name in names])
        rows = connection.exec_driver_sql(sql, parameters).all()
        return [self._decode(row) for row in rows]
