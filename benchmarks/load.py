"""A load generator: keep-alive connections over raw sockets and one selector.

A process of its own, far cheaper a request than any server it measures; it tells the share of
a core that it used, so that nobody has to believe that.
"""

from __future__ import annotations

import argparse
import json
import selectors
import socket
import time

from benchmarks import KEY
from benchmarks.probe import cpu_s, emit, median, percentile

_WARM_UP_S = 0.15
_CHUNK = 1 << 18


class Connection:
    """One connection: sends a request, takes its answer in, sends the next."""

    def __init__(self, port: int, template: Template) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port))
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._template = template
        self._head = b""
        self._missing = -1
        self._sent_at = 0.0
        self.status = b""

    def send(self) -> None:
        self._head, self._missing = b"", -1
        self._sent_at = time.perf_counter()
        self.socket.sendall(self._template.next())

    def receive(self) -> float | None:
        """Take in what is there; the seconds the request took, when its answer is complete."""
        data = self.socket.recv(_CHUNK)
        if not data:
            raise ConnectionError(self._head)
        if self._missing >= 0:
            self._missing -= len(data)
        else:
            self._head += data
            end = self._head.find(b"\r\n\r\n")
            if end < 0:
                return None
            self.status = self._head[9:12]
            length = _content_length(self._head[:end])
            self._missing = length - (len(self._head) - end - 4)
        return time.perf_counter() - self._sent_at if self._missing <= 0 else None


def _content_length(head: bytes) -> int:
    lower = head.lower()
    start = lower.find(b"content-length:")
    return int(lower[start + 15 :].split(b"\r\n", 1)[0]) if start >= 0 else 0


class Template:
    """Requests that differ in a running number where `{n}` stands, and `{m}`, `n` below 100."""

    def __init__(self, method: str, path: str, body: str) -> None:
        self._method, self._path, self._body = method, path, body
        self._number = int(time.time() * 10) % 1_000_000 * 100_000
        self._fixed = None if "{n}" in path + body or "{m}" in path + body else self._made()

    def next(self) -> bytes:
        self._number += 1
        return self._fixed or self._made()

    def _made(self) -> bytes:
        body = self._filled(self._body).encode()
        head = (
            f"{self._method} {self._filled(self._path)} HTTP/1.1\r\nHost: 127.0.0.1\r\n"
            f"X-API-Key: {KEY}\r\n"
            f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
        )
        return head.encode() + body

    def _filled(self, text: str) -> str:
        number = str(self._number)
        return text.replace("{n}", number).replace("{m}", str(self._number % 100))


def run(connections: list[Connection], seconds: float) -> tuple[list[float], int, str]:
    """Send for so long, and receive all; the seconds of each request, errors, one of them."""
    selector = selectors.DefaultSelector()
    for connection in connections:
        selector.register(connection.socket, selectors.EVENT_READ, connection)
        connection.send()
    until = time.perf_counter() + seconds
    spans: list[float] = []
    errors, example = 0, ""
    while selector.get_map():
        for key, _ in selector.select(1):
            connection: Connection = key.data
            span = connection.receive()
            if span is None:
                continue
            if connection.status[:1] != b"2":
                errors, example = errors + 1, connection.status.decode()
            spans.append(span)
            if time.perf_counter() < until:
                connection.send()
            else:
                selector.unregister(connection.socket)
    return spans, errors, example


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("port", type=int)
    parser.add_argument("request", help="a JSON array: method, path, body")
    parser.add_argument("--connections", type=int, default=4)
    parser.add_argument("--seconds", type=float, default=2)
    given = parser.parse_args()
    template = Template(*json.loads(given.request))
    connections = [Connection(given.port, template) for _ in range(given.connections)]
    warmed, _, _ = run(connections, _WARM_UP_S)
    used, began = cpu_s(), time.perf_counter()
    spans, errors, example = run(connections, given.seconds)
    took = time.perf_counter() - began
    emit(
        requests_s=len(spans) / took,
        requests=len(spans) + len(warmed),
        p50_ms=median(spans) * 1000,
        p99_ms=percentile(spans, 0.99) * 1000 if spans else 0,
        errors=errors,
        error_status=example,
        generator_cpu=(cpu_s() - used) / took,
    )


if __name__ == "__main__":
    main()
