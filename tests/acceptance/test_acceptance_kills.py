"""Nothing acknowledged is lost and nothing runs twice, whenever the session is killed."""

import http.client
import json
import random
import signal
import sqlite3
import time
from collections import Counter
from pathlib import Path

import pytest
from script import LONGEST_WAIT_S, Script, free_port

TARGET = Path(__file__).with_name("kill_target.py")
ENDED = {"success", "fail", "terminate", "crash", "inaction", "cancel"}
SEED = 20260307
MOST_A_LIFE = 60
"""So many jobs are submitted between two kills: more than are done by then."""


class Killer:
    """Runs the session under load, and kills it at moments drawn by chance."""

    def __init__(self, folder, seed):
        self.folder = folder
        self.chance = random.Random(seed)
        self.port = free_port()
        self.acknowledged = {}
        self.kills = 0

    def script(self):
        arguments = (f"sqlite:///{self.folder}/jobs.db", self.port, self.folder / "notes")
        return Script(TARGET, *arguments, cwd=self.folder)

    def kill_once(self):
        """Start the session, give it jobs, kill it."""
        with self.script() as script:
            script.wait_for("started")
            self.submit_until(time.monotonic() + self.chance.uniform(0.0, 0.6))
            script.end(signal.SIGKILL)
            self.kills += 1

    def submit_until(self, deadline):
        """Submit jobs one after the other; only an answer of 201 counts."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=LONGEST_WAIT_S)
        most = len(self.acknowledged) + MOST_A_LIFE
        while time.monotonic() < deadline and len(self.acknowledged) < most:
            task = self.chance.choice(("once", "again"))
            number = len(self.acknowledged)
            body = json.dumps({"parameters": {"number": number}})
            try:
                connection.request("POST", f"/tasks/{task}/jobs", body)
                answer = connection.getresponse()
                told = json.loads(answer.read())
            except OSError:
                connection.close()  # it does not listen yet
                continue
            assert answer.status == 201, told
            self.acknowledged[told["job_id"]] = task
        connection.close()
        time.sleep(max(0.0, deadline - time.monotonic()))  # the moment is what is drawn by chance

    def settle(self):
        """Start it a last time, and let it come to rest."""
        with self.script() as script:
            script.wait_for("started")
            connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=LONGEST_WAIT_S)
            deadline = time.monotonic() + 60
            while time.monotonic() < deadline:
                try:
                    path = "/jobs?status=queued&status=run&task=once&task=again&$limit=1"
                    connection.request("GET", path)
                    if json.loads(connection.getresponse().read()) == []:
                        break
                except OSError:
                    connection.close()
            connection.close()
            assert script.end(signal.SIGINT) == 0

    def check(self):
        """What the store and the notes say of all that happened."""
        with sqlite3.connect(self.folder / "jobs.db") as database:
            rows = database.execute("select job_id, task, status, attempt from redengine_jobs")
            jobs = {job_id: (task, status, attempt) for job_id, task, status, attempt in rows}
        database.close()
        starts = [line.split() for line in (self.folder / "notes").read_text().splitlines()]

        lost = [job_id for job_id in self.acknowledged if job_id not in jobs]
        assert not lost, f"acknowledged and lost: {lost}"
        open_ones = {
            job_id: jobs[job_id] for job_id in self.acknowledged if jobs[job_id][1] not in ENDED
        }
        assert not open_ones, f"acknowledged and not ended: {open_ones}"

        per_attempt = Counter((job_id, attempt) for _, job_id, attempt, _ in starts)
        twice = {key: number for key, number in per_attempt.items() if number > 1}
        assert not twice, f"attempts that ran twice: {twice}"
        per_due = Counter((task, due, attempt) for task, _, attempt, due in starts if due != "-")
        doubled = {key: number for key, number in per_due.items() if number > 1}
        assert not doubled, f"occurrences that ran twice: {doubled}"

        ran = {job_id for _, job_id, _, _ in starts}
        for job_id, task in self.acknowledged.items():
            _, status, attempt = jobs[job_id]
            assert status in ({"success"} if task == "again" else {"success", "crash"})
            assert attempt == 1 or task == "again"
            assert status != "success" or job_id in ran
        return Counter((task, status) for task, status, _ in jobs.values())


def run(folder, kills, seed):
    killer = Killer(folder, seed)
    for _ in range(kills):
        killer.kill_once()
    killer.settle()
    ends = killer.check()
    print(f"{killer.kills} kills, {len(killer.acknowledged)} jobs acknowledged, seed {seed}")
    for (task, end), number in sorted(ends.items()):
        print(f"  {task}: {number} {end}")
    return killer, ends


@pytest.mark.timeout(300)
def test_nothing_is_lost_or_run_twice_over_kills(tmp_path):
    """Twenty kills at moments drawn by chance, under load."""
    killer, ends = run(tmp_path, 20, SEED)

    assert killer.kills == 20
    assert ends["again", "success"] > 0
    assert ends["tick", "success"] > 0


@pytest.mark.slow
@pytest.mark.timeout(3600)
def test_nothing_is_lost_or_run_twice_over_many_kills(tmp_path):
    """Two hundred kills."""
    killer, _ = run(tmp_path, 200, SEED + 1)

    assert killer.kills == 200
