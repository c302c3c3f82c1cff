"""Named values of a session or task, and the ways in which a task asks for them."""

from redengine.parameters.arguments import (
    Arg,
    Argument,
    ArgumentSource,
    EnvArg,
    FuncArg,
    Last,
    Return,
    SecretArg,
    SessionArg,
    TaskArg,
    TerminationFlag,
    task_name,
)
from redengine.parameters.binding import Signature
from redengine.parameters.files import InputFile, input_files, refuse_files_outside
from redengine.parameters.parameters import MASK, Parameters, sounds_secret

Task = TaskArg
Session = SessionArg

__all__ = [
    "MASK",
    "Arg",
    "Argument",
    "ArgumentSource",
    "EnvArg",
    "FuncArg",
    "InputFile",
    "Last",
    "Parameters",
    "Return",
    "SecretArg",
    "Session",
    "SessionArg",
    "Signature",
    "Task",
    "TaskArg",
    "TerminationFlag",
    "input_files",
    "refuse_files_outside",
    "sounds_secret",
    "task_name",
]
