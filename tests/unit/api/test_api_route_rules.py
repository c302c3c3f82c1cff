"""Rules of paths: what is remembered of a text serves the next application as well."""

import pytest
from werkzeug.exceptions import NotFound
from werkzeug.routing import UnicodeConverter

from redengine.api.routes import paths
from redengine.api.routes.paths import LeanRule, new_map

TEXTS = ["/tasks", "/tasks/<name>", "/jobs/<int:number>/logs", "/files/<path:rest>", "/a/<x>/<y>"]
REQUESTS = {
    "/tasks": ("/tasks", {}),
    "/tasks/fetch": ("/tasks/<name>", {"name": "fetch"}),
    "/jobs/7/logs": ("/jobs/<int:number>/logs", {"number": 7}),
    "/files/a/b": ("/files/<path:rest>", {"rest": "a/b"}),
    "/a/1/2": ("/a/<x>/<y>", {"x": "1", "y": "2"}),
}


def routed():
    """A map of all texts, and its adapter."""
    made = new_map(LeanRule(text, endpoint=text) for text in TEXTS)
    return made, made.bind("localhost")


@pytest.fixture(autouse=True)
def _nothing_remembered(monkeypatch):
    monkeypatch.setattr(LeanRule, "_parsed", {})


def test_a_text_that_was_read_before_leads_to_the_same():
    """The second map matches and builds as the first; each has converters of its own."""
    (first, one), (second, two) = routed(), routed()
    for adapter in (one, two):
        for path, (endpoint, values) in REQUESTS.items():
            assert adapter.match(path) == (endpoint, values)
            assert adapter.build(endpoint, values) == path
        with pytest.raises(NotFound):
            adapter.match("/jobs/seven/logs")
    for made in (first, second):
        maps = {each.map for rule in made.iter_rules() for each in rule._converters.values()}
        assert maps == {made}
    assert [rule.arguments for rule in first.iter_rules()] == [
        rule.arguments for rule in second.iter_rules()
    ]


def test_a_text_means_what_the_converters_of_its_map_say():
    """One that was read with other converters is read again."""

    class Loud(UnicodeConverter):
        def to_python(self, value):
            return value.upper()

    routed()
    made = new_map()
    made.converters = {**made.converters, "default": Loud}
    made.add(LeanRule("/tasks/<name>", endpoint="task"))
    assert made.bind("localhost").match("/tasks/fetch") == ("task", {"name": "FETCH"})


def test_so_many_texts_are_remembered(monkeypatch):
    """A program that makes rules all the time does not grow."""
    monkeypatch.setattr(paths, "MOST_PARSED", 10)
    for number in range(100):
        new_map([LeanRule(f"/{number}/<x>", endpoint="x")])
    assert len(LeanRule._parsed) <= 10
