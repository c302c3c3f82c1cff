"""Jobs have the exit code of their command in a column, so that lists show it and filter by it."""

from __future__ import annotations

import json

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"

_TABLE = "redengine_jobs"
_NAME = "exit_code"
_BATCH = 1000

_jobs = sa.table(
    _TABLE,
    sa.column("seq", sa.BigInteger()),
    sa.column("options", sa.Text()),
    sa.column(_NAME, sa.BigInteger()),
)


def upgrade() -> None:
    """Add the column if it is not there yet: MariaDB commits each statement by itself."""
    known = {column["name"] for column in sa.inspect(op.get_bind()).get_columns(_TABLE)}
    if _NAME not in known:
        op.add_column(_TABLE, sa.Column(_NAME, sa.BigInteger()))
    after = -1
    while rows := _options_after(after):
        for seq, options in rows:
            _move(seq, options)
        after = rows[-1][0]


def _options_after(after: int) -> list[tuple[int, str]]:
    """The next jobs that may have an exit code among what was asked for with them."""
    chosen = sa.select(_jobs.c.seq, _jobs.c.options).where(
        _jobs.c.seq > after, _jobs.c.options.like(f'%"{_NAME}":%')
    )
    rows = op.get_bind().execute(chosen.order_by(_jobs.c.seq).limit(_BATCH))
    return [(row.seq, row.options) for row in rows]


def _move(seq: int, text: str) -> None:
    """Give a job its exit code from its options; what cannot be read is left alone."""
    try:
        options = json.loads(text)
    except ValueError:
        return
    if not isinstance(options, dict) or not isinstance(options.get(_NAME), int):
        return
    code = options.pop(_NAME)
    rest = json.dumps(options, ensure_ascii=False, separators=(",", ":")) if options else None
    changed = sa.update(_jobs).where(_jobs.c.seq == seq)
    op.execute(changed.values({_NAME: code, "options": rest}))
