"""The job that a body asks for: in our own words, or as a job document."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final

from redengine.exceptions import InvalidInput, NotFound, shortened

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from redengine.api.core.submission_models import Submission

_MARKS: Final = frozenset(("operation", "version", "kind", "payload"))
"""Fields of which each tells a job document from our own words."""
_DOCUMENT_WORDS: Final = {"parameters": "payload.data", "retries": "max_attempts"}


class UnknownOperation(NotFound):
    """A job document's operation is the name of no task.

    Args:
        name: the operation.
        suggestion: the nearest name of a task.
    """

    def __init__(self, name: str, suggestion: str | None) -> None:
        super().__init__("task", name, () if suggestion is None else (suggestion,))

    def details(self) -> dict[str, object]:
        return {**super().details(), "field": "operation"}


def is_document(data: Mapping[str, Any]) -> bool:
    """Whether a body is to be read as a job document."""
    return not _MARKS.isdisjoint(data)


def submission_of(data: Mapping[str, Any]) -> Submission:
    """The job that a body asks for, in either of the two forms.

    Raises:
        InvalidInput: a field is missing, unknown or does not fit.
    """
    if is_document(data):
        return document_of(data)
    from redengine.api.core.submission_models import Submission, validated

    return validated(Submission, data)


def document_of(data: Mapping[str, Any]) -> Submission:
    """The job that a job document asks for.

    Raises:
        InvalidInput: a field of the document is missing, unknown or does not fit.
    """
    from redengine.api.core.submission_models import JobDocument, validated

    return validated(JobDocument, data).submission()


@contextmanager
def named_as_given(data: Mapping[str, Any]) -> Iterator[None]:
    """Within it, errors of a submission name the fields that the body has, in its own words.

    Args:
        data: the body; where it is no job document, errors stay as they are.
    """
    try:
        yield
    except NotFound as error:
        if error.kind != "task" or not is_document(data):
            raise
        raise UnknownOperation(error.name, error.suggestion) from None
    except InvalidInput as error:
        if not is_document(data):
            raise
        fields = {_document_field(name, data): reason for name, reason in error.fields.items()}
        raise InvalidInput(fields) from None


def _document_field(name: str, data: Mapping[str, Any]) -> str:
    """The field of a job document that an error of our own words is about."""
    head, dot, rest = name.partition(".")
    if head in _DOCUMENT_WORDS:
        return f"{_DOCUMENT_WORDS[head]}{dot}{rest}"
    return name if head in data else f"payload.data.{name}"


def task_submission_of(data: Mapping[str, Any], task: str) -> Submission:
    """The job of a task that a body asks for.

    Raises:
        InvalidInput: a field is unknown or does not fit, or the body names another task.
    """
    is_of_worker = is_document(data)
    submission = submission_of({"operation" if is_of_worker else "task": task, **data})
    if submission.task != task:
        field, given = "operation" if is_of_worker else "task", shortened(submission.task)
        raise InvalidInput({field: f"the path says {shortened(task)}, the body {given}"})
    return submission
