"""Jobs submitted from Python: how soon the first instruction runs, and how fast many are done."""

from __future__ import annotations

import argparse
import tempfile
import time
from concurrent.futures import Executor, ProcessPoolExecutor, ThreadPoolExecutor, wait
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from benchmarks.counting import counted
from benchmarks.probe import emit, percentile

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_SUBMITTERS = 8
_LATENCIES = 200
_SIZE = {"thread": 10, "process": 2}


def stamp() -> float:
    """The job: it tells when its first instruction ran."""
    return time.time()


class Ours:
    """A session; with `store`, each job is committed before `submit` returns."""

    def __init__(self, kind: str, store: str | None) -> None:
        from redengine import Session
        from redengine.tasks import FuncTask

        config = {"max_queue_size": 1_000_000, "max_threads": _SIZE["thread"],
                  "max_processes": _SIZE["process"]}  # fmt: skip
        self._app = Session(store=store, config=config)
        FuncTask(stamp, name="stamp", execution=kind, session=self._app)
        self._app.start(block=False)

    def submit(self) -> Callable[[], Any]:
        """Submit one; what is given waits for its result."""
        return self._app.submit("stamp").result

    @contextmanager
    def counted(self, figures: dict[str, float], jobs: int) -> Iterator[None]:
        """Count what the store does in the block, for each of so many jobs."""
        with counted(self._app.store) as counts:
            yield
            self._app.store.flush()
        figures |= {
            "statements_job": counts.statements / jobs,
            "commits_job": counts.commits / jobs,
        }

    def stop(self) -> None:
        """End it."""
        self._app.shut_down(timeout=5)


class Floor:
    """A bare pool of the standard library, which remembers nothing."""

    def __init__(self, kind: str, store: str | None) -> None:
        del store
        pools: dict[str, type[Executor]] = {
            "thread": ThreadPoolExecutor,
            "process": ProcessPoolExecutor,
        }
        self._pool: Any = pools[kind](_SIZE[kind])

    def submit(self) -> Callable[[], Any]:
        """Submit one; what is given waits for its result."""
        result: Callable[[], Any] = self._pool.submit(stamp).result
        return result

    @contextmanager
    def counted(self, figures: dict[str, float], jobs: int) -> Iterator[None]:
        """Nothing to count."""
        del figures, jobs
        yield

    def stop(self) -> None:
        """End it."""
        self._pool.shutdown()


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("side", choices=("ours", "floor"))
    parser.add_argument("--kind", choices=tuple(_SIZE), default="thread")
    parser.add_argument("--store", default="", help="sqlite, or a URL; in memory if not given")
    parser.add_argument("--jobs", type=int, default=0, help="so many at once; 0: one by one")
    given = parser.parse_args()
    with _store(given.store if given.side == "ours" else "") as url:
        place = {"ours": Ours, "floor": Floor}[given.side](given.kind, url)
        try:
            for _ in range(20):
                place.submit()()
            emit(**(_burst(place, given.jobs) if given.jobs else _one_by_one(place)))
        finally:
            place.stop()


@contextmanager
def _store(named: str) -> Iterator[str | None]:
    if named != "sqlite":
        yield named or None
        return
    with tempfile.TemporaryDirectory() as folder:
        yield f"sqlite:///{Path(folder) / 'jobs.db'}"


def _one_by_one(place: Ours | Floor) -> dict[str, float]:
    """From the call of `submit` to the first instruction, while nothing else runs."""
    spans = []
    for _ in range(_LATENCIES):
        began = time.time()
        began_at = place.submit()()
        spans.append((began_at - began) * 1000)
        time.sleep(0.005)
    return {"first_p50_ms": percentile(spans, 0.5), "first_p95_ms": percentile(spans, 0.95)}


def _burst(place: Ours | Floor, count: int) -> dict[str, float]:
    """All submitted by a few threads at once; jobs a second until the last one has ended."""
    figures: dict[str, float] = {}
    with ThreadPoolExecutor(_SUBMITTERS) as submitters, place.counted(figures, count):
        began = time.time()
        shares = [
            submitters.submit(_submit_some, place, count // _SUBMITTERS) for _ in range(_SUBMITTERS)
        ]
        wait(shares)
        accepted_s = time.time() - began
        waits = [result for share in shares for result in share.result()]
        for result in waits:
            result()
        took_s = time.time() - began
    return {**figures, "submitted_s": len(waits) / accepted_s, "done_s": len(waits) / took_s}


def _submit_some(place: Ours | Floor, count: int) -> list[Callable[[], Any]]:
    return [place.submit() for _ in range(count)]


if __name__ == "__main__":
    main()
