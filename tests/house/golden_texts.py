"""What users see besides signatures, as text: `GOLDEN` has a function for each golden file."""

import ast
import configparser
import inspect
import json
import logging
import re
from datetime import timedelta
from pathlib import Path

import click
from click.testing import CliRunner
from golden_signatures import default, exports, exports_inside, signatures
from prometheus_client.parser import text_string_to_metric_families
from sqlalchemy import create_mock_engine

import redengine
from redengine import TaskInaction, TaskTermination
from redengine import exceptions as core_errors
from redengine.api import FlaskAPI, WorkerAPI
from redengine.api import errors as api_errors
from redengine.api.endpoints import RESOURCES
from redengine.api.environment import KNOWN
from redengine.api.errors import STATUS_BY_CODE
from redengine.api.http.routes import PREFIXES, ROUTES
from redengine.cli import errors as exits
from redengine.cli.main import redengine as command_line
from redengine.conditions import FORMS
from redengine.conditions.run_history import ACTIONS
from redengine.exceptions import RedengineError
from redengine.query.parse import CONTROLS, OPERATORS
from redengine.scheduler import config as config_keys
from redengine.scheduler.config import SETTINGS
from redengine.scheduler.hooks import HOOKS
from redengine.store.engines.schema import _version
from redengine.store.tables import REVISION, VERSION_TABLE, metadata
from redengine.tasks import OPTIONS, CodeTask, CommandTask, FuncTask
from redengine.tasks import options as task_options
from redengine.testing import ManualSession

ROOT = Path(__file__).parents[2]
WIDTH = 80
DIALECTS = ("sqlite", "postgresql", "mariadb")
MACHINE = {"max_threads": "min(32, processors + 8)", "max_processes": "processors"}
"""Defaults that depend on the machine."""
_VARIABLE = re.compile(r"_?REDENGINE_[A-Z]+(_[A-Z]+)*|NO_COLOR|TERM|(WERKZEUG_)?RUN_MAIN")


def openapi():
    """The description of the API; the version of the package left out."""
    document = FlaskAPI(port=0, session=ManualSession()).app.test_client().get("/openapi.json").json
    document["info"]["version"] = "…"
    return _outline(document, 5) + "\n"


def _outline(value, depth, margin="\n"):
    """JSON with a line for each part that lies so deep, or ends sooner."""
    if not depth or not value or not isinstance(value, (dict, list)):
        return json.dumps(value, sort_keys=True, ensure_ascii=False)
    inner = margin + " "
    if isinstance(value, list):
        parts = [_outline(each, depth - 1, inner) for each in value]
        return f"[{inner}{f',{inner}'.join(parts)}{margin}]"
    parts = [f'"{name}": {_outline(value[name], depth - 1, inner)}' for name in sorted(value)]
    return f"{{{inner}{f',{inner}'.join(parts)}{margin}}}"


def endpoints():
    """Every path with its methods, aliases too, of both APIs; and the words of queries."""
    lines = [f"prefix {prefix}" for prefix in PREFIXES]
    lines += _paths(ROUTES, RESOURCES)
    lines += [f"WorkerAPI prefix {prefix}" for prefix in WorkerAPI.binding.prefixes]
    lines += [f"WorkerAPI {line}" for line in _paths(WorkerAPI.binding.routes, WorkerAPI.resources)]
    lines += [f"operator field${name}" for name in OPERATORS]
    return _lines(lines + [f"control {name}" for name in CONTROLS])


def _paths(routes, resources):
    return [
        f"{path} {' '.join(map(str.upper, sorted(resources[name].methods())))} {name}"
        for name, paths in routes.items()
        for path in paths
    ]


def cli():
    """The help of every command, and the exit codes."""
    texts = [_help(path) for path in _commands((), command_line)]
    codes = [f"exit {code}: {meaning}" for code, meaning in exits.MEANINGS.items()]
    return "\n".join((*texts, _lines(codes)))


def _commands(path, command):
    command._help_option = None  # click keeps the one that another test may have made
    yield path
    if isinstance(command, click.Group):
        for name, each in sorted(command.commands.items()):
            yield from _commands((*path, name), each)


def _help(path):
    answer = CliRunner().invoke(
        command_line, [*path, "--help"], prog_name="redengine", terminal_width=WIDTH
    )
    assert answer.exit_code == 0, answer.output
    return f"$ redengine {' '.join((*path, '--help'))}\n{answer.output}"


def ddl(dialect):
    """What a new database is made with."""
    made = []

    def note(sql, *_):
        made.append(plain_statement(str(sql.compile(dialect=engine.dialect))))

    engine = create_mock_engine(f"{dialect}://", note)
    metadata.create_all(engine, checkfirst=False)
    _version.create(engine, checkfirst=False)
    return f"-- {VERSION_TABLE}: {REVISION}\n\n" + "".join(f"{each};\n\n" for each in sorted(made))


def plain_statement(sql):
    """A statement without white space at the ends of its lines."""
    return re.sub(r"\s+\n", "\n", sql.strip()).replace("\t", "    ")


def config():
    """Every key with its default and when a change of it takes effect; and other spellings."""
    lines = [
        f"{key} = {MACHINE.get(key) or _default(each.default)} ({each.when})"
        for key, each in SETTINGS.items()
    ]
    lines += [f"{key} -> {name}" for key, name in config_keys.ALIASES.items()]
    return _lines(lines + [f"{key} without effect" for key in config_keys.WITHOUT_EFFECT])


def options():
    """Every task option with its default, what the kinds of tasks take, and other spellings."""
    lines = [f"{key} = {_default(each.default)}" for key, each in OPTIONS.items()]
    lines += [f"{key} -> {name}" for key, name in task_options.ALIASES.items()]
    kinds = (FuncTask, CommandTask, CodeTask, FlaskAPI, WorkerAPI)
    return _lines(lines + [f"{kind.__name__}: {', '.join(kind.body_fields)}" for kind in kinds])


def _default(value):
    return f"{value.total_seconds():g} s" if isinstance(value, timedelta) else default(value)


def errors():
    """Every code with its status; every class with its code and what it is a kind of."""
    lines = [f"{code} {status}" for code, status in sorted(STATUS_BY_CODE.items())]
    for module in (core_errors, api_errors):
        for name, kind in sorted(inspect.getmembers(module, inspect.isclass)):
            if issubclass(kind, RedengineError) and kind.__module__ == module.__name__:
                bases = ", ".join(base.__name__ for base in kind.__mro__[1:-2])
                lines.append(f"{module.__name__}.{name}: {kind.code} ({bases})")
    return _lines(lines)


def words():
    """What can be said and read elsewhere: forms of conditions, hooks, actions, entry points."""
    lines = [f"condition {form.form}" for form in FORMS]
    lines += [f"hook {name}" for name in HOOKS]
    lines += [f"record {word}: {', '.join(actions)}" for word, actions in ACTIONS.items()]
    package = configparser.ConfigParser()
    package.read(ROOT / "setup.cfg")
    for group, text in package["options.entry_points"].items():
        lines += [f"entry point {group}: {each}" for each in text.split("\n") if each]
    lines += [f"extra {name}" for name in package["options.extras_require"]]
    return _lines(lines)


def environment():
    """The variables that the package names."""
    named = (each.value for each in _constants() if isinstance(each.value, str))
    return _lines(sorted({*filter(_VARIABLE.fullmatch, named), *KNOWN}))


def _trees():
    for path in sorted(Path(redengine.__file__).parent.rglob("*.py")):
        yield ast.parse(path.read_text("utf-8"))


def _constants():
    for tree in _trees():
        yield from (node for node in ast.walk(tree) if isinstance(node, ast.Constant))


def metrics():
    """Every family with its type and labels, after a session in which something happened."""
    with eventful() as session:
        client = FlaskAPI(port=0, session=session).app.test_client()
        client.get("/tasks")
        text = client.get("/metrics").text
    found = {}
    for family in text_string_to_metric_families(text):
        labels = {label for sample in family.samples for label in sample.labels}
        found[family.name] = f"{family.name} {family.type} {' '.join(sorted(labels))}".strip()
    return _lines(found[name] for name in sorted(found))


def log_lines():
    """Loggers, and the actions of their lines: those in the source, and those of jobs."""
    loggers, actions = set(), set()
    for tree in _trees():
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and getattr(node.func, "attr", "") == "getLogger":
                loggers |= {each.value for each in node.args if isinstance(each, ast.Constant)}
            if isinstance(node, ast.keyword) and node.arg == "extra":
                actions |= _actions_in(node.value)
    lines = [f"logger {name}" for name in sorted(loggers)]
    lines += [f"action {action}" for action in sorted(actions)]
    return _lines(lines + _lines_of_jobs())


def _actions_in(extra):
    pairs = zip(extra.keys, extra.values, strict=True) if isinstance(extra, ast.Dict) else ()
    return {
        value.value
        for key, value in pairs
        if isinstance(key, ast.Constant) and key.value == "action" and hasattr(value, "value")
    }


def _lines_of_jobs():
    seen = set()
    handler = logging.Handler()
    handler.emit = lambda record: seen.add(
        f"line {record.name} {record.levelname} {record.action} {record.reason}"
    )
    logger = logging.getLogger("redengine.jobs")
    level = logger.level
    logger.addHandler(handler)
    logger.setLevel(logging.DEBUG)
    try:
        with eventful():
            pass
    finally:
        logger.removeHandler(handler)
        logger.setLevel(level)
    return sorted(seen)


def eventful():
    """A session in which jobs have ended in every way that virtual time can show."""
    session = ManualSession(durations={"slow": "5 min"})

    def ends(error):
        def run():
            if error is not None:
                raise error

        return run

    ways = {"good": None, "bad": ValueError("no"), "idle": TaskInaction()}
    for name, error in {**ways, "gone": TaskTermination()}.items():
        session.task("every 10 min", name=name)(ends(error))
    session.task("every 20 min", name="again", retries=1)(ends(ValueError("no")))
    session.task("every 1 min", name="slow", timeout="3 min")(ends(None))
    session.task("every 10 min", name="off", disabled=True)(ends(None))
    session.advance("1 hour")
    session.submit("slow").cancel()
    return session


def _lines(lines):
    return "".join(f"{line}\n" for line in lines)


GOLDEN = {
    "exports.txt": exports,
    "exports_inside.txt": exports_inside,
    "signatures.txt": signatures,
    "openapi.json": openapi,
    "endpoints.txt": endpoints,
    "cli.txt": cli,
    **{f"ddl_{each}.sql": (lambda dialect=each: ddl(dialect)) for each in DIALECTS},
    "config.txt": config,
    "options.txt": options,
    "errors.txt": errors,
    "words.txt": words,
    "environment.txt": environment,
    "metrics.txt": metrics,
    "log_lines.txt": log_lines,
}
"""The golden files, and what writes each."""
