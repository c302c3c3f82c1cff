"""How a statement about whole periods is narrowed to a part of them."""

from __future__ import annotations

from abc import abstractmethod
from datetime import time
from typing import TYPE_CHECKING, Generic, TypeVar

from redengine.conditions.positions import Position, position_of
from redengine.conditions.windows import Kind, Window
from redengine.exceptions import InvalidInput

if TYPE_CHECKING:
    from redengine.conditions.units import Unit

Time = str | int | time | Position
"""A time in a period: a text, a `datetime.time` for days, or a whole number."""

Narrowed = TypeVar("Narrowed")


def window_of(
    unit: Unit, kind: Kind, first: Time | None = None, last: Time | None = None
) -> Window:
    """The window that values given in Python mean.

    Raises:
        InvalidInput: a value is no time in the unit, or the window is empty.
    """
    return Window(
        unit,
        kind,
        None if first is None else position_of(unit, first, kind),
        None if last is None else position_of(unit, last, kind),
    )


class Narrowing(Generic[Narrowed]):
    """What makes a narrower statement of one about whole periods."""

    __slots__ = ()

    window: Window

    @abstractmethod
    def _narrowed(self, window: Window) -> Narrowed:
        """The same statement about another window."""

    def _made(self, kind: Kind, first: Time | None = None, last: Time | None = None) -> Narrowed:
        if self.window.kind != "whole":
            message = f"'{self}' is narrowed already; combine two statements with & instead"
            raise InvalidInput({kind: message})
        return self._narrowed(window_of(self.window.unit, kind, first, last))

    def between(self, start: Time, end: Time) -> Narrowed:
        """From `start` to before `end`, or to the end of a named day; it may pass midnight."""
        return self._made("between", start, end)

    def before(self, end: Time) -> Narrowed:
        """From the start of the period to before a time."""
        return self._made("before", last=end)

    def after(self, start: Time) -> Narrowed:
        """From a time on, to the end of the period."""
        return self._made("after", start)

    def on(self, name: Time) -> Narrowed:
        """In a named day, minute or second, anywhere in it."""
        return self._made("on", name)
