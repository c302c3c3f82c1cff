"""Places where jobs are carried out: threads, worker processes, asyncio, the main thread."""

from redengine.runtimes.aio import AsyncRuntime
from redengine.runtimes.base import Execution, Outcome, Runtime
from redengine.runtimes.context import JobContext, current_job
from redengine.runtimes.inline import InlineRuntime
from redengine.runtimes.output.lines import OutputLimits, Sink
from redengine.runtimes.process.runtime import ProcessRuntime
from redengine.runtimes.process.wire import RemoteError, TransferError
from redengine.runtimes.progress import Progress
from redengine.runtimes.recorded import RecordedExecution
from redengine.runtimes.shared import SharedRuntime
from redengine.runtimes.threads import MainRuntime, ThreadRuntime

__all__ = [
    "AsyncRuntime",
    "Execution",
    "InlineRuntime",
    "JobContext",
    "MainRuntime",
    "Outcome",
    "OutputLimits",
    "ProcessRuntime",
    "Progress",
    "RecordedExecution",
    "RemoteError",
    "Runtime",
    "SharedRuntime",
    "Sink",
    "ThreadRuntime",
    "TransferError",
    "current_job",
]
