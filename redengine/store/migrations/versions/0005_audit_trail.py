"""The journal of changes becomes the audit trail of all writes."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.mysql import LONGTEXT

revision = "0005"
down_revision = "0004"

_C = "C"
_BINARY = "utf8mb4_nopad_bin"
_NAME = f"VARCHAR(500) CHARACTER SET utf8mb4 COLLATE {_BINARY}"
_LONG = f"LONGTEXT CHARACTER SET utf8mb4 COLLATE {_BINARY}"
_INDEXES = {
    "by_kind": ["kind", "id"],
    "by_resource": ["resource", "id"],
    "by_reverts": ["reverts"],
    "by_time": ["created"],
}


def _name() -> sa.types.TypeEngine[str]:
    kind = sa.String(500).with_variant(sa.String(500, collation=_C), "postgresql")
    return kind.with_variant(sa.String(500, collation=_BINARY), "mariadb")


def _text() -> sa.types.TypeEngine[str]:
    kind = sa.Text().with_variant(sa.Text(collation=_C), "postgresql")
    return kind.with_variant(LONGTEXT(collation=_BINARY), "mariadb")


def upgrade() -> None:
    """Give entries a kind, an address, a status, what was after, and who undoes what."""
    dialect = op.get_bind().dialect.name
    if dialect == "mariadb":
        _alter()
    else:  # here all of it happens or nothing, so the table can be made anew in its declared form
        _make_anew(dialect)


def _alter() -> None:
    """All of it in one statement, as MariaDB commits each by itself."""
    known = {
        column["name"] for column in sa.inspect(op.get_bind()).get_columns("redengine_changes")
    }
    if "kind" not in known:
        _widen()
    op.execute("ALTER TABLE redengine_changes ALTER COLUMN kind DROP DEFAULT")


def _widen() -> None:
    op.execute(
        "ALTER TABLE redengine_changes CHANGE COLUMN at created BIGINT NOT NULL,"
        f" ADD COLUMN kind {_NAME} NOT NULL DEFAULT 'change' AFTER created,"
        f" MODIFY COLUMN `before` {_LONG} AFTER data,"
        f" ADD COLUMN after {_LONG} AFTER `before`,"
        f" ADD COLUMN address {_LONG} AFTER actor,"
        " ADD COLUMN status INTEGER AFTER address,"
        f" MODIFY COLUMN result {_LONG} AFTER status,"
        " ADD COLUMN reverts BIGINT AFTER request_id,"
        " ADD COLUMN reverted_by BIGINT AFTER reverts,"
        f" ADD COLUMN sealed {_LONG} AFTER reverted_by,"
        " ADD INDEX redengine_changes_by_kind (kind, id),"
        " ADD INDEX redengine_changes_by_reverts (reverts)"
    )


def _make_anew(dialect: str) -> None:
    op.execute("CREATE TABLE redengine_changes_old AS SELECT * FROM redengine_changes")
    op.drop_table("redengine_changes")
    op.create_table(
        "redengine_changes",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("created", sa.BigInteger(), nullable=False),
        sa.Column("kind", _name(), nullable=False),
        sa.Column("resource", _name(), nullable=False),
        sa.Column("name", _text()),
        sa.Column("method", _name(), nullable=False),
        sa.Column("data", _text()),
        sa.Column("before", _text()),
        sa.Column("after", _text()),
        sa.Column("actor", _text()),
        sa.Column("address", _text()),
        sa.Column("status", sa.Integer()),
        sa.Column("result", _text()),
        sa.Column("request_id", _text()),
        sa.Column("reverts", sa.BigInteger()),
        sa.Column("reverted_by", sa.BigInteger()),
        sa.Column("sealed", _text()),
        sa.PrimaryKeyConstraint("id"),
    )
    for name, columns in _INDEXES.items():
        op.create_index(f"redengine_changes_{name}", "redengine_changes", columns)
    op.execute(
        "INSERT INTO redengine_changes"
        " (id, created, kind, resource, name, method, data, actor, request_id, result)"
        " SELECT id, at, 'change', resource, name, method, data, actor, request_id, result"
        " FROM redengine_changes_old"
    )
    op.drop_table("redengine_changes_old")
    if dialect == "postgresql":
        op.execute(
            "SELECT setval(pg_get_serial_sequence('redengine_changes', 'id'),"
            " (SELECT coalesce(max(id), 1) FROM redengine_changes),"
            " (SELECT count(*) > 0 FROM redengine_changes))"
        )
