"""Custom routes: paths of the user's own on the running API, without a word of Flask."""

from redengine.api.custom_routes.arguments import NOT_GIVEN, RouteArgument
from redengine.api.custom_routes.decorators import RouteDecorators
from redengine.api.custom_routes.filling import Incoming, filled
from redengine.api.custom_routes.request import Request
from redengine.api.custom_routes.rest import Rest
from redengine.api.custom_routes.returned import response_of
from redengine.api.custom_routes.route import ROUTE_METHODS, Route

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
