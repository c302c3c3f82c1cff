"""Watch this machine: samples, roll-ups, alerts and a clean-up, with the API on port 5000.

Run it with `make run`, or `python examples/machine_watch.py [--store URL] [--port N]`.
History, return values and changes made over the API are kept in machine_watch.db.
"""

from __future__ import annotations

import argparse
import asyncio
import logging
import statistics
import tempfile
import time
from pathlib import Path

import psutil

from redengine import Session, current_job
from redengine.conditions import after_success, cron, daily, every
from redengine.parameters import Arg, Return
from redengine.tasks import CommandTask
from redengine.tasks.api import FlaskAPI

log = logging.getLogger("machine_watch")
recent: list[dict[str, float]] = []
"""The samples since the last roll-up."""


parser = argparse.ArgumentParser(description="Watch this machine.")
parser.add_argument("--store", default="sqlite:///machine_watch.db", help="SQLAlchemy URL")
parser.add_argument("--port", type=int, default=5000)
options = parser.parse_args()

app = Session(
    store=options.store,
    name="machine-watch",
    parameters={
        "load_limit": 0.9,
        "memory_limit": 90,
        "disk_limit": 95,
        "watchlist": "watchlist.txt",
    },
    config={"task_pre_exist": "replace"},
)
app.runtime("probes", size=1)


@app.task(every("3 seconds"), description="Load, memory and disk of this machine.")
def sample() -> dict[str, float]:
    load = psutil.getloadavg()[0] / (psutil.cpu_count() or 1)
    taken = {
        "time": time.time(),
        "load": round(load, 3),
        "memory": psutil.virtual_memory().percent,
        "disk": psutil.disk_usage("/").percent,
    }
    recent.append(taken)
    print(f"load {taken['load']:.2f}, memory {taken['memory']} %, disk {taken['disk']} %")
    return taken


@app.task(every("15 seconds"), description="The five busiest processes.")
def busiest() -> list[dict[str, object]]:
    found = [process.info for process in psutil.process_iter(["pid", "name", "cpu_times"])]
    used = [(sum(each["cpu_times"][:2]), each) for each in found if each["cpu_times"]]
    top = sorted(used, key=lambda pair: -pair[0])[:5]
    return [
        {"pid": each["pid"], "name": each["name"], "cpu_s": round(seconds, 1)}
        for seconds, each in top
    ]


@app.task(every("1 minute") & after_success(sample), description="Means of the last minute.")
def roll_up() -> dict[str, float]:
    samples = recent[:]
    del recent[: len(samples)]
    keys = ("load", "memory", "disk")
    means = {key: round(statistics.fmean(each[key] for each in samples), 3) for key in keys}
    log.info("%d samples, means %s", len(samples), means)
    return {**means, "samples": len(samples)}


@app.task(after_success(sample), description="Compares the latest sample with the limits.")
def alert(
    latest=Return(sample),
    load_limit=Arg("load_limit"),
    memory_limit=Arg("memory_limit"),
    disk_limit=Arg("disk_limit"),
) -> list[str]:
    limits = {"load": load_limit, "memory": memory_limit, "disk": disk_limit}
    over = [
        f"{name} {latest[name]} > {limit}" for name, limit in limits.items() if latest[name] > limit
    ]
    for line in over:
        log.warning("ALERT: %s", line)
    return over


@app.task(
    every("20 seconds"),
    retries=1,
    backoff="1 s",
    description="Checks that the processes named in the watch list run; fails without one.",
)
def watchlist(path=Arg("watchlist")) -> dict[str, bool]:
    wanted = Path(path).read_text(encoding="utf-8").split()
    running = {process.info["name"] for process in psutil.process_iter(["name"])}
    return {name: name in running for name in wanted}


@app.task(
    every("30 seconds"),
    execution="process",
    timeout="20 s",
    description="How fast this machine counts primes: work for a process of its own.",
)
def primes(limit: int = 30_000) -> dict[str, float]:
    begin = time.perf_counter()
    count = 0
    for number in range(2, limit):
        if all(number % divisor for divisor in range(2, int(number**0.5) + 1)):
            count += 1
        if number % 5_000 == 0:
            current_job().progress(number, limit, "counting")
    return {"primes": count, "seconds": round(time.perf_counter() - begin, 3)}


@app.task(execution="probes", description="Only when asked for: how fast a file is written.")
def disk_speed(megabytes: int = 20) -> dict[str, float]:
    begin, block = time.perf_counter(), bytes(1_000_000)
    with tempfile.TemporaryFile() as file:
        for number in range(megabytes):
            current_job().checkpoint()  # it can be paused and ended here
            file.write(block)
            current_job().progress(number + 1, megabytes, "written")
    return {"megabytes_s": round(megabytes / (time.perf_counter() - begin), 1)}


@app.task(every("10 seconds"), execution="async", description="Latency of the event loop.")
async def loop_latency() -> float:
    begin = time.perf_counter()
    await asyncio.sleep(0.01)
    return round((time.perf_counter() - begin - 0.01) * 1000, 3)


@app.task(cron("*/5 * * * *"), description="A line in the log every five minutes.")
def heartbeat(means=Return(roll_up, default=None)) -> None:
    log.info("still watching; latest means: %s", means)


@app.task(daily.after("03:00"), description="Once a day: how full the disk is.")
def daily_report() -> dict[str, float]:
    usage = psutil.disk_usage("/")
    return {"total_gb": round(usage.total / 1e9, 1), "free_gb": round(usage.free / 1e9, 1)}


CommandTask(
    "df -h / | tail -1",
    shell=True,
    name="disk_free",
    session=app,
    start_cond="every 1 minute",
    description="What df says of the root disk.",
)
FlaskAPI(port=options.port, session=app)

if __name__ == "__main__":
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(name)s: %(message)s")
    address = f"http://127.0.0.1:{options.port}"
    print("Watching this machine; Ctrl-C stops. Look at", flush=True)
    for path in ("/tasks", "/logs?action=fail", "/tasks/watchlist/why", "/forecast?until=1h"):
        print(f"  {address}{path}", flush=True)
    app.start()
