"""A session that runs very many jobs keeps to its memory."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.mark.slow
@pytest.mark.timeout(1200)
@pytest.mark.parametrize("options", [["--jobs", "1000000"], ["--jobs", "100000", "--sqlite"]])
def test_a_million_jobs_take_no_more_memory_than_the_first(options):
    """After the history is full, what a session has in memory does not grow."""
    command = [sys.executable, "-m", "benchmarks.measures.growth", "ours", *options]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    found = json.loads(done.stdout.splitlines()[-1])
    print(options, found)
    assert found["growth"] <= 1.15
    assert "are being lost" not in done.stderr
