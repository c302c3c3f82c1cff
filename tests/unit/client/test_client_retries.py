"""What is safe to repeat is repeated, after waits that grow; nothing else is."""

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import httpx
import pytest
from client_stubs import JOB, Stub, answer, outcome, refusal

from redengine.client.settings import RetryPolicy, retry_after_s
from redengine.exceptions import NotFound, Overloaded, RedengineError, RemoteError, Unreachable

LOST = httpx.ReadError("reset")
BUSY = refusal("UNAVAILABLE", 503)

SAFE = [
    (lambda c: c.tasks.get("a"), answer({"name": "a"})),
    (lambda c: c.tasks.replace("a", code="1"), answer({"name": "a"})),
    (lambda c: c.tasks["a"].delete(), httpx.Response(204)),
    (lambda c: c.tasks["a"].run(), answer(JOB)),
    (lambda c: c.jobs.submit("a"), answer(JOB)),
    (lambda c: c.jobs.submit_document({"operation": "a"}), answer(JOB)),
]
UNSAFE = [
    lambda c: c.tasks.create("a", code="1"),
    lambda c: c.tasks["a"].disable(),
    lambda c: c.tasks["a"].terminate(),
    lambda c: c.jobs["j1"].cancel(),
    lambda c: c.jobs["j1"].pause(),
    lambda c: c.parameters.set("x", 1),
    lambda c: c.session.pause(),
    lambda c: c.session.shut_down(),
    lambda c: c.changes.revert(3),
    lambda c: c.keys.create("reader"),
]


@pytest.mark.parametrize(
    "trouble", [LOST, httpx.ConnectError("no"), httpx.RemoteProtocolError("x")]
)
@pytest.mark.parametrize("flavour", ["client", "async_client"])
@pytest.mark.parametrize(("call", "success"), SAFE)
def test_a_safe_request_survives_a_broken_connection(waits, trouble, flavour, call, success):
    """It is sent again, the same, and succeeds; one wait a time."""
    stub = Stub(trouble, trouble, success)
    outcome(call(getattr(stub, flavour)()))
    assert len(stub.requests) == 3
    assert len({each.content for each in stub.requests}) == 1
    assert len(waits) == 2


@pytest.mark.parametrize("status", [429, 502, 503, 504])
@pytest.mark.parametrize(("call", "success"), SAFE)
def test_a_safe_request_survives_a_busy_server(waits, status, call, success):
    """Statuses that pass are waited for, whoever answers with them."""
    stub = Stub(httpx.Response(status, text="a proxy's page"), success)
    call(stub.client())
    assert len(stub.requests) == 2


@pytest.mark.parametrize("trouble", [LOST, BUSY, httpx.ConnectError("no")])
@pytest.mark.parametrize("call", UNSAFE)
def test_other_requests_are_sent_once(waits, trouble, call):
    """Whether a write was carried out is not known, so it is not made twice."""
    stub = Stub(trouble)
    with pytest.raises(RedengineError):
        call(stub.client())
    assert len(stub.requests) == 1
    assert waits == []


@pytest.mark.parametrize("status", [400, 401, 403, 404, 409, 500, 501])
def test_errors_that_stay_are_not_repeated(waits, status):
    """What will fail again is told at once."""
    stub = Stub(refusal("CODE", status))
    with pytest.raises(RedengineError):
        stub.client().tasks.get("a")
    assert len(stub.requests) == 1


def test_the_last_error_is_raised_after_the_last_attempt(waits):
    """Four attempts by default; the error is that of the last."""
    stub = Stub(LOST, BUSY, LOST, refusal("OVERLOADED", 503, "full", {"waiting": 7, "limit": 5}))
    with pytest.raises(Overloaded) as caught:
        stub.client().tasks["a"].run()
    assert (caught.value.waiting, caught.value.limit) == (7, 5)
    assert len(stub.requests) == 4


def test_retries_can_be_turned_off(waits):
    """`retries=0` sends once."""
    stub = Stub(LOST)
    with pytest.raises(Unreachable):
        stub.client(retries=0).tasks.get("a")
    assert len(stub.requests) == 1


def test_a_removal_whose_answer_was_lost_is_no_error(waits):
    """404 after a lost answer means that the first attempt removed it; 404 at once is told."""
    gone = refusal("NOT_FOUND", 404, details={"kind": "task", "name": "a"})
    for lost in (LOST, httpx.Response(504)):
        Stub(lost, gone).client().tasks["a"].delete()
    for not_carried_out in (httpx.ConnectError("refused"), BUSY):
        with pytest.raises(NotFound):
            Stub(not_carried_out, gone).client().tasks["a"].delete()
    with pytest.raises(NotFound):
        Stub(gone).client().tasks["a"].delete()


def test_waits_grow_up_to_a_limit():
    """Each is up to twice the one before, at least half of that, and never over the cap."""
    policy = RetryPolicy(retries=10, first_s=1.0, longest_s=8.0)
    for attempt, most in enumerate([1, 2, 4, 8, 8, 8]):
        waits = [policy.wait_s(attempt, None) for _ in range(50)]
        assert most / 2 <= min(waits) <= max(waits) <= most
        assert len(set(waits)) > 1
    assert policy.wait_s(10, None) is None


def test_retry_after_is_obeyed(waits):
    """The server's wish is a lower bound of the wait."""
    stub = Stub(refusal("TOO_MANY_REQUESTS", 429, **{"Retry-After": "7"}), answer({"name": "a"}))
    stub.client().tasks.get("a")
    assert waits == [7.0]


def test_a_wish_for_a_long_wait_is_handed_on(waits):
    """More than half a minute is the caller's decision: the error has the seconds."""
    stub = Stub(refusal("TOO_MANY_REQUESTS", 429, **{"Retry-After": "3600"}))
    with pytest.raises(RemoteError) as caught:
        stub.client().tasks.get("a")
    assert (caught.value.code, caught.value.retry_after_s) == ("TOO_MANY_REQUESTS", 3600)
    assert len(stub.requests) == 1


def test_retry_after_can_be_a_date_or_nonsense():
    """Both forms of the header are read; what is neither is passed over."""
    soon = format_datetime(datetime.now(UTC) + timedelta(seconds=60))
    assert 50 < retry_after_s(soon) <= 60
    assert retry_after_s(format_datetime(datetime(2020, 1, 1, tzinfo=UTC))) == 0
    assert retry_after_s("5") == 5
    assert [retry_after_s(text) for text in (None, "", "soon", "-1")] == [None] * 4


def test_an_unwell_session_is_an_answer(waits):
    """503 of the health is what was asked for, not a reason to try again."""
    stub = Stub(answer({"status": "unhealthy", "state": "running", "checks": {}}, 503))
    client = stub.client()
    assert client.health().is_well is False
    assert client.is_ready() is False
    assert client.is_live() is False
    assert len(stub.requests) == 3
