"""Log records say which fire times a skip stands for; tasks keep the misfires that still wait."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.mysql import LONGTEXT

revision = "0006"
down_revision = "0005"

_COLUMNS = (("redengine_logs", "skipped"), ("redengine_tasks", "misfires"))


def _text() -> sa.types.TypeEngine[str]:
    kind = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
    return kind.with_variant(LONGTEXT(collation="utf8mb4_nopad_bin"), "mariadb")


def upgrade() -> None:
    """Add the columns that are not there yet: MariaDB commits each statement by itself."""
    inspector = sa.inspect(op.get_bind())
    for table, name in _COLUMNS:
        if name not in {column["name"] for column in inspector.get_columns(table)}:
            op.add_column(table, sa.Column(name, _text()))
