"""Health: whether the session does its work, and the evidence."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from redengine.exceptions import counted
from redengine.scheduler.core import PAUSED, RUNNING
from redengine.scheduler.engine.engine import LONGEST_WAIT

if TYPE_CHECKING:
    from redengine.runtimes import Runtime
    from redengine.scheduler.core import Core
    from redengine.scheduler.engine.engine import Engine
    from redengine.scheduler.engine.poller import Predicates
    from redengine.scheduler.lifecycle import Lifecycle

SILENT_S: Final = LONGEST_WAIT.total_seconds() + 5.0
"""An engine that has not looked at its agenda for longer is unwell."""
LATE_S: Final = 10.0
"""An engine that is later than this with what is due is unwell."""
_LOCK_WAIT_S: Final = 2.0
_SHOWN_JUMPS: Final = 10

Check = dict[str, Any]


def health(
    core: Core, engine: Engine, lifecycle: Lifecycle, predicates: Predicates
) -> tuple[bool, dict[str, Any]]:
    """Whether all is well, and one entry for each thing that was looked at."""
    checks = {
        "engine": _engine(core, engine, lifecycle),
        "lag": _lag(core),
        "store": _store(core),
        "runtimes": _runtimes(core),
        "queue": _queue(core),
        "conditions": _conditions(predicates),
        "clock": {"ok": True, "jumps": core.recorder.jumps[-_SHOWN_JUMPS:]},
    }
    is_well = all(check["ok"] for check in checks.values())
    status = "healthy" if is_well else "unhealthy"
    return is_well, {"status": status, "state": core.state, "checks": checks}


def readiness(core: Core, lifecycle: Lifecycle) -> tuple[bool, dict[str, Any]]:
    """Whether jobs are taken now, and otherwise one reason for each thing in the way.

    Anybody may read them: what a database says of its trouble is left to `health`.
    """
    checks = [_alive(core, lifecycle), _queue(core)]
    reasons = [check["message"] for check in checks if not check["ok"]]
    if not core.store.healthy:
        reasons.append("the store cannot be written")
    status = "unready" if reasons else "ready"
    return not reasons, {"status": status, "state": core.state, "reasons": reasons}


def _alive(core: Core, lifecycle: Lifecycle) -> Check:
    if core.state not in {RUNNING, PAUSED}:
        return {"ok": False, "message": f"the session is {core.state}"}
    if not lifecycle.is_engine_alive:
        return {"ok": False, "message": "the engine's thread has died; restart the session"}
    return {"ok": True}


def _engine(core: Core, engine: Engine, lifecycle: Lifecycle) -> Check:
    """The engine's thread lives, and has looked at its agenda not long ago."""
    alive = _alive(core, lifecycle)
    if not alive["ok"]:
        return alive
    seen_at = engine.seen_at
    silent_s = core.clock.monotonic() - seen_at if seen_at is not None else 0.0
    facts = {"wake_ups": engine.wake_ups, "last_look_s": round(silent_s, 3)}
    if silent_s > SILENT_S:
        message = f"the engine has not looked around for {silent_s:.0f} s"
        return {"ok": False, **facts, "message": message}
    return {"ok": True, **facts}


def _lag(core: Core) -> Check:
    """How late the engine is with what is due first."""
    if not core.lock.acquire(timeout=_LOCK_WAIT_S):
        message = f"the session's lock has been held for {_LOCK_WAIT_S:g} s"
        return {"ok": False, "bound_s": LATE_S, "message": message}
    try:
        first, now = core.agenda.next_instant(), core.clock.now()
    finally:
        core.lock.release()
    is_deciding = core.state in {RUNNING, PAUSED}
    late_s = (now - first).total_seconds() if first is not None and is_deciding else 0.0
    facts = {"late_s": round(max(0.0, late_s), 3), "bound_s": LATE_S}
    if late_s > LATE_S:
        message = f"what was due first is {late_s:.0f} s late; {LATE_S:g} s are tolerated"
        return {"ok": False, **facts, "message": message}
    return {"ok": True, **facts}


def _store(core: Core) -> Check:
    store = core.store
    facts = {"url": store.url, "durable": store.durable, "pending": store.pending}
    if store.healthy:
        return {"ok": True, **facts}
    return {"ok": False, **facts, "message": f"the store cannot be written: {store.last_error}"}


def _runtimes(core: Core) -> Check:
    """No runtime has lost as many threads as it has slots."""
    runtimes = list(core.runtimes.values())
    lost = [runtime.name for runtime in runtimes if _is_lost(runtime)]
    facts = {"load": [runtime.load() for runtime in runtimes]}
    if lost:
        message = (
            f"runtime '{lost[0]}' has as many abandoned threads as slots; "
            "see what they wait for in the stack of their jobs, and restart the session"
        )
        return {"ok": False, **facts, "message": message}
    return {"ok": True, **facts}


def _is_lost(runtime: Runtime) -> bool:
    abandoned = runtime.load().get("abandoned", 0)
    return isinstance(abandoned, int) and 0 < runtime.size <= abandoned


def _conditions(predicates: Predicates) -> Check:
    """No check of a custom condition runs for longer than it should."""
    hung = predicates.hung()
    facts = {"hung": [each._asdict() for each in hung]}
    if hung:
        names = ", ".join(f"{each.condition} for {each.running_s:.0f} s" for each in hung)
        message = f"checks of conditions do not return: {names}; their latest answers stand"
        return {"ok": False, **facts, "message": message}
    return {"ok": True, **facts}


def _queue(core: Core) -> Check:
    """Fewer jobs wait than may."""
    waiting, limit = core.waiting, core.config.max_queue_size
    facts = {"waiting": waiting, "limit": limit}
    if waiting >= limit:
        message = (
            f"the queue is full with {counted(waiting, 'job')}, max_queue_size is {limit}; "
            "more are refused"
        )
        return {"ok": False, **facts, "message": message}
    return {"ok": True, **facts}
