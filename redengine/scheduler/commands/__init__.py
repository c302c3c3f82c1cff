"""Commands: functions of a session that are called by name, over HTTP, WebSocket and in Python."""

from redengine.scheduler.commands.call import CommandCall
from redengine.scheduler.commands.definition import Command, CommandArgument
from redengine.scheduler.commands.registry import USUAL_TIMEOUT_S, Commands

__all__ = ["USUAL_TIMEOUT_S", "Command", "CommandArgument", "CommandCall", "Commands"]
