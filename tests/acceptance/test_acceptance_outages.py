"""Nothing acknowledged is lost and nothing runs twice, whenever the database server is killed."""

import threading
import time

import pytest
from killing import Load
from private_postgresql import private_postgresql
from script import LONGEST_WAIT_S

from redengine.exceptions import StoreError
from redengine.store import Store

SEED = 20260311
LONGEST_LIFE_S, LONGEST_OUTAGE_S = 0.7, 1.2
MOST_MORE = 20
"""So many more outages may be needed until submissions were refused in each way."""
PATIENCE_S = 0.5
"""Shorter than most outages: so some submissions ride one out, and some are taken back."""
REFUSALS = "was taken back", "cannot be written now"
"""What a submission is told that did not ride an outage out, and one that came late in it."""
PAUSE_S = 0.005
"""The session has time for its tasks beside the jobs that are submitted."""


class Chaos:
    """A session under load, and a server that goes away and comes back.

    Args:
        load: submits jobs.
        server: the server.
    """

    def __init__(self, load, server):
        self.load = load
        self.server = server
        self.health = Load(load.folder, load.store, 0, load.read)
        self.health.port = load.port
        self.slowest_s = 0.0

    @property
    def has_shown_all(self):
        """Whether jobs of each task were acknowledged, and submissions refused in each way."""
        told = list(self.load.refused.values())
        return len(set(self.load.acknowledged.values())) == 2 and all(
            any(refusal in message for message in told) for refusal in REFUSALS
        )

    def await_health(self, is_well):
        """Wait until the session says of its store that it is well, or is not."""
        began = time.monotonic()
        while True:
            answer = self.health.request("GET", "/health")
            if answer is not None and answer[1]["checks"]["store"]["ok"] is is_well:
                assert answer[0] == (200 if is_well else 503)
                break
            assert time.monotonic() - began < LONGEST_WAIT_S, answer
        if is_well:
            self.slowest_s = max(self.slowest_s, time.monotonic() - began)

    def strike(self):
        """Kill the server, see that the session notices, and let the server come back."""
        time.sleep(self.load.chance.uniform(0.0, LONGEST_LIFE_S))
        self.server.kill()
        self.await_health(is_well=False)
        time.sleep(self.load.chance.uniform(0.0, LONGEST_OUTAGE_S))
        self.server.start()
        self.await_health(is_well=True)


def run(folder, server, kills, seed):
    """Kill the server under one session; the session lives through all of it."""
    load = Load(folder, server.url, seed, server.run, PATIENCE_S)
    chaos = Chaos(load, server)
    with load.script() as script:
        script.wait_for("started")
        is_over = threading.Event()
        arguments = (is_over.is_set, 1_000_000, PAUSE_S)
        thread = threading.Thread(target=load.submit_until, args=arguments)
        thread.start()
        try:
            chaos.await_health(is_well=True)
            while server.kills < kills or not chaos.has_shown_all:
                assert server.kills < kills + MOST_MORE
                chaos.strike()
        finally:
            is_over.set()
            thread.join(LONGEST_WAIT_S)
            chaos.health.hang_up()
        assert not thread.is_alive()
        with pytest.raises(StoreError, match="another session uses it: process"):
            Store.open(server.url)  # the session has taken its lock again
        load.await_rest()
        assert script.end() == 0
    ends = load.check()
    load.report(f"{server.kills} kills of the server, seed {seed}", ends)
    print(f"  slowest recovery {chaos.slowest_s:.1f} s")
    output = script.output
    assert output.count("cannot be written:") == output.count("can be written again")
    assert output.count("cannot be written:") == server.kills >= kills
    assert load.refused_rows() == set()
    return load, ends


def check_ends(ends):
    """The session has lived: nothing of it crashed, and it ran all the time."""
    assert {status for _, status in ends} <= {"success", "terminate", "cancel"}, ends
    assert ends["once", "success"] > 0
    assert ends["tick", "success"] > 0


def test_a_session_outlives_its_database(tmp_path):
    """The server is killed twice under load: the session goes on, and all of it is stored."""
    with private_postgresql() as server:
        load, ends = run(tmp_path, server, 2, SEED)
    check_ends(ends)
    assert ends["once", "success"] + ends["again", "success"] == len(load.acknowledged)


@pytest.mark.slow
@pytest.mark.timeout(3600)
def test_a_session_outlives_its_database_many_times(tmp_path):
    """Sixty kills of the server."""
    with private_postgresql() as server:
        load, ends = run(tmp_path, server, 60, SEED + 1)
    check_ends(ends)
    assert ends["once", "success"] + ends["again", "success"] == len(load.acknowledged)


def run_both(folder, kills, seed):
    """Kill the session, and now and then the server with it, or before it."""
    with private_postgresql() as server:
        load = Load(folder, server.url, seed, server.run)
        for number in range(kills):
            load.kill_once()
            if number % 5 in {1, 3}:
                server.kill()
                server.start()
        load.settle()
        ends = load.check()
        load.report(f"{kills} kills of the session, {server.kills} of the server", ends)
    assert ends["again", "success"] > 0
    assert load.served <= ends["FlaskAPI", "terminate"] <= kills + 1
    assert ends["FlaskAPI", "crash"] == 0


def test_nothing_is_lost_or_run_twice_on_postgresql(tmp_path):
    """Four kills of the session on PostgreSQL, two of them along with the server."""
    run_both(tmp_path, 4, SEED)


@pytest.mark.slow
@pytest.mark.timeout(3600)
def test_nothing_is_lost_or_run_twice_on_postgresql_many_times(tmp_path):
    """A hundred kills of the session, some of them along with the server."""
    run_both(tmp_path, 100, SEED + 2)
