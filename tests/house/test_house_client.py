"""The client covers the API, is the same twice, stays light, and is described."""

import ast
import importlib
import importlib.util
import inspect
import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

import redengine.client
from redengine.api.endpoints import RESOURCES
from redengine.api.http.routes import ROUTES
from redengine.client.operations import OPERATIONS

ROOT = Path(__file__).parents[2]
SYNC = ROOT / "redengine" / "client" / "_generated"
REFERENCE = (ROOT / "docs" / "reference" / "client.md").read_text("utf-8")

FOR_PEOPLE = {
    "GET /docs": "a page for a browser",
    "GET /redoc": "a page for a browser",
    "GET /": "a page for a browser",
    "POST /channels/<>/lookup/<>": "the same as GET",
    "GET /channels/<>/state/<>": "the same as the latest record of the key",
    "GET /last": "the names of the list of channels",
    "GET /lookup/id/<>": "for those who do not know the channel",
    "POST /lookup/id/<>": "the same as GET",
    "POST /events/tickets": "for pages of a browser, which cannot send a key",
}
"""Endpoints without an operation, and why."""

AHEAD = {
    "POST /jobs/<>/wait", "GET /jobs/<>/stack", "POST /jobs/<>/pause", "POST /jobs/<>/resume",
    "DELETE /jobs/<>", "POST /changes/<>/revert", "GET /runtimes", "POST /runtimes",
    "GET /runtimes/<>", "PATCH /runtimes/<>", "DELETE /runtimes/<>", "GET /keys", "POST /keys",
    "GET /keys/<>", "DELETE /keys/<>", "GET /health/live", "GET /health/ready", "GET /metrics",
    "GET /capabilities", "POST /plan", "POST /apply", "GET /export", "GET /openapi.json",
}  # fmt: skip
"""Operations that the routing table may not have: served beside it, or by other versions."""


def nameless(line):
    """An endpoint without the names of the values in its path."""
    return re.sub(r"<\w+(:\w+)?>", "<>", line)


ENDPOINTS = sorted(
    nameless(f"{method.upper()} {paths[0]}")
    for name, paths in ROUTES.items()
    for method in RESOURCES[name].methods()
)
COVERED = {nameless(f"{each.method} {each.path}") for each in OPERATIONS}


@pytest.mark.parametrize("endpoint", ENDPOINTS)
def test_an_endpoint_has_an_operation(endpoint):
    """A new endpoint needs one in `redengine.client.operations`, and a method that sends it."""
    assert endpoint in COVERED | set(FOR_PEOPLE)


def test_an_operation_has_an_endpoint():
    """A mistyped path is none of the API's, nor one of those that may be missing."""
    assert COVERED - set(ENDPOINTS) <= AHEAD


def test_operations_are_unique():
    """No endpoint is described twice."""
    lines = [nameless(f"{each.method} {each.path}") for each in OPERATIONS]
    assert len(set(lines)) == len(lines)


def generator(name):
    """The script that writes a client."""
    spec = importlib.util.spec_from_file_location(name, ROOT / "tools" / f"{name}.py")
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module  # its dataclasses look there for their types
    spec.loader.exec_module(module)
    return module


def shape(source):
    """What a module means, however it is laid out: imports in any order, docstrings flat."""
    tree = ast.parse(source)
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom):
            node.names.sort(key=lambda each: each.name)
        elif isinstance(node, ast.If | ast.Module):
            imports = [each for each in node.body if isinstance(each, ast.ImportFrom)]
            others = [each for each in node.body if not isinstance(each, ast.ImportFrom)]
            node.body = sorted(imports, key=lambda each: each.module) + others
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            node.value = inspect.cleandoc(node.value)
    return ast.dump(tree)


def test_the_sync_client_is_that_of_the_async_one():
    """`redengine/client/_generated` is what `make client` writes; nobody has changed it by hand."""
    made = generator("make_sync_client").sync_modules()
    assert {path.name for path in SYNC.glob("*.py")} - {"__init__.py"} == set(made)
    for name, source in made.items():
        assert shape(source) == shape((SYNC / name).read_text("utf-8")), (
            f"run `make client`: {name}"
        )


def test_the_typescript_client_is_that_of_the_api():
    """`clients/typescript/src` has what `make client` writes; nobody has changed it by hand."""
    for name, text in generator("make_typescript_client").modules().items():
        path = ROOT / "clients" / "typescript" / "src" / name
        assert path.read_text("utf-8") == text, f"run `make client`: {name}"


def test_answers_that_may_be_held_back_are_waited_for():
    """The writer of the TypeScript client knows each parameter that lets the API wait."""
    make = generator("make_typescript_client")
    waiting = {
        call.name: each["name"]
        for call in make.calls(make.document())
        for each in call.query
        if each["name"] in {"timeout", "wait"} and each["schema"].get("type") == "number"
    }
    assert waiting == {name: parameter for name, (parameter, _) in make.PATIENCE.items()}


PAIRS = [
    (
        asynchronous,
        getattr(importlib.import_module(f"redengine.client._generated.{path.stem}"), name),
    )
    for path in sorted(SYNC.glob("[!_]*.py"))
    for each, asynchronous in vars(
        importlib.import_module(f"redengine.client.aio.{path.stem}")
    ).items()
    if inspect.isclass(asynchronous)
    and asynchronous.__module__ == f"redengine.client.aio.{path.stem}"
    and (name := each.removeprefix("Async"))
]


@pytest.mark.parametrize(("asynchronous", "ordinary"), PAIRS, ids=lambda each: each.__name__)
def test_both_clients_have_the_same_methods(asynchronous, ordinary):
    """Same names, same parameters with the same defaults."""

    def methods(kind):
        return {
            name: list(inspect.signature(each).parameters.values())
            for name, each in inspect.getmembers(kind, inspect.isfunction)
            if not name.startswith("_")
        }

    def flat(found):
        return {
            name: [(each.name, each.kind, each.default) for each in parameters]
            for name, parameters in found.items()
        }

    assert flat(methods(asynchronous)) == flat(methods(ordinary))


def test_there_are_pairs_to_compare():
    """The search still finds the classes."""
    assert {"Client", "Task", "Tasks", "Job", "Jobs", "Listing"} <= {
        ordinary.__name__ for _, ordinary in PAIRS
    }


HEAVY = {
    "alembic", "croniter", "flask", "flask_restful", "orjson", "pebble", "prometheus_client",
    "psutil", "pydantic", "re2", "sqlalchemy", "waitress", "werkzeug",
}  # fmt: skip


def test_the_client_does_not_import_the_scheduler():
    """Importing it brings in neither the scheduler nor the libraries of a server."""
    script = "import sys, json, redengine.client; print(json.dumps(sorted(sys.modules)))"
    run = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    loaded = json.loads(run.stdout)
    ours = {name for name in loaded if name.startswith("redengine")}
    allowed = {"redengine", "redengine._version", "redengine.durations", "redengine.exceptions"}
    assert {name for name in ours if not name.startswith("redengine.client")} <= allowed
    assert HEAVY & {name.partition(".")[0] for name in loaded} == set()


def test_the_package_imports_what_it_exports_when_it_is_used():
    """`import redengine` alone is light, and its names are still there."""
    script = (
        "import sys, redengine; light = 'redengine.scheduler' not in sys.modules\n"
        "from redengine import Session, session\n"
        "made = Session()\n"
        "print(light, isinstance(session, Session), session == made)"
    )
    run = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert run.stdout.split() == ["True", "True", "True"]


@pytest.mark.parametrize(
    "name", [name for name in redengine.client.__all__ if not name.startswith("Async")]
)
def test_an_export_is_described(name):
    """The page of the client has it, in its text or in a table that is made from the code."""
    tables = {each.__name__ for each in docs_tables().client_views()}
    assert name in tables or re.search(rf"`[^`\n]*\b{name}\b[^`\n]*`", REFERENCE)


def docs_tables():
    """What the documentation takes from the code."""
    folder = str(ROOT / "docs" / "_ext")
    if folder not in sys.path:
        sys.path.append(folder)
    return importlib.import_module("redengine_tables")


@pytest.mark.parametrize("name", sorted(docs_tables().CLIENT_CLASSES))
def test_the_methods_of_a_class_are_described(name):
    """The page has the table of the class, with every method and what it does."""
    assert f"```{{from-code}} client:{name}\n" in REFERENCE
    _, *rows = docs_tables().TABLES[f"client:{name}"]()
    assert rows
    assert all(meaning for _, meaning in rows)


def test_every_group_of_the_client_has_a_table():
    """A new group of methods needs a section."""
    with redengine.client.Client() as client:
        groups = {type(each).__name__ for name, each in vars(client).items() if name[0] != "_"}
    assert groups <= set(docs_tables().CLIENT_CLASSES)


@pytest.mark.parametrize("name", list(inspect.signature(redengine.client.Client).parameters))
def test_a_parameter_of_the_client_is_described(name):
    """Each argument has a row."""
    assert re.search(rf"^\| `{name}` \|", REFERENCE, re.MULTILINE)


@pytest.mark.parametrize("kind", docs_tables().client_views(), ids=lambda kind: kind.__name__)
def test_a_field_of_a_view_is_described(kind):
    """The class's docstring, or that of its base, says what each attribute is."""
    prose = "".join(each.__doc__ or "" for each in kind.__mro__)
    undescribed = [
        name for name in kind.fields() if not re.search(rf"^\s+{name}: ", prose, re.MULTILINE)
    ]
    assert undescribed == []
