"""FlaskAPI and APITask, where users import them from: the one recorded exception to the layers."""

from redengine.api import APITask, FlaskAPI

__all__ = ["APITask", "FlaskAPI"]
