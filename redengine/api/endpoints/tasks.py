"""The list of tasks, and what is asked of one: its jobs, why, what follows, what comes."""

from __future__ import annotations

import secrets
import threading
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, ClassVar, Final

from redengine.api.auth.principal import RUN
from redengine.api.core.encoding import to_json
from redengine.api.core.entity_tags import tagged
from redengine.api.core.lists import (
    DEPENDENCY_FIELDS,
    TASK_FIELDS,
    filtered,
    json_page_response,
    query_of,
)
from redengine.api.core.messages import ApiRequest, ApiResponse, prefers_text
from redengine.api.core.submissions import named_as_given, task_submission_of
from redengine.api.endpoints.job import submitted
from redengine.api.endpoints.jobs import jobs_page
from redengine.api.endpoints.resource import Resource
from redengine.durations import parse_duration
from redengine.exceptions import InvalidInput, UnknownName, did_you_mean, shortened

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import tzinfo

    from redengine.api.core.ports import SessionPort, TaskPort
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
        self._environment = {task.name: place for place, task in enumerate(tasks)}
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
            place = self._environment.get(name)
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


class TaskJobsResource(Resource):
    """The jobs of a task, newest first; and the place to submit one."""

    name = "TaskJobs"
    path_names = ("name",)
    query_keys = None
    scopes: ClassVar = {"post": RUN}
    submits = True

    def get(self, request: ApiRequest) -> ApiResponse:
        task = self.session.tasks[request.path["name"]]
        if any(key.partition("$")[0] == "task" for key, _ in request.query):
            raise InvalidInput({"task": "the path says which task; use /jobs to ask for others"})
        own = replace(request, query=[*request.query, ("task", task.name)])
        return jobs_page(self.session, own, request)

    def post(self, request: ApiRequest) -> ApiResponse:
        """Submit a job."""
        task = self.session.tasks[request.path["name"]]
        wanted = task_submission_of(request.data, task.name)
        with named_as_given(request.data):
            return submitted(self.session, wanted, request)


class TaskTerminateResource(Resource):
    """Asks the running jobs of a task to end; they do so by the runtime's ladder, soon after."""

    name = "TaskTerminate"
    path_names = ("name",)
    scopes: ClassVar = {"post": RUN}

    def needs(self, method: str, request: ApiRequest) -> tuple[str, ...]:
        """Ending a service takes more than ending a job."""
        return self.ruling(super().needs(method, request), request.path.get("name"))

    def post(self, request: ApiRequest) -> ApiResponse:
        for key in request.data:
            if key != "reason":
                raise UnknownName("field", key, ("reason",))
        task = self.session.tasks[request.path["name"]]
        task.terminate(str(request.data.get("reason") or "terminated over the API"))
        return ApiResponse(task.json())


class TaskWhyResource(Resource):
    """The explanation of a task's condition: a tree, or text where the caller prefers it."""

    name = "TaskWhy"
    path_names = ("name",)

    def get(self, request: ApiRequest) -> ApiResponse:
        explanation = self.session.tasks[request.path["name"]].why()
        if prefers_text(request.accept):
            return ApiResponse.text(f"{explanation}\n")
        return ApiResponse(explanation.to_dict())


_FORMATS = ("json", "mermaid", "dot")


class DependenciesResource(Resource):
    """The links between tasks, as JSON or as a diagram."""

    name = "Dependencies"
    query_keys = None

    def get(self, request: ApiRequest) -> ApiResponse:
        form = request.query_value("format") or "json"
        if form not in _FORMATS:
            hint = did_you_mean(form, _FORMATS)
            reason = f"expected json, mermaid or dot, got {shortened(form)}{hint}"
            raise InvalidInput({"format": reason})
        filters = replace(request, query=[each for each in request.query if each[0] != "format"])
        links = self.session.dependencies()
        response = filtered(links, filters, DEPENDENCY_FIELDS, self.session.zone)
        if form == "json":
            return response
        draw = as_mermaid if form == "mermaid" else as_dot
        return ApiResponse.text(draw(response.body))


def as_mermaid(links: Sequence[Mapping[str, Any]]) -> str:
    """The links as a Mermaid flowchart."""
    numbers = _numbered(links)
    lines = ["flowchart LR"]
    lines += [f'    t{number}["{_entities(name)}"]' for name, number in numbers.items()]
    lines += [
        f"    t{numbers[link['parent']]} -->|{_label(link)}| t{numbers[link['child']]}"
        for link in links
    ]
    return "\n".join(lines) + "\n"


def as_dot(links: Sequence[Mapping[str, Any]]) -> str:
    """The links as a Graphviz digraph."""
    lines = ["digraph tasks {", "    rankdir=LR;"]
    lines += [f"    {_quoted(name)};" for name in _numbered(links)]
    lines += [f"    {_edge(link)};" for link in links]
    return "\n".join([*lines, "}"]) + "\n"


def _edge(link: Mapping[str, Any]) -> str:
    ends = f"{_quoted(link['parent'])} -> {_quoted(link['child'])}"
    return f"{ends} [label={_quoted(_label(link))}]"


def _numbered(links: Sequence[Mapping[str, Any]]) -> dict[str, int]:
    names = [name for link in links for name in (link["parent"], link["child"])]
    return {name: number for number, name in enumerate(dict.fromkeys(names))}


def _label(link: Mapping[str, Any]) -> str:
    word = str(link["relation"]).removeprefix("Depend").lower()
    return f"{word} ({str(link['type']).lower()})" if link.get("type") else word


def _entities(name: str) -> str:
    """A name in Mermaid's entity codes, which keep quotes and brackets from ending the label."""
    special = '"#&<>[]{}|`\\'
    return "".join(f"#{ord(char)};" if char in special else char for char in name)


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


DEFAULT_SPAN: Final = timedelta(days=1)
LONGEST_SPAN: Final = timedelta(days=366)


class ForecastResource(Resource):
    """The starts of all tasks, or of `?task=`, until a time or for a while; a day if not said."""

    name = "Forecast"
    query_keys = frozenset(("until", "task"))

    def get(self, request: ApiRequest) -> ApiResponse:
        until = end_of_forecast(
            request.query_value("until"), self.session.zone, self.session.now.astimezone(UTC)
        )
        task = request.query_value("task")
        if task is not None:
            task = self.session.tasks[task].name
        return ApiResponse(self.session.forecast(until, task=task).to_dict())


def end_of_forecast(text: str | None, zone: tzinfo, now: datetime) -> datetime:
    """The instant that `?until=` names: a date, a datetime, or a duration from now.

    Args:
        text: what was given.
        zone: the zone of a datetime without offset.
        now: where durations start.

    Raises:
        InvalidInput: it is neither, is past, or is more than a year ahead.
    """
    until = now + DEFAULT_SPAN if text is None else _instant(text, zone, now)
    if until <= now:
        raise InvalidInput({"until": f"expected a time to come, got {shortened(text)}"})
    if until > now + LONGEST_SPAN:
        raise InvalidInput({"until": f"expected at most 366 days ahead, got {shortened(text)}"})
    return until


def _instant(text: str, zone: tzinfo, now: datetime) -> datetime:
    try:
        instant = datetime.fromisoformat(text.strip().replace(" ", "+") if "T" in text else text)
        if instant.tzinfo is None:
            instant = instant.replace(tzinfo=zone)
        return instant.astimezone(UTC)
    except OverflowError:
        reason = f"is no time of the calendar: {shortened(text)}"
        raise InvalidInput({"until": reason}) from None
    except ValueError:
        return _after(text, now)


def _after(text: str, now: datetime) -> datetime:
    try:
        return now + parse_duration(text, field="until")
    except OverflowError:
        raise InvalidInput({"until": f"is too far ahead: {shortened(text)}"}) from None
