"""A session under load whose process, or whose database, is killed; and what must hold then."""

import contextlib
import http.client
import json
import random
import signal
import time
from collections import Counter
from pathlib import Path

from script import LONGEST_WAIT_S, Script, free_port

TARGET = Path(__file__).with_name("kill_target.py")
ENDED = {"success", "fail", "terminate", "crash", "inaction", "cancel"}
MOST_A_LIFE = 60
"""So many jobs are submitted between two kills: more than are done by then."""
RESTS_WITHIN_S = 180


class Load:
    """Submits jobs to a session in a process of its own, and knows what was acknowledged.

    Args:
        folder: where the session notes each start of a task's code.
        store: its store's URL.
        seed: what the moments are drawn from.
        read: gives the rows of a statement on the store's tables.
        timeout_s: how long a submission waits for the store.
    """

    def __init__(self, folder, store, seed, read, timeout_s=5.0):
        self.folder = folder
        self.store = store
        self.chance = random.Random(seed)
        self.port = free_port()
        self.read = read
        self.timeout_s = timeout_s
        self.acknowledged = {}
        self.refused = {}
        self.lives = 0
        self.served = 0
        """In so many lives the session acknowledged a job, and so had stored that its API runs."""
        self._number = 0
        self._connection = None

    def script(self):
        """The session's process."""
        arguments = (self.store, self.port, self.folder / "notes", self.timeout_s)
        return Script(TARGET, *arguments, cwd=self.folder)

    @contextlib.contextmanager
    def running(self):
        """A process whose session has started; the server may take a while to miss a killed one."""
        deadline = time.monotonic() + LONGEST_WAIT_S
        while True:
            with self.script() as script:
                try:
                    script.wait_for("started")
                except AssertionError:
                    is_locked = "another session uses it" in script.output
                    if not is_locked or time.monotonic() > deadline:
                        raise
                    continue
                yield script
                return

    def request(self, method, path, body=None):
        """The status and the answer; None while nobody listens."""
        if self._connection is None:
            self._connection = http.client.HTTPConnection(
                "127.0.0.1", self.port, timeout=LONGEST_WAIT_S
            )
        try:
            self._connection.request(method, path, body)
            answer = self._connection.getresponse()
            return answer.status, json.loads(answer.read())
        except (OSError, http.client.HTTPException):
            self.hang_up()
            return None

    def hang_up(self):
        """Let the connection go."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def submit_until(self, is_over, most=MOST_A_LIFE, pause_s=0.0):
        """Submit jobs one after the other; only an answer of 201 counts."""
        last = len(self.acknowledged) + most
        while not is_over() and len(self.acknowledged) < last:
            self.submit()
            time.sleep(pause_s)  # the rate of the load
        self.hang_up()

    def submit(self):
        """Submit one job; one of 503 was refused, and must not run."""
        task = ("again", "once")[len(self.acknowledged) % 2]
        self._number += 1
        body = json.dumps({"parameters": {"number": self._number}})
        answer = self.request("POST", f"/tasks/{task}/jobs", body)
        if answer is None:
            return
        status, told = answer
        if status == 503:
            self.refused[self._number] = told["message"]
        else:
            assert status == 201, told
            self.acknowledged[told["job_id"]] = task

    def await_rest(self):
        """Return when no submitted job is waiting or running, and one by the clock has ended."""
        waiting = "/jobs?status=queued&status=run&task=once&task=again&$limit=1"
        ticked = "/jobs?status=success&task=tick&$limit=1"
        deadline = time.monotonic() + RESTS_WITHIN_S
        rests = ticks = False
        while not (rests and ticks):
            assert time.monotonic() < deadline, "jobs do not come to rest"
            rests = self.request("GET", waiting) == (200, [])
            status, found = self.request("GET", ticked) or (None, [])
            ticks = status == 200 and found != []
        self.hang_up()

    def settle(self):
        """Start the session a last time, and let it come to rest."""
        with self.running() as script:
            self.await_rest()
            self.served += 1
            assert script.end(signal.SIGINT) == 0

    def kill_once(self, longest_s=0.6):
        """Start the session, give it jobs, kill it at a moment drawn by chance.

        Every other moment is counted from the start of the session, which may not serve by then,
        the others from the first job that it acknowledges.
        """
        before = len(self.acknowledged)
        with self.running() as script:
            self.lives += 1
            if self.lives % 2:
                self.submit_until(lambda: len(self.acknowledged) > before)
            moment = time.monotonic() + self.chance.uniform(0.0, longest_s)
            self.submit_until(lambda: time.monotonic() >= moment)
            time.sleep(max(0.0, moment - time.monotonic()))
            script.end(signal.SIGKILL)
        self.served += len(self.acknowledged) > before

    # -- what must hold

    def check(self):
        """See what the store and the notes say of all that happened; ends by task and status."""
        jobs = {
            job_id: (task, status, attempt)
            for job_id, task, status, attempt in self.read(
                "SELECT job_id, task, status, attempt FROM redengine_jobs"
            )
        }
        lines = (self.folder / "notes").read_text().splitlines()
        starts = [line.split() for line in lines]
        self._check_acknowledged(jobs, {job_id for _, job_id, _, _ in starts})
        self._check_starts(jobs, starts)
        self._check_ends()
        return Counter((task, status) for task, status, _ in jobs.values())

    def _check_acknowledged(self, jobs, ran):
        lost = [job_id for job_id in self.acknowledged if job_id not in jobs]
        assert not lost, f"acknowledged and lost: {lost}"
        found = {job_id: jobs[job_id] for job_id in self.acknowledged}
        still_open = {key: job for key, job in found.items() if job[1] not in ENDED}
        assert not still_open, f"acknowledged and not ended: {still_open}"
        for job_id, (task, status, attempt) in found.items():
            assert status in ({"success"} if task == "again" else {"success", "crash"}), job_id
            assert attempt == 1 or task == "again", job_id
            assert status != "success" or job_id in ran, job_id

    @staticmethod
    def _check_starts(jobs, starts):
        per_attempt = Counter((job_id, attempt) for _, job_id, attempt, _ in starts)
        twice = {key: number for key, number in per_attempt.items() if number > 1}
        assert not twice, f"attempts that ran twice: {twice}"
        per_due = Counter((task, due, attempt) for task, _, attempt, due in starts if due != "-")
        doubled = {key: number for key, number in per_due.items() if number > 1}
        assert not doubled, f"occurrences that ran twice: {doubled}"
        unknown = {job_id for _, job_id, _, _ in starts if job_id not in jobs}
        assert not unknown, f"ran without being stored: {unknown}"

    def _check_ends(self):
        """A job of several final records would have ended more than once."""
        final = ", ".join(f"'{status}'" for status in sorted(ENDED))
        several = self.read(
            "SELECT job_id, count(*) FROM redengine_logs WHERE job_id IS NOT NULL"
            f" AND action IN ({final}) AND (reason IS NULL OR reason NOT IN ('retry', 'overlap'))"
            " GROUP BY job_id HAVING count(*) > 1"
        )
        assert not several, f"jobs that ended more than once: {several}"

    def refused_rows(self):
        """The numbers of refused submissions that the store has nevertheless."""
        rows = self.read("SELECT parameters FROM redengine_jobs WHERE parameters IS NOT NULL")
        kept = {json.loads(text).get("number") for (text,) in rows}
        return kept & set(self.refused)

    def report(self, title, ends):
        """Print what was counted."""
        print(f"{title}: {len(self.acknowledged)} jobs acknowledged, {len(self.refused)} refused")
        for (task, end), number in sorted(ends.items()):
            print(f"  {task}: {number} {end}")
