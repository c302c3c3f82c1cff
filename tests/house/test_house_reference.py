"""What users can say is in the reference: a new option, key, hook or path has to be described."""

import importlib
import inspect
import re
from pathlib import Path

import pytest
from golden_signatures import FOR_PARTS

import redengine.parameters
from redengine import Session
from redengine.api import APITask, FlaskAPI, WorkerAPI
from redengine.api.auth.key_sources import ENABLED, KEYS, ONE_KEY
from redengine.api.auth.principal import SCOPES
from redengine.api.auth.rates import BUCKETS
from redengine.api.endpoints import RESOURCES
from redengine.api.errors import STATUS_BY_CODE
from redengine.api.http.routes import PREFIXES, ROUTES
from redengine.api.routes import Rest, Route, RouteArgument, RouteDecorators
from redengine.conditions import FORMS
from redengine.conditions.calendar.wall_clock import UNITS
from redengine.conditions.dependencies import OUTCOMES
from redengine.conditions.run_history import ACTIONS
from redengine.conditions.run_history import OPERATORS as COMPARISONS
from redengine.parameters import Argument
from redengine.query.parse import CONTROLS, MOST_ITEMS, OPERATORS
from redengine.runtimes import JobContext
from redengine.scheduler.config import SETTINGS
from redengine.scheduler.events import GAP, KEPT, KINDS, TOPICS
from redengine.scheduler.hooks import HOOKS
from redengine.scheduler.insight.health import LATE_S, SILENT_S
from redengine.scheduler.jobs.job import Job
from redengine.tasks import OPTIONS, CodeTask, CommandTask, FuncTask, Task
from redengine.tasks.options import CONDITIONS, CRASH_POLICIES, MISSED_POLICIES
from redengine.tasks.task import ON_EXISTS
from redengine.testing import ManualSession

DOCS = Path(__file__).parents[2] / "docs"
PAGES = {page.stem: page.read_text("utf-8") for page in (DOCS / "reference").glob("*.md")}


def says(page, word):
    """Whether a page of the reference has the word as code, alone or in an expression."""
    return re.search(rf"`[^`\n]*(?<![\w]){re.escape(word)}(?![\w])[^`\n]*`", PAGES[page])


@pytest.mark.parametrize("name", ["name", *CONDITIONS, *OPTIONS, "on_exists"])
def test_a_task_option_has_a_section(name):
    """Beside the generated table, each option has a section of its own."""
    assert re.search(rf"^## {name}$", PAGES["task-options"], re.MULTILINE)


@pytest.mark.parametrize(
    "word",
    [*MISSED_POLICIES, *CRASH_POLICIES, *ON_EXISTS, "func_name", "path"]
    + [field for kind in (FuncTask, CommandTask, CodeTask) for field in kind.body_fields],
)
def test_a_value_of_an_option_is_described(word):
    """Policies and what kinds of tasks take are named."""
    assert says("task-options", word)


@pytest.mark.parametrize("key", SETTINGS)
def test_a_config_key_is_described(key):
    """Beside the generated table, each key has a note."""
    assert says("config", key)


@pytest.mark.parametrize("hook", HOOKS)
def test_a_hook_is_described(hook):
    """Beside the generated table, each hook is said to be called with what."""
    assert says("hooks", hook)


@pytest.fixture
def tables(monkeypatch):
    """The tables that the documentation is built with."""
    monkeypatch.syspath_prepend(str(DOCS / "_ext"))
    return importlib.import_module("redengine_tables").TABLES


@pytest.mark.parametrize("word", sorted({*KINDS, *TOPICS, *GAP.fields}))
def test_an_event_is_described(tables, word):
    """The generated tables name each type and topic, and the text the fields of a gap."""
    rows = [cell for name in ("events", "topics") for row in tables[name]() for cell in row]
    assert any(f"`{word}`" in cell for cell in rows) or says("events", word)


def test_the_page_of_events_has_the_tables_of_the_code(tables):
    """Types, topics and their fields are not written twice."""
    assert "```{from-code} events\n```" in PAGES["events"]
    assert "```{from-code} topics\n```" in PAGES["events"]
    described = {row[0].strip("`"): row[2] for row in tables["events"]()[1:]}
    assert described.keys() == KINDS.keys()
    for name, fields in described.items():
        assert fields == ", ".join(f"`{field}`" for field in KINDS[name].fields)


def test_the_page_of_events_says_how_many_are_kept():
    """The number in the text is that of the code."""
    assert f"The latest {KEPT:,} events" in PAGES["events"]


@pytest.mark.parametrize(
    ("method", "path"),
    [
        (method.upper(), paths[0])
        for name, paths in ROUTES.items()
        for method in RESOURCES[name].methods()
    ],
)
def test_an_endpoint_is_described(method, path):
    """Each method of each path has an entry."""
    assert re.search(rf"^`{method} {re.escape(path)}`$", PAGES["http"], re.MULTILINE)


def test_no_endpoint_is_described_that_does_not_exist():
    """An entry of the reference is a path of the routing table, with a method that it knows."""
    described = set(re.findall(r"^`([A-Z]+) (/\S*)`$", PAGES["http"], re.MULTILINE))
    known = {
        (method.upper(), paths[0])
        for name, paths in ROUTES.items()
        for method in RESOURCES[name].methods()
    }
    assert described == known


@pytest.mark.parametrize("alias", [path for paths in ROUTES.values() for path in paths[1:]])
def test_an_alias_of_a_path_is_described(alias):
    """Other spellings are named, or follow from the one of a task."""
    assert says("http", alias) or alias.startswith("/task/<name>/")


def test_the_version_prefix_is_described():
    """Readers learn of the prefix under which every path also stands."""
    assert all(says("http", prefix) for prefix in PREFIXES)


@pytest.mark.parametrize("operator", OPERATORS)
def test_a_filter_operator_is_described(operator):
    """Beside the generated table, each operator has its rule."""
    assert f"`field${operator}=" in PAGES["http"]


@pytest.mark.parametrize("key", CONTROLS)
def test_a_control_key_is_described(key):
    """Each control key is explained."""
    assert f"`{key}" in PAGES["http"]


def test_the_number_of_query_keys_is_described():
    """The limit in the text is the one in force."""
    assert f"at most {MOST_ITEMS} query keys" in PAGES["http"]


@pytest.mark.parametrize("status", sorted({*STATUS_BY_CODE.values()} - {431, 501}))
def test_a_status_is_described(status):
    """A status that the API itself gives is named in one of the two pages."""
    assert re.search(rf"\b{status}\b", PAGES["http"] + PAGES["errors"])


@pytest.mark.parametrize(
    "word",
    [*ACTIONS, *OUTCOMES, *COMPARISONS, *UNITS]
    + [unit.adverb for unit in UNITS.values()]
    + [form.keyword for form in FORMS],
)
def test_a_word_of_the_string_language_is_described(word):
    """Keywords of conditions are on their page."""
    assert re.search(rf"(?<!\w){re.escape(word)}(?!\w)", PAGES["conditions"])


def test_every_fluent_name_is_shown():
    """The snippet of the reference has all names that make conditions."""
    import redengine.conditions as found

    snippet = (DOCS / "snippets" / "reference" / "fluent.py").read_text("utf-8")
    fluent = importlib_names("redengine.conditions.fluent")
    shown = set(re.findall(r"\w+", snippet))
    families = {name for name in fluent if re.fullmatch(r"after_(all|any)_\w+", name)}
    assert fluent - families - shown == set()
    assert {name for name in fluent if name in found.__all__} == fluent


def importlib_names(module):
    """The names that the package takes over from one of its modules."""
    text = (DOCS.parent / "redengine" / "conditions" / "__init__.py").read_text("utf-8")
    block = re.search(rf"from {re.escape(module)} import \((.*?)\)", text, re.DOTALL)
    return set(re.findall(r"\w+", block[1]))


def public(kind, *bases):
    """The public members that a class adds to its bases."""
    known = {name for base in bases for name in dir(base)}
    return sorted(
        name
        for name, _ in inspect.getmembers(kind)
        if not name.startswith("_") and name not in known
    )


@pytest.mark.parametrize("name", sorted({*public(Session)} - FOR_PARTS))
def test_a_method_of_the_session_is_described(name):
    """The page of the session names it."""
    assert says("session", name)


@pytest.mark.parametrize("name", public(ManualSession, Session))
def test_a_method_of_the_manual_session_is_described(name):
    """The page on testing names it."""
    assert says("testing", name)


@pytest.mark.parametrize(
    "name",
    ["status", "is_running", "last_run", "next_run", "run", "terminate", "delete", "why", "update"],
)
def test_a_method_of_a_task_is_described(name):
    """The page of the session names it, and it exists."""
    assert hasattr(Task, name)
    assert says("session", name)


@pytest.mark.parametrize(
    "name",
    ["wait", "result", "exception", "output", "cancel", "pause", "resume", "terminate"],
)
def test_a_method_of_a_job_is_described(name):
    """The page of the session names it, and it exists."""
    assert hasattr(Job, name)
    assert says("session", name)


@pytest.mark.parametrize("name", ["checkpoint", "should_stop", "progress", "on_stop"])
def test_what_a_tasks_code_may_call_is_described(name):
    """The page of the session names it, and it exists."""
    assert hasattr(JobContext, name)
    assert says("session", name)


@pytest.mark.parametrize(
    "name",
    sorted(
        name
        for name in redengine.parameters.__all__
        if inspect.isclass(kind := getattr(redengine.parameters, name))
        and issubclass(kind, Argument)
    ),
)
def test_an_argument_is_described(name):
    """Each argument is on the page of parameters."""
    assert says("parameters", name)


def metric_names():
    """The families that a session gives, as Prometheus knows them."""
    with ManualSession() as session:
        text = session.metrics.text().decode()
    return sorted(
        name if kind != "counter" else f"{name.removesuffix('_total')}_total"
        for name, kind in re.findall(r"^# TYPE (\S+) (\S+)$", text, re.MULTILINE)
    )


@pytest.mark.parametrize("name", metric_names())
def test_a_metric_is_described(name):
    """The guide on watching names it."""
    page = (DOCS / "howto" / "watch-it.md").read_text("utf-8")
    short = f"…{name.removeprefix('redengine_runtime')}"
    assert f"`{name}`" in page or f"`{short}`" in page


def test_the_bounds_of_health_are_described():
    """The guide on watching has the figures that are in force."""
    page = (DOCS / "howto" / "watch-it.md").read_text("utf-8")
    assert f"has not looked around for {SILENT_S:g} seconds" in page
    assert f"more than {LATE_S:g} seconds late" in page


@pytest.mark.parametrize(
    "name",
    [each for each in inspect.signature(FlaskAPI.__init__).parameters if each != "self"],
)
def test_a_parameter_of_the_api_is_described(name):
    """Each parameter of FlaskAPI is on the page of HTTP."""
    assert says("http", name)


@pytest.mark.parametrize(
    "name",
    [each for each in inspect.signature(WorkerAPI.__init__).parameters if each != "self"],
)
def test_a_parameter_of_the_worker_api_is_described(name):
    """Each parameter of WorkerAPI is on its page."""
    assert says("worker", name)


@pytest.mark.parametrize(
    ("method", "path"),
    [
        (method.upper(), WorkerAPI.binding.prefixes[0] + paths[0])
        for name, paths in WorkerAPI.binding.routes.items()
        for method in WorkerAPI.resources[name].methods()
    ],
)
def test_an_endpoint_of_the_worker_api_is_described(method, path):
    """Each method of each of its paths has an entry on its page."""
    assert f"\n`{method} {path}`\n" in PAGES["worker"]


@pytest.mark.parametrize("name", [ONE_KEY, KEYS, ENABLED, *SCOPES, *BUCKETS])
def test_a_word_of_the_door_is_described(name):
    """Environment variables, scopes and limits are on the page of HTTP."""
    assert says("http", name)


@pytest.mark.parametrize("name", [*public(RouteDecorators), "delete"])
def test_a_way_to_add_routes_is_described(name):
    """The decorators are on the page of the session and on that of HTTP."""
    assert says("session", name)
    assert says("http", f"api.{name}")


@pytest.mark.parametrize("word", ["routes", "public", "replace"])
def test_what_else_routes_have_is_described(word):
    """The page of the session names it."""
    assert says("session", word)


@pytest.mark.parametrize(
    "name",
    sorted({*public(Route)} - {"template", "arguments_from"})
    + sorted({*public(RouteArgument)} - {"adapter", "takes_several"}),
)
def test_what_is_known_of_a_route_is_described(name):
    """The page of the session names it."""
    assert says("session", name)


def test_no_method_of_the_routes_is_forgotten():
    """Besides adding and listing, the rest is for FlaskAPI and the session."""
    assert set(public(Rest, RouteDecorators)) == {"attach", "delete", "routes", "warn_unserved"}


@pytest.mark.parametrize(
    "name",
    ["serve", "setup", "tear_down", "call_resource", "answer", "store_request", "get_requests"],
)
def test_what_a_transport_overrides_or_calls_is_described(name):
    """The members of APITask that a subclass uses are on the page of HTTP."""
    assert hasattr(APITask, name)
    assert says("http", name)
