"""Holder: which session has the right to a server's database, and what it committed last."""

from __future__ import annotations

import os
import socket
from dataclasses import dataclass, field
from typing import Final
from uuid import uuid4

from redengine import jsontext

HOLDER: Final = "store.holder"
"""The key under which the session that has the database names itself."""
LATEST: Final = "store.batch"
"""The key under which the name of the latest batch stands; it is committed with the batch."""


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
    process: int = field(default_factory=os.getpid)
    host: str = field(default_factory=socket.gethostname)
    token: str = field(default_factory=lambda: uuid4().hex)

    @classmethod
    def read(cls, text: str) -> Holder:
        """The holder that `to_json` wrote."""
        return cls(**jsontext.loads(text))

    def to_json(self) -> str:
        """As it is stored."""
        facts = {
            "session": self.session,
            "process": self.process,
            "host": self.host,
            "token": self.token,
        }
        return jsontext.dumps(facts).decode()

    def __str__(self) -> str:
        name = f" (session '{self.session}')" if self.session else ""
        return f"process {self.process} on {self.host}{name}"
