"""Keys of the API may be for some commands and channels only, as they may be for some tasks."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.mysql import LONGTEXT

revision = "0009"
down_revision = "0008"

_TABLE = "redengine_api_keys"
_C = "C"
_BINARY = "utf8mb4_nopad_bin"


def _text() -> sa.types.TypeEngine[str]:
    kind = sa.Text().with_variant(sa.Text(collation=_C), "postgresql")
    return kind.with_variant(LONGTEXT(collation=_BINARY), "mariadb")


def upgrade() -> None:
    """Add the columns that are not there yet: MariaDB commits each statement by itself."""
    known = {column["name"] for column in sa.inspect(op.get_bind()).get_columns(_TABLE)}
    for name in ("commands", "channels"):
        if name not in known:
            op.add_column(_TABLE, sa.Column(name, _text()))
