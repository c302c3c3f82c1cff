"""JSON in and out, whatever the values are."""

import contextlib
import json
from collections import OrderedDict
from datetime import UTC, datetime, timedelta
from types import MappingProxyType

import pytest
from hypothesis import given
from hypothesis import strategies as st

from redengine.api.core.encoding import DEEPEST_BODY, parse_object, to_json
from redengine.api.errors import code_of
from redengine.exceptions import InvalidInput


class Thing:
    """Something that JSON does not know."""

    def __repr__(self):
        return "Thing()"


CYCLE: list = []
CYCLE.append(CYCLE)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (datetime(2026, 11, 21, tzinfo=UTC), "2026-11-21T00:00:00+00:00"),
        (timedelta(minutes=1.5), 90.0),
        ({1: "one", None: "none"}, {"1": "one", "null": "none"}),
        ((1, {2}), [1, [2]]),
        (MappingProxyType({"a": 1}), {"a": 1}),
        (OrderedDict(a=1), {"a": 1}),
        (Thing(), "Thing()"),
        (float("nan"), None),
        ({"big": 2**70, "nan": float("inf")}, {"big": 2**70, "nan": None}),
        ("\ud800", "\ud800"),
        (
            [2**70, datetime(2026, 11, 21, tzinfo=UTC), {3}, Thing()],
            [2**70, "2026-11-21T00:00:00+00:00", [3], "Thing()"],
        ),
    ],
)
def test_every_value_has_a_json_form(value, expected):
    """Times, durations, sets, foreign objects and large numbers can all be written."""
    assert json.loads(to_json(value)) == expected


def test_a_value_that_holds_itself_is_cut_off():
    """A cycle does not break the answer that it stands in."""
    assert "\\u2026" in to_json(CYCLE).decode()


JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=10,
)


@given(st.dictionaries(st.text(), JSON_VALUES))
def test_an_object_comes_back_as_it_went(value):
    """parse_object reads what to_json writes."""
    assert parse_object(to_json(value)) == value


@given(st.binary(max_size=50))
def test_any_bytes_are_an_object_or_an_error(content):
    """No body raises anything but InvalidInput."""
    with contextlib.suppress(InvalidInput):
        assert isinstance(parse_object(content), dict)


@pytest.mark.parametrize("content", [b"", b" \n"])
def test_an_empty_body_is_an_empty_object(content):
    """Actions need no body."""
    assert parse_object(content) == {}


def test_nesting_has_a_limit():
    """The limit itself is allowed, one more is not; width is no depth."""

    def nested(depth):
        return b'{"a":' * (depth - 1) + b"{}" + b"}" * (depth - 1)

    assert parse_object(nested(DEEPEST_BODY))
    with pytest.raises(InvalidInput, match="deeper"):
        parse_object(nested(DEEPEST_BODY + 1))
    assert parse_object(b'{"a": [' + b",".join([b"[]"] * 500) + b"]}")


@pytest.mark.parametrize(
    ("status", "code"),
    [
        (400, "VALIDATION_ERROR"),
        (409, "CONFLICT"),
        (500, "INTERNAL_ERROR"),
        (503, "UNAVAILABLE"),
        (418, "IM_A_TEAPOT"),
        (499, "ERROR"),
        (599, "INTERNAL_ERROR"),
    ],
)
def test_every_status_has_a_code(status, code):
    """What `abort` is called with finds a code for the envelope."""
    assert code_of(status) == code
