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
    from collections.abc import Sequence

    from redengine.api.ports import SessionPort, TaskPort
    from redengine.query import Query

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
            return self._table_of(version).find(query)
        task = self.session.tasks.get(name)
        return _Table(version, [] if task is None else [task]).find(query)

    def _table_of(self, version: int) -> _Table:
        """The tasks of a version, with what was worked out of them before."""
        if self._table.version != version:
            with self._making:  # several callers at once wait for one list
                if self._table.version != version:
                    self._table = _Table(version, list(self.session.tasks.values()))
        return self._table


class _Table:
    """The tasks of one version: their JSON, and the fields that lists were filtered by.

    What it tells may be newer than the version, never older.
    """

    def __init__(self, version: int, tasks: Sequence[TaskPort]) -> None:
        self.version = version
        self._tasks = tasks
        self._columns: dict[str, list[Any]] = {}
        self._rows: list[bytes] | None = None
        self._whole: bytes | None = None
        self._answers: dict[Query, tuple[bytes, int]] = {}

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
        places, total = query.select(len(tasks), self._column)
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


def _wanted_name(query: Query) -> str | None:
    """The one name that a task has to have to match, if there is one."""
    for clause in query.conditions:
        if clause.field == "name" and clause.operator == "eq" and len(clause.values) == 1:
            return str(clause.values[0])
    return None
