"""The bodies of submissions. Every job gets an id, so that it can be submitted twice safely."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from redengine.client.encoding import new_job_id, to_json

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from redengine.client.operations import Call, Operation
    from redengine.client.settings import Duration


def submission(
    parameters: Mapping[str, Any] | None,
    *,
    job_id: str | None = None,
    priority: int | None = None,
    runtime: str | None = None,
    timeout: Duration | None = None,
    retries: int | None = None,
    deadline: datetime | str | None = None,
    run_at: datetime | str | None = None,
) -> dict[str, Any]:
    """The body that asks for a job; what is None is left to the task.

    Args:
        parameters: values for the task's arguments.
        job_id: an id of the caller's own; a new UUIDv7 if not given.
        priority: its place in the queue.
        runtime: the name of the runtime to run in.
        timeout: how long an attempt may run.
        retries: how often it is tried again.
        deadline: when it has to have ended.
        run_at: when it may begin.
    """
    asked = {
        "priority": priority,
        "runtime": runtime,
        "timeout": timeout,
        "retries": retries,
        "deadline": deadline,
        "run_at": run_at,
    }
    return {
        "job_id": new_job_id() if job_id is None else job_id,
        "parameters": dict(parameters or {}),
        **{name: value for name, value in asked.items() if value is not None},
    }


def document_with_id(document: Mapping[str, Any]) -> dict[str, Any]:
    """The job document, with an id if it has none."""
    job_id = document.get("job_id")
    return {**document, "job_id": new_job_id() if job_id is None else job_id}


def task_object(options: Mapping[str, Any]) -> dict[str, Any]:
    """A task's object from keyword arguments: `kind` is `class`, `permanent` `permanent_task`.

    Conditions may be given as objects of `redengine.conditions`; they are sent as text.
    """
    names = {"kind": "class", "permanent": "permanent_task"}
    return {names.get(name, name): _option(name, value) for name, value in options.items()}


def _option(name: str, value: Any) -> Any:
    is_condition = name in {"start_cond", "end_cond"} and value is not None
    return str(value) if is_condition else value


def document_call(
    operation: Operation,
    document: str | Mapping[str, Any],
    *,
    prune: bool,
    expect: str | None = None,
) -> Call:
    """The call that sends a document of the session's state; the API reads YAML and JSON."""
    query = [("prune", "true")] if prune else []
    query += [] if expect is None else [("expect", expect)]
    content = document.encode() if isinstance(document, str) else to_json(dict(document))
    return replace(operation.call(query=query), content=content)
