"""Keys that an API is given: by its constructor, and by the environment."""

from __future__ import annotations

import json
import re
import secrets
from collections.abc import Mapping
from datetime import UTC, datetime, tzinfo
from typing import TYPE_CHECKING, Any, Final

from redengine.api.auth.keys import (
    CONSTRUCTOR,
    ENVIRONMENT,
    LONGEST_KEY,
    SHORTEST_KEY,
    Key,
    digest_of,
)
from redengine.api.auth.principal import ADMIN, PATTERNS, Principal
from redengine.api.environment import boolean, given
from redengine.durations import parse_duration
from redengine.exceptions import InvalidInput, UnknownName, shortened

if TYPE_CHECKING:
    from collections.abc import Iterator

ONE_KEY: Final = "REDENGINE_API_KEY"
"""The environment variable with one key for everything."""
KEYS: Final = "REDENGINE_API_KEYS"
"""The environment variable with several."""
ENABLED: Final = "REDENGINE_API_KEY_ENABLED"
"""The environment variable that switches keys on or off."""

NAME: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._@-]{0,99}", re.ASCII)
"""Names stand in logs, in paths and in the journal."""
_FIELDS: Final = ("key", "scopes", *PATTERNS, "expires_at")
_SALT_BYTES: Final = 16


def keys_of_constructor(keys: Mapping[str, Any] | None, zone: tzinfo) -> list[Key]:
    """The keys that `api_keys` gives.

    Args:
        keys: by name; each with `key`, `scopes`, and perhaps `expires_at` and some of
            `PATTERNS`.
        zone: the zone of times without offset.

    Raises:
        InvalidInput: one of them cannot be used; the message never has the key.
    """
    if keys is None:
        return []
    return _checked_keys(keys, "api_keys", CONSTRUCTOR, zone)


def keys_of_environment(zone: tzinfo) -> list[Key]:
    """The keys that the environment gives.

    Raises:
        InvalidInput: one of them cannot be used; the message never has the key.
    """
    found = []
    alone = given(ONE_KEY)
    if alone:
        found.append(_key("environment", alone, [ADMIN], ONE_KEY, ENVIRONMENT))
    several = given(KEYS)
    if several:
        found += _checked_keys(_read(several), KEYS, ENVIRONMENT, zone)
    return found


def is_enabled() -> bool | None:
    """What the environment says of asking for keys; None: nothing.

    Raises:
        InvalidInput: it cannot be read.
    """
    return boolean(ENABLED)


def _read(text: str) -> Mapping[str, Any]:
    """Keys from JSON as the constructor has it, `name:key:scopes; …`, or plain ones."""
    if not text.startswith("{"):
        return dict(_listed(text) if ":" in text else _plain(text))
    try:
        keys = json.loads(text)
    except ValueError as error:
        position = getattr(error, "pos", 0)
        reason = f"is no JSON: look at character {position + 1}"
        raise InvalidInput({KEYS: reason}) from None
    return keys if isinstance(keys, dict) else {}


def _plain(text: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """Keys between commas, which may do everything."""
    keys = filter(None, map(str.strip, text.split(",")))
    for number, key in enumerate(keys, 1):
        yield f"{ENVIRONMENT}-{number}", {"key": key, "scopes": [ADMIN]}


def _listed(text: str) -> Iterator[tuple[str, dict[str, Any]]]:
    names = set()
    for number, part in enumerate(filter(None, map(str.strip, re.split(r"[;\s]+", text))), 1):
        name, _, rest = part.partition(":")
        key, _, scopes = rest.rpartition(":")
        if not (name and key and scopes) or name in names:
            reason = f"expected name:key:scope,scope; … with other names, look at number {number}"
            raise InvalidInput({KEYS: reason})
        names.add(name)
        yield name, {"key": key, "scopes": scopes.split(",")}


def _checked_keys(keys: object, field: str, source: str, zone: tzinfo) -> list[Key]:
    if not isinstance(keys, Mapping):
        reason = 'expected {"name": {"key": "…", "scopes": ["read"]}}'
        raise InvalidInput({field: reason})
    texts: dict[str, str] = {}
    made = []
    for name, options in keys.items():
        place = f"{field}.{shortened(name)[1:-1]}"
        made.append(_checked_key(name, options, place, source, zone))
        twin = next((each for each, text in texts.items() if text == options["key"]), None)
        if twin is not None:
            raise InvalidInput({place: f"is the same key as '{twin}'; give each its own"})
        texts[name] = options["key"]
    return made


def _checked_key(name: object, options: object, field: str, source: str, zone: tzinfo) -> Key:
    if not isinstance(options, Mapping) or "key" not in options or "scopes" not in options:
        raise InvalidInput({field: 'expected {"key": "…", "scopes": ["read"]}'})
    for each in options:
        if each not in _FIELDS:
            raise _of(field, UnknownName("field", str(each), _FIELDS))
    try:
        expires_at = expiry_of(options.get("expires_at"), zone)
        patterns = {each: options.get(each) for each in PATTERNS}
        scopes = options["scopes"]
        return _key(name, options["key"], scopes, field, source, patterns, expires_at)
    except InvalidInput as error:
        raise error if field in error.fields else _of(field, error) from None


def _of(field: str, error: InvalidInput) -> InvalidInput:
    """The same error, told of a field that has the one it is about."""
    return InvalidInput({field: str(error)})


def _key(
    name: object,
    text: object,
    scopes: Any,
    field: str,
    source: str,
    patterns: Mapping[str, Any] = {},
    expires_at: datetime | None = None,
) -> Key:
    check_key(text, field)
    salt = secrets.token_bytes(_SALT_BYTES)
    return Key(
        principal=Principal(name=checked_name(name), scopes=scopes, **patterns),
        salt=salt,
        digest=digest_of(str(text), salt),
        source=source,
        expires_at=expires_at,
    )


def check_key(text: object, field: str) -> None:
    """Refuse a key that cannot be sent, or could be guessed, without telling it.

    Raises:
        InvalidInput: it is no text, too short or too long, or has a blank or the like.
    """
    if not isinstance(text, str):
        raise InvalidInput({field: f"the key has to be a text, not {type(text).__name__}"})
    if not SHORTEST_KEY <= len(text) <= LONGEST_KEY:
        raise InvalidInput(
            {
                field: f"the key has {len(text)} characters; it needs {SHORTEST_KEY} to "
                f"{LONGEST_KEY}, such as `python -c 'import secrets; "
                "print(secrets.token_urlsafe(32))'` prints"
            }
        )
    if not (text.isascii() and text.isprintable()) or " " in text:
        raise InvalidInput({field: "the key may only have ASCII characters without blanks"})


def checked_name(name: object) -> str:
    """A name that may stand in logs, paths and headers.

    Raises:
        InvalidInput: it is none.
    """
    if not isinstance(name, str) or NAME.fullmatch(name) is None:
        reason = f"expected up to 100 letters, digits and . _ @ -, got {shortened(name)}"
        raise InvalidInput({"name": reason})
    return name


def expiry_of(value: object, zone: tzinfo, now: datetime | None = None) -> datetime | None:
    """The instant that `expires_at` names.

    Args:
        value: None, a datetime, or its ISO text; a duration too where `now` is given.
        zone: the zone of a time without offset.
        now: where durations start.

    Raises:
        InvalidInput: it cannot be read.
    """
    if value is None:
        return None
    try:
        instant = value if isinstance(value, datetime) else _instant(value, now)
        if instant.tzinfo is None:
            instant = instant.replace(tzinfo=zone)
        return instant.astimezone(UTC)
    except OverflowError:
        reason = f"is no time of the calendar: {shortened(value)}"
        raise InvalidInput({"expires_at": reason}) from None


def _instant(value: object, now: datetime | None) -> datetime:
    try:
        if isinstance(value, str):
            return datetime.fromisoformat(value)
    except ValueError:
        if now is not None:
            return now + parse_duration(str(value), field="expires_at")
    or_duration = " or a duration such as '90 days'" if now is not None else ""
    reason = f"expected a date, a time{or_duration}, got {shortened(value)}"
    raise InvalidInput({"expires_at": reason})
