"""Brackets: what lets the groups of a sync client be used like a dict."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NoReturn

if TYPE_CHECKING:
    from collections.abc import Iterator


class Brackets:
    """`group["name"]`, `in`, `len` and iteration, by a request each."""

    __slots__ = ()

    def value(self, name: str) -> Any:
        """The value of that name."""
        raise NotImplementedError

    def set(self, name: str, value: Any) -> None:
        """Set one."""
        raise NotImplementedError

    def snapshot(self) -> dict[str, Any]:
        """All of them."""
        raise NotImplementedError

    def __getitem__(self, name: str) -> Any:
        return self.value(name)

    def __setitem__(self, name: str, value: Any) -> None:
        self.set(name, value)

    def __contains__(self, name: object) -> bool:
        return name in self.snapshot()

    def __iter__(self) -> Iterator[str]:
        return iter(self.snapshot())

    def __len__(self) -> int:
        return len(self.snapshot())


class RemovingBrackets(Brackets):
    """The same with `del group["name"]`."""

    __slots__ = ()

    def delete(self, name: str) -> None:
        """Remove one."""
        raise NotImplementedError

    def __delitem__(self, name: str) -> None:
        self.delete(name)


class AsyncBrackets:
    """Says what to write where brackets cannot wait for an answer."""

    __slots__ = ()

    async def value(self, name: str) -> Any:
        """The value of that name."""
        raise NotImplementedError

    def __getitem__(self, name: str) -> NoReturn:
        message = f"brackets cannot be awaited; write `await ….value({name!r})`"
        raise TypeError(message)

    def __setitem__(self, name: str, value: Any) -> NoReturn:
        message = f"brackets cannot be awaited; write `await ….set({name!r}, …)`"
        raise TypeError(message)


class AsyncRemovingBrackets(AsyncBrackets):
    """The same for `del`."""

    __slots__ = ()

    def __delitem__(self, name: str) -> NoReturn:
        message = f"brackets cannot be awaited; write `await ….delete({name!r})`"
        raise TypeError(message)
