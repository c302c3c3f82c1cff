"""YAML documents: plain values are read, and nothing else."""

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from redengine.api.state import parse_yaml, read_document, to_yaml, yaml_text
from redengine.exceptions import InvalidInput

BOMB = "a: &a [x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"{chr(98 + n)}: &{chr(98 + n)} [{', '.join([f'*{chr(97 + n)}'] * 9)}]\n" for n in range(20)
)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("", None),
        ("# nothing\n", None),
        (
            "a: 1\nb: -2.5\nc: true\nd: null\ne: ~\nf:\n",
            {"a": 1, "b": -2.5, "c": True, "d": None, "e": None, "f": None},
        ),
        (
            "a: '1'\nb: \"true\"\nc: yes\nd: off\ne: 12:30\nf: 2026-01-01",
            {"a": "1", "b": "true", "c": "yes", "d": "off", "e": "12:30", "f": "2026-01-01"},
        ),
        (
            "a: 007\nb: 0o7\nc: 1_000\nd: 1e3\ne: 18446744073709551615",
            {"a": "007", "b": "0o7", "c": "1_000", "d": "1e3", "e": 2**64 - 1},
        ),
        ("2024: 1\ntrue: 2\nnull: 3", {"2024": 1, "true": 2, "null": 3}),
        ("a: |\n  x\n  y\nb: >-\n  x\n  y\n", {"a": "x\ny\n", "b": "x y"}),
        ("[1, {a: [2]}]", [1, {"a": [2]}]),
        ("---\na: 1\n...\n", {"a": 1}),
        ("'<<': 1", {"<<": 1}),
    ],
)
def test_plain_values_are_read(text, value):
    """Numbers, booleans, null and texts; what other versions take for dates or octals is text."""
    assert parse_yaml(text) == value


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (BOMB, "line 1: anchors (&a) are not taken"),
        ("a: [1]\nb: *a", "line 2: aliases (*a) are not taken"),
        ("\na: !!python/object/apply:os.system ['ls']", "line 2: tags (tag:yaml.org,2002:python"),
        ("a: !secret x", "line 1: tags (!secret) are not taken"),
        ("!!set {a}", "line 1: tags"),
        ("!!str a: 1", "line 1: tags"),
        ("a: 1\nb: 2\na: 3", "line 3: the key 'a' comes twice"),
        ("a:\n  b: 1\n  'b': 2", "line 3: the key 'b' comes twice"),
        ("a: 1\n<<: {b: 2}", "line 2: merge keys (<<) are not taken"),
        ("? [1]\n: 2", "line 1: a key is a text"),
        ("a: 1\n---\nb: 2", "line 2: a second document begins"),
        ("a: .inf", "line 1: .inf is not a number that JSON knows"),
        ("a: [1, 2", "not YAML"),
        ("a: b: c", "line 1: not YAML"),
        ("a: \x00", "not YAML"),
        ("a: @x", "line 1: not YAML"),
        ("a: 18446744073709551616", "line 1: 18446744073709551616 is out of the range"),
        ("[" * 70, "nest deeper than 64"),
        ("[" * 100_000, "line 1: lists and mappings nest deeper than 64"),
        ("\n" + "{a: " * 20_000, "line 2: lists and mappings nest deeper than 64"),
        ("- " * 5_000, "nest deeper than 64"),
        ("a: " + "x" * 1_000_001, "over the limit"),
    ],
)
def test_what_is_not_taken_is_named_with_its_line(text, reason):
    """Bombs, tags, twins and broken texts are refused before anything is made of them."""
    with pytest.raises(InvalidInput) as refused:
        parse_yaml(text)
    assert reason in refused.value.fields["body"]


def test_the_slow_parser_reads_the_same(monkeypatch):
    """Without libyaml texts have to be shorter, and mean the same."""
    monkeypatch.setattr(yaml_text, "_LOADER", yaml.SafeLoader)
    assert parse_yaml("a: 1\nb: '1'\nc: [true, x]") == {"a": 1, "b": "1", "c": [True, "x"]}
    with pytest.raises(InvalidInput, match="line 2: the key 'a' comes twice"):
        parse_yaml("a: 1\na: 2")
    with pytest.raises(InvalidInput, match="over the limit of 100000"):
        parse_yaml("a: " + "x" * 200_000)


VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**63) + 1, 2**63 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(
        st.characters(exclude_categories=("Cs", "Cc")) | st.sampled_from("\n\t:#'\"&*!|>%@`")
    ),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.text(st.characters(exclude_categories=("Cs", "Cc"))), inner, max_size=4
        )
    ),
    max_leaves=12,
)


@given(VALUES)
def test_what_is_written_is_read_back(value):
    """Every JSON value comes back as it was, whatever its texts look like."""
    assert parse_yaml(to_yaml({"value": value})) == {"value": value}


def test_long_texts_are_legible():
    """Source code stands as it is, line by line."""
    text = to_yaml({"code": "print(1)\nif x:\n    print(2)\n"})
    assert text == "code: |\n  print(1)\n  if x:\n      print(2)\n"


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"\xff\xfe", "expected UTF-8; byte 1 is none"),
        (b'{"version": 1, "version": 1}', "the key 'version' comes twice"),
        (b'{"version": 1', "expected JSON"),
        (b'{"version": 1, "parameters": {"a": ' + b"[" * 80 + b"]" * 80 + b"}}", "nest deeper"),
        (b"[1]", "expected a mapping that begins with 'version: 1', got [1]"),
        (b"version: 1 tasks: {}", "not YAML"),
        (b"version 1", "send YAML with --data-binary"),
        (b"", "expected a mapping"),
    ],
)
def test_a_document_that_is_none_is_refused(content, reason):
    """JSON and YAML alike, the answer says what was expected."""
    with pytest.raises(InvalidInput) as refused:
        read_document(content)
    assert reason in refused.value.fields["body"]


def test_json_and_yaml_are_one_format():
    """The same document in both, with or without a byte order mark."""
    yaml_form = read_document("\ufeffversion: 1\nparameters: {day: 'ä'}\n".encode())
    json_form = read_document('\ufeff{"version": 1, "parameters": {"day": "ä"}}'.encode())
    assert yaml_form == json_form


@pytest.mark.parametrize(
    ("text", "fields"),
    [
        ("version: 2", {"version": "expected 1, got 2"}),
        ("tasks: {}", {"version": "is missing; this version writes 1"}),
        ("version: 1\ntask: {}", {"task": "unknown field; did you mean 'tasks'?"}),
        ("version: 1\ntasks: []", {"tasks": "input should be a valid dictionary, got []"}),
        ("version: 1\ntasks: {a: 1}", {"tasks.a": "input should be a valid dictionary, got 1"}),
        (
            "version: 1\ntasks: {fetch: {strat_cond: daily}, b: {code: x, tagz: []}}",
            {
                "tasks.fetch.strat_cond": "unknown field; did you mean 'start_cond'?",
                "tasks.b.tagz": "unknown field; did you mean 'tags'?",
            },
        ),
        (
            "version: 1\ntasks: {a: {force_run: true}}",
            {"tasks.a.force_run": "unknown field"},
        ),
        (
            "version: 1\ntasks: {a: {permanent: true, permanent_task: true}}",
            {"tasks.a.permanent_task": "is another spelling of 'permanent_task', given as well"},
        ),
        (
            "version: 1\nruntimes: {gpu: {kind: cuda, siz: 1}}",
            {
                "runtimes.gpu.kind": "input should be 'thread', 'process' or 'async', got 'cuda'",
                "runtimes.gpu.siz": "unknown field; did you mean 'size'?",
            },
        ),
        (
            "version: 1\nruntimes: {gpu: {size: '2'}, cpu: {size: -1}}",
            {
                "runtimes.gpu.size": "input should be a valid integer, got '2'",
                "runtimes.cpu.size": "input should be greater than or equal to 0, got -1",
            },
        ),
    ],
)
def test_each_field_that_does_not_fit_is_named(text, fields):
    """All of them at once, with the nearest that is known."""
    with pytest.raises(InvalidInput) as refused:
        read_document(text.encode())
    found = refused.value.fields
    assert found.keys() == fields.keys()
    for name, reason in fields.items():
        assert found[name].startswith(reason)
