"""Which path answers at an address: so that nobody adds a route that is never reached."""

from __future__ import annotations

import functools

from werkzeug.exceptions import MethodNotAllowed, NotFound
from werkzeug.routing import Map, RequestRedirect

from redengine.api.custom_routes.paths import LeanRule
from redengine.api.flask_binding.routes import PREFIXES, ROUTES


def path_at(urls: Map, path: str) -> str | None:
    """The path of a map that answers at `path` to any method, such as "/tasks/<name>"; or None."""
    adapter = urls.bind("localhost")
    try:
        rule, _ = adapter.match(path, "GET", return_rule=True)
    except MethodNotAllowed as error:
        method = next(iter(error.valid_methods or ("GET",)))
        rule, _ = adapter.match(path, method, return_rule=True)
    except (NotFound, RequestRedirect):
        return None
    return rule.rule


def built_in_path(path: str) -> str | None:
    """The built-in path that answers at `path`, or None."""
    return path_at(_built_in(), path)


@functools.cache
def _built_in() -> Map:
    paths = [path for paths in ROUTES.values() for path in paths]
    every = [prefix + path for prefix in ("", *PREFIXES) for path in paths]
    return Map(
        [LeanRule(path, endpoint=path) for path in every], strict_slashes=False, merge_slashes=False
    )
