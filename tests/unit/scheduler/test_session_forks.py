"""What a forked child may do with the session of its parent, and what it leaves alone."""

import json
import os
import subprocess
import sys
import textwrap

import pytest

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="there are no forks here")

PREAMBLE = """
import json, multiprocessing, os, signal, sys, threading
from redengine import Session
from redengine.exceptions import RedengineError
from redengine.tasks import FuncTask

def in_child(act):
    "What a forked child told, and its exit status; it ends as a program does."
    read, write = os.pipe()
    pid = os.fork()
    if pid == 0:
        signal.alarm(20)
        with os.fdopen(write, "w") as told:
            json.dump(act(), told)
        sys.exit(0)
    os.close(write)
    with os.fdopen(read) as told:
        text = told.read()
    return [json.loads(text or "null"), os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])]

def refusal(act):
    try:
        act()
    except RedengineError as error:
        return f"{type(error).__name__}: {error}"
    return "accepted"

url = f"sqlite:///{sys.argv[1]}/jobs.db"
"""


@pytest.fixture
def told(tmp_path):
    """Runs a script in a process of its own, and gives what it told."""

    def run(script, first=""):
        path = tmp_path / "script.py"
        path.write_text(first + PREAMBLE + textwrap.dedent(script))
        command = [sys.executable, path, tmp_path]
        done = subprocess.run(command, check=False, capture_output=True, text=True, timeout=120)
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout.splitlines()[-1])

    return run


def test_a_child_that_ends_leaves_the_lock(told):
    """The file stays the parent's: a second session is refused after the child's end."""
    assert told("""
        app = Session(store=url)
        ended = in_child(lambda: None)
        print(json.dumps([ended, os.path.exists(f"{sys.argv[1]}/jobs.db-lock"),
                          refusal(lambda: Session(store=url))[:10]]))
    """) == [[None, 0], True, "StoreError"]


def test_children_of_a_busy_session_end(told):
    """None hangs at its exit in a lock that a thread of the parent held when it was forked."""
    assert told("""
        app = Session(store=url)
        app.task("every 2 ms", name="tick")(lambda: print("tick", end=""))
        with app:
            app.submit("tick").wait(20)
            ended = [in_child(lambda: None)[1] for _ in range(20)]
            last = app.submit("tick", job_id="last")
            last.wait(20)
        print()
        print(json.dumps([ended, last.status]))
    """) == [[0] * 20, "success"]


def test_nothing_is_written_twice(told):
    """What waited to be written when the process forked is written by the parent alone."""
    log = told("""
        import logging
        lines = []
        class Keep(logging.Handler):
            def emit(self, record): lines.append(record.getMessage())
        logging.getLogger("redengine.store").addHandler(Keep())
        app = Session(store=url)
        app.task(name="talk")(lambda: [print(n) for n in range(50)])
        def end():
            return lines
        with app:
            jobs = [app.submit("talk") for _ in range(20)]
            found = [in_child(lambda: None)[1] for _ in range(5)]
            for job in jobs: job.wait(20)
        print()
        print(json.dumps([found, lines, [len(job.output()) for job in jobs]]))
    """)
    assert log == [[0] * 5, [], [50] * 20]


STATE_CHANGES = {
    "pause": "app.pause()",
    "resume": "app.resume()",
    "shut_down": "app.shut_down()",
    "restart": "app.restart()",
    "start": "app.start(block=False)",
    "submit": "app.submit('work')",
    "run": "app.tasks['work'].run()",
    "parameter": "app.parameters.update(day='today')",
    "parameter removed": "app.parameters.pop('kept')",
    "config": "app.config.update({'max_threads': 3})",
    "option": "setattr(app.tasks['work'], 'priority', 3)",
    "task made": "FuncTask(print, name='new', session=app)",
    "task deleted": "app.tasks['work'].delete()",
    "runtime made": "app.runtime('gpu', size=2)",
    "runtime removed": "app.runtimes.remove('slow')",
    "runtime resized": "app.runtimes.resize('slow', 2)",
    "return": "app.returns.update({'work': 1})",
    "hook": "app.hook('job_end')(print)",
    "job terminated": "job.terminate()",
    "job paused": "job.pause()",
    "job waited for": "job.wait()",
    "job deleted": "app.delete_job(ended.id)",
}


@pytest.mark.parametrize("store", ["url", "None"])
def test_a_child_changes_nothing(told, store):
    """Each call that would change the session is refused with what to do, whatever the store."""
    calls = ", ".join(f"{name!r}: lambda: {call}" for name, call in STATE_CHANGES.items())
    (answers, status), state, parameters = told(f"""
        app = Session(store={store}, parameters={{"kept": 1}})
        app.runtime("slow")
        begun, free = threading.Event(), threading.Event()
        app.task(name="work")(lambda: None)
        app.task(name="long")(lambda: (begun.set(), free.wait(60)))
        app.start(block=False)
        ended = app.submit("work")
        ended.wait(20)
        job = app.submit("long")
        begun.wait(20)
        calls = {{{calls}}}
        found = in_child(lambda: {{name: refusal(call) for name, call in calls.items()}})
        state = [app.state, job.status, ended.status, sorted(app.tasks.names())]
        free.set()
        app.shut_down()
        print(json.dumps([found, state, app.parameters.snapshot()]))
    """)
    accepted = {name: text for name, text in answers.items() if "was forked from" not in text}
    assert accepted == {}
    assert status == 0
    assert state == ["running", "run", "success", ["long", "work"]]
    assert parameters == {"kept": 1}


def test_a_child_that_leaves_the_block_leaves_the_session(told):
    """The end of a `with` block in a forked child is not the end of the session."""
    assert told("""
        app = Session(store=url)
        app.task(name="work")(lambda: 42)
        ended = None
        with app:
            pid = os.fork()
            if pid:
                ended = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
                result = app.submit("work").result(timeout=20)
        if pid == 0:
            sys.exit(7)
        print(json.dumps([ended, result, app.state]))
    """) == [7, 42, "stopped"]


def test_a_child_reads_what_is_in_memory(told):
    """Parameters, tasks and their conditions can be read in a child, as in `multiprocessing`."""
    assert told("""
        app = Session(store=url, parameters={"day": "today"})
        app.task("daily", name="work")(lambda: None)
        with app:
            found = in_child(lambda: [app.parameters["day"], app.tasks.names(), app.state])
        print(json.dumps(found))
    """) == [["today", ["work"], "running"], 0]


def test_the_file_cannot_be_read_over_the_parents_connections(told):
    """SQLite's connections must not be carried over a fork: such a read is refused."""
    (answer, status) = told("""
        app = Session(store=url)
        with app:
            found = in_child(lambda: refusal(lambda: app.logs()))
        print(json.dumps(found))
    """)
    assert "was opened by the process from which this one was forked" in answer
    assert status == 0


def test_a_daemon_takes_its_parents_session_along(told, tmp_path):
    """A session that is made before a process daemonises is started after it, and has the file."""
    assert told("""
        app = Session(store=url)
        app.task(name="work")(lambda: 42)
        read, write = os.pipe()
        if os.fork():
            os.close(write)
            ends = os.fdopen(read)  # told by the daemon, after this process would have ended
            app.store.close()
            print(ends.read())
            os._exit(0)
        with app:
            result = app.submit("work", job_id="mine").result(timeout=20)
            second = refusal(lambda: Session(store=url))
        with os.fdopen(write, "w") as told:
            json.dump([result, second[:10], os.path.exists(f"{sys.argv[1]}/jobs.db-lock")], told)
        os._exit(0)
    """) == [42, "StoreError", False]


def test_a_child_cannot_start_what_its_parent_holds(told):
    """The second of two processes that would run one file is refused with the holder's name."""
    ((answer, status), parent) = told("""
        app = Session(store=url)
        found = in_child(lambda: refusal(lambda: app.start(block=False)))
        print(json.dumps([found, os.getpid()]))
    """)
    assert f"another session uses it: process {parent} on" in answer
    assert status == 0


def test_a_session_without_a_file_can_be_started_in_a_child(told):
    """What was made before the fork, as under a preloading server, runs after it."""
    assert told("""
        app = Session(parameters={"day": "today"})
        app.task(name="work")(lambda: 42)
        def serve():
            with app:
                return app.submit("work").result(timeout=20)
        print(json.dumps([in_child(serve), app.state]))
    """) == [[42, 0], "initialised"]


def test_multiprocessing_in_a_thread_task(told):
    """A pool of forked processes works, its prints are not written twice, and it ends at once."""
    assert told("""
        def square(n):
            print(f"<{n}>")
            return n * n
        app = Session(store=url)
        @app.task()
        def squares():
            with multiprocessing.get_context("fork").Pool(2) as pool:
                return pool.map(square, range(10))
        with app:
            result = app.submit(squares).result(timeout=60)
        print()
        print(json.dumps(result))
    """) == [n * n for n in range(10)]


@pytest.mark.parametrize("execution", ["thread", "main", "async", "process"])
def test_a_child_that_returns_from_the_task_ends(told, execution):
    """The job is the parent's: a child that comes back from its code exits, with its status."""
    assert told(f"""
        app = Session(store=url)
        def forks():
            pid = os.fork()
            if pid == 0:
                sys.exit(3)
            return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
        async def forks_async():
            return forks()
        app.task(name="forks", execution="{execution}")(
            forks_async if "{execution}" == "async" else forks
        )
        with app:
            job = app.submit("forks")
            result = job.result(timeout=60)
        print(json.dumps([result, job.attempt]))
    """) == [3, 1]


def test_what_is_printed_while_a_fork_is_on_waits_for_no_lock(told):
    """Python 3.12 warns of a fork then; a handler that is told of it early does the same."""
    first = "import os\nos.register_at_fork(after_in_parent=lambda: print('one child'))\n"
    assert told(
        """
        app = Session(store=url)
        def forks():
            pid = os.fork()
            if pid == 0:
                os._exit(0)
            return os.waitpid(pid, 0)[1]
        app.task(name="forks")(forks)
        with app:
            job = app.submit("forks")
            result = job.result(timeout=60)
            text = job.output()
        print(json.dumps([result, "one child" in text]))
    """,
        first,
    ) == [0, True]


def test_a_session_made_in_a_child_of_multiprocessing(told):
    """A child makes a session of its own on another file, and none on its parent's."""
    assert told("""
        app = Session(store=url)
        def child(answers):
            first = refusal(lambda: Session(store=url))[:10]
            own = Session(store=f"sqlite:///{sys.argv[1]}/own.db")
            own.task(name="work")(lambda: 42)
            with own:
                answers.put([first, own.submit("work").result(timeout=20)])
        context = multiprocessing.get_context("fork")
        answers = context.Queue()
        process = context.Process(target=child, args=(answers,))
        with app:
            process.start()
            found = answers.get(timeout=60)
            process.join(60)
        print(json.dumps([found, process.exitcode]))
    """) == [["StoreError", 42], 0]


def test_signals_end_a_child_as_any_process(told):
    """The session's handlers of SIGTERM and Ctrl-C are its own: a child dies of the signal."""
    assert told("""
        app = Session()
        statuses = []
        @app.hook("scheduler_startup")
        def fork(session=None):
            def later():
                for number in (signal.SIGTERM, signal.SIGINT):
                    pid = os.fork()
                    if pid == 0:
                        try:
                            os.kill(os.getpid(), number)
                            signal.pause()
                        except KeyboardInterrupt:
                            os._exit(9)
                    statuses.append(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
                app.shut_down(wait=False)
            threading.Thread(target=later).start()
        app.start()
        print(json.dumps(statuses))
    """) == [-15, 9]


def test_multiprocessing_in_a_process_task(told):
    """A pool of forked processes works in a worker; what it prints is the job's, line by line."""
    result, lines = told("""
        def square(n):
            print(f"<{n}>" + "x" * 20_000)
            return n * n
        app = Session(store=url)
        @app.task(execution="process")
        def squares():
            with multiprocessing.get_context("fork").Pool(3) as pool:
                return pool.map(square, range(30), chunksize=1)
        with app:
            job = app.submit(squares)
            result = job.result(timeout=60)
        print()
        print(json.dumps([result, [line.rstrip("x") for line in job.output()]]))
    """)
    assert result == [n * n for n in range(30)]
    assert {line for line in lines if line} >= {f"<{n}>" for n in range(30)}


def test_a_child_of_a_worker_dies_of_sigterm(told):
    """A forked child has the usual handlers: `Process.terminate` is seen as signal 15."""
    assert (
        told("""
        def sleep(ready):
            ready.set()
            signal.pause()
        app = Session(store=url)
        @app.task(execution="process")
        def ends():
            context = multiprocessing.get_context("fork")
            ready = context.Event()
            child = context.Process(target=sleep, args=(ready,))
            child.start()
            ready.wait(30)
            child.terminate()
            child.join(30)
            return child.exitcode
        with app:
            print(json.dumps(app.submit(ends).result(timeout=60)))
    """)
        == -15
    )


def test_a_child_keeps_nothing_of_the_apis_port(told):
    """Neither the port nor a connection stays open in a child that outlives its parent's API."""
    found = told("""
        import http.client, psutil
        from redengine.api import FlaskAPI

        app = Session()
        api = FlaskAPI(port=0, session=app)
        app.start(block=False)
        api.wait_ready(60)
        caller = http.client.HTTPConnection("127.0.0.1", api.port)
        caller.request("GET", "/health/live")
        first = caller.getresponse()
        first.read()

        def at_port():
            each = psutil.Process().net_connections("tcp")
            return sorted(c.status for c in each if c.laddr and c.laddr.port == api.port)

        seen = {"parent": at_port(), "child": in_child(at_port)}
        caller.request("GET", "/health/live")
        seen["still"] = caller.getresponse().status
        app.shut_down()
        print(json.dumps(seen))
    """)
    assert found == {"parent": ["ESTABLISHED", "LISTEN"], "child": [[], 0], "still": 200}


def test_what_cannot_follow_a_fork_is_logged_under_no_lock(told):
    """A log handler is user code: it may ask the session whose lock the fork held."""
    script = """
    import logging
    from redengine.support.forks import Order, watch

    class Broken:
        def before_fork(self):
            raise ValueError("not ready")
        def after_fork(self, *, is_child):
            pass
        def __repr__(self):
            return "Broken()"

    app = Session()
    heard, broken = [], Broken()
    watch(broken, Order.STORE)

    class Asking(logging.Handler):
        def emit(self, record):
            is_free = []
            def ask():
                with app._core.lock:
                    is_free.append(True)
            asking = threading.Thread(target=ask, daemon=True)
            asking.start()
            asking.join(60)
            heard.append([record.getMessage(), str(record.exc_info[1]), bool(is_free)])

    logging.getLogger("redengine").addHandler(Asking())
    in_child(lambda: None)
    print(json.dumps(heard))
    """
    [[text, error, is_free]] = told(script)
    assert "Broken() cannot follow a fork" in text
    assert error == "not ready"
    assert is_free
