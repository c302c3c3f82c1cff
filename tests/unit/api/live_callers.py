"""Callers of the live layer: what reads Server-Sent Events, and what talks on WebSockets."""

import http.client
import json
import socket
import threading
import time
from contextlib import contextmanager

from websockets.exceptions import ConnectionClosed
from websockets.sync.client import connect

from redengine import Session
from redengine.api import FlaskAPI

PATIENCE_S = 60
SEEN = []
"""Every message that a server has told on a WebSocket."""


@contextmanager
def running(**options):
    """A session with a task `fetch`, and its API, which answers."""
    app = Session()
    app.task(name="fetch")(lambda: 1)
    api = FlaskAPI(port=0, session=app, **options)
    with app:
        api.wait_ready(60)
        yield app, api


def ask(api, method, path, headers=None, body=None):
    """Status, headers and JSON of a request that ends."""
    connection = http.client.HTTPConnection("127.0.0.1", api.port, timeout=PATIENCE_S)
    try:
        connection.request(method, path, body=body, headers=headers or {})
        answer = connection.getresponse()
        content = answer.read()
        return answer.status, dict(answer.getheaders()), json.loads(content or b"null")
    finally:
        connection.close()


class Stream:
    """A stream of Server-Sent Events, read block by block."""

    def __init__(self, api, path="/events", headers=None, opened=None):
        self.socket = opened or socket.create_connection(("127.0.0.1", api.port), PATIENCE_S)
        self.socket.settimeout(PATIENCE_S)
        self.data = b""
        lines = [f"GET {path} HTTP/1.1", "Host: localhost", "Accept: text/event-stream"]
        lines += [f"{name}: {value}" for name, value in (headers or {}).items()]
        self.socket.sendall(("\r\n".join(lines) + "\r\n\r\n").encode())
        head = self._until(b"\r\n\r\n").decode()
        self.status = int(head.split()[1])
        self.headers = dict(
            line.lower().split(": ", 1) for line in head.splitlines()[1:] if ": " in line
        )
        if self.status == 200:
            self.position = self.block()["id"]

    def _until(self, mark):
        while mark not in self.data:
            more = self.socket.recv(65536)
            if not more:
                raise EOFError(self.data)
            self.data += more
        found, _, self.data = self.data.partition(mark)
        return found

    def block(self):
        """The fields of the next block; comments have the name ''."""
        lines = self._until(b"\n\n").decode().splitlines()
        return {name: value.strip() for name, _, value in (each.partition(":") for each in lines)}

    def event(self):
        """The next event, its id checked."""
        while True:
            block = self.block()
            if "data" in block:
                event = json.loads(block["data"])
                assert (block["id"], block["event"]) == (event["position"], event["type"])
                return event

    def events(self, until):
        """Events up to the first that fits."""
        found = [self.event()]
        while not until(found[-1]):
            found.append(self.event())
        return found

    def is_over(self):
        """Whether the server ends the stream in time."""
        try:
            while True:
                self._until(b"\n\n")
        except EOFError:
            return True
        except OSError as error:
            return isinstance(error, ConnectionResetError)

    def close(self):
        self.socket.close()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()


def eventually(holds, patience_s=PATIENCE_S):
    """Whether something comes true in time."""
    deadline = time.monotonic() + patience_s
    while not holds():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.01)
    return True


def threads_named(name):
    """How many threads of a name there are."""
    return sum(each.name.startswith(name) for each in threading.enumerate())


class Talk:
    """A WebSocket whose messages are JSON, and what has come on it by itself."""

    def __init__(self, api, path="/ws", headers=None, **options):
        self._opening = connect(
            f"ws://127.0.0.1:{api.port}{path}",
            additional_headers=headers or {},
            open_timeout=PATIENCE_S,
            proxy=None,
            **options,
        )
        self.socket = self._opening.__enter__()
        self.unasked = []
        self._number = 0

    def hear(self):
        """The next message, whatever it is."""
        told = json.loads(self.socket.recv(PATIENCE_S))
        SEEN.append(told)
        return told

    def reply(self, message_id):
        """The reply to a message; what comes before it is kept."""
        while True:
            told = self.hear()
            if "id" in told and told["id"] == message_id and "seq" not in told:
                return told
            self.unasked.append(told)

    def say(self, **message):
        """Say something, and give the reply."""
        self._number += 1
        self.socket.send(json.dumps({"id": self._number, **message}))
        return self.reply(message.get("id", self._number))

    def next(self):
        """The next that comes by itself."""
        return self.unasked.pop(0) if self.unasked else self.hear()

    def until(self, fits):
        """What comes by itself, up to the first that fits."""
        found = [self.next()]
        while not fits(found[-1]):
            found.append(self.next())
        return found

    def end(self):
        """The code and the reason with which the server closes the connection."""
        try:
            while True:
                self.unasked.append(self.hear())
        except ConnectionClosed as closed:
            received = closed.rcvd
            return (received.code, received.reason) if received else (1006, "")

    def close(self):
        self._opening.__exit__(None, None, None)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()
