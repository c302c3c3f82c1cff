"""The public API as type checkers see it in code that users write.

`cases/user_code.py` says what is known of tasks and jobs; `cases/mistakes.py` holds an error in
each line that is marked as one, and a checker that sees none there objects to the mark.
"""

import importlib.util
import json
import os
import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path

import pytest

CASES = Path(__file__).parent / "cases"
ROOT = Path(__file__).parents[2]


@pytest.mark.skipif(
    importlib.util.find_spec("mypy") is None, reason="mypy is installed by `make lint` alone"
)
def test_mypy_knows_what_tasks_and_jobs_give():
    """In strict mode, with unused marks told; the package's own bodies are `make lint`'s matter."""
    files = [str(path) for path in sorted(CASES.glob("*.py"))]
    cache = ROOT / ".mypy_cache" / "of_users"
    options = ["--strict", "--follow-imports", "silent", "--cache-dir", str(cache)]
    command = [sys.executable, "-m", "mypy", *options, *files]
    told = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, check=False)
    assert told.returncode == 0, told.stdout + told.stderr


@pytest.mark.skipif(
    shutil.which("pyright") is None, reason="pyright needs Node.js; `npm install -g pyright`"
)
def test_pyright_knows_what_tasks_and_jobs_give(tmp_path):
    """In strict mode; the marks of mypy do not count."""
    for path in CASES.glob("*.py"):
        shutil.copy(path, tmp_path)
    settings = {
        "include": ["."],
        "pythonVersion": "3.11",
        "typeCheckingMode": "strict",
        "enableTypeIgnoreComments": False,
        "reportUnnecessaryTypeIgnoreComment": "error",
        "extraPaths": [str(ROOT), sysconfig.get_path("purelib")],
    }
    (tmp_path / "pyrightconfig.json").write_text(json.dumps(settings), encoding="utf-8")
    told = subprocess.run(
        ["pyright", "-p", os.fspath(tmp_path)], capture_output=True, text=True, check=False
    )
    assert told.returncode == 0, told.stdout + told.stderr
