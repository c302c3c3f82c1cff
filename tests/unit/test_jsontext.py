"""Without orjson the same JSON is read and written, byte for byte."""

from __future__ import annotations

import collections
import dataclasses
import enum
import re
import subprocess
import sys
import uuid
from datetime import UTC, date, datetime, time, timedelta, timezone
from pathlib import Path
from typing import NamedTuple

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from redengine.support import jsontext, plainjson

orjson = pytest.importorskip("orjson")

ROOT = Path(__file__).parents[2]
OPTIONS = ("OPT_NON_STR_KEYS", "OPT_PASSTHROUGH_DATETIME", "OPT_SERIALIZE_NUMPY", "OPT_SORT_KEYS")


class Colour(enum.Enum):
    RED = "red"
    ONE = 1


class Level(enum.IntEnum):
    LOW = 1


class Text(str):
    __slots__ = ()


class Number(float):
    __slots__ = ()


@dataclasses.dataclass
class Point:
    x: int
    _hidden: int = 0
    rest: list[int] = dataclasses.field(default_factory=list)


class Pair(NamedTuple):
    a: int
    b: int


OFFSETS = st.timedeltas(min_value=timedelta(hours=-23), max_value=timedelta(hours=23)).map(
    lambda span: timezone(timedelta(minutes=span // timedelta(minutes=1)))
)
SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(2**65), 2**65),
    st.floats(),
    st.text(st.characters(exclude_categories=[])),
    st.dates(),
    st.times(),
    st.datetimes(timezones=st.none() | OFFSETS),
    st.uuids(),
    st.sampled_from([Colour.RED, Colour.ONE, Level.LOW, Text("x"), Number(1.5), Pair(1, 2)]),
    st.binary(max_size=3),
    st.builds(Point, st.integers(0, 9)),
)
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.one_of(
        st.lists(inner, max_size=4),
        st.tuples(inner, inner),
        st.frozensets(st.integers(), max_size=2),
        st.dictionaries(SCALARS.filter(lambda key: not isinstance(key, Point)), inner, max_size=4),
    ),
    max_leaves=12,
)


def outcome(call, *arguments, **options):
    """What a call gives, or the class of its refusal."""
    try:
        return call(*arguments, **options)
    except (TypeError, ValueError) as error:
        return "TypeError" if isinstance(error, TypeError) else "ValueError"


def nested(depth, kind):
    value = 1
    for _ in range(depth):
        value = [value] if kind is list else {"a": value}
    return value


@given(VALUES, st.sets(st.sampled_from(OPTIONS)), st.sampled_from([None, repr]))
@example(1e16, set(), None)
@example(1e-5, set(), None)
@example(-1.25e-5, set(), None)
@example(1e-7, set(), None)
@example(5e-324, set(), None)
@example(datetime(2020, 1, 1, tzinfo=timezone(timedelta(hours=5, seconds=15))), set(), None)
@example(time(1, tzinfo=UTC), set(), None)
@example({1: 2, "a": date(2020, 1, 1)}, set(OPTIONS), repr)
@example({uuid.UUID(int=5): Point}, {"OPT_NON_STR_KEYS"}, repr)
@example(collections.OrderedDict(a=Colour), {"OPT_NON_STR_KEYS"}, repr)
def test_what_is_written_is_the_same(value, options, default):
    """The same bytes, or a refusal of the same kind."""

    def written(module):
        option = sum(getattr(module, name) for name in options)
        return outcome(module.dumps, value, default=default, option=option)

    assert written(plainjson) == written(jsontext)


@pytest.mark.parametrize("module", [jsontext, plainjson])
@pytest.mark.parametrize("micros", [0, 1, 9_999, 10_000, 12_345, 99_999, 100_000, 999_999])
def test_a_time_of_day_is_written_as_it_is(module, micros):
    """Also what orjson 3.13.0 shortens: as a value, as a name, and beside others."""
    at = time(7, 30, 1, micros)
    value = {at: [at, {"at": at}], "other": ":01.12345 and more"}
    text = module.dumps(value, option=module.OPT_NON_STR_KEYS)
    iso = at.isoformat()
    assert jsontext.loads(text) == {iso: [iso, {"at": iso}], "other": ":01.12345 and more"}


def test_what_only_looks_like_such_a_time_stays():
    """A text that ends as a wrong time would is written as it is."""
    assert jsontext.dumps(["x:01.12345"]) == b'["x:01.12345"]'


@pytest.mark.parametrize("kind", [list, dict])
@pytest.mark.parametrize("depth", [253, 254, 255, 5000])
def test_the_same_depth_is_written(depth, kind):
    """What nests deeper than 254 is refused, and never overflows the stack."""
    value = nested(depth, kind)
    assert outcome(plainjson.dumps, value) == outcome(orjson.dumps, value)


TEXTS = [
    "", "nul", "[1,]", '{"a":1,"a":2}', "NaN", "-Infinity", "1e400", "-1e400",
    "18446744073709551616", "18446744073709551615", "-9223372036854775808",
    "-9223372036854775809", '"\\ud800"',
    '"\\ud83d\\ude00"', '"\\\\ud800"', "01", "1.", ".5", "-", '"\x01"', "\ufeff1", " [1] ", "[1] x",
    '"\\x"', "1E5", "-0", "-0.0", b"\xff", b'"\xff"', b'"\xed\xa0\x80"', "9" * 400, "9" * 5000,
    '{"a"}', "\x00", "1_0", "[1 2]", bytearray(b"[1]"), memoryview(b"{}"), '"\ud800"',
    "[" * 200 + "]" * 200, "[" * 1025 + "]" * 1025, "[" * 100_000,
    '{"a":' * 1025 + "1" + "}" * 1025,
    '"' + "[" * 5000 + '"', 5, None,
]  # fmt: skip


@pytest.mark.parametrize("text", TEXTS, ids=range(len(TEXTS)))
def test_what_is_read_is_the_same(text):
    """The same value of the same type, or a refusal of the same kind."""
    ours, theirs = outcome(plainjson.loads, text), outcome(orjson.loads, text)
    assert type(ours) is type(theirs)
    if not isinstance(ours, list | dict):
        assert ours == theirs


@given(VALUES)
def test_what_orjson_writes_is_read_the_same(value):
    """Whatever comes back from orjson's own text comes back the same."""
    text = outcome(orjson.dumps, value, default=repr, option=orjson.OPT_NON_STR_KEYS)
    if isinstance(text, bytes):
        assert plainjson.loads(text) == orjson.loads(text)


def test_refusals_can_be_caught_alike():
    """A handler of one module's errors is one of the other's."""
    assert plainjson.JSONEncodeError is orjson.JSONEncodeError
    with pytest.raises(plainjson.JSONDecodeError, match="line 1 column 2") as refused:
        plainjson.loads("[x")
    assert refused.value.pos == 1


def test_only_one_module_asks_for_orjson():
    """All others take JSON from it, and work where there is no orjson."""
    asks = re.compile(r"^\s*(import|from) orjson\b", re.MULTILINE)
    sources = (ROOT / "redengine").rglob("*.py")
    asking = [path.name for path in sources if asks.search(path.read_text(encoding="utf-8"))]
    assert asking == ["jsontext.py"]


SESSION = """
import sys
if {absent}:
    sys.modules["orjson"] = sys.modules["re2"] = None
from datetime import datetime, UTC
from redengine import Session
from redengine.api import FlaskAPI
from redengine.clock import ManualClock
from redengine.testing import ManualSession

session = ManualSession(store={url!r}, name="plant")
@session.task("every 10 s", parameters={{"ratio": 0.00001, "name": "Ünï"}})
def fetch(ratio, name):
    return {{"ratio": ratio, "at": datetime(2026, 1, 1, tzinfo=UTC), 1: [None, True, 2**63]}}
session.advance("25 s")
client = FlaskAPI(port=0, session=session).app.test_client()
for path in ("/tasks", "/tasks?name$regex=f.%2Bh&$fields=name,parameters", "/returns",
             "/logs?$fields=action,task_name,timestamp", "/parameters"):
    answer = client.get(path)
    assert answer.status_code == 200, answer.text
    print(answer.text)
answer = client.post("/jobs", data='{{"task": "fetch", "parameters": {{"rows": 1')
print(answer.status_code, answer.json["error"])
session.close()
assert {absent} == ("redengine.support.plainjson" in sys.modules)
"""


def test_a_session_and_its_api_work_without_orjson_and_re2(tmp_path):
    """Stored values, answers, filters and refusals are the same bytes with them and without."""
    printed = {}
    for absent in (False, True):
        url = f"sqlite:///{tmp_path / f'{absent}.db'}"
        script = SESSION.format(absent=absent, url=url)
        command = [sys.executable, "-c", script]
        done = subprocess.run(command, capture_output=True, text=True, timeout=100, check=False)
        assert done.returncode == 0, done.stderr
        printed[absent] = done.stdout
    assert printed[True] == printed[False]
    assert '"ratio":0.00001' in printed[True]
