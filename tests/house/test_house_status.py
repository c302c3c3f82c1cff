"""One module changes a job's status: the job machine."""

import ast
from pathlib import Path

import pytest

import redengine

PACKAGE = Path(redengine.__file__).parent
MACHINE = "scheduler/jobs/machine.py"
OWNED = {"status", "is_held", "began_at_s", "ran_s", "ended_at", "started_at", "attempt"}
MAKERS = {
    ("scheduler/jobs/job.py", "__init__"),
    ("scheduler/jobs/recovery.py", "restored_job"),
}
"""What makes a job object, for a new job or from the row of one."""


def assignments(tree):
    """The attributes that a module sets on something, with the function that does so."""
    for function in ast.walk(tree):
        if not isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef):
            continue
        for node in ast.walk(function):
            if isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store | ast.Del):
                yield function.name, ast.unparse(node.value), node.attr
            if isinstance(node, ast.Call) and ast.unparse(node.func) in {
                "setattr",
                "object.__setattr__",
            }:
                name = node.args[1]
                attribute = name.value if isinstance(name, ast.Constant) else "*"
                yield function.name, ast.unparse(node.args[0]), attribute


def test_nothing_but_the_machine_changes_what_it_owns():
    """No other module of the scheduler, nor the session, sets a job's status or its times."""
    found = []
    for path in [*PACKAGE.glob("scheduler/**/*.py"), PACKAGE / "sessions.py"]:
        module = path.relative_to(PACKAGE).as_posix()
        if module == MACHINE:
            continue
        for function, thing, name in assignments(ast.parse(path.read_text("utf-8"))):
            is_job = thing.split(".")[-1] == "job" or module == "scheduler/jobs/job.py"
            if is_job and (name in OWNED or name == "*") and (module, function) not in MAKERS:
                found.append(f"{module}: {function} sets {thing}.{name}")
    assert not found


@pytest.mark.parametrize("code", ["job.status = 'run'", "setattr(self.job, 'status', 'run')"])
def test_a_change_elsewhere_would_be_found(code):
    """The search sees plain assignments and setattr."""
    tree = ast.parse(f"def change(self, job):\n    {code}\n")
    assert [name for _, _, name in assignments(tree)] == ["status"]
