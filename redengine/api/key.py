"""Key: what tells one key of the API again, and what it allows."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

from redengine.api.errors import InvalidApiKey
from redengine.api.principal import Principal

if TYPE_CHECKING:
    from redengine.store import KeyEntry

CONSTRUCTOR: Final = "constructor"
ENVIRONMENT: Final = "environment"
STORE: Final = "store"


def digest_of(text: str, salt: bytes) -> bytes:
    """What is kept of a key in its place."""
    return hashlib.blake2b(
        text.encode("utf-8", "replace"), salt=salt, person=b"redengine key", digest_size=32
    ).digest()


@dataclass(frozen=True, slots=True, kw_only=True)
class Key:
    """A key of the API, without the key itself.

    Attributes:
        principal: its name, and what it allows.
        salt: what its digest was made with.
        digest: what tells it again.
        source: where it comes from: constructor, environment or store.
        created_at: when it was made; None if it was given.
        created_by: who made it, if that is known.
        expires_at: when it ends to be valid; None: never.
        revoked_at: when it was made invalid; None: it was not.
    """

    principal: Principal
    salt: bytes
    digest: bytes
    source: str
    created_at: datetime | None = None
    created_by: str | None = None
    expires_at: datetime | None = None
    revoked_at: datetime | None = None

    @classmethod
    def of_entry(cls, entry: KeyEntry) -> Key:
        """A key that the session keeps."""
        return cls(
            principal=Principal(name=entry.name, scopes=entry.scopes, tasks=entry.tasks),
            salt=bytes.fromhex(entry.salt),
            digest=bytes.fromhex(entry.digest),
            source=STORE,
            created_at=entry.created_at,
            created_by=entry.created_by,
            expires_at=entry.expires_at,
            revoked_at=entry.revoked_at,
        )

    @property
    def name(self) -> str:
        """What it is called."""
        return self.principal.name

    @property
    def is_given(self) -> bool:
        """Whether it comes from the script or the environment, and cannot be revoked here."""
        return self.source != STORE

    @property
    def is_of_script(self) -> bool:
        """Whether the constructor of the API was given it."""
        return self.source == CONSTRUCTOR

    @property
    def is_valid(self) -> bool:
        """Whether it is neither revoked nor expired."""
        return self.revoked_at is None and not self._is_expired()

    def check(self) -> None:
        """Complain of a key that is not valid any more.

        Raises:
            InvalidApiKey: it is revoked, or expired.
        """
        if self.revoked_at is not None:
            at = self.revoked_at.isoformat()
            raise InvalidApiKey(f"API key '{self.name}' was revoked at {at}")
        if self.expires_at is not None and self._is_expired():
            at = self.expires_at.isoformat()
            raise InvalidApiKey(f"API key '{self.name}' expired at {at}")

    def _is_expired(self) -> bool:
        return self.expires_at is not None and datetime.now(UTC) >= self.expires_at

    def snapshot(self) -> dict[str, Any]:
        """The key's object as it is shown."""
        return {
            "name": self.name,
            "scopes": sorted(self.principal.scopes),
            "tasks": self.principal.tasks,
            "source": self.source,
            "created_at": self.created_at,
            "created_by": self.created_by,
            "expires_at": self.expires_at,
            "revoked_at": self.revoked_at,
        }
