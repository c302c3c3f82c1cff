"""Input files are found in parameters, and are what their checksums say."""

import hashlib
import os
import pickle

import pytest

from redengine.exceptions import InputFileError, InvalidInput
from redengine.parameters import InputFile, input_files
from redengine.parameters.files import DIGITS

SUM = "sha256:" + "0" * 64


def reference(path="data.csv", checksum=SUM, **more):
    return {"path": path, "checksum": checksum, **more}


def digits_of(data, algorithm="sha256"):
    return hashlib.new(algorithm, data).hexdigest()


def test_they_are_found_wherever_they_stand():
    """At the top level, in lists and tuples, in objects; nothing else is one."""
    cyclic = {"me": reference()}
    cyclic["cycle"] = cyclic
    found = input_files(
        {
            "data": reference("a"),
            "files": [1, reference("b"), (reference("c"),)],
            "nested": {"deep": {"er": reference("d", rows=3)}},
            "path": "alone",
            "checksum": "alone",
            "half": {"path": "x"},
            "numbers": list(range(1000)),
        }
    )
    assert {file.field: file.path for file in found} == {
        "parameters.data": "a",
        "parameters.files.1": "b",
        "parameters.files.2.0": "c",
        "parameters.nested.deep.er": "d",
    }
    assert input_files({"cyclic": cyclic})[0].field == "parameters.cyclic.me"


@pytest.mark.parametrize(
    ("checksum", "reason"),
    [
        ("sha256:abc", "expected 64 hexadecimal digits after 'sha256:', got 3"),
        ("sha512:" + "0" * 64, "expected 128 hexadecimal digits"),
        ("sha256:" + "g" * 64, "hexadecimal"),
        ("sha256:" + "٣" * 64, "hexadecimal"),
        ("md5:" + "0" * 32, "sha256, sha384, sha512, blake2b, got 'md5'; files can be forged"),
        ("sha1:" + "0" * 40, "files can be forged"),
        ("sha265:" + "0" * 64, "did you mean 'sha256'"),
        ("0" * 64, "such as 'sha256:"),
        ("", "such as 'sha256:"),
        (5, "such as 'sha256:"),
        (None, "such as 'sha256:"),
    ],
)
def test_a_malformed_checksum_is_refused_by_name(checksum, reason):
    """Unknown, unsafe and short ones; the error names the place and what is possible."""
    with pytest.raises(InvalidInput) as caught:
        input_files({"data": [reference(checksum=checksum)]})
    assert list(caught.value.fields) == ["parameters.data.0.checksum"]
    assert reason in caught.value.fields["parameters.data.0.checksum"]


@pytest.mark.parametrize("path", ["", 5, None, ["a"]])
def test_a_path_that_is_none_is_refused_by_name(path):
    """So are all that are wrong, together."""
    with pytest.raises(InvalidInput) as caught:
        input_files({"a": reference(path), "b": reference(checksum="x")})
    assert list(caught.value.fields) == ["parameters.a.path", "parameters.b.checksum"]


@pytest.mark.parametrize("algorithm", DIGITS)
def test_the_right_file_passes(tmp_path, algorithm):
    """In every algorithm, in upper case too, and an empty file as well."""
    for data in (b"", b"some data\n", os.urandom(3_000_000)):
        path = tmp_path / "data"
        path.write_bytes(data)
        digits = digits_of(data, algorithm)
        assert len(digits) == DIGITS[algorithm]
        (file,) = input_files({"data": reference(path, f"{algorithm.upper()}:{digits.upper()}")})
        file.verify()


def test_another_file_is_told_with_both_sums_and_the_path(tmp_path):
    """Whoever reads the error can see which file is meant and what it has."""
    path = tmp_path / "data.csv"
    path.write_bytes(b"other")
    file = InputFile("parameters.data", str(path), "sha256", digits_of(b"meant"))
    with pytest.raises(InputFileError) as caught:
        file.verify()
    error = pickle.loads(pickle.dumps(caught.value))
    assert str(error) == (
        f"parameters.data: {path} has sha256:{digits_of(b'other')}, "
        f"expected sha256:{digits_of(b'meant')}"
    )
    assert error.details() == {
        "field": "parameters.data",
        "path": str(path),
        "expected": f"sha256:{digits_of(b'meant')}",
        "actual": f"sha256:{digits_of(b'other')}",
    }


def test_what_cannot_be_read_is_told(tmp_path):
    """A missing file, a folder, a pipe that would wait for ever."""
    os.mkfifo(tmp_path / "pipe")
    for name, what in (("none", "does not exist"), ("", "is not a file"), ("pipe", "is not a")):
        path = str(tmp_path / name)
        with pytest.raises(InputFileError, match=what) as caught:
            InputFile("parameters.data", path, "sha256", "0" * 64).verify()
        assert caught.value.actual is None
        assert path.rstrip("/") in str(caught.value)
        assert SUM in str(caught.value)


def test_a_file_that_vanishes_or_is_locked_is_told(tmp_path, monkeypatch):
    """The system's reason is in the error."""
    path = tmp_path / "data"
    path.write_bytes(b"x")

    def refuse(*_args, **_options):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("redengine.parameters.files.Path.open", refuse)
    with pytest.raises(InputFileError, match=r"cannot be read \(Permission denied\)"):
        InputFile("parameters.data", str(path), "sha256", "0" * 64).verify()


def test_a_long_path_is_cut_in_the_message_alone():
    """The error keeps the whole one, and both sums stay readable."""
    path = "/" + "x" * 1000
    error = InputFileError("parameters.data", path, "does not exist", SUM)
    assert error.path == path
    assert len(str(error)) < 300


def test_a_large_file_is_read_in_pieces(tmp_path):
    """Between them whoever wants to stop the job is heard."""
    path = tmp_path / "data"
    path.write_bytes(bytes(5 * 1024 * 1024))
    pieces = []

    def stop():
        pieces.append(1)
        if len(pieces) == 3:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        InputFile("parameters.data", str(path), "sha256", "0" * 64).verify(stop)
    assert len(pieces) == 3
