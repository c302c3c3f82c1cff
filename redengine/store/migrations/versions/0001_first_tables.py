"""The first tables."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.mysql import DOUBLE, LONGTEXT

revision = "0001"
down_revision = None

_C = "C"
_BINARY = "utf8mb4_nopad_bin"


def _string(longest_in_mariadb: int) -> sa.types.TypeEngine[str]:
    kind = sa.String(500).with_variant(sa.String(500, collation=_C), "postgresql")
    return kind.with_variant(sa.String(longest_in_mariadb, collation=_BINARY), "mariadb")


def _name() -> sa.types.TypeEngine[str]:
    return _string(500)


def _word() -> sa.types.TypeEngine[str]:
    return _string(100)


def _text() -> sa.types.TypeEngine[str]:
    kind = sa.Text().with_variant(sa.Text(collation=_C), "postgresql")
    return kind.with_variant(LONGTEXT(collation=_BINARY), "mariadb")


def _seconds() -> sa.types.TypeEngine[float]:
    return sa.Float().with_variant(DOUBLE(), "mariadb")


def _number() -> sa.types.TypeEngine[int]:
    return sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Make all tables."""
    _make_logs()
    _make_jobs()
    _make_changes()
    op.create_table(
        "redengine_output",
        sa.Column("job_id", _name(), nullable=False),
        sa.Column("seq", _number(), nullable=False, autoincrement=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("stream", _name(), nullable=False),
        sa.Column("text", _text(), nullable=False),
        sa.PrimaryKeyConstraint("job_id", "seq"),
        sqlite_with_rowid=False,
        mariadb_engine="InnoDB",
    )
    op.create_table(
        "redengine_tasks",
        sa.Column("name", _name(), nullable=False),
        sa.Column("created", sa.BigInteger(), nullable=False),
        sa.Column("last_due", sa.BigInteger()),
        sa.PrimaryKeyConstraint("name"),
        mariadb_engine="InnoDB",
    )
    op.create_table(
        "redengine_returns",
        sa.Column("task", _name(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("kind", _name(), nullable=False),
        sa.Column("value", _text()),
        sa.PrimaryKeyConstraint("task"),
        mariadb_engine="InnoDB",
    )
    op.create_table(
        "redengine_state",
        sa.Column("key", _name(), nullable=False),
        sa.Column("value", _text()),
        sa.PrimaryKeyConstraint("key"),
        mariadb_engine="InnoDB",
    )


def _make_logs() -> None:
    op.create_table(
        "redengine_logs",
        sa.Column("id", _number(), nullable=False, autoincrement=False),
        sa.Column("timestamp", sa.BigInteger(), nullable=False),
        sa.Column("created", sa.BigInteger(), nullable=False),
        sa.Column("action", _word(), nullable=False),
        sa.Column("task_name", _name(), nullable=False),
        sa.Column("job_id", _name()),
        sa.Column("start", sa.BigInteger()),
        sa.Column("end", sa.BigInteger()),
        sa.Column("duration", _seconds()),
        sa.Column("message", _text()),
        sa.Column("exc_text", _text()),
        sa.Column("reason", _text()),
        sa.PrimaryKeyConstraint("id"),
        mariadb_engine="InnoDB",
    )
    _index("logs", "by_time", "timestamp")
    _index("logs", "by_action", "action", "id")
    _index("logs", "by_task", "task_name", "id")
    _index("logs", "by_task_action", "task_name", "action", "id")
    _index("logs", "by_job", "job_id")


def _make_jobs() -> None:
    op.create_table(
        "redengine_jobs",
        sa.Column("seq", _number(), nullable=False),
        sa.Column("job_id", _name(), nullable=False),
        sa.Column("task", _name(), nullable=False),
        sa.Column("status", _name(), nullable=False),
        sa.Column("trigger", _name(), nullable=False),
        sa.Column("submitted_at", sa.BigInteger(), nullable=False),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("priority", sa.BigInteger(), nullable=False),
        sa.Column("runtime", _name()),
        sa.Column("parameters", _text()),
        sa.Column("due_at", sa.BigInteger()),
        sa.Column("occurrence", sa.BigInteger()),
        sa.Column("started_at", sa.BigInteger()),
        sa.Column("ended_at", sa.BigInteger()),
        sa.Column("duration", _seconds()),
        sa.Column("progress", _text()),
        sa.Column("error", _text()),
        sa.Column("reason", _text()),
        sa.Column("result", _text()),
        sa.Column("result_kind", _name(), nullable=False),
        sa.Column("abandoned", sa.Boolean(), nullable=False),
        sa.Column("content_hash", _name()),
        sa.Column("run_at", sa.BigInteger()),
        sa.Column("options", _text()),
        sa.PrimaryKeyConstraint("seq"),
        sa.UniqueConstraint("job_id", name="redengine_jobs_one_of_id"),
        sa.UniqueConstraint("task", "occurrence", name="redengine_jobs_one_of_occurrence"),
        mariadb_engine="InnoDB",
    )
    _index("jobs", "by_task", "task", "submitted_at", "seq")
    _index("jobs", "by_status", "status", "submitted_at", "seq")
    _index("jobs", "by_time", "submitted_at", "seq")


def _make_changes() -> None:
    op.create_table(
        "redengine_changes",
        sa.Column("id", _number(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("resource", _name(), nullable=False),
        sa.Column("name", _text()),
        sa.Column("method", _name(), nullable=False),
        sa.Column("data", _text()),
        sa.Column("actor", _text()),
        sa.Column("request_id", _text()),
        sa.Column("result", _text()),
        sa.Column("before", _text()),
        sa.PrimaryKeyConstraint("id"),
        mariadb_engine="InnoDB",
    )
    _index("changes", "by_resource", "resource", "id")
    _index("changes", "by_time", "at")


def _index(table: str, name: str, *columns: str) -> None:
    op.create_index(f"redengine_{table}_{name}", f"redengine_{table}", list(columns))
