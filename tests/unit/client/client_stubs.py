"""What the tests of the client talk to in place of a server."""

from __future__ import annotations

import asyncio
import inspect
import json

import httpx

from redengine.client import AsyncClient, Client

JOB = {"job_id": "j1", "task": "fetch", "status": "queued"}


def answer(body=None, status=200, **headers):
    """An answer with a JSON body."""
    return httpx.Response(status, json=body, headers=headers)


def refusal(code, status, message="no", details=None, **headers):
    """An answer with the envelope of an error."""
    body = {"error": code, "message": message, "details": details or {}, "request_id": "r-1"}
    return answer(body, status, **headers)


NO_SUCH_PATH = ("NOT_FOUND", 404, "no path", {"kind": "path", "name": "/x", "suggestion": None})


class Stub:
    """Answers requests one after the other from a list, the last one for ever; keeps them.

    Args:
        answers: responses, exceptions to raise, or functions that are given the request.
    """

    def __init__(self, *answers):
        self.answers = list(answers)
        self.requests = []

    def __call__(self, request):
        self.requests.append(request)
        chosen = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if isinstance(chosen, Exception):
            raise chosen
        if callable(chosen):
            return chosen(request)
        return httpx.Response(chosen.status_code, headers=chosen.headers, content=chosen.content)

    @property
    def lines(self):
        """Method and path of each request, without the version."""
        return [f"{each.method} {short(each)}" for each in self.requests]

    @property
    def bodies(self):
        """The JSON body of each request; None for none."""
        return [json.loads(each.content) if each.content else None for each in self.requests]

    def client(self, **options):
        """A client of this stub."""
        return Client("http://api", transport=httpx.MockTransport(self), **options)

    def async_client(self, **options):
        """The same for asyncio."""
        return AsyncClient("http://api", transport=httpx.MockTransport(self), **options)


def short(request):
    """The path of a request with its query, readable, without the version."""
    path = request.url.raw_path.decode().removeprefix("/api/v1")
    return path.replace("%24", "$")


def outcome(value):
    """What a call of either client gives: awaited, or read to its end."""
    if inspect.iscoroutine(value):
        return asyncio.run(value)
    if hasattr(value, "__aiter__"):
        return asyncio.run(_read(value))
    if hasattr(value, "__next__") or hasattr(value, "to_list"):
        return list(value)
    return value


async def _read(values):
    return [each async for each in values]
