"""Locks are taken in one order: the session's, a runtime's, the store's, and that of the events."""

import sys
import threading
from pathlib import Path

import pytest

import redengine
from redengine import Session

PACKAGE = Path(redengine.__file__).parent
PLACES = {
    "scheduler/core.py": "session",
    "runtimes/pool.py": "runtime",
    "runtimes/shared.py": "runtime",
    "store": "store",
    "scheduler/events": "events",
}
ORDER = ("session", "runtime", "store", "events")


def owner_of(path):
    """Whose lock is made in a file; None for those that are no part of the order."""
    try:
        name = Path(path).relative_to(PACKAGE).as_posix()
    except ValueError:
        return None
    return next((owner for place, owner in PLACES.items() if name.startswith(place)), None)


class Watched:
    """A lock that notes which others its thread holds when it is taken."""

    held = threading.local()

    def __init__(self, lock, owner, seen):
        self.lock, self.owner, self.seen = lock, owner, seen

    def _note(self):
        stack = self.held.__dict__.setdefault("stack", [])
        if self not in stack:
            self.seen.update((each.owner, self.owner) for each in stack)
        stack.append(self)

    def _drop(self):
        stack = self.held.__dict__["stack"]
        del stack[len(stack) - 1 - stack[::-1].index(self)]

    def acquire(self, *args, **options):
        """Taken by hand; in a runtime and the store that is a signal, which another gives free."""
        is_had = self.lock.acquire(*args, **options)
        if is_had and self.owner == "events":
            self._note()
        return is_had

    def release(self):
        if self.owner == "events":
            self._drop()
        self.lock.release()

    def __enter__(self):
        self.lock.acquire()
        self._note()
        return True

    def __exit__(self, *exc_info):
        self._drop()
        self.lock.release()

    def locked(self):
        return self.lock.locked()


class WatchedRLock(Watched):
    """The same of a lock that its thread may take again, with what a condition asks of it."""

    def _is_owned(self):
        return self.lock._is_owned()

    def _release_save(self):
        stack = self.held.__dict__["stack"]
        number = stack.count(self)
        stack[:] = [each for each in stack if each is not self]
        return self.lock._release_save(), number

    def _acquire_restore(self, saved):
        state, number = saved
        self.lock._acquire_restore(state)
        for _ in range(number):
            self._note()


@pytest.fixture
def seen(monkeypatch):
    """Pairs of owners: a lock of the second was taken by a thread that held one of the first."""
    found = set()
    for name, kind in (("Lock", Watched), ("RLock", WatchedRLock)):
        make = getattr(threading, name)

        def watched(make=make, kind=kind):
            owner = owner_of(sys._getframe(1).f_code.co_filename)
            return make() if owner is None else kind(make(), owner, found)

        monkeypatch.setattr(threading, name, watched)
    return found


@pytest.mark.parametrize("is_durable", [False, True])
def test_no_thread_asks_for_an_earlier_lock_while_it_has_a_later_one(seen, tmp_path, is_durable):
    """Submissions, retries, holds, limits, terminations, resizing and a shut-down beside jobs."""
    app = Session(store=f"sqlite:///{tmp_path}/jobs.db" if is_durable else None)
    release = threading.Event()

    @app.task(max_instances=50, limits={"db": 1}, retries=1, backoff=0)
    def limited(fails=False):
        if fails:
            raise ValueError("again")

    @app.task(max_instances=50)
    def waits():
        release.wait(60)

    @app.task("after task 'limited'", max_instances=50)
    def follows():
        pass

    app.start(block=False)
    app.runtime("own", kind="thread", size=2)
    jobs = [app.submit("limited", fails=number % 2 == 0) for number in range(10)]
    waiting = [app.submit("waits") for _ in range(3)]
    waiting[0].terminate("enough")
    jobs += [app.submit_task(app.tasks["limited"], {}, options={"runtime": "own"})]
    app.config.max_threads = 3
    app.parameters["mode"] = "fast"
    for job in jobs:
        job.wait(60)
    release.set()
    app.runtimes.remove("own")
    app.shut_down()
    app.store.close()
    wrong = {(first, second) for first, second in seen if ORDER.index(first) > ORDER.index(second)}
    assert not wrong
    assert {("session", "runtime"), ("session", "events"), ("session", "store")} <= seen
