"""Recording: what the journal keeps of writes that belong together, stored in one step."""

from __future__ import annotations

from contextvars import ContextVar
from typing import TYPE_CHECKING, Any

from redengine.api import masking
from redengine.store import ChangeEntry

if TYPE_CHECKING:
    from redengine.api.ports import ReceiptPort, SessionPort
    from redengine.api.writes import Made

current_record: ContextVar[Recording | None] = ContextVar("redengine_recording", default=None)
"""The write that is being journalled."""


class Recording:
    """Takes what the journal keeps of the writes of one batch, to be stored in one step.

    Args:
        session: whose journal it is.
    """

    def __init__(self, session: SessionPort) -> None:
        self._session = session
        self.made: Made | None = None
        """The write that is being journalled."""
        self.is_kept = False
        """Whether the session's journal has got it."""
        self._entries: list[ChangeEntry] = []

    def take(self, resource: str, method: str, data: dict[str, Any]) -> None:
        """Keep the write that is being journalled."""
        self.is_kept = True
        self._entries.append(self._entry(resource, method, data))

    def _entry(self, resource: str, method: str, data: dict[str, Any]) -> ChangeEntry:
        made = self.made
        if made is None:
            return self._sealed(ChangeEntry(None, resource, _name_in(data), method, data))
        request = made.request
        entry = ChangeEntry(
            None,
            resource,
            _name_in(data),
            method,
            data,
            before=made.kept[0],
            after=made.kept[1],
            actor=request.actor,
            address=request.address,
            status=made.response.status,
            request_id=request.request_id,
            reverts=made.reverts,
        )
        return self._sealed(entry)

    def _sealed(self, entry: ChangeEntry) -> ChangeEntry:
        """The entry as it may be shown; what may not be is sealed."""
        parameters = self._session.parameters
        whole = {"data": entry.data, "before": entry.before, "after": entry.after}
        shown = {
            name: masking.shown_write(entry.resource, value, parameters)
            for name, value in whole.items()
        }
        secret = {name: value for name, value in whole.items() if value != shown[name]}
        return entry._replace(**shown, sealed=secret or None)

    def store(self) -> ReceiptPort | None:
        """Store all that was taken; what to wait for, where the store is durable."""
        if not self._entries:
            return None
        receipt = self._session.changes.record(*self._entries)
        return receipt if self._session.store.durable else None


def _name_in(data: dict[str, Any]) -> str | None:
    """The name of what a write is about."""
    name: str | None = data.get("name", data.get("runtime_id"))
    return name
