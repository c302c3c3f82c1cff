"""The state as a document, and the journal's way back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from redengine.api.openapi.models.state import AppliedView, DocumentBody, PlanView, RevertedView
from redengine.api.openapi.operation import JSON, Answer, Operation, Parameter, ok
from redengine.api.openapi.operations.tasks import FORCE

if TYPE_CHECKING:
    from collections.abc import Mapping

_PRUNE: Final = Parameter(
    name="prune",
    schema={"type": "boolean"},
    description="Remove what was made over the API and is not in the document.",
)
_EXAMPLE: Final = {
    "a task": {
        "version": 1,
        "tasks": {"backup": {"command": "backup.sh", "start_cond": "daily at 03:00"}},
    }
}

STATE: Final[Mapping[tuple[str, str], Operation]] = {
    ("Export", "get"): Operation(
        summary="Read the state as a document",
        description="As YAML, or as JSON with `?format=json` or `Accept: application/json`.",
        answers={
            200: Answer(
                description="The document.",
                models={"application/yaml": str, JSON: DocumentBody},
            )
        },
        parameters=(
            Parameter(name="format", schema={"enum": ["yaml", "json"]}, description="The form."),
            Parameter(
                name="all",
                schema={"type": "boolean"},
                description="All tasks and keys, also those of the script and the defaults.",
            ),
        ),
    ),
    ("Plan", "post"): Operation(
        summary="Tell what applying a document would change",
        description="With its effect on the next starts; changes nothing.",
        answers=ok(PlanView),
        parameters=(_PRUNE,),
        body=DocumentBody,
        examples=_EXAMPLE,
    ),
    ("Apply", "post"): Operation(
        summary="Make the session what a document says",
        description="All of it or nothing.",
        answers=ok(AppliedView),
        parameters=(
            _PRUNE,
            Parameter(
                name="expect",
                schema={"type": "string"},
                description="The digest of a plan: apply it only if the plan is still the same.",
            ),
        ),
        body=DocumentBody,
        examples=_EXAMPLE,
        errors=(409, 412),
    ),
    ("ChangeRevert", "post"): Operation(
        summary="Undo a change",
        description="By a new one that names it; 409 tells why it cannot be done.",
        answers=ok(RevertedView),
        parameters=(FORCE,),
        errors=(404, 409),
    ),
}
