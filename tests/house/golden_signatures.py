"""What can be called, as text: the names, members and signatures that the package promises.

Texts name no module of the package, no address and no default of a machine, so that they change
only where a user's code would notice.
"""

import enum
import importlib
import inspect
import pkgutil
import re

import redengine
from redengine.client import AsyncClient, Client
from redengine.runtimes import JobContext
from redengine.testing import ManualSession

PROMISED = (
    "redengine",
    "redengine.api",
    "redengine.api.errors",
    "redengine.client",
    "redengine.conditions",
    "redengine.exceptions",
    "redengine.parameters",
    "redengine.tasks",
    "redengine.testing",
    # The same under other names
    "redengine.args",
    "redengine.arguments",
    "redengine.conds",
    "redengine.tasks.api",
)
"""The modules that the documentation has users import from."""

FOR_PARTS = {
    "add_task", "discard_task", "task_changed", "submit_task", "terminate_task", "explain_task",
    "next_run", "jobs_of", "runtime_of", "jobs_running", "dry_run", "output_limits", "refuse_fork",
    "tasks_version", "logs_page", "submit_job", "snapshot", "output", "parse", "changes", "zone",
    "started_at", "ends_soon",
}  # fmt: skip
"""Members of Session that its own parts and the API call."""

INSIDE = {
    "Session": FOR_PARTS,
    "Hosting": {"parse", "refuse_fork", "zone"},
    "Job": {
        "began_at_s", "content_hash", "context", "control", "definition", "encoded_result", "event",
        "exception_object", "execution", "has_listener", "is_awaited", "is_held", "is_refused",
        "is_waiting", "labels", "next_instant", "output_size", "progress_value", "ran_s",
        "refuse_unless", "result_value", "stored", "commit", "timeout_at", "timeout_left", "unkept",
        "wake", "watch",
    },
    "Task": {
        "active", "apply_body", "body_fields", "checked_parameters", "convert_body", "default_name",
        "definition_tag", "hears_own_end", "host", "is_disabled_at", "look_rank", "next_known",
        "prepare", "prints_result", "reset", "secret_names", "settings", "take_job", "touch",
        "simulated", "version", "wake",
    },
    "CommandTask": {"prints_result"},
    "APITask": {"api_session", "make_transport", "resources", "serves_api"},
    "FlaskAPI": {"binding", "has_routes", "is_serving_routes", "overrides_authenticate", "path_at"},
    "TaskHistory": {
        "go_back", "keep", "last_due", "moments", "note", "occurrences", "of_snapshot", "refill",
        "restore", "running_since", "snapshot",
    },
    "JobContext": {
        "add_dropped_lines", "close", "dropped_lines", "enter_loop", "grace_s",
        "has_noticed_stop", "is_cooperative", "is_held", "is_paused", "is_stop_asked", "kill",
        "latest_progress", "leave_to_parent", "limits", "mark", "on_full", "on_kill",
        "on_progress", "pause", "progress_every_s", "request_stop", "resume", "sink",
        "stop_reason", "wait_while_paused", "write",
    },
    "Config": {"changed"},
    "Events": {
        "after_fork", "close", "epoch", "forget", "has_news", "ignore", "is_virtual", "listen",
        "open", "publish", "read", "refuse_wait", "when_new",
    },
    "Metrics": {"collect", "note_begin", "note_end", "note_request", "note_submit"},
    "Parameters": {"has_secrets", "is_secret", "mark_secret", "remember_secrets", "scrub"},
    "Rest": {"attach", "warn_unserved"},
    "Returns": {"take"},
    "Runtimes": {"own", "reasons_against", "snapshots"},
    "Tasks": {"add", "change"},
    "Jobs": {"find", "of", "query", "services", "wait_for_output"},
}  # fmt: skip
"""Members without underscore of public classes that the parts of the package call, no user."""

NOT_MADE = ("redengine.Job", "redengine.current_job()", "Session.", "Client.", "AsyncClient.")
"""Where the names of classes begin that users are given and never make: no call is promised."""

_OPERATORS = frozenset(
    f"__{name}__"
    for name in (
        *("call", "enter", "exit", "aenter", "aexit", "iter", "next", "aiter", "anext", "len"),
        *("getitem", "setitem", "delitem", "contains", "bool", "and", "or", "invert", "str"),
        *("int", "float", "lt", "le", "gt", "ge", "add", "sub", "await"),
    )
)
_ORIGIN = re.compile(r"\bredengine(\.\w+)+\.(?=\w)")
_FORWARD = re.compile(r"ForwardRef\('([^']*)'[^)]*\)")
_ADDRESS = re.compile(r" at 0x[0-9a-f]+")


class _Plain(str):
    """A text that shows itself without quotation marks."""

    __slots__ = ()

    def __repr__(self):
        return str(self)


def names_of(module):
    """The names that a module exports: `__all__`, or else what it defines."""
    found = importlib.import_module(module)
    if hasattr(found, "__all__"):
        return list(found.__all__)
    return [
        name
        for name, each in vars(found).items()
        if not name.startswith("_") and inspect.isclass(each) and each.__module__ == module
    ]


def exports():
    """What the promised modules export."""
    return exported_by(PROMISED)


def exports_inside():
    """What all other modules with an `__all__` export."""
    inside = [each for each in modules() if each not in PROMISED]
    exporting = [each for each in inside if hasattr(importlib.import_module(each), "__all__")]
    return exported_by(exporting)


def exported_by(modules):
    """A line for each exported name."""
    return "".join(
        f"{each}: {name}\n" for each in sorted(modules) for name in sorted(names_of(each))
    )


def modules():
    """Every module of the package that can be imported without starting something."""
    walked = pkgutil.walk_packages(redengine.__path__, "redengine.")
    return [each.name for each in walked if not re.search("migrations|__main__", each.name)]


def signatures():
    """Everything that can be called, under the first promised module that has it."""
    told = {}
    for module in PROMISED:
        for name in sorted(names_of(module)):
            found = getattr(importlib.import_module(module), name)
            if id(found) not in told:
                told[id(found)] = f"{module}.{name}", found
    told |= {id(kind): (where, kind) for where, kind in reached().items() if id(kind) not in told}
    return "\n".join("\n".join(described(*each)) + "\n" for each in told.values())


def reached():
    """The classes of what users hold without importing it, by how they come to it."""
    found = {"redengine.current_job()": JobContext}
    with ManualSession() as session:
        task = session.create_task({"name": "x", "path": "x.py", "func_name": "run"})
        found |= parts_of("Session", session, {*FOR_PARTS, "store", "api_keys"})
        found["Session.tasks[…].history"] = type(task.history)
    with Client("http://127.0.0.1:1") as client:
        found |= parts_of("Client", client)
    return found | parts_of("AsyncClient", AsyncClient("http://127.0.0.1:1"))


def parts_of(start, owner, hidden=frozenset()):
    """The classes of the public attributes of an object, by how one comes to them."""
    names = {*dir(type(owner)), *getattr(owner, "__dict__", ())} - hidden
    public = {name: type(getattr(owner, name)) for name in sorted(names) if name[0] != "_"}
    return {
        f"{start}.{name}": kind
        for name, kind in public.items()
        if kind.__module__.startswith("redengine.")
    }


def described(where, found):
    """The lines of a name: what it is, and the members that a class has."""
    if not inspect.isclass(found):
        return [where + (signature_of(found) if callable(found) else f": {kind_of(found)}")]
    bases = [base.__name__ for base in found.__mro__[1:] if is_public_base(base)]
    call = "" if where.startswith(NOT_MADE) else signature_of(found)
    lines = [f"class {where}{call}", f"    bases: {', '.join(bases) or 'none'}"]
    return lines + [f"    {line}" for _, line in sorted(members_of(found).items())]


def is_public_base(base):
    """Whether a base has a name of its own for users."""
    return not base.__name__.startswith("_") and base.__name__ not in {"object", "Generic"}


def kind_of(value):
    """What a constant is."""
    is_shown = isinstance(value, (str, int, enum.Enum))
    return _cleaned(repr(value)) if is_shown else type(value).__name__


def members_of(kind):
    """The lines of the public members of a class, by name; what Python gives is left out."""
    found = {}
    for base in reversed(kind.__mro__):
        if base.__module__.split(".")[0] != "redengine":
            continue
        names = dict.fromkeys(inspect.get_annotations(base)) | vars(base)
        for name, member in names.items():
            if (name in _OPERATORS or name[0] != "_") and not is_inside(base, name):
                found[name] = member_line(name, member)
    if issubclass(kind, BaseException):
        found.pop("__str__", None)
    return found


def is_inside(base, name):
    """Whether a member of a class is for the parts of the package; the client has its own names."""
    of_client = base.__module__.startswith("redengine.client")
    return not of_client and name in INSIDE.get(base.__name__, ())


def member_line(name, member):
    """One member with its signature."""
    if isinstance(member, property):
        writable = ", settable" if member.fset else ""
        _, arrow, returns = signature_of(member.fget).partition(" -> ")
        return f"property {name}{arrow}{returns}{writable}"
    if isinstance(member, (classmethod, staticmethod)):
        return f"{type(member).__name__} {name}{signature_of(member.__func__)}"
    if inspect.isfunction(member):
        word = "async " if inspect.iscoroutinefunction(member) else ""
        return f"{word}{name}{signature_of(member)}"
    return f"attribute {name}"


def signature_of(found):
    """A signature whose text is the same on every Python and wherever things live."""
    signature = _signature(found)
    if signature is None:
        return "(…)"
    parameters = [
        each.replace(
            annotation=annotation(each.annotation),
            default=each.default if each.default is each.empty else _Plain(default(each.default)),
        )
        for each in signature.parameters.values()
    ]
    returns = annotation(signature.return_annotation)
    return str(signature.replace(parameters=parameters, return_annotation=returns))


def _signature(found):
    """The signature of a function or class; None where Python knows none."""
    try:
        return inspect.signature(found)
    except (ValueError, TypeError):
        if not inspect.isclass(found) or not inspect.isfunction(found.__init__):
            return None
    signature = inspect.signature(found.__init__)  # Python 3.11 loses it where instances have one
    return signature.replace(parameters=list(signature.parameters.values())[1:])


def annotation(given):
    """An annotation as one would write it."""
    if given is inspect.Signature.empty:
        return given
    text = given if isinstance(given, str) else inspect.formatannotation(given)
    return _Plain(_cleaned(_FORWARD.sub(r"\1", text)).replace("typing.", ""))


def default(value):
    """A default: functions and classes by their names."""
    name = getattr(value, "__qualname__", None)
    return name or _cleaned(repr(value))


def _cleaned(text):
    return _ADDRESS.sub("", _ORIGIN.sub("", text))
