"""Lists of jobs go by their numbers, which no step of the wall clock turns round."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"

_TABLE = "redengine_jobs"
_INDEXES = {"redengine_jobs_by_task": "task", "redengine_jobs_by_status": "status"}


def upgrade() -> None:
    """Make the indexes anew that were by time: MariaDB commits each statement by itself."""
    inspector = sa.inspect(op.get_bind())
    known = {index["name"]: index["column_names"] for index in inspector.get_indexes(_TABLE)}
    for name, column in _INDEXES.items():
        if known.get(name) == [column, "seq"]:
            continue
        if name in known:
            op.drop_index(name, _TABLE)
        op.create_index(name, _TABLE, [column, "seq"])
