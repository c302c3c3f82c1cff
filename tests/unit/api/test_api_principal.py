"""Who asks, what they may do, and which tasks they may see."""

import fnmatch
import itertools
from datetime import UTC

import pytest

from redengine.api import Principal
from redengine.api.auth.principal import SCOPES, TaskNames, as_re2, matcher
from redengine.api.errors import InsufficientScope
from redengine.exceptions import Forbidden, InvalidInput, UnknownName
from redengine.query import compile_pattern, parse_query


@pytest.mark.parametrize("scope", SCOPES)
def test_a_scope_allows_itself_and_admin_allows_all(scope):
    """No other scope is in a scope, but every one is in admin."""
    Principal(name="a", scopes=[scope]).check([scope])
    Principal(name="a", scopes={"admin"}).check(list(SCOPES))
    for other in set(SCOPES) - {scope}:
        if scope != "admin":
            with pytest.raises(InsufficientScope):
                Principal(name="a", scopes=[scope]).check([scope, other])


def test_a_lack_of_scope_names_what_is_needed_and_what_is_held():
    """The message is of use to people, the details to programs."""
    with pytest.raises(
        InsufficientScope, match="needs scope run; the key has read, write"
    ) as caught:
        Principal(name="a", scopes=("write", "read")).check(["run"])
    assert caught.value.details() == {"needed": ["run"], "held": ["read", "write"]}
    with pytest.raises(InsufficientScope, match="the key has none"):
        Principal(name="a").check(["run"])


@pytest.mark.parametrize("scopes", ["read", None, 7, [7], {"read": True}])
def test_scopes_are_a_list_of_texts(scopes):
    """A word alone would be read as a list of letters."""
    with pytest.raises(InvalidInput) as caught:
        Principal(name="a", scopes=scopes)
    assert list(caught.value.fields) == ["scopes"]


@pytest.mark.parametrize("name", ["", "a\nb", "a\rb", "x" * 201, None, 7])
def test_a_name_is_one_line(name):
    """It stands in the log, where a break would make up another line."""
    with pytest.raises(InvalidInput) as caught:
        Principal(name=name)
    assert list(caught.value.fields) == ["name"]


def test_an_unknown_scope_names_the_nearest():
    """A misspelt scope is refused."""
    with pytest.raises(UnknownName, match="did you mean 'write'"):
        Principal(name="a", scopes=["wriet"])


@pytest.mark.parametrize(
    ("pattern", "seen", "hidden"),
    [
        (
            "scraper.*",
            ["scraper.", "scraper.a", "scraper.a\nb"],
            ["scraper", "xscraper.a", "Scraper.a"],
        ),
        ("a?c", ["abc", "a.c"], ["ac", "abbc"]),
        ("[ab]x", ["ax", "bx"], ["cx", "[ab]x"]),
        ("[!ab]x", ["cx"], ["ax"]),
        ("a+b(c)", ["a+b(c)"], ["aab", "a+b"]),
        ("fetch", ["fetch"], ["fetch2", "fetch\n", "prefetch"]),
        ("tâsk*", ["tâsk 1"], ["task 1"]),
        ("*", ["", "a/b"], []),
        ("a[", ["a["], ["a"]),
        ("a[]b]", ["a]", "ab"], ["a[]b]"]),
    ],
)
def test_a_pattern_tells_the_names(pattern, seen, hidden):
    """Patterns match whole names, and case counts."""
    principal = Principal(name="a", tasks=pattern)
    assert all(map(principal.sees, seen))
    assert not any(map(principal.sees, hidden))


def test_patterns_are_those_of_fnmatch():
    """Every short pattern matches the same names as Python's own reading of it."""
    alphabet = "a.*?[!]\\^$"
    names = ["", "a", ".", "aa", "a.", "*", "!", "]", "[a", "\\", "^", "$", "!a", "a]"]
    for size in (1, 2, 3, 4):
        for letters in itertools.product(alphabet, repeat=size):
            pattern = "".join(letters)
            matches = compile_pattern(as_re2(pattern))
            expected = [name for name in names if fnmatch.fnmatchcase(name, pattern)]
            assert [name for name in names if matches(name)] == expected, pattern


@pytest.mark.parametrize("pattern", ["", "x" * 201, "[z-a]", 7])
def test_a_pattern_that_cannot_be_read_is_refused(pattern):
    """The error names the field."""
    with pytest.raises(InvalidInput) as caught:
        Principal(name="a", tasks=pattern)
    assert list(caught.value.fields) == ["tasks"]


@pytest.mark.parametrize("pattern", ["s*", "s1", "[st]?"])
def test_a_list_shows_what_a_single_look_shows(pattern):
    """The filter of lists and the test of one name agree."""
    items = [{"task": name} for name in ("s1", "s12", "t1", "S1", "x")] + [{"task": None}]
    query = TaskNames(pattern).narrowed(parse_query([], {"task": "text"}, zone=UTC), "task")
    shown = [item["task"] for item in query.apply(items)[0]]
    assert shown == [
        item["task"] for item in items if item["task"] and matcher(pattern)(item["task"])
    ]


def test_what_a_pattern_forbids_names_it():
    """A person sees at once which pattern is in the way."""
    names = TaskNames("s*")
    names.check("s1")
    with pytest.raises(Forbidden, match="tasks named 's\\*', and 'x' is not"):
        names.check("x")
    with pytest.raises(Forbidden, match="the whole session"):
        names.refuse()
