"""Tasks: what can be run, and the condition under which it starts."""

from redengine.tasks.command import CommandFailed, CommandTask
from redengine.tasks.func import CodeTask, FuncTask
from redengine.tasks.history import TaskHistory
from redengine.tasks.options import OPTIONS, Backoff, Option
from redengine.tasks.task import Task

__all__ = [
    "OPTIONS",
    "Backoff",
    "CodeTask",
    "CommandFailed",
    "CommandTask",
    "FuncTask",
    "Option",
    "Task",
    "TaskHistory",
]
