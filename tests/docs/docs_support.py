"""How the tests run what the documentation shows."""

from __future__ import annotations

import functools
import http.client
import inspect
import re
import shlex
import signal
import sys
from pathlib import Path
from types import ModuleType
from typing import NamedTuple
from urllib.parse import urlsplit

from redengine import Session
from redengine.api import FlaskAPI
from redengine.sessions import forget_default

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
SNIPPETS = DOCS / "snippets"
README = ROOT / "README.md"

if str(DOCS / "_ext") not in sys.path:
    sys.path.append(str(DOCS / "_ext"))


_TOUCHED = [getattr(signal, name) for name in ("SIGHUP",) if hasattr(signal, name)]
"""Signals of which a snippet changes what they do."""


def pages():
    """All pages of the documentation, built output left aside."""
    found = [path for path in DOCS.rglob("*.md") if "_build" not in path.parts]
    return sorted(found)


def fences(text):
    """The fenced blocks of a Markdown text: language and content."""
    pattern = re.compile(r"^(`{3,}|:{3,})(\{?[\w-]*\}?)[^\n]*\n(.*?)^\1", re.MULTILINE | re.DOTALL)
    return [(match[2], match[3]) for match in pattern.finditer(text)]


class Stage:
    """Runs scripts as they stand: servers get free ports, nothing blocks, all is stopped.

    Args:
        monkeypatch: pytest's.
    """

    def __init__(self, monkeypatch):
        self.sessions = []
        self._handlers = {number: signal.getsignal(number) for number in _TOUCHED}
        self._real_start = Session.start
        real_make = Session.__init__
        stage = self

        @functools.wraps(real_make)
        def make(session, *args, **options):
            real_make(session, *args, **options)
            if type(session) is Session and options.get("environment") is None:
                stage.sessions.append(session)

        def start(session, *, block=True):
            del block
            return stage._real_start(session, block=False)

        monkeypatch.setattr(Session, "__init__", make)
        monkeypatch.setattr(Session, "start", start)
        real_api = FlaskAPI.__init__

        @functools.wraps(real_api)
        def make_api(api, *args, **options):
            given = inspect.signature(real_api).bind(api, *args, **options).arguments
            extra = given.pop("options", {})
            given.pop("self", None)
            real_api(api, **{**given, **extra, "port": 0})

        monkeypatch.setattr(FlaskAPI, "__init__", make_api)

    def run(self, source, name="<documentation>"):
        """Run a script as `__main__` of a new process; its namespace."""
        forget_default()
        module = ModuleType("__main__")
        module.__file__ = str(name)
        exec(compile(source, str(name), "exec"), module.__dict__)
        return module.__dict__

    def run_file(self, path):
        """Run a script file."""
        return self.run(path.read_text(encoding="utf-8"), path)

    def close(self):
        """Shut all sessions down."""
        for session in self.sessions:
            session.shut_down(timeout=2)
        for number, handler in self._handlers.items():
            signal.signal(number, handler)


def api_of(session):
    """The session's API, once it answers."""
    api = next(task for task in session.tasks if isinstance(task, FlaskAPI))
    api.wait_ready(60)
    return api


class Answer(NamedTuple):
    """What an HTTP request got."""

    status: int
    headers: http.client.HTTPMessage
    text: str


def curl(command, port):
    """Do what a curl command line of the documentation does, at another port.

    With `-N`, which shows a stream as it comes, the answer's text is its first line.
    """
    words = shlex.split(command)
    assert words.pop(0) == "curl", command
    method, body, headers, url, streams = None, None, {}, None, False
    while words:
        word = words.pop(0)
        if word in {"-N", "--no-buffer"}:
            streams = True
        elif word in {"-X", "--request"}:
            method = words.pop(0)
        elif word in {"-d", "--data"}:
            body = words.pop(0)
        elif word == "--data-binary":
            body = words.pop(0)
            if body.startswith("@"):
                body = next(SNIPPETS.rglob(body[1:])).read_text(encoding="utf-8")
        elif word in {"-o", "--output"}:
            words.pop(0)
        elif word in {"-H", "--header"}:
            name, _, value = words.pop(0).partition(":")
            headers[name] = value.strip()
        else:
            assert not word.startswith("-"), f"{word} in {command}"
            assert url is None, command
            url = urlsplit(word)
    assert url is not None, command
    assert url.netloc in {"127.0.0.1:5000", "127.0.0.1:8080"}, command
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    try:
        path = url.path + (f"?{url.query}" if url.query else "")
        connection.request(method or ("POST" if body else "GET"), path, body, headers)
        response = connection.getresponse()
        content = response.readline() if streams else response.read()
        return Answer(response.status, response.headers, content.decode())
    finally:
        connection.close()


def commands(text):
    """The curl lines of a shell script or a Markdown table."""
    return [line for line in text.splitlines() if line.startswith("curl ")]
