"""Holder: which session has the right to a database, and what it committed last."""

from __future__ import annotations

import os
import re
import socket
from dataclasses import dataclass, field
from typing import Any, Final
from uuid import uuid4

from redengine import jsontext

HOLDER: Final = "store.holder"
"""The key under which the session that has the database names itself."""
LATEST: Final = "store.batch"
"""The key under which the name of the latest batch stands; it is committed with the batch."""


_SIGNATURE: Final = re.compile(r"process (\d+) on (\S+)(?: \(session '(.*)'\))?", re.DOTALL)


@dataclass(frozen=True, slots=True, kw_only=True)
class Holder:
    """A session that has a database.

    Attributes:
        session: its name.
        process: its process.
        host: the machine of that.
        token: tells it from all others.
    """

    session: str | None
    process: int | None = field(default_factory=os.getpid)
    host: str | None = field(default_factory=socket.gethostname)
    token: str = field(default_factory=lambda: uuid4().hex)

    @classmethod
    def read(cls, text: str) -> Holder:
        """The holder that `to_json` wrote."""
        return cls(**jsontext.loads(text))

    @classmethod
    def of_signature(cls, text: str) -> Holder:
        """The holder whose text a lock's file has; one that is not known where it has another."""
        found = _SIGNATURE.fullmatch(text.strip())
        if found is None:
            return cls.unknown()
        return cls(session=found[3], process=int(found[1]), host=found[2])

    @classmethod
    def unknown(cls) -> Holder:
        """A holder of which nothing can be read."""
        return cls(session=None, process=None, host=None)

    def facts(self) -> dict[str, Any]:
        """Its `session`, `process` and `host`, each None where it is not known."""
        return {"session": self.session, "process": self.process, "host": self.host}

    def to_json(self) -> str:
        """As it is stored."""
        return jsontext.dumps({**self.facts(), "token": self.token}).decode()

    def __str__(self) -> str:
        if self.process is None:
            return "its process is not known"
        name = f" (session '{self.session}')" if self.session else ""
        return f"process {self.process} on {self.host}{name}"
