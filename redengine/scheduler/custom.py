"""A session's own condition names, usable in its condition strings."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from redengine.conditions import condition

if TYPE_CHECKING:
    from collections.abc import Callable

    from redengine.conditions import ConditionFactory


class CustomNames:
    """The condition factories that were made with `@session.condition()`."""

    def __init__(self) -> None:
        self.by_name: dict[str, ConditionFactory] = {}

    def decorator(self, **options: Any) -> Callable[[Callable[..., Any]], ConditionFactory]:
        """See `Session.condition`."""
        condition(**options)  # unknown options are refused here, not below the decorator

        def take(func: Callable[..., Any]) -> ConditionFactory:
            factory = condition(**options)(func)
            self.by_name[factory.name] = factory
            return factory

        return take
