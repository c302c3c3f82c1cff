"""Keys of the API."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.mysql import LONGTEXT

revision = "0004"
down_revision = "0001"

_C = "C"
_BINARY = "utf8mb4_nopad_bin"


def _name() -> sa.types.TypeEngine[str]:
    kind = sa.String(500).with_variant(sa.String(500, collation=_C), "postgresql")
    return kind.with_variant(sa.String(500, collation=_BINARY), "mariadb")


def _text() -> sa.types.TypeEngine[str]:
    kind = sa.Text().with_variant(sa.Text(collation=_C), "postgresql")
    return kind.with_variant(LONGTEXT(collation=_BINARY), "mariadb")


def upgrade() -> None:
    """Make the table of keys."""
    op.create_table(
        "redengine_api_keys",
        sa.Column("name", _name(), nullable=False),
        sa.Column("salt", _text(), nullable=False),
        sa.Column("digest", _text(), nullable=False),
        sa.Column("scopes", _text(), nullable=False),
        sa.Column("tasks", _text()),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("created_by", _text()),
        sa.Column("expires_at", sa.BigInteger()),
        sa.Column("revoked_at", sa.BigInteger()),
        sa.PrimaryKeyConstraint("name"),
        mariadb_engine="InnoDB",
    )
