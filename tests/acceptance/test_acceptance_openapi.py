"""The running API against its own description: requests are drawn from it, answers held to it."""

import pytest
import schemathesis
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from schemathesis.checks import CHECKS, load_all_checks

from redengine import Session
from redengine.tasks.api import FlaskAPI

load_all_checks()
KEY = "a-key-of-this-test-alone"
SEMANTIC = {
    "postTask", "putTask", "patchTask", "postJobs", "postTaskJobs", "postPlan", "postApply",
    "patchConfig", "patchReturns", "patchParameter", "postRuntimes", "patchRuntime",
    "postKeys", "postTaskTerminate", "putCalendar", "getCalendar", "postChannels", "patchChannel",
}  # fmt: skip
"""Operations whose bodies mean more than a schema can say, such as the names of parameters."""

FORMATS = {
    "condition": ["daily after 07:00", "every 10 min & ~ always false", "cron 0 7 * * mon-fri"],
    "rate": ["10/min", "5/10 s"],
    "zone": ["Europe/Helsinki", "UTC"],
    "runtime": ["thread", "process"],
    "re2": ["f.*", "[a-z]+", ""],
    "forecast-end": ["2 hours", "10 min"],
    "key-name": ["reader", "ops"],
    "task-pattern": ["scraper.*", "*"],
    "expiry": ["90 days"],
    "topic": ["jobs", "task:fetch", "config"],
    "channel-name": ["prices", "orders-2", "a.b_c"],
    "channel-query": ['{"filters": []}', "{}"],
}


def guarded(session):
    """The API of a session, with a key for everything."""
    return FlaskAPI(
        port=0,
        session=session,
        api_keys={"root": {"key": KEY, "scopes": ["admin"]}},
        rate_limit={"login": "1000000/minute"},
    )


def described():
    """The description, which schemathesis wants before any test begins."""
    client = guarded(Session()).app.test_client()
    return client.get("/openapi.json", headers={"X-API-Key": KEY}).json


for name, values in FORMATS.items():
    schemathesis.openapi.format(name, st.sampled_from(values))
DESCRIBED = described()
FEW = settings(
    max_examples=3, derandomize=True, deadline=None, suppress_health_check=list(HealthCheck)
)


class Key:
    """Says who asks."""

    def get(self, case, context):
        return KEY

    def set(self, case, data, context):
        case.headers.pop("Authorization", None)  # it would be a second key
        case.headers["X-API-Key"] = data


def requests(*, at_edges):
    """What is asked of the API: drawn by chance, or also every edge that the schemas know."""
    schema = schemathesis.openapi.from_dict(DESCRIBED)
    schema.config.phases.coverage.enabled = at_edges
    schema.auth()(Key)
    return schema.exclude(path_regex="session/(shutdown|restart)$")


drawn = requests(at_edges=False)


@pytest.fixture(scope="module")
def url():
    """A running session with two tasks, in which nothing starts by itself."""
    session = Session()

    @session.task(name="fetch")
    def fetch(day="today"):
        return {"rows": 1}

    session.task("after task 'fetch'", name="report")(lambda: None)
    api = guarded(session)
    with session:
        api.wait_ready(60)
        session.submit("fetch", job_id="mine").wait(60)
        session.pause()
        yield api.url


def ask(case, url):
    """Make a request, and hold the answer to the description."""
    response = case.call(base_url=url)
    not_held = set()
    if case.operation.definition.raw["operationId"] in SEMANTIC:
        not_held |= {"positive_data_acceptance"}
    if response.status_code == 412:  # a precondition comes before the body, good or bad
        not_held |= {"positive_data_acceptance", "negative_data_rejection"}
    checks = [each for each in CHECKS.get_all() if each.__name__ not in not_held]
    case.validate_response(response, checks=checks)


@drawn.parametrize()
@FEW
def test_answers_are_as_described(case, url):
    """No server error, no undocumented status, header or shape; bad input is refused."""
    ask(case, url)
