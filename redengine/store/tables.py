"""The tables.

Instants are whole microseconds since 1970 UTC, JSON is text, and text is ordered by code point:
so every database answers alike.
"""

from __future__ import annotations

from typing import Final

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Float,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
)
from sqlalchemy.dialects.mysql import DOUBLE, LONGTEXT

REVISION: Final = "0009"
"""The migration after which the database has the form that is declared here."""

_LONGEST_NAME: Final = 500
_LONGEST_WORD: Final = 100
"""Two names would be more than MariaDB takes into one index."""
_C: Final = "C"
_BINARY: Final = "utf8mb4_nopad_bin"
"""Orders by code point, and does not take 'a' and 'a ' for the same as `utf8mb4_bin` does."""


def _string(longest: int, longest_in_mariadb: int) -> String:
    kind = String(longest).with_variant(String(longest, collation=_C), "postgresql")
    return kind.with_variant(String(longest_in_mariadb, collation=_BINARY), "mariadb")


_number = BigInteger().with_variant(Integer(), "sqlite")
_instant = BigInteger()
_seconds = Float().with_variant(DOUBLE(asdecimal=False), "mariadb")
_name = _string(_LONGEST_NAME, _LONGEST_NAME)
_word = _string(_LONGEST_NAME, _LONGEST_WORD)
_text = (
    Text()
    .with_variant(Text(collation=_C), "postgresql")
    .with_variant(LONGTEXT(collation=_BINARY), "mariadb")
)

VERSION_TABLE: Final = "redengine_version"
"""The table that names the migration after which the database stands."""

metadata = MetaData()

logs = Table(
    "redengine_logs",
    metadata,
    Column("id", _number, primary_key=True, autoincrement=False),
    Column("timestamp", _instant, nullable=False),
    Column("created", _instant, nullable=False),
    Column("action", _word, nullable=False),
    Column("task_name", _name, nullable=False),
    Column("job_id", _name),
    Column("start", _instant),
    Column("end", _instant),
    Column("duration", _seconds),
    Column("message", _text),
    Column("exc_text", _text),
    Column("reason", _text),
    Column("skipped", _text),
    Index("redengine_logs_by_time", "timestamp"),
    Index("redengine_logs_by_action", "action", "id"),
    Index("redengine_logs_by_task", "task_name", "id"),
    Index("redengine_logs_by_task_action", "task_name", "action", "id"),
    Index("redengine_logs_by_job", "job_id"),
    mariadb_engine="InnoDB",
)

jobs = Table(
    "redengine_jobs",
    metadata,
    Column("seq", _number, primary_key=True),
    Column("job_id", _name, nullable=False),
    Column("task", _name, nullable=False),
    Column("status", _name, nullable=False),
    Column("trigger", _name, nullable=False),
    Column("submitted_at", _instant, nullable=False),
    Column("attempt", Integer, nullable=False),
    Column("priority", BigInteger, nullable=False),
    Column("runtime", _name),
    Column("parameters", _text),
    Column("due_at", _instant),
    Column("occurrence", _instant),
    Column("started_at", _instant),
    Column("ended_at", _instant),
    Column("duration", _seconds),
    Column("progress", _text),
    Column("error", _text),
    Column("reason", _text),
    Column("result", _text),
    Column("result_kind", _name, nullable=False),
    Column("abandoned", Boolean, nullable=False),
    Column("content_hash", _name),
    Column("run_at", _instant),
    Column("options", _text),
    Column("exit_code", BigInteger),
    UniqueConstraint("job_id", name="redengine_jobs_one_of_id"),
    UniqueConstraint("task", "occurrence", name="redengine_jobs_one_of_occurrence"),
    Index("redengine_jobs_by_task", "task", "seq"),
    Index("redengine_jobs_by_status", "status", "seq"),
    Index("redengine_jobs_by_time", "submitted_at", "seq"),
    mariadb_engine="InnoDB",
)

output = Table(
    "redengine_output",
    metadata,
    Column("job_id", _name, primary_key=True),
    Column("seq", _number, primary_key=True, autoincrement=False),
    Column("at", _instant, nullable=False),
    Column("stream", _name, nullable=False),
    Column("text", _text, nullable=False),
    sqlite_with_rowid=False,
    mariadb_engine="InnoDB",
)

tasks = Table(
    "redengine_tasks",
    metadata,
    Column("name", _name, primary_key=True),
    Column("created", _instant, nullable=False),
    Column("last_due", _instant),
    Column("misfires", _text),
    mariadb_engine="InnoDB",
)

returns = Table(
    "redengine_returns",
    metadata,
    Column("task", _name, primary_key=True),
    Column("at", _instant, nullable=False),
    Column("kind", _name, nullable=False),
    Column("value", _text),
    mariadb_engine="InnoDB",
)

changes = Table(
    "redengine_changes",
    metadata,
    Column("id", _number, primary_key=True),
    Column("created", _instant, nullable=False),
    Column("kind", _name, nullable=False),
    Column("resource", _name, nullable=False),
    Column("name", _text),
    Column("method", _name, nullable=False),
    Column("data", _text),
    Column("before", _text),
    Column("after", _text),
    Column("actor", _text),
    Column("address", _text),
    Column("status", Integer),
    Column("result", _text),
    Column("request_id", _text),
    Column("reverts", BigInteger),
    Column("reverted_by", BigInteger),
    Column("sealed", _text),
    Index("redengine_changes_by_kind", "kind", "id"),
    Index("redengine_changes_by_resource", "resource", "id"),
    Index("redengine_changes_by_reverts", "reverts"),
    Index("redengine_changes_by_time", "created"),
    mariadb_engine="InnoDB",
)

state = Table(
    "redengine_state",
    metadata,
    Column("key", _name, primary_key=True),
    Column("value", _text),
    mariadb_engine="InnoDB",
)

api_keys = Table(
    "redengine_api_keys",
    metadata,
    Column("name", _name, primary_key=True),
    Column("salt", _text, nullable=False),
    Column("digest", _text, nullable=False),
    Column("scopes", _text, nullable=False),
    Column("tasks", _text),
    Column("created_at", _instant, nullable=False),
    Column("created_by", _text),
    Column("expires_at", _instant),
    Column("revoked_at", _instant),
    Column("commands", _text),
    Column("channels", _text),
    mariadb_engine="InnoDB",
)
