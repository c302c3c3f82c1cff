"""The resources: what the API offers, without a word of how it is carried.

Each stands in a module of its own; `RESOURCES` has them all by name.
"""

from typing import Final

from redengine.api.resources.base import METHODS, Offer, Resource
from redengine.api.resources.capabilities import CapabilitiesResource
from redengine.api.resources.change_revert import ChangeRevertResource
from redengine.api.resources.changes import ChangeResource, ChangesResource
from redengine.api.resources.config import ConfigResource
from redengine.api.resources.declared_runtime import DeclaredRuntime
from redengine.api.resources.dependencies import DependenciesResource
from redengine.api.resources.forecast import ForecastResource
from redengine.api.resources.health import (
    HealthResource,
    LivenessResource,
    ReadinessResource,
)
from redengine.api.resources.job import (
    JobCancelResource,
    JobPauseResource,
    JobResource,
    JobResumeResource,
    JobStackResource,
    JobTerminateResource,
    JobWaitResource,
)
from redengine.api.resources.job_output import JobOutputResource
from redengine.api.resources.job_result import JobResultResource
from redengine.api.resources.jobs import JobsResource
from redengine.api.resources.keys import KeyResource, KeysResource
from redengine.api.resources.logs import JobLogsResource, LogsResource
from redengine.api.resources.metrics import MetricsResource
from redengine.api.resources.parameters import ParameterResource, ParametersResource
from redengine.api.resources.returns import ReturnsResource
from redengine.api.resources.runtimes import RuntimeResource, RuntimesResource
from redengine.api.resources.session import (
    SessionPauseResource,
    SessionResource,
    SessionRestartResource,
    SessionResumeResource,
    SessionShutdownResource,
)
from redengine.api.resources.state import ApplyResource, ExportResource, PlanResource
from redengine.api.resources.task import TaskResource
from redengine.api.resources.task_jobs import TaskJobsResource
from redengine.api.resources.task_terminate import TaskTerminateResource
from redengine.api.resources.task_why import TaskWhyResource
from redengine.api.resources.tasks import TasksResource

_ALL: Final[tuple[type[Resource], ...]] = (
    TasksResource,
    TaskResource,
    TaskJobsResource,
    TaskWhyResource,
    TaskTerminateResource,
    ParametersResource,
    ParameterResource,
    ConfigResource,
    SessionResource,
    SessionPauseResource,
    SessionResumeResource,
    SessionShutdownResource,
    SessionRestartResource,
    LogsResource,
    ReturnsResource,
    DependenciesResource,
    JobsResource,
    JobResource,
    JobResultResource,
    JobOutputResource,
    JobLogsResource,
    JobStackResource,
    JobWaitResource,
    JobPauseResource,
    JobResumeResource,
    JobCancelResource,
    JobTerminateResource,
    ForecastResource,
    ChangesResource,
    ChangeResource,
    RuntimesResource,
    RuntimeResource,
    CapabilitiesResource,
    ChangeRevertResource,
    ExportResource,
    PlanResource,
    ApplyResource,
    DeclaredRuntime,
    HealthResource,
    LivenessResource,
    ReadinessResource,
    MetricsResource,
    KeysResource,
    KeyResource,
)
RESOURCES: Final[dict[str, type[Resource]]] = {each.name: each for each in _ALL}

__all__ = ["METHODS", "RESOURCES", "Offer", "Resource"]
