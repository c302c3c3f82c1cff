"""Copies of an SQLite database: whole, of one moment, and made beside a session that writes."""

from __future__ import annotations

import filecmp
import os
import sqlite3
import tempfile
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Final

from redengine.exceptions import StoreError

if TYPE_CHECKING:
    from sqlalchemy import Connection

_SUFFIX: Final = ".db"


def copy_file(source: Path, target: Path, *, replaces: bool = False) -> None:
    """Copy a database by SQLite's online backup (https://sqlite.org/backup.html).

    The target is its owner's alone, and stands in its place when it is whole.

    Args:
        source: the database; who writes to it does not wait.
        target: the copy.
        replaces: whether the copy may take the place of a file.

    Raises:
        FileExistsError: the target exists, and may not be replaced.
        OSError: the target cannot be written.
        sqlite3.Error: the source cannot be read, or the target cannot be written.
    """
    partial = _copied(source, target)
    try:
        if not replaces:
            os.close(os.open(target, os.O_CREAT | os.O_EXCL, 0o600))
        partial.replace(target)
    finally:
        partial.unlink(missing_ok=True)


def keep_copy(connection: Connection, url: str, revision: str) -> Path | None:
    """Copy the file that a connection is about to bring to a revision; where the copy is.

    A copy with the same bytes, which an interrupted upgrade has left, is not made twice.

    Raises:
        StoreError: it cannot be made.
    """
    source = file_of(connection)
    if source is None:
        return None
    try:
        for number in range(1, 1_000):
            target = copy_before(source, revision, number)
            if not target.exists():
                copy_file(source, target)
                return target
            if _is_copy_of(source, target):
                return target
    except (OSError, sqlite3.Error) as error:
        reason = f"no copy of it can be made before its upgrade: {error}"
        raise StoreError(url, f"{reason}; free some space, or make its folder writable") from None
    raise StoreError(url, f"too many copies stand beside it; move {target} and the others away")


def copy_before(source: Path, revision: str, number: int = 1) -> Path:
    """Where the copy stands that is made before the upgrade to a revision: jobs.before-0006.db."""
    name = source.name.removesuffix(_SUFFIX)
    count = "" if number == 1 else f"-{number}"
    return source.with_name(f"{name}.before-{revision}{count}{_SUFFIX}")


def file_of(connection: Connection) -> Path | None:
    """The file that a connection to SQLite has; None of one in memory."""
    rows = connection.exec_driver_sql("PRAGMA database_list").all()
    name = next(file for _, database, file in rows if database == "main")
    return Path(name) if name else None


def _is_copy_of(source: Path, target: Path) -> bool:
    again = _copied(source, target)
    try:
        return filecmp.cmp(again, target, shallow=False)
    finally:
        again.unlink(missing_ok=True)


def _copied(source: Path, target: Path) -> Path:
    """A copy beside the target, on the disk."""
    descriptor, name = tempfile.mkstemp(prefix=f".{target.name}.", dir=target.parent)
    partial = Path(name)
    try:
        with (
            closing(sqlite3.connect(f"{source.as_uri()}?mode=rw", uri=True)) as reading,
            closing(sqlite3.connect(partial)) as writing,
        ):
            reading.backup(writing)
        os.fsync(descriptor)
    except BaseException:
        partial.unlink(missing_ok=True)
        raise
    finally:
        os.close(descriptor)
    return partial
