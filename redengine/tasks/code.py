"""CodeTask: a piece of Python source as a task."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from redengine.exceptions import InvalidInput, shortened
from redengine.parameters import Argument
from redengine.tasks.task import Task

if TYPE_CHECKING:
    from collections.abc import Callable, Container

    from redengine.parameters import ArgumentSource


class CodeTask(Task):
    """Python source that is run for each job; its variable `result` is the return value.

    `return_value` is another name for it. The parameters of the task and the job are variables of
    the code; none may begin with two underscores, which Python gives a meaning.

    Args:
        code: the source.
        **options: see `Task`.
    """

    __slots__ = ("code",)

    kind = "CodeTask"
    body_fields = ("code",)

    def __init__(self, code: str, **options: Any) -> None:
        self.code: str = self.convert_body("code", code)
        _refuse_special(options.get("parameters"))
        super().__init__(**options)

    def update(self, values: Mapping[str, Any]) -> None:
        _refuse_special(values.get("parameters"))
        super().update(values)

    def checked_parameters(
        self, given: Mapping[str, Any], available: Container[str]
    ) -> Mapping[str, Any]:
        del available
        _refuse_special(given)
        return given

    def default_name(self) -> str:
        return f"code-{hashlib.sha256(self.code.encode()).hexdigest()[:8]}"

    def prepare(
        self, source: ArgumentSource, given: Mapping[str, Any]
    ) -> tuple[Callable[..., Any], dict[str, Any]]:
        _refuse_special(given)
        variables = {
            name: value.resolve(source, name) if isinstance(value, Argument) else value
            for name, value in given.items()
        }
        return run_code, {"code": self.code, "name": self.name, "variables": variables}

    def body(self, *, secret: bool = False) -> dict[str, Any]:
        del secret
        return {"code": self.code}

    def convert_body(self, name: str, value: Any) -> str:
        return checked_source(name, value)

    def apply_body(self, values: Mapping[str, Any]) -> None:
        self.code = values["code"]


def checked_source(name: str, value: Any) -> str:
    """The value, if it is Python source.

    Raises:
        InvalidInput: naming the field and what is wrong with it.
    """
    if not isinstance(value, str) or not value.strip():
        raise InvalidInput({name: f"expected Python source, got {shortened(value)}"})
    try:
        compile(value, "<code>", "exec")
    except (SyntaxError, ValueError) as error:
        raise InvalidInput({name: f"is not valid Python: {error}"}) from None
    return value


def run_code(code: str, name: str, variables: Mapping[str, Any]) -> Any:
    """Run source in a namespace of its own; its variable `result` or `return_value`, or None."""
    namespace: dict[str, Any] = {"__name__": f"task:{name}", **variables}
    exec(compile(code, f"<task {name}>", "exec"), namespace)  # noqa: S102 - running the user's code is the task
    return namespace.get("result", namespace.get("return_value"))


def _refuse_special(given: Any) -> None:
    """Refuse names that change what the code itself means, such as `__builtins__`.

    Raises:
        InvalidInput: with a reason for each.
    """
    names = given if isinstance(given, Mapping) else ()
    reasons = {
        f"parameters.{name}": "a parameter of a CodeTask does not begin with two underscores"
        for name in names
        if isinstance(name, str) and name.startswith("__")
    }
    if reasons:
        raise InvalidInput(reasons)
