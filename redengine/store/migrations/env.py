"""Alembic's environment: runs migrations on the connection that the store hands over."""

from __future__ import annotations

from alembic import context

from redengine.store.tables import VERSION_TABLE, metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    version_table=VERSION_TABLE,
    transactional_ddl=False,  # the store's own transaction holds all migrations
    render_as_batch=True,
)
context.run_migrations()
