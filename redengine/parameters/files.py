"""Input files with a checksum: parameters of the form {"path": …, "checksum": "sha256:…"}."""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from redengine.exceptions import Forbidden, InputFileError, InvalidInput, did_you_mean, shortened

if TYPE_CHECKING:
    from collections.abc import Callable

DIGITS: Final[Mapping[str, int]] = {"sha256": 64, "sha384": 96, "sha512": 128, "blake2b": 128}
"""The algorithms of checksums, and how many hexadecimal digits each gives."""
_BROKEN: Final = frozenset({"md5", "sha1", "sha-1", "crc32", "adler32"})
_CHUNK: Final = 1024 * 1024
_DEEPEST: Final = 64


class InputFile(NamedTuple):
    """A file that a parameter names, and what it is to have in it.

    Attributes:
        field: where the parameter has it, such as "parameters.files.0".
        path: the file.
        algorithm: how the checksum is reckoned.
        digits: the checksum, in lower-case hexadecimal digits.
    """

    field: str
    path: str
    algorithm: str
    digits: str

    def verify(self, checkpoint: Callable[[], object] = lambda: None) -> None:
        """Read the file in pieces, and complain unless it is the one that was meant.

        Args:
            checkpoint: called between pieces; what it raises ends the reading.

        Raises:
            InputFileError: its checksum is another, or it cannot be read.
        """
        path = Path(self.path)
        if not path.is_file():  # opening a pipe would wait for its writer
            what = "is not a file" if path.exists() else "does not exist"
            raise self._error(what)
        try:
            digits = self._digits_of(path, checkpoint)
        except OSError as error:
            raise self._error(f"cannot be read ({error.strerror or error})") from error
        if digits != self.digits:
            raise self._error(f"has {self.algorithm}:{digits}", f"{self.algorithm}:{digits}")

    def _digits_of(self, path: Path, checkpoint: Callable[[], object]) -> str:
        reckoned = hashlib.new(self.algorithm, usedforsecurity=False)
        buffer = bytearray(_CHUNK)
        with path.open("rb", buffering=0) as file:
            while size := file.readinto(buffer):
                reckoned.update(memoryview(buffer)[:size])
                checkpoint()
        return reckoned.hexdigest()

    def _error(self, what: str, actual: str | None = None) -> InputFileError:
        expected = f"{self.algorithm}:{self.digits}"
        return InputFileError(self.field, self.path, what, expected, actual)


def input_files(parameters: Mapping[str, Any], field: str = "parameters") -> list[InputFile]:
    """The files with a checksum in parameters, also in lists and objects within.

    Raises:
        InvalidInput: a checksum or a path is malformed; `fields` has the reason of each.
    """
    found: list[InputFile] = []
    reasons: dict[str, str] = {}
    for place, value in _objects(parameters, field):
        if "path" not in value or "checksum" not in value:
            continue
        try:
            found.append(_input_file(place, value["path"], value["checksum"]))
        except InvalidInput as error:
            reasons |= error.fields
    if reasons:
        raise InvalidInput(reasons)
    return found


def refuse_files_outside(values: Mapping[str, Any], roots: Iterable[str]) -> None:
    """Refuse input files that do not lie in one of the folders.

    What becomes of a checksum tells what a file has in it: so not everybody may ask.

    Args:
        values: what was given, as it came.
        roots: the folders.

    Raises:
        Forbidden: a file lies elsewhere.
    """
    folders = [Path(root).resolve() for root in roots]
    for place, value in _objects({"": values}, ""):
        path = value.get("path")
        if "checksum" not in value or not isinstance(path, str):
            continue
        if not any(Path(os.path.realpath(path)).is_relative_to(folder) for folder in folders):
            field = place.strip(".")
            message = (
                f"{field}: a file with a checksum takes scope admin, or a place in input_roots"
            )
            raise Forbidden(message, field=field, path=path)


def _objects(parameters: Mapping[str, Any], field: str) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """All objects within the values of parameters, and where they stand; cycles are cut."""
    level = [(f"{field}.{name}", value) for name, value in parameters.items()]
    for _ in range(_DEEPEST):
        inner: list[tuple[str, Any]] = []
        for place, value in level:
            if isinstance(value, Mapping):
                yield place, value
                inner += [(f"{place}.{key}", each) for key, each in value.items()]
            elif isinstance(value, list | tuple):
                inner += [
                    (f"{place}.{number}", each)
                    for number, each in enumerate(value)
                    if isinstance(each, Mapping | list | tuple)
                ]
        if not inner:
            return
        level = inner


def _input_file(field: str, path: Any, checksum: Any) -> InputFile:
    reasons = {}
    if not isinstance(path, str | os.PathLike) or not os.fspath(path):
        reasons[f"{field}.path"] = f"expected the path of a file, got {shortened(path)}"
    algorithm, digits, reason = _split(checksum)
    if reason:
        reasons[f"{field}.checksum"] = reason
    if reasons:
        raise InvalidInput(reasons)
    return InputFile(field, os.fsdecode(path), algorithm, digits)


def _split(checksum: Any) -> tuple[str, str, str | None]:
    """The algorithm and the digits of a checksum, and what is wrong with it, if anything."""
    if not isinstance(checksum, str) or ":" not in checksum:
        reason = f"expected a text such as 'sha256:<64 hexadecimal digits>', got {checksum!r:.80}"
        return "", "", reason
    algorithm, _, digits = checksum.partition(":")
    algorithm, digits = algorithm.strip().lower(), digits.strip().lower()
    if algorithm not in DIGITS:
        hint = "; files can be forged to match it" if algorithm in _BROKEN else ""
        hint = hint or did_you_mean(algorithm, DIGITS)
        known = ", ".join(DIGITS)
        reason = f"expected one of the algorithms {known}, got {shortened(algorithm)}{hint}"
        return "", "", reason
    if len(digits) != DIGITS[algorithm] or not re.fullmatch("[0-9a-f]*", digits):
        reason = (
            f"expected {DIGITS[algorithm]} hexadecimal digits after '{algorithm}:', "
            f"got {len(digits)} characters, {shortened(digits)}"
        )
        return "", "", reason
    return algorithm, digits, None
