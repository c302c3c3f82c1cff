"""The runtimes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from redengine.api.core.lists import RUNTIME_FIELDS
from redengine.api.openapi.models.runtimes import (
    Items,
    RemovedView,
    RuntimeBody,
    RuntimeChange,
    RuntimeView,
)
from redengine.api.openapi.operation import GONE, Operation, Parameter, ok
from redengine.api.openapi.operations.tasks import IF_MATCH

if TYPE_CHECKING:
    from collections.abc import Mapping

RUNTIMES: Final[Mapping[tuple[str, str], Operation]] = {
    ("Runtimes", "get"): Operation(
        summary="List runtimes",
        description="In the order in which they were made.",
        answers=ok(Items, headers=("X-Total-Count", "Link")),
        filters=RUNTIME_FIELDS,
        is_paged=False,
    ),
    ("Runtimes", "post"): Operation(
        summary="Make a runtime",
        answers=ok(RuntimeView, "It is made.", status=201, headers=("Location",)),
        body=RuntimeBody,
        examples={"two processes": {"runtime_id": "gpu", "kind": "process", "size": 2}},
        errors=(409,),
    ),
    ("Runtime", "get"): Operation(
        summary="Read a runtime", answers=ok(RuntimeView, headers=("ETag",)), errors=(404,)
    ),
    ("Runtime", "patch"): Operation(
        summary="Resize a runtime, or make it the default",
        description="Running jobs are left alone.",
        answers=ok(RuntimeView, headers=("ETag",)),
        parameters=(IF_MATCH,),
        body=RuntimeChange,
        is_body_required=False,
        examples={"resize": {"size": 4}, "default": {"is_default": True}},
        errors=(404, 409, 412),
    ),
    ("Runtime", "delete"): Operation(
        summary="Remove a runtime",
        description="Forced, it drains: its tasks and waiting jobs move, running ones are ended.",
        answers={**ok(RemovedView, "Tasks that named it run elsewhere now."), **GONE},
        parameters=(
            Parameter(
                name="force",
                schema={"type": "boolean"},
                description="Also when it is the default, or tasks or jobs need it.",
            ),
            IF_MATCH,
        ),
        errors=(404, 409, 412),
    ),
}
