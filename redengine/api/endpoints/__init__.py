"""The resources: what the API offers, without a word of how it is carried.

Each stands in a module of its own; `RESOURCES` has them all by name.
"""

from typing import Final

from redengine.api.endpoints.calendars import CalendarResource, CalendarsResource
from redengine.api.endpoints.changes import (
    ChangeResource,
    ChangeRevertResource,
    ChangesResource,
    JobLogsResource,
    LogsResource,
)
from redengine.api.endpoints.conditions import ConditionExplainResource, ConditionLintResource
from redengine.api.endpoints.job import (
    JobCancelResource,
    JobOutputResource,
    JobPauseResource,
    JobResource,
    JobResultResource,
    JobResumeResource,
    JobStackResource,
    JobTerminateResource,
    JobWaitResource,
)
from redengine.api.endpoints.jobs import JobsResource
from redengine.api.endpoints.live.channels import ChannelResource, ChannelsResource
from redengine.api.endpoints.live.commands import (
    CommandCallResource,
    CommandResource,
    CommandsResource,
)
from redengine.api.endpoints.live.records import (
    ChannelLastKeyResource,
    ChannelLastResource,
    ChannelLookupResource,
    ChannelNamesResource,
    ChannelNextKeyResource,
    ChannelNextResource,
    ChannelSendResource,
    ChannelStateKeyResource,
    ChannelStateResource,
    RecordLookupResource,
)
from redengine.api.endpoints.resource import METHODS, Offer, Resource
from redengine.api.endpoints.runtimes import (
    CapabilitiesResource,
    DeclaredRuntime,
    RuntimeResource,
    RuntimesResource,
)
from redengine.api.endpoints.session import (
    HealthResource,
    KeyResource,
    KeysResource,
    LivenessResource,
    MetricsResource,
    ReadinessResource,
    SessionPauseResource,
    SessionResource,
    SessionRestartResource,
    SessionResumeResource,
    SessionShutdownResource,
    WorkersResource,
)
from redengine.api.endpoints.state import ApplyResource, ExportResource, PlanResource
from redengine.api.endpoints.task import TaskResource
from redengine.api.endpoints.tasks import (
    DependenciesResource,
    ForecastResource,
    TaskJobsResource,
    TasksResource,
    TaskTerminateResource,
    TaskWhyResource,
)
from redengine.api.endpoints.values import (
    ConfigResource,
    ParameterResource,
    ParametersResource,
    ReturnsResource,
)
from redengine.api.live.resources import EventsResource, EventTicketsResource

_ALL: Final[tuple[type[Resource], ...]] = (
    TasksResource,
    TaskResource,
    TaskJobsResource,
    TaskWhyResource,
    TaskTerminateResource,
    ParametersResource,
    ParameterResource,
    CalendarsResource,
    CalendarResource,
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
    CommandsResource,
    CommandResource,
    CommandCallResource,
    WorkersResource,
    ChannelsResource,
    ChannelResource,
    ChannelNamesResource,
    ChannelLastResource,
    ChannelLastKeyResource,
    ChannelNextResource,
    ChannelNextKeyResource,
    ChannelStateResource,
    ChannelStateKeyResource,
    ChannelSendResource,
    ChannelLookupResource,
    RecordLookupResource,
    ConditionLintResource,
    ConditionExplainResource,
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
    EventsResource,
    EventTicketsResource,
)
RESOURCES: Final[dict[str, type[Resource]]] = {each.name: each for each in _ALL}

__all__ = ["METHODS", "RESOURCES", "Offer", "Resource"]
