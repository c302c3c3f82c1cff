"""Nothing acknowledged is lost and nothing runs twice, whenever the session is killed."""

import contextlib
import sqlite3

import pytest
from killing import Load

SEED = 20260307


def run(folder, kills, seed):
    def read(sql):
        with contextlib.closing(sqlite3.connect(folder / "jobs.db")) as database:
            return database.execute(sql).fetchall()

    load = Load(folder, f"sqlite:///{folder}/jobs.db", seed, read)
    for _ in range(kills):
        load.kill_once()
    load.settle()
    ends = load.check()
    load.report(f"{kills} kills, seed {seed}", ends)
    assert not load.refused
    assert ends["again", "success"] > 0
    assert ends["tick", "success"] > 0
    assert load.served <= ends["FlaskAPI", "terminate"] <= kills + 1
    assert ends["FlaskAPI", "crash"] == 0


def test_nothing_is_lost_or_run_twice_over_kills(tmp_path):
    """Six kills at moments drawn by chance, under load."""
    run(tmp_path, 6, SEED)


@pytest.mark.slow
@pytest.mark.timeout(3600)
def test_nothing_is_lost_or_run_twice_over_many_kills(tmp_path):
    """Two hundred kills."""
    run(tmp_path, 200, SEED + 1)
