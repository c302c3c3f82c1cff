"""Prepared: a statement that is asked again and again with other values."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from redengine.store.decoding import decoder

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlalchemy import Connection, Dialect, Select

    from redengine.store.damage import Damaged


class Prepared:
    """A statement whose SQL is made once; SQLAlchemy would look it over each time.

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
        compiled = statement.compile(dialect=dialect)
        self._sql = str(compiled)
        self._names = compiled.positiontup
        self._fixed = {name: value for name, value in compiled.params.items() if value is not None}
        self._decode = decoder(tuple(kinds), kinds, damaged)

    def all(self, connection: Connection, values: Mapping[str, Any]) -> list[dict[str, Any]]:
        """The rows as dictionaries.

        Args:
            connection: to ask on.
            values: the values of the parameters by their names.
        """
        parameters: Any = {**self._fixed, **values}
        if self._names is not None:
            parameters = tuple([parameters[name] for name in self._names])
        rows = connection.exec_driver_sql(self._sql, parameters).all()
        return [self._decode(row) for row in rows]
