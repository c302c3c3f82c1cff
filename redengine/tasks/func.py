"""FuncTask and CodeTask: a Python function, or a piece of Python source, as a task."""

from __future__ import annotations

import hashlib
import importlib.util
import sys
import threading
import warnings
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, TypeVar, overload

from redengine.exceptions import InvalidInput, shortened
from redengine.parameters import Argument, Signature
from redengine.support.functions import refuse_no_function
from redengine.support.interrupts import INTERRUPTS
from redengine.tasks.task import Task

if TYPE_CHECKING:
    from collections.abc import Callable, Container

    from redengine.parameters import ArgumentSource

F = TypeVar("F", bound="Callable[..., Any]")
_NOT_GIVEN: Final[Any] = object()
_UNUSED: Final = (
    "FuncTask(…) stands above no function and has made no task; write it above a def, "
    "or give the function: FuncTask(func, …)"
)


class FuncTask(Task):
    """A function as a task: given, decorated, or found by name in a file.

    Args:
        func: the function. Left out, the instance is a decorator: `@FuncTask(start_cond="daily")`.
        func_name: the function's name in `path`; loaded when first run, and again when the
            file has changed.
        path: the Python file that defines it.
        **options: see `Task`.

    Example:
        >>> @FuncTask(start_cond="every 10 seconds")
        ... def fetch(): ...
    """

    __slots__ = ("_arguments", "_given", "_source", "func")

    kind = "FuncTask"
    body_fields = ("func", "func_name", "path")

    def __init__(
        self,
        func: Callable[..., Any] = _NOT_GIVEN,
        *,
        func_name: str | None = None,
        path: str | Path | None = None,
        **options: Any,
    ) -> None:
        self.func: Callable[..., Any] | None = None
        self._source: FunctionFile | None = None
        self._arguments: Signature | None = None
        self._given: dict[str, Any] | None = None
        if func_name is not None or path is not None:
            self._source = _function_file(func, func_name, path)
        elif func is _NOT_GIVEN:
            self._given = options
            return
        else:
            self._take(func)
        super().__init__(**_described(self.func, options))
        if self._source is None:
            _mark(func, self.name)

    def _take(self, func: Callable[..., Any]) -> None:
        refuse_no_function(func, "FuncTask(func, …)", takes_async=True)
        self.func = func
        self._arguments = Signature(func)

    @overload
    def __call__(self, func: F, /) -> F: ...
    @overload
    def __call__(self, *args: Any, **kwargs: Any) -> Any: ...
    @INTERRUPTS.transparent
    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """As a decorator: take the function and give it back. Otherwise: call the function."""
        if self._given is None:
            return self.load()(*args, **kwargs)
        if len(args) != 1 or kwargs:
            raise InvalidInput({"func": "a decorator takes a function; write it above a def"})
        (func,) = args
        options, self._given = self._given, None
        self._take(func)
        super().__init__(**_described(func, options))
        _mark(func, self.name)
        return func

    def __del__(self) -> None:
        if getattr(self, "_given", None) is not None:
            warnings.warn(_UNUSED, RuntimeWarning, stacklevel=2)

    def load(self) -> Callable[..., Any]:
        """The function; one in a file is loaded, or loaded again if the file has changed.

        Raises:
            OSError: the file cannot be read.
            AttributeError: the file does not define the function.
            Exception: whatever the file raises when it is run.
        """
        if self._source is not None:
            func, is_new = self._source.load()
            if is_new:
                self._take(func)
        if self.func is None:
            raise InvalidInput({"func": "the decorator has not been applied to a function yet"})
        return self.func

    def default_name(self) -> str:
        if self._source is not None:
            return self._source.name
        return getattr(self.func, "__name__", type(self.func).__name__)

    def prepare(
        self, source: ArgumentSource, given: Mapping[str, Any]
    ) -> tuple[Callable[..., Any], dict[str, Any]]:
        func = self.load()
        signature = self._arguments or Signature(func)
        return func, signature.bind(source, given)

    def body(self, *, secret: bool = False) -> dict[str, Any]:
        del secret
        if self._source is not None:
            return {"func": self._source.name, "path": str(self._source.path)}
        module = getattr(self.func, "__module__", None) or "?"
        name = getattr(self.func, "__qualname__", type(self.func).__qualname__)
        return {"func": f"{module}:{name}", "path": None}

    def convert_body(self, name: str, value: Any) -> Any:
        if value == self.body().get("func" if name == "func_name" else name):
            return value
        if self._source is None:
            reason = "this task has a function of the running script, which only the script changes"
            raise InvalidInput({name: reason})
        if not isinstance(value, str) or not value:
            raise InvalidInput({name: f"expected a non-empty text, got {shortened(value)}"})
        return value

    def apply_body(self, values: Mapping[str, Any]) -> None:
        if self._source is not None:
            name = values.get("func_name", values.get("func", self._source.name))
            self._source = FunctionFile(name, Path(values.get("path") or self._source.path))
            self.func = self._arguments = None

    def checked_parameters(
        self, given: Mapping[str, Any], available: Container[str]
    ) -> Mapping[str, Any]:
        signature = self._arguments
        if signature is None:
            return given
        return signature.checked(given, {*given, *self.parameters}, available)

    def parameter_schema(self) -> dict[str, Any]:
        return super().parameter_schema() if self._arguments is None else self._arguments.schema()

    def secret_names(self) -> list[str]:
        return self._arguments.secrets() if self._arguments is not None else []

    def __repr__(self) -> str:
        return "FuncTask(…)" if self._given is not None else super().__repr__()


class FunctionFile:
    """A function in a Python file that is loaded when it is needed and when the file changed.

    Args:
        name: the function's name.
        path: the file.
    """

    __slots__ = ("_func", "_lock", "_stamp", "name", "path")

    def __init__(self, name: str, path: Path) -> None:
        self.name = name
        self.path = path
        self._lock = threading.Lock()
        self._stamp: tuple[int, int] | None = None
        self._func: Callable[..., Any] | None = None

    def load(self) -> tuple[Callable[..., Any], bool]:
        """The function, and whether it has been loaded anew."""
        with self._lock:
            status = self.path.stat()
            stamp = (status.st_mtime_ns, status.st_size)
            if self._func is not None and stamp == self._stamp:
                return self._func, False
            func = getattr(self._run_file(), self.name, None)
            if not callable(func):
                message = f"{self.path} defines no function '{self.name}'"
                raise AttributeError(message)
            self._func, self._stamp = func, stamp
            return func, True

    def _run_file(self) -> Any:
        path = self.path.resolve()
        digest = hashlib.sha256(str(path).encode()).hexdigest()[:8]
        module_name = f"_redengine_file_{path.stem}_{digest}"
        spec = importlib.util.spec_from_file_location(module_name, path)
        if spec is None or spec.loader is None:
            message = f"{path} is not a Python file"
            raise ImportError(message)
        module = importlib.util.module_from_spec(spec)
        sys.modules[module_name] = module
        try:
            source = path.read_text(encoding="utf-8")
            exec(compile(source, str(path), "exec"), module.__dict__)  # noqa: S102 - the user's own file, read past a stale bytecode cache
        except BaseException:
            del sys.modules[module_name]
            raise
        import cloudpickle

        # A worker process cannot import what only this process has loaded.
        cloudpickle.register_pickle_by_value(module)
        return module


def _function_file(func: object, func_name: str | None, path: str | Path | None) -> FunctionFile:
    if func is not _NOT_GIVEN:
        raise InvalidInput({"func": "give either a function, or func_name and path"})
    reasons = {
        name: "func_name and path belong together; this one is missing"
        for name, value in (("func_name", func_name), ("path", path))
        if not value
    }
    if reasons:
        raise InvalidInput(reasons)
    return FunctionFile(str(func_name), Path(str(path)))


def _described(func: Callable[..., Any] | None, options: dict[str, Any]) -> dict[str, Any]:
    """The options, with the first line of the function's docstring as the description."""
    text = getattr(func, "__doc__", None)
    if options.get("description") is not None or not isinstance(text, str) or not text.strip():
        return options
    return {**options, "description": text.strip().splitlines()[0].strip()}


def _mark(func: Callable[..., Any], name: str) -> None:
    """Let the function stand for its task: `after_success(fetch)`."""
    try:
        func.__redengine_task__ = name  # type: ignore[attr-defined]
    except (AttributeError, TypeError):
        return  # a built-in, a class or a bound method: its __name__ has to do


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
