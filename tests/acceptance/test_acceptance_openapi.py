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
    "postKeys", "postTaskTerminate",
}  # fmt: skip
"""Operations whose bodies mean more than a schema can say, such as the names of parameters."""

FORMATS = {
    "condition": ["daily after 07:00", "every 10 min & ~ always false", "cron 0 7 * * mon-fri"],
    "rate": ["10/min", "5/10 s"],
    "runtime": ["thread", "process"],
    "re2": ["f.*", "[a-z]+", ""],
    "forecast-end": ["2 hours", "10 min"],
    "key-name": ["reader", "ops"],
    "task-pattern": ["scraper.*", "*"],
    "expiry": ["90 days"],
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
schema = schemathesis.openapi.from_dict(described()).exclude(
    path_regex="session/(shutdown|restart)$"
)


@schema.auth()
class Key:
    """Says who asks."""

    def get(self, case, context):
        return KEY

    def set(self, case, data, context):
        case.headers.pop("Authorization", None)  # it would be a second key
        case.headers["X-API-Key"] = data


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
        api.wait_ready()
        session.submit("fetch", job_id="mine").wait(10)
        session.pause()
        yield api.url


@schema.parametrize()
@settings(max_examples=3, derandomize=True, deadline=None, suppress_health_check=list(HealthCheck))
def test_answers_are_as_described(case, url):
    """No server error, no undocumented status, header or shape; bad input is refused."""
    checks = CHECKS.get_all()
    if case.operation.definition.raw["operationId"] in SEMANTIC:
        checks = [each for each in checks if each.__name__ != "positive_data_acceptance"]
    response = case.call(base_url=url)
    if response.status_code == 412:  # a precondition comes before the body, good or bad
        checks = [each for each in checks if each.__name__ != "negative_data_rejection"]
    case.validate_response(response, checks=checks)
