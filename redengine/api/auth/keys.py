"""Keys of the API: who holds which, told apart without keeping them.

Of a key only a salted digest is kept. A key is drawn with 256 bits of chance, or is at least
`SHORTEST_KEY` characters that somebody chose for this very process: so the digest need not be slow
to make, as one of a password must be.
"""

from __future__ import annotations

import hashlib
import hmac
import os
import secrets
import threading
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from typing import TYPE_CHECKING, Any, Final

from redengine.api.auth.principal import ADMIN, PATTERNS, Principal
from redengine.api.errors import InvalidApiKey
from redengine.exceptions import AlreadyExists, Conflict, InvalidInput, NotFound
from redengine.store import KeyEntry

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from redengine.api.core.ports import SessionPort

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
            principal=Principal(
                name=entry.name,
                scopes=entry.scopes,
                **{kind: getattr(entry, kind) for kind in PATTERNS},
            ),
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

    def is_valid(self, now: datetime) -> bool:
        """Whether it is neither revoked nor, by that time, expired."""
        return self.revoked_at is None and (self.expires_at is None or now < self.expires_at)

    def check(self, now: datetime) -> None:
        """Refuse a key that is not valid any more at that time.

        Raises:
            InvalidApiKey: it is revoked, or expired.
        """
        if self.revoked_at is not None:
            at = self.revoked_at.isoformat()
            raise InvalidApiKey(f"API key '{self.name}' was revoked at {at}")
        if self.expires_at is not None and now >= self.expires_at:
            at = self.expires_at.isoformat()
            raise InvalidApiKey(f"API key '{self.name}' expired at {at}")

    def snapshot(self) -> dict[str, Any]:
        """The key's object as it is shown."""
        return {
            "name": self.name,
            "scopes": sorted(self.principal.scopes),
            **self.principal.patterns,
            "source": self.source,
            "created_at": self.created_at,
            "created_by": self.created_by,
            "expires_at": self.expires_at,
            "revoked_at": self.revoked_at,
        }


SHORTEST_KEY: Final = 16
LONGEST_KEY: Final = 512
PREFIX: Final = "red_"
"""How drawn keys begin, so that they are recognised where they should not be."""
_SALT_BYTES: Final = 16
_DRAWN_BYTES: Final = 32


class KeyRing:
    """All keys of an API: those it was given, and those that the session keeps.

    Args:
        session: the session whose keys they are.
    """

    def __init__(self, session: SessionPort) -> None:
        self._session = session
        self.given: Mapping[str, Key] = {}
        """Those that the session does not keep, by name; never changed in place."""
        self._keys: Mapping[str, Key] = {}
        self._made_of: tuple[object, ...] = ()
        self._had_some = False
        self.beside: Callable[[], Iterable[KeyRing]] = tuple
        """The rings of APIs whose given keys are good here as well."""
        self._verified: dict[bytes, Key] = {}
        self._secret = os.urandom(32)
        self._changing = threading.Lock()
        self.forced: bool | None = None
        """Whether keys are asked for, come what may; None: where there are any."""

    def give(self, keys: Iterable[Key]) -> None:
        """Take keys that the session does not keep.

        Raises:
            InvalidInput: two have the same name.
        """
        given = dict(self.given)
        for key in keys:
            if key.name in given:
                reason = f"is given by the {given[key.name].source} and the {key.source}"
                raise InvalidInput({f"api_keys.{key.name}": reason})
            given[key.name] = key
        self.given = given

    @property
    def zone(self) -> tzinfo:
        """The zone of times without offset."""
        return self._session.zone

    def now(self) -> datetime:
        """The time by the clock of the session, which decides when keys expire."""
        return self._session.now.astimezone(UTC)

    @property
    def in_force(self) -> bool:
        """Whether a key is asked for: also where all of them are revoked, expired or gone."""
        if self.forced is not None:
            return self.forced
        self._had_some = bool(self._current()) or self._had_some
        return self._had_some

    @property
    def has_admin(self) -> bool:
        """Whether anybody could manage the keys."""
        now = self.now()
        return any(_is_for_admin(key, now) for key in self.all())

    @property
    def has_valid(self) -> bool:
        """Whether anybody could get in with a key."""
        now = self.now()
        return any(key.is_valid(now) for key in self.all())

    def all(self) -> list[Key]:
        """All keys, the given ones first."""
        return list(self._current().values())

    def get(self, name: str) -> Key:
        """A key by its name.

        Raises:
            NotFound: there is none.
        """
        keys = self._current()
        if name not in keys:
            raise NotFound("key", name, keys)
        return keys[name]

    def recall(self, text: str) -> Key | None:
        """The key, if it was found before: a matter of one digest, however many keys there are."""
        keys = self._current()
        if len(text) > LONGEST_KEY:
            return None
        key = self._verified.get(self._mark_of(text))
        return key if key is not None and keys.get(key.name) is key else None

    def find(self, text: str) -> Key:
        """The key, by comparisons that take as long whatever the text is like.

        Raises:
            InvalidApiKey: it is unknown.
        """
        found = None
        keys = self._current()
        if SHORTEST_KEY <= len(text) <= LONGEST_KEY:
            for key in keys.values():
                if hmac.compare_digest(key.digest, digest_of(text, key.salt)):
                    found = key
        if found is None:
            raise InvalidApiKey("the API key is not known")
        self._verified[self._mark_of(text)] = found
        return found

    def check_again(self, key: Key) -> None:
        """Let pass who was let in by a key before, if the key is still valid.

        Raises:
            Forbidden: it was revoked meanwhile, or has expired.
        """
        current = self._current().get(key.name, key)
        (current if current.digest == key.digest else key).check(self.now())

    def _mark_of(self, text: str) -> bytes:
        """What stands for a key in memory."""
        content = text.encode("utf-8", "replace")
        return hashlib.blake2b(content, key=self._secret, digest_size=32).digest()

    def _current(self) -> Mapping[str, Key]:
        kept = self._session.api_keys
        others = [ring.given for ring in self.beside()]
        # The version is read before the keys: it is never newer than they are.
        made_of = (kept.version, self.given, *others)
        if made_of != self._made_of:
            keys = {entry.name: Key.of_entry(entry) for entry in kept.all().values()}
            given = {name: key for each in (*others, self.given) for name, key in each.items()}
            self._keys = {**given, **keys, **given}
            self._verified = {}
            self._made_of = made_of
        return self._keys

    # -- changing them

    def create(
        self, key: Principal, expires_at: datetime | None, by: str | None
    ) -> tuple[Key, str]:
        """A new key, which the session keeps, and its text: nothing tells that ever again.

        Args:
            key: its name, and what it allows.
            expires_at: when it ends to be valid.
            by: who asks for it.

        Raises:
            AlreadyExists: a key of that name is valid.
            Conflict: nobody could manage keys any more, or keys are switched off.
            StoreError: it cannot be kept now.
        """
        text = PREFIX + secrets.token_urlsafe(_DRAWN_BYTES)
        salt = secrets.token_bytes(_SALT_BYTES)
        entry = KeyEntry(
            key.name,
            salt.hex(),
            digest_of(text, salt).hex(),
            tuple(sorted(key.scopes)),
            key.tasks,
            self.now(),
            by,
            expires_at,
            commands=key.commands,
            channels=key.channels,
        )
        with self._changing:
            self._refuse_to_create(key)
            self._session.api_keys.add(entry)
        return Key.of_entry(entry), text

    def _refuse_to_create(self, key: Principal) -> None:
        if self.forced is False:
            message = "keys are switched off by REDENGINE_API_KEY_ENABLED; take that away first"
            raise Conflict(message)
        keys = self._current()
        same = keys.get(key.name)
        if same is not None and (same.is_given or same.is_valid(self.now())):
            raise AlreadyExists("key", key.name, "revoke it first, or take another name")
        if not self.has_admin and (ADMIN not in key.scopes or key.tasks is not None):
            raise Conflict(
                "the first key has to have scope admin, for all tasks: keys are asked for once "
                "there is one, and nobody else could manage them"
            )

    def revoke(self, name: str) -> None:
        """Make a key invalid, at once.

        Raises:
            NotFound: there is none of that name.
            Conflict: it is not the session's, or nobody could manage keys any more.
            StoreError: it is invalid, but that could not be stored.
        """
        with self._changing:
            key = self.get(name)
            if key.is_given:
                where = "the constructor of the API" if key.is_of_script else "the environment"
                raise Conflict(f"key '{name}' is given by {where}; take it away there", key=name)
            if key.revoked_at is not None:
                return
            now = self.now()
            others = (each for each in self.all() if each is not key)
            if _is_for_admin(key, now) and not any(_is_for_admin(each, now) for each in others):
                message = f"key '{name}' is the last one with scope admin; make another one first"
                raise Conflict(message, key=name)
            self._session.api_keys.revoke(name, now)


def _is_for_admin(key: Key, now: datetime) -> bool:
    principal = key.principal
    return key.is_valid(now) and ADMIN in principal.scopes and principal.tasks is None
