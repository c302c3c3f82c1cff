"""Changes: the journal of what was modified through the API."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from redengine.exceptions import NotFound

if TYPE_CHECKING:
    from collections.abc import Mapping

    from redengine.query import Query
    from redengine.scheduler.core import Core
    from redengine.scheduler.journal import LostTicket
    from redengine.store import Page, Ticket


class Changes:
    """Records modifications, and lists them."""

    def __init__(self, core: Core) -> None:
        self._core = core

    def record(
        self,
        resource: str,
        name: str | None,
        method: str,
        data: Mapping[str, Any],
        actor: str | None,
        request_id: str,
    ) -> Ticket | LostTicket:
        """Write one entry; the answer tells when it is durable.

        Args:
            resource: what was modified: "Task", "Parameters" …
            name: which one, where there are several.
            method: post, put, patch or delete.
            data: what was given, with secrets masked.
            actor: who asked, if that is known.
            request_id: the request's id.
        """
        return self._core.journal.change(resource, name, method, data, actor, request_id)

    def query(self, query: Query) -> Page:
        """The entries that match, newest first."""
        return self._core.journal.store.changes(query)

    def get(self, change_id: int) -> dict[str, Any]:
        """One entry.

        Raises:
            NotFound: there is none of that number.
        """
        entry = self._core.journal.store.change(change_id)
        if entry is None:
            raise NotFound("change", str(change_id))
        return entry
