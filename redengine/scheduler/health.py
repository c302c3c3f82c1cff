"""Health: whether the session does its work, and the evidence."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from redengine.scheduler.core import PAUSED, RUNNING
from redengine.scheduler.engine import LONGEST_WAIT

if TYPE_CHECKING:
    from redengine.scheduler.core import Core
    from redengine.scheduler.engine import Engine
    from redengine.scheduler.lifecycle import Lifecycle

_LATE_S: Final = LONGEST_WAIT.total_seconds() + 5.0


def health(core: Core, engine: Engine, lifecycle: Lifecycle) -> tuple[bool, dict[str, Any]]:
    """Whether all is well, and one entry for each thing that was looked at."""
    checks = {
        "engine": _engine(core, engine, lifecycle),
        "store": _store(core),
        "runtimes": _runtimes(core),
    }
    is_well = all(check["ok"] for check in checks.values())
    return is_well, {"status": "ok" if is_well else "unwell", "state": core.state, "checks": checks}


def _engine(core: Core, engine: Engine, lifecycle: Lifecycle) -> dict[str, Any]:
    if core.state not in {RUNNING, PAUSED}:
        return {"ok": False, "message": f"the session is {core.state}"}
    if not lifecycle.is_engine_alive:
        return {"ok": False, "message": "the engine's thread has died; restart the session"}
    seen_at = engine.seen_at
    silent_s = core.clock.monotonic() - seen_at if seen_at is not None else 0.0
    if silent_s > _LATE_S:
        return {"ok": False, "message": f"the engine has not looked around for {silent_s:.0f} s"}
    return {"ok": True, "wake_ups": engine.wake_ups, "last_look_s": round(silent_s, 3)}


def _store(core: Core) -> dict[str, Any]:
    store = core.journal.store
    facts = {"url": store.url, "durable": store.durable}
    if store.healthy:
        return {"ok": True, **facts}
    return {"ok": False, **facts, "message": store.last_error}


def _runtimes(core: Core) -> dict[str, Any]:
    return {"ok": True, "load": [runtime.load() for runtime in core.runtimes.values()]}
