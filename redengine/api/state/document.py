"""The document: its format, version 1, and how one is read."""

from __future__ import annotations

import json
from typing import Any, Final, Literal, Self

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    ValidationError,
    create_model,
    model_validator,
)

from redengine.api.core.encoding import parse_object
from redengine.api.core.lists import TASK_SPELLINGS
from redengine.api.state.yaml_text import parse_yaml
from redengine.exceptions import InvalidInput, did_you_mean, shortened
from redengine.tasks import CodeTask, CommandTask, FuncTask
from redengine.tasks.definition import default_definition

VERSION: Final = 1
_SIZED: Final = ("process", "async")
"""The kinds of runtimes that cannot share the places of another one."""
_STRICT: Final = ConfigDict(extra="forbid", frozen=True)

BODY_FIELDS: Final = tuple(
    field
    for kind in (CommandTask, CodeTask, FuncTask)
    for field in kind.body_fields
    if field != "func_name"
)
"""The fields that say what a task does."""
OPTION_FIELDS: Final = tuple(default_definition())
"""The fields that say when and how, in their order."""
TASK_FIELDS: Final = ("class", *BODY_FIELDS, *OPTION_FIELDS)
_FIELDS: Final[dict[str, Any]] = {
    ("class_" if name == "class" else name): (Any, Field(None, alias=name)) for name in TASK_FIELDS
}
TaskState: Final = create_model("TaskState", __config__=_STRICT, **_FIELDS)
"""A task: any field of its definition; those that are not given have their defaults."""


class RuntimeState(BaseModel):
    """A runtime of the user's own."""

    model_config = _STRICT

    kind: Literal["thread", "process", "async"] = "thread"
    size: int = Field(0, ge=0, strict=True)

    @model_validator(mode="before")
    @classmethod
    def _with_size(cls, value: Any) -> Any:
        """Threads share the session's places where no size is given; others have one place."""
        if isinstance(value, dict) and "size" not in value and value.get("kind") in _SIZED:
            return {**value, "size": 1}
        return value

    @model_validator(mode="after")
    def _refuse_no_places(self) -> Self:
        if self.size == 0 and self.kind in _SIZED:
            message = f"a {self.kind} runtime has at least 1 place"
            raise ValueError(message)
        return self


class StateDocument(BaseModel):
    """What a session is told to be.

    Attributes:
        version: the version of this format.
        runtimes: by name.
        config: keys and values.
        parameters: names and values.
        calendars: by name, what each is made of.
        channels: by name, the options of each.
        tasks: by name; as they are given, in the canonical spelling.
        secrets: what was left out because it may not be shown, such as `parameters.token` or
            `tasks.backup.env.KEY`: it stays as it is.
        left_out: the same for what a document cannot say, such as an argument of a script.
    """

    model_config = _STRICT

    version: Literal[1]
    runtimes: dict[str, RuntimeState] = {}
    config: dict[str, Any] = {}
    parameters: dict[str, Any] = {}
    calendars: dict[str, dict[str, Any]] = {}
    channels: dict[str, dict[str, Any]] = {}
    tasks: dict[str, dict[str, Any]] = {}
    secrets: list[str] = []
    left_out: list[str] = []

    def stays(self, *path: str) -> bool:
        """Whether the document says of something that it stays as it is."""
        name = ".".join(path)
        return name in self.secrets or any(
            each == name or each.startswith(f"{name}: ") for each in self.left_out
        )


def read_document(content: bytes) -> StateDocument:
    """A document from its JSON or YAML text.

    Raises:
        InvalidInput: it cannot be read, or does not fit; each field is named with the reason.
    """
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        reason = f"expected UTF-8; byte {error.start + 1} is none"
        raise InvalidInput({"body": reason}) from None
    if text.lstrip().startswith("{"):
        return parse_document(_json(content, text))
    return parse_document(parse_yaml(text))


def _json(content: bytes, text: str) -> Any:
    parse_object(content.removeprefix(b"\xef\xbb\xbf"))  # complains in our words
    return json.loads(text.removeprefix("\ufeff"), object_pairs_hook=_without_twins)


def _without_twins(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    values = dict(pairs)
    if len(values) < len(pairs):
        seen: set[str] = set()
        twin = next(key for key, _ in pairs if key in seen or seen.add(key))  # type: ignore[func-returns-value]
        raise InvalidInput({"body": f"the key {shortened(twin)} comes twice"})
    return values


def parse_document(value: Any) -> StateDocument:
    """A document from the value that its text stands for.

    Raises:
        InvalidInput: it does not fit; each field is named with the reason.
    """
    if not isinstance(value, dict):
        hint = "" if value is None else "; send YAML with --data-binary, which keeps its lines"
        reason = f"expected a mapping that begins with 'version: {VERSION}', got {shortened(value)}"
        raise InvalidInput({"body": f"{reason}{hint}"})
    reasons: dict[str, str] = {}
    try:
        document = StateDocument.model_validate(value)
    except ValidationError as error:
        reasons = _reasons(error, (), tuple(StateDocument.model_fields))
        document = StateDocument(version=1)
        tasks = value.get("tasks")
    else:
        tasks = document.tasks
    plain = {}
    for name, fields in tasks.items() if isinstance(tasks, dict) else ():
        if isinstance(fields, dict):
            plain[name] = _task(str(name), fields, reasons)
    if reasons:
        raise InvalidInput(reasons)
    return document.model_copy(update={"tasks": plain})


def _task(name: str, fields: dict[str, Any], reasons: dict[str, str]) -> dict[str, Any]:
    """A task's fields in their canonical spelling; what does not fit is added to the reasons."""
    plain: dict[str, Any] = {}
    for given, value in fields.items():
        key = TASK_SPELLINGS.get(given, given)
        if key in plain:
            reasons[f"tasks.{name}.{given}"] = f"is another spelling of '{key}', given as well"
        plain[key] = value
    try:
        TaskState.model_validate(plain)
    except ValidationError as error:
        reasons.update(_reasons(error, ("tasks", name), (*TASK_FIELDS, *TASK_SPELLINGS)))
    return plain


def _reasons(
    error: ValidationError, path: tuple[str, ...], known: tuple[str, ...]
) -> dict[str, str]:
    """The model's complaints by the field's path, in our words."""
    reasons = {}
    for each in error.errors(include_url=False):
        place = [str(part) for part in each["loc"]]
        reasons[".".join((*path, *place))] = _reason(each, place, known)
    return reasons


def _reason(complaint: Any, place: list[str], known: tuple[str, ...]) -> str:
    if complaint["type"] == "extra_forbidden":
        names = tuple(RuntimeState.model_fields) if len(place) > 1 else known
        hint = did_you_mean(place[-1], names) or f"; known are {', '.join(names)}"
        return f"unknown field{hint}"
    if complaint["type"] == "missing":
        return f"is missing; this version writes {VERSION}"
    if place == ["version"]:
        return f"expected {VERSION}, got {shortened(complaint['input'])}"
    message: str = complaint["msg"]
    return f"{message[:1].lower()}{message[1:]}, got {shortened(complaint['input'])}"
