"""What the packages export exists and says what it is."""

import importlib
import inspect

import pytest

PACKAGES = (
    "redengine",
    "redengine.api",
    "redengine.client",
    "redengine.api.routes",
    "redengine.conditions",
    "redengine.parameters",
    "redengine.query",
    "redengine.runtimes",
    "redengine.sessions",
    "redengine.store",
    "redengine.tasks",
    "redengine.testing",
)
OBJECTS = [
    (package, name) for package in PACKAGES for name in importlib.import_module(package).__all__
]
CLASSES = sorted(
    {
        found
        for package, name in OBJECTS
        if inspect.isclass(found := getattr(importlib.import_module(package), name))
    },
    key=lambda each: each.__qualname__,
)


def prose_of(found):
    """The docstring somebody wrote; what Python makes up for a value class does not count."""
    text = inspect.getdoc(found) or ""
    made_up = inspect.isclass(found) and text.startswith((f"{found.__name__}(", "Alias for"))
    return "" if made_up else text


@pytest.mark.parametrize(("package", "name"), OBJECTS)
def test_an_exported_name_exists_and_has_a_docstring(package, name):
    """Each name of `__all__` can be imported, and tells what it is."""
    found = getattr(importlib.import_module(package), name)
    assert prose_of(found).strip(), f"{package}.{name}"


@pytest.mark.parametrize("kind", CLASSES, ids=lambda kind: kind.__qualname__)
def test_the_public_methods_of_an_exported_class_have_docstrings(kind):
    """Each public method and property says what it does, or overrides one that does."""
    silent = [
        name
        for name, member in inspect.getmembers(kind)
        if not name.startswith("_")
        and (inspect.isfunction(member) or isinstance(member, property))
        and not prose_of(getattr(kind, name))
        and not is_of_a_port(kind, name)
    ]
    assert silent == []


def is_of_a_port(kind, name):
    """Whether a port (a Protocol of the package) has the member, which says what it does."""
    ports = [each for each in CLASSES if getattr(each, "_is_protocol", False)]
    return any(
        prose_of(getattr(port, name, None)) and hasattr(port, name)
        for port in ports
        if port is not kind
    )


@pytest.mark.parametrize("package", PACKAGES)
def test_exports_are_sorted_and_unique(package):
    """`__all__` has no name twice."""
    names = importlib.import_module(package).__all__
    assert len(set(names)) == len(names)


def test_conditions_have_a_repr_of_one_line_without_address():
    """The example of every form shows itself as the expression that makes it."""
    from redengine.conditions import FORMS, parse

    for form in FORMS:
        text = repr(parse(form.example))
        assert "\n" not in text
        assert " at 0x" not in text


def test_the_parts_of_a_session_have_a_repr_of_one_line_without_address(session):
    """Sessions, tasks, jobs, parameters, configuration and returns show what they are."""
    session.task("daily", name="fetch")(lambda: None)
    session.advance("1 minute")
    job = session.submit("fetch")
    parts = [session, session.tasks, session.tasks["fetch"], job, session.parameters]
    parts += [session.config, session.returns, session.jobs, session.why("fetch")]
    session.rest.get("/mine")(lambda: None)
    parts += [session.forecast("1 day"), session.rest, *session.rest.routes]
    for part in parts:
        assert "\n" not in repr(part)
        assert " at 0x" not in repr(part)
