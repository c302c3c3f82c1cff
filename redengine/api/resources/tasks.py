"""The list of tasks."""

from __future__ import annotations

import secrets
import threading
from typing import TYPE_CHECKING, Any, Final

from redengine.api.encoding import to_json
from redengine.api.entity_tags import tagged
from redengine.api.fields import TASK_FIELDS
from redengine.api.lists import json_page_response, query_of
from redengine.api.messages import ApiRequest, ApiResponse
from redengine.api.resources.base import Resource

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from redengine.api.ports import SessionPort, TaskPort
    from redengine.query import Clause, Query

_INDEXED: Final = ("status", "tags")
_MOST_ANSWERS: Final = 8
_LARGEST_ANSWER: Final = 4 << 20
"""How many answers to filters are kept, and how large one of them may be."""


class TasksResource(Resource):
    """All tasks in the order in which they were made, or those that match the filters.

    Args:
        session: the session whose tasks they are.
    """

    name = "Tasks"
    query_keys = None

    def __init__(self, session: SessionPort) -> None:
        super().__init__(session)
        self._making = threading.Lock()
        self._lifetime = secrets.token_hex(4)
        self._table = _Table(-1, ())

    def get(self, request: ApiRequest) -> ApiResponse:
        version = self.session.tasks_version  # read before the tasks: never newer than they are
        tag = f'"{self._lifetime}-{version}"'
        if not request.query:
            with self._making:  # several callers at once wait for one list
                content, count = self._table_of(version).all()
            headers = {"X-Total-Count": str(count)}
            return tagged(ApiResponse(content, headers=headers), tag, request)
        query = query_of(request, TASK_FIELDS, self.session.zone, paged=False)
        content, count = self._found(version, query)
        return tagged(json_page_response(content, count, query, request), tag, request)

    def _found(self, version: int, query: Query) -> tuple[bytes, int]:
        """The page that a query asks for, and how many tasks match in all."""
        name = _wanted_name(query)
        if name is None:
            with self._making:
                return self._table_of(version).find(query)
        task = self.session.tasks.get(name)
        return _Table(version, [] if task is None else [task]).find(query)

    def _table_of(self, version: int) -> _Table:
        """The tasks of a version, with what was worked out of them before."""
        if self._table.version < version and not self._table.follow(self.session):
            self._table = _Table(version, list(self.session.tasks.values()))
        return self._table


class _Table:
    """The tasks of one version: their JSON, and the fields that lists were filtered by.

    What it tells may be newer than the version, never older. One thread at a time uses it.
    """

    def __init__(self, version: int, tasks: Sequence[TaskPort]) -> None:
        self.version = version
        self._tasks = tasks
        self._places = {task.name: place for place, task in enumerate(tasks)}
        self._columns: dict[str, list[Any]] = {}
        self._indexes: dict[str, dict[Any, set[int]]] = {}
        self._rows: list[bytes] | None = None
        self._whole: bytes | None = None
        self._answers: dict[Query, tuple[bytes, int]] = {}

    def follow(self, session: SessionPort) -> bool:
        """Take over what has changed since; False where that is more than some tasks' fields."""
        version, names = session.tasks_since(self.version)
        if names is None or self.version < 0:
            return False
        known, places = session.tasks, []
        for name in names:
            place = self._places.get(name)
            if place is None or known.get(name) is not self._tasks[place]:
                return False
            places.append(place)
        for place in places:
            self._renew(place)
        self.version, self._whole = version, None
        self._answers.clear()
        return True

    def _renew(self, place: int) -> None:
        task = self._tasks[place]
        if self._rows is not None:
            self._rows[place] = task.json()
        for field, values in self._columns.items():
            old, values[place] = values[place], task.field(field)
            index = self._indexes.get(field)
            if index is not None:
                for key in _keys_of(old):
                    index[key].discard(place)
                for key in _keys_of(values[place]):
                    index.setdefault(key, set()).add(place)

    def all(self) -> tuple[bytes, int]:
        """The JSON array of all tasks, joined from each task's own bytes, and their number."""
        if self._whole is None:
            self._whole = _array(self._json())
        return self._whole, len(self._tasks)

    def find(self, query: Query) -> tuple[bytes, int]:
        """The JSON array of the page that a query asks for, and how many match in all."""
        known = self._answers.get(query)
        if known is None:
            known = self._search(query)
            if len(self._answers) < _MOST_ANSWERS and len(known[0]) <= _LARGEST_ANSWER:
                self._answers[query] = known
        return known

    def _search(self, query: Query) -> tuple[bytes, int]:
        tasks = self._tasks
        places, total = query.select(len(tasks), self._column, self._candidates(query))
        if query.fields:
            columns = [(name, self._column(name)) for name in query.fields]
            items = [{name: values[place] for name, values in columns} for place in places]
            return to_json(items), total
        if len(places) == len(tasks) and not query.sort:
            return self.all()
        if self._rows is None and len(places) * 2 < len(tasks):
            return _array([tasks[place].json() for place in places]), total
        rows = self._json()
        return _array([rows[place] for place in places]), total

    def _candidates(self, query: Query) -> list[int] | None:
        """The places of the tasks that may match, by an index; None: all may."""
        for clause in query.conditions:
            wanted = _wanted_keys(clause)
            if wanted is not None:
                index = self._index(clause.field)
                return sorted(set().union(*(index.get(key, ()) for key in wanted)))
        return None

    def _index(self, field: str) -> dict[Any, set[int]]:
        """The places of the tasks by the values of a field."""
        index = self._indexes.get(field)
        if index is None:
            index = self._indexes[field] = {}
            for place, value in enumerate(self._column(field)):
                for key in _keys_of(value):
                    index.setdefault(key, set()).add(place)
        return index

    def _column(self, field: str) -> list[Any]:
        """The values of a field, one for each task."""
        values = self._columns.get(field)
        if values is None:
            values = self._columns[field] = [task.field(field) for task in self._tasks]
        return values

    def _json(self) -> list[bytes]:
        if self._rows is None:
            self._rows = [task.json() for task in self._tasks]
        return self._rows


def _array(items: Sequence[bytes]) -> bytes:
    return b"[" + b",".join(items) + b"]"


def _keys_of(value: Any) -> Iterable[Any]:
    """Under which keys a task stands in an index: a status, or each of the tags."""
    return value if isinstance(value, list | tuple) else (value,)


def _wanted_keys(clause: Clause) -> list[Any] | None:
    """The keys of an index, of which a task has to have one to match; None: it has no index."""
    if clause.field not in _INDEXED or clause.operator != "eq" or clause.path:
        return None
    if clause.kind == "json":
        return [getattr(value, "text", None) for value in clause.values]
    return [None if value == "null" else value for value in clause.values]


def _wanted_name(query: Query) -> str | None:
    """The one name that a task has to have to match, if there is one."""
    for clause in query.conditions:
        if clause.field == "name" and clause.operator == "eq" and len(clause.values) == 1:
            return str(clause.values[0])
    return None
