"""A store that remembers nothing: for forecasts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from datetime import timedelta


class DoneTicket:
    """A ticket of something that is settled already."""

    done = True

    def wait(self, timeout: float | None = None) -> None:
        """Return at once."""

    def then(self, callback: Any) -> None:
        """Call back at once."""
        callback()


class NullStore:
    """Takes everything and remembers nothing (the part of `store.Store` that a journal uses)."""

    durable = False
    is_open = False
    healthy = True
    url = place = "none"
    last_error: str | None = None
    outage_s = 0.0
    has_room = True
    _ticket = DoneTicket()

    def write(self, *entries: Any, owed: bool = False) -> DoneTicket:
        """Forget the entries."""
        del entries, owed
        return self._ticket

    def flush(self, timeout: float | None = None) -> None:
        """Nothing is kept back."""

    def close(self, timeout: float | None = None) -> None:
        """Nothing is open."""

    def reopen(self) -> None:
        """Nothing was closed."""

    def relieve(self) -> None:
        """Nothing waits."""

    def keep(self, **bounds: Any) -> None:
        """Nothing is kept anyway."""
        del bounds

    def wait_at_most(self, patience: timedelta) -> None:
        """Nothing waits."""
        del patience

    def last_order(self) -> int:
        """No record has a number."""
        return 0

    def histories(self, now: Any = None) -> dict[str, Any]:
        """Nobody is remembered."""
        del now
        return {}

    def moments(self, task: str, action: str, since: Any = None) -> list[Any]:
        """Nothing is remembered."""
        del task, action, since
        return []

    def returns(self) -> dict[str, Any]:
        """No return value is remembered."""
        return {}

    def state(self, key: str) -> None:
        """Nothing is remembered."""
        del key

    def api_keys(self) -> list[Any]:
        """No key is remembered."""
        return []

    def jobs_in_state(self, *statuses: str) -> list[dict[str, Any]]:
        """No job is remembered."""
        del statuses
        return []

    def durations(self, tasks: Any, number: int = 20) -> dict[str, list[float]]:
        """Nothing is remembered."""
        del tasks, number
        return {}
