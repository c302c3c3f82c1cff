"""View: a JSON object of the API with typed attributes, frozen."""

from __future__ import annotations

from datetime import datetime
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, ClassVar, Generic, Never, NoReturn, Self, TypeVar, overload

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

T = TypeVar("T")
V = TypeVar("V", bound="View")


def _same(value: Any) -> Any:
    return value


class Field(Generic[T]):
    """An attribute of a view that stands for a field of its object.

    Args:
        read: makes the attribute's value of the field's.
        key: the field's name, where it is not the attribute's.
    """

    def __init__(self, read: Callable[[Any], T] = _same, *, key: str = "") -> None:
        self._read = read
        self.key = key

    def __set_name__(self, owner: type, name: str) -> None:
        self.key = self.key or name

    @overload
    def __get__(self, view: None, owner: type) -> Self: ...
    @overload
    def __get__(self, view: View, owner: type) -> T: ...
    def __get__(self, view: View | None, owner: type) -> Self | T:
        if view is None:
            return self
        if self.key not in view.data:
            message = f"{view!r} was given without {self.key!r}; {view.remedy}"
            raise AttributeError(message)
        return self._read(view.data[self.key])

    def __set__(self, view: View, value: Never) -> NoReturn:
        view.__setattr__(self.key, value)


def instant(value: Any) -> datetime | None:
    """The aware datetime in a field; None for null."""
    return None if value is None else datetime.fromisoformat(value)


def some_instant(value: Any) -> datetime:
    """The aware datetime in a field that is never null."""
    return datetime.fromisoformat(value)


def words(value: Any) -> tuple[str, ...]:
    """The texts in a field."""
    return tuple(value or ())


def views_of(kind: type[V]) -> Callable[[Any], tuple[V, ...]]:
    """A reader of fields that hold objects."""

    def read(value: Any) -> tuple[V, ...]:
        return tuple(kind(each) for each in value or ())

    return read


class View:
    """A JSON object as the API gave it: attributes for the fields that this version knows.

    `view["name"]` and `view.data` have every field as JSON has it, also those of later versions.

    Args:
        data: the object.
    """

    __slots__ = ("_data",)
    _data: Mapping[str, Any]

    remedy: ClassVar[str] = "`data` has what it was given with"
    shown: ClassVar[tuple[str, ...]] = ()
    """The fields that stand in its repr."""

    def __init__(self, data: Mapping[str, Any]) -> None:
        self._attach("_data", MappingProxyType(dict(data)))

    @property
    def data(self) -> Mapping[str, Any]:
        """The fields as JSON has them; not to be changed."""
        return self._data

    def to_dict(self) -> dict[str, Any]:
        """A copy of the fields as JSON has them."""
        return dict(self.data)

    @classmethod
    def fields(cls) -> dict[str, Field[Any]]:
        """The attributes that stand for fields, by name."""
        kinds: Iterable[type] = reversed(cls.__mro__)
        return {
            name: each
            for kind in kinds
            for name, each in vars(kind).items()
            if isinstance(each, Field)
        }

    def _attach(self, name: str, value: object) -> None:
        """Set a slot of a subclass, when the view is made."""
        object.__setattr__(self, name, value)

    def __getitem__(self, name: str) -> Any:
        return self.data[name]

    def __contains__(self, name: object) -> bool:
        return name in self.data

    def __setattr__(self, name: str, value: object) -> NoReturn:
        del value
        message = f"{name!r} cannot be set: {type(self).__name__} objects do not change"
        raise AttributeError(message)

    def __eq__(self, other: object) -> bool:
        return type(other) is type(self) and other.data == self.data

    def __hash__(self) -> int:
        return hash((type(self), *(str(self.data.get(key)) for key in self.shown)))

    def __repr__(self) -> str:
        parts = [f"{key}={self.data[key]!r}" for key in self.shown if key in self.data]
        return f"{type(self).__name__}({', '.join(parts)})"
