"""Binding: the paths of a Flask application, and the form of its errors."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from redengine.api.flask_binding.routes import PREFIXES, ROUTES

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping


@dataclass(frozen=True, slots=True, kw_only=True)
class Binding:
    """How resources are carried by one Flask application.

    Attributes:
        routes: the paths of each resource, the canonical one first.
        prefixes: what each path stands under; an empty text is the root.
        envelope: makes the body of an error from the usual one; None: the usual one.
        has_pages: whether the API's own description is served.
    """

    routes: Mapping[str, tuple[str, ...]]
    prefixes: tuple[str, ...]
    envelope: Callable[[Exception, dict[str, Any]], dict[str, Any]] | None = None
    has_pages: bool = True


BUILT_IN: Final = Binding(routes=ROUTES, prefixes=("", *PREFIXES))
"""All resources, as FlaskAPI has them."""
