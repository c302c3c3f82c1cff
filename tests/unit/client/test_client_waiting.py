"""Waiting for jobs, and following what they write."""

import httpx
import pytest
from client_stubs import JOB, NO_SUCH_PATH, Stub, answer, outcome, refusal

from redengine.exceptions import (
    InvalidInput,
    JobCrashed,
    JobFailed,
    JobSkipped,
    JobTerminated,
    NotFound,
    UnreadableAnswer,
    WaitTimeout,
)

RUN = answer({**JOB, "status": "run"})
ENDED = answer({**JOB, "status": "success"})
RESULT = answer({"result": 42})
MISSING = refusal(*NO_SUCH_PATH)
FLAVOURS = pytest.mark.parametrize("flavour", ["client", "async_client"])


def routed(**answers):
    """A server that answers by the last part of the path; each answer of a list once."""
    queues = {name: list(given) for name, given in answers.items()}

    def choose(request):
        name = request.url.path.rpartition("/")[2]
        queue = queues[{"j1": "job"}.get(name, name)]
        chosen = queue.pop(0) if len(queue) > 1 else queue[0]
        return httpx.Response(chosen.status_code, headers=chosen.headers, content=chosen.content)

    return Stub(choose)


@FLAVOURS
def test_the_server_holds_the_answer_until_the_end(waits, flavour):
    """Where it can, one request is enough, and the client does not poll."""
    stub = routed(wait=[ENDED], result=[RESULT])
    assert outcome(getattr(stub, flavour)().jobs["j1"].result(timeout=60)) == 42
    assert stub.lines == ["POST /jobs/j1/wait?timeout=20.000", "GET /jobs/j1/result"]
    assert waits == []


def test_a_held_request_may_take_longer_than_others():
    """The time that the server holds it comes on top of the client's own limit."""
    stub = routed(wait=[ENDED])
    stub.client(timeout=3).jobs["j1"].wait(timeout=15)
    assert stub.requests[0].extensions["timeout"]["read"] == pytest.approx(18, abs=0.5)


@FLAVOURS
@pytest.mark.parametrize("missing", [MISSING, refusal("METHOD_NOT_ALLOWED", 405)])
def test_an_older_server_is_polled(waits, flavour, missing):
    """Without the path for waiting, the job is read again after waits that grow."""
    stub = routed(wait=[missing], job=[RUN, RUN, RUN, ENDED], result=[RESULT])
    assert outcome(getattr(stub, flavour)().jobs["j1"].result()) == 42
    assert [line.partition("?")[0] for line in stub.lines] == [
        "POST /jobs/j1/wait",
        *["GET /jobs/j1"] * 4,
        "GET /jobs/j1/result",
    ]
    assert waits == sorted(waits)
    assert len(set(waits)) == 3


def test_a_server_without_waiting_is_asked_once():
    """Further waits of the client poll at once."""
    stub = routed(wait=[MISSING], job=[ENDED])
    client = stub.client()
    client.jobs["j1"].wait()
    client.jobs["j1"].wait()
    assert [line.partition("?")[0] for line in stub.lines] == [
        "POST /jobs/j1/wait",
        "GET /jobs/j1",
        "GET /jobs/j1",
    ]


@pytest.mark.parametrize(
    "held",
    [
        RUN,
        refusal("TIMEOUT", 504, details={"waited_for": "the end", "timeout": 1}),
        refusal("UNAVAILABLE", 503),
        refusal("TOO_MANY_REQUESTS", 429),
    ],
    ids=["early", "timeout", "unavailable", "limited"],
)
def test_a_server_that_does_not_hold_is_not_hammered(waits, held):
    """An answer that comes back early, or a refusal to hold one more, is followed by a wait."""
    stub = routed(wait=[held, ENDED], job=[RUN])
    assert stub.client().jobs["j1"].wait().status == "success"
    assert len(waits) == 1


@FLAVOURS
def test_a_wait_ends_in_time(waits, flavour):
    """A job that does not end raises WaitTimeout with the limit."""
    stub = routed(wait=[MISSING], job=[RUN])
    with pytest.raises(WaitTimeout, match="j1") as caught:
        outcome(getattr(stub, flavour)().jobs["j1"].result(timeout="20 ms"))
    assert caught.value.timeout_s == 0.02


def test_no_time_at_all_looks_once():
    """`timeout=0` reads the job, and does not wait."""
    stub = routed(job=[RUN])
    with pytest.raises(WaitTimeout):
        stub.client().jobs["j1"].wait(timeout=0)
    assert stub.lines == ["GET /jobs/j1"]
    assert routed(job=[ENDED]).client().jobs["j1"].wait(0).status == "success"


def test_a_job_that_has_ended_is_not_asked_for_again():
    """Ends are final: what was read of it is enough."""
    stub = routed(job=[ENDED], result=[RESULT])
    job = stub.client().jobs.get("j1")
    assert job.wait() is job
    assert job.result() == 42
    assert stub.lines == ["GET /jobs/j1", "GET /jobs/j1/result"]


@pytest.mark.parametrize(
    ("end", "kind", "reason"),
    [
        ({"status": "fail", "error": "ValueError: no"}, JobFailed, "ValueError: no"),
        ({"status": "terminate", "reason": "timeout"}, JobTerminated, "timeout"),
        ({"status": "crash", "error": None, "reason": "killed"}, JobCrashed, "killed"),
        ({"status": "cancel"}, JobSkipped, "cancel"),
        ({"status": "inaction", "reason": "overlap"}, JobSkipped, "overlap"),
    ],
)
@FLAVOURS
def test_an_end_without_success_is_an_error(flavour, end, kind, reason):
    """The same error as in Python, with job, task and reason; `exception` gives it."""
    stub = routed(wait=[answer({**JOB, **end})])
    job = getattr(stub, flavour)().jobs["j1"]
    with pytest.raises(kind) as caught:
        outcome(job.result())
    assert (caught.value.job_id, caught.value.task, caught.value.reason) == ("j1", "fetch", reason)
    assert type(outcome(job.exception())) is kind


def test_success_has_no_exception():
    """`exception` of a job that succeeded is None."""
    assert routed(wait=[ENDED]).client().jobs["j1"].exception() is None


def test_an_unknown_job_is_told():
    """404 of the job itself is not taken for a server without waiting."""
    unknown = refusal("NOT_FOUND", 404, "no job", {"kind": "job", "name": "j1"})
    with pytest.raises(NotFound, match="no job"):
        routed(wait=[unknown]).client().jobs["j1"].wait()


def lines(*numbers):
    """A page of output."""
    found = [
        {"seq": each, "at": "2026-01-01T00:00:00+00:00", "stream": "stdout", "text": f"line {each}"}
        for each in numbers
    ]
    return answer({"job_id": "j1", "lines": found, "after": numbers[-1] if numbers else 0})


def test_output_is_read_to_its_end():
    """Pages are followed by the cursor."""
    stub = routed(output=[lines(1, 2), lines(3), lines()])
    assert [str(line) for line in stub.client().jobs["j1"].output()] == [
        "line 1",
        "line 2",
        "line 3",
    ]
    assert [line.rpartition("=")[2] for line in stub.lines] == ["0", "2", "3"]


@FLAVOURS
def test_output_is_followed_until_the_job_has_ended(waits, flavour):
    """Lines come as they are written; what came before the end is not lost."""
    stub = routed(
        output=[lines(1), lines(), lines(2), lines(), lines(3), lines()], job=[RUN, ENDED]
    )
    found = outcome(getattr(stub, flavour)().jobs["j1"].follow_output())
    assert [line.seq for line in found] == [1, 2, 3]
    assert stub.lines[0] == "GET /jobs/j1/output?after=0&wait=20"
    assert stub.lines[-1] == "GET /jobs/j1/output?after=3"


def test_output_of_an_ended_job_is_followed_without_waiting(waits):
    """There is nothing to hold an answer back for."""
    stub = routed(job=[ENDED], output=[lines(1), lines()])
    found = list(stub.client().jobs.get("j1").follow_output())
    assert [line.seq for line in found] == [1]
    assert stub.lines == [
        "GET /jobs/j1",
        "GET /jobs/j1/output?after=0",
        "GET /jobs/j1/output?after=1",
    ]
    assert waits == []


def test_a_server_that_cannot_hold_output_is_polled(waits):
    """An unknown `wait` is left out from then on."""
    unknown = refusal("VALIDATION_ERROR", 400, details={"fields": {"wait": "unknown query key"}})
    stub = routed(output=[unknown, lines(1), lines(), lines()], job=[RUN, ENDED])
    assert [line.seq for line in stub.client().jobs["j1"].follow_output()] == [1]
    assert [line.count("wait") for line in stub.lines] == [1, *[0] * (len(stub.lines) - 1)]


def test_other_refusals_of_output_are_told():
    """Only the unknown key is worked around."""
    bad = refusal("VALIDATION_ERROR", 400, details={"fields": {"after": "expected a number"}})
    with pytest.raises(InvalidInput, match="no"):
        list(routed(output=[bad]).client().jobs["j1"].follow_output())


@pytest.mark.parametrize("held", [httpx.Response(204), refusal("TIMEOUT", 408)])
def test_a_server_that_has_nothing_to_tell_is_asked_for_the_job(waits, held):
    """However it says that the time is up, the job is read and waited for again."""
    stub = routed(wait=[held, ENDED], job=[RUN])
    assert stub.client().jobs["j1"].wait().status == "success"


@pytest.mark.parametrize(
    ("given", "stack"),
    [
        (answer({"job_id": "j1", "stack": "File a"}), "File a"),
        (answer({"job_id": "j1", "stack": None}), None),
        (httpx.Response(200, text="File a", headers={"Content-Type": "text/plain"}), "File a"),
    ],
)
def test_a_stack_is_a_text(given, stack):
    """It comes in an object or as it is; None where there is none to see."""
    assert routed(stack=[given]).client().jobs["j1"].stack() == stack


def test_a_stack_of_another_form_is_told():
    """An object without one is not taken for a job without a stack."""
    with pytest.raises(UnreadableAnswer):
        routed(stack=[answer({"frames": []})]).client().jobs["j1"].stack()


def test_output_that_cannot_be_held_back_is_read_at_once(waits):
    """A server that holds as many answers as it may is asked for what there is."""
    stub = routed(output=[refusal("UNAVAILABLE", 503), lines(1), lines()], job=[ENDED])
    assert [line.seq for line in stub.client().jobs["j1"].follow_output()] == [1]
    assert waits == []


@FLAVOURS
def test_output_is_followed_over_breaks(waits, flavour):
    """It goes on behind the last line that was given; a job that is gone is an error."""
    first = answer({"lines": [{"seq": 1, "text": "a"}], "ended": False})
    second = answer({"lines": [{"seq": 2, "text": "b"}], "ended": True})
    empty = answer({"lines": [], "ended": True})
    away = httpx.ConnectError("refused")
    outputs = [first, away, away, second, empty]

    def choose(request):
        if request.url.path.endswith("/output"):
            chosen = outputs.pop(0) if len(outputs) > 1 else outputs[0]
            if isinstance(chosen, Exception):
                raise chosen
            return httpx.Response(200, content=chosen.content)
        return httpx.Response(200, content=(RUN if len(outputs) > 1 else ENDED).content)

    stub = Stub(choose)
    lines = outcome(getattr(stub, flavour)(retries=0).jobs["j1"].follow())
    assert [each.text for each in lines] == ["a", "b"]
    asked = [line for line in stub.lines if "/output" in line]
    assert [line.partition("&")[0] for line in asked[:4]] == [
        "GET /jobs/j1/output?after=0",
        *["GET /jobs/j1/output?after=1"] * 3,
    ]
    gone = Stub(refusal("NOT_FOUND", 404, details={"kind": "job", "name": "j1"}))
    with pytest.raises(NotFound):
        outcome(getattr(gone, flavour)().jobs["j1"].follow())
