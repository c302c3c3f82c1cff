"""The fields of the lists that a store gives, as queries and the API name them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping


def _fields(names_by_kind: Mapping[str, str], order: str) -> Mapping[str, str]:
    kinds = {name: kind for kind, names in names_by_kind.items() for name in names.split()}
    return {name: kinds[name] for name in order.split()}


LOG_FIELDS: Final = _fields(
    {
        "number": "id duration",
        "datetime": "timestamp created start end",
        "text": "action task_name job_id message exc_text reason",
        "json": "skipped",
    },
    "id timestamp created action task_name job_id start end duration message exc_text reason"
    " skipped",
)
"""The fields of a log record in their order, and the kind of each."""

JOB_FIELDS: Final = _fields(
    {
        "number": "attempt priority duration exit_code",
        "datetime": "due_at submitted_at started_at ended_at",
        "text": "job_id task status trigger runtime error reason",
        "json": "parameters progress",
    },
    "job_id task status trigger attempt priority runtime parameters due_at submitted_at started_at"
    " ended_at duration progress error reason exit_code",
)
"""The fields of a job in a list, in their order, and the kind of each."""

CHANGE_FIELDS: Final = _fields(
    {
        "number": "id status reverts reverted_by",
        "datetime": "created",
        "text": "kind resource name method actor address result request_id",
        "json": "data before after",
    },
    "id created kind resource name method data before after actor address status result"
    " request_id reverts reverted_by",
)
"""The fields of an entry of the audit trail in their order, and the kind of each."""
