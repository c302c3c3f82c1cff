"""Custom routes: paths of the user's own on the running API, without a word of Flask."""

from redengine.api.routes.arguments import Route, RouteArgument
from redengine.api.routes.calling import Incoming, filled, response_of
from redengine.api.routes.paths import ROUTE_METHODS
from redengine.api.routes.request import Request
from redengine.api.routes.rest import Rest, RouteDecorators
from redengine.support.annotations import NOT_GIVEN

__all__ = [
    "NOT_GIVEN",
    "ROUTE_METHODS",
    "Incoming",
    "Request",
    "Rest",
    "Route",
    "RouteArgument",
    "RouteDecorators",
    "filled",
    "response_of",
]
