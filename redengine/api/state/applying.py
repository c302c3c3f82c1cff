"""Applying: a plan carried out, all of it or nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from redengine.api.errors import ApplyFailed, PreconditionFailed
from redengine.api.state.planning import make_plan
from redengine.api.writes import Write
from redengine.exceptions import Conflict, InvalidInput

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from redengine.api.ports import SessionPort
    from redengine.api.state.document import StateDocument
    from redengine.api.state.planning import Plan
    from redengine.api.state.steps import Step


def apply(
    session: SessionPort,
    document: StateDocument,
    plan: Plan,
    make: Callable[[Write], object],
    *,
    expect: str | None = None,
) -> None:
    """Carry a plan out, if it still stands; other writes are kept away by the caller.

    Args:
        session: the session.
        document: what it is to be.
        plan: what was planned for it.
        make: makes one write.
        expect: the digest of the plan that the caller has seen.

    Raises:
        PreconditionFailed: the plan is not the one that was expected.
        Conflict: the state has changed while it was being planned; or a write cannot be made.
        RedengineError: a write failed; the caller takes back those before it.
    """
    current = make_plan(session, document, prune=plan.prune, starts=0)
    if expect is not None and current.digest != expect:
        message = "the state or the document is not what was planned for: plan again"
        raise PreconditionFailed(message, digest=current.digest, expected=expect)
    if current.digest != plan.digest:
        raise Conflict("something was changed while this was being planned; try again")
    for write in writes_of(current.steps):
        _make(write, make)


def _make(write: Write, make: Callable[[Write], object]) -> None:
    told = f"{write.method} {write.resource} {write.data.get('name', '')}".strip()
    tail = "; what had been applied before it was taken back"
    try:
        make(write)
    except (Conflict, InvalidInput) as error:
        facts = error.facts if isinstance(error, Conflict) else {"fields": error.fields}
        raise Conflict(f"{told}: {error}{tail}", **{**facts, "failed": told}) from error
    except Exception as error:
        raise ApplyFailed(f"{told} failed: {error}{tail}", failed=told) from error


def writes_of(steps: Sequence[Step]) -> Iterable[Write]:
    """The writes that carry steps out, in order; keys and parameters are set in one write each."""
    settings = _values(steps, "config")
    parameters = _values(steps, "parameter")
    for step in steps:
        if step.resource == "config":
            if settings:
                yield Write("Config", "patch", settings)
                settings = {}
        elif step.resource == "parameter" and step.action != "delete":
            if parameters:
                yield Write("Parameters", "patch", parameters)
                parameters = {}
        else:
            yield _write_of(step)


def _values(steps: Sequence[Step], resource: str) -> dict[str, Any]:
    return {
        step.name: step.values["value"]
        for step in steps
        if step.resource == resource and step.action != "delete"
    }


def _write_of(step: Step) -> Write:
    name = {"name": step.name}
    if step.action == "delete":
        resources = {"task": "Task", "parameter": "Parameter", "runtime": "DeclaredRuntime"}
        return Write(resources[step.resource], "delete", name)
    if step.resource == "runtime":
        return Write("DeclaredRuntime", "put", {**step.values, **name})
    methods = {"create": "post", "replace": "put", "change": "patch"}
    return Write("Task", methods[step.action], {**step.values, **name})
