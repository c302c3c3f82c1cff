"""Parameters, configuration and return values."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from redengine.api.openapi.operation import DRY_RUN, GONE, Operation, ok
from redengine.api.openapi.operations.tasks import (
    IF_MATCH,
    IF_NONE_MATCH,
    TRIED,
    UNCHANGED,
    WhatIfView,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

_VALUES: Final = dict[str, Any]
_TRIED_OR_VALUES: Final = WhatIfView | dict[str, Any]

VALUES: Final[Mapping[tuple[str, str], Operation]] = {
    ("Parameters", "get"): Operation(
        summary="List session parameters",
        description="Secrets are masked.",
        answers={**ok(_VALUES, headers=("ETag",)), 304: UNCHANGED},
        parameters=(IF_NONE_MATCH,),
    ),
    ("Parameters", "patch"): Operation(
        summary="Set session parameters",
        answers=ok(_TRIED_OR_VALUES, headers=("ETag",)),
        parameters=(DRY_RUN, IF_MATCH),
        body=_VALUES,
        is_body_required=False,
        examples={"one": {"day": "2026-01-31"}},
        errors=(412,),
    ),
    ("Parameter", "get"): Operation(
        summary="Read a session parameter",
        answers={**ok(_VALUES, headers=("ETag",)), 304: UNCHANGED},
        parameters=(IF_NONE_MATCH,),
        errors=(404,),
    ),
    ("Parameter", "patch"): Operation(
        summary="Set a session parameter",
        description='`{"value": …}`, or the value under its own name.',
        answers=ok(_TRIED_OR_VALUES, headers=("ETag",)),
        parameters=(DRY_RUN, IF_MATCH),
        body=_VALUES,
        examples={"a value": {"value": "2026-01-31"}},
        errors=(412,),
    ),
    ("Parameter", "delete"): Operation(
        summary="Remove a session parameter",
        answers={**GONE, 200: TRIED},
        parameters=(DRY_RUN, IF_MATCH),
        errors=(404, 412),
    ),
    ("Config", "get"): Operation(
        summary="Read the configuration",
        answers={**ok(_VALUES, headers=("ETag",)), 304: UNCHANGED},
        parameters=(IF_NONE_MATCH,),
    ),
    ("Config", "patch"): Operation(
        summary="Change the configuration",
        description="The keys that the body names, all of them or none.",
        answers=ok(_TRIED_OR_VALUES, headers=("ETag",)),
        parameters=(DRY_RUN, IF_MATCH),
        body=_VALUES,
        is_body_required=False,
        examples={"threads": {"max_threads": 8}},
        errors=(412,),
    ),
    ("Returns", "get"): Operation(
        summary="Read the latest return value of each task",
        answers={**ok(_VALUES, headers=("ETag",)), 304: UNCHANGED},
        parameters=(IF_NONE_MATCH,),
    ),
    ("Returns", "patch"): Operation(
        summary="Put values in place of what tasks returned",
        answers=ok(_VALUES, headers=("ETag",)),
        parameters=(IF_MATCH,),
        errors=(412,),
        body=_VALUES,
        is_body_required=False,
        examples={"one": {"fetch": {"rows": 42}}},
    ),
}
