"""Changes: the audit trail of what was asked of the session through the API."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from redengine.exceptions import NotFound

if TYPE_CHECKING:
    from redengine.query import Query
    from redengine.scheduler.core import Core
    from redengine.scheduler.journal import LostTicket
    from redengine.store import ChangeEntry, Page, Ticket


class Changes:
    """Records write requests, and lists them."""

    def __init__(self, core: Core) -> None:
        self._core = core

    def __repr__(self) -> str:
        return "Changes()"

    def record(self, *entries: ChangeEntry) -> Ticket | LostTicket:
        """Write entries, all of them or none; the answer tells when they are durable.

        Args:
            *entries: what happened, by the clock of the session.
        """
        return self._core.journal.changed_by_request(entries)

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

    def whole(self, after: int = 0, limit: int = 1_000, **fields: Any) -> list[dict[str, Any]]:
        """Changes with what may not be shown, oldest first.

        Args:
            after: only those with a higher number.
            limit: no more than so many.
            **fields: fields that have to equal a value, such as `resource`.
        """
        return self._core.journal.store.whole_changes(after, limit, **fields)
