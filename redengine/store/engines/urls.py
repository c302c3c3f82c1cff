"""URLs: which database a store's URL means."""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

from redengine.exceptions import StoreError, did_you_mean, shortened
from redengine.store.engines.mariadb import open_mariadb
from redengine.store.engines.postgresql import open_postgresql
from redengine.store.engines.sqlite import open_sqlite

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from sqlalchemy import URL

    from redengine.store.engines.database import Database

SQLITE: Final = "sqlite"
_EXAMPLES: Final = (
    "'sqlite:///jobs.db', 'postgresql://user@host/name' or 'mariadb://user@host/name'"
)
_SECRETS: Final = ("password", "passwd", "sslpassword", "ssl_key_password")
_POSTGRESQL: Final = ("postgresql", "psycopg", open_postgresql)
_MARIADB: Final = ("mariadb", "pymysql", open_mariadb)
_SERVERS: Final[Mapping[str, tuple[str, str, Callable[[URL, str, str | None], Database]]]] = {
    "postgresql": _POSTGRESQL,
    "postgres": _POSTGRESQL,
    "mariadb": _MARIADB,
    "mysql": _MARIADB,
}
"""By the URL's scheme: what the user installs, the driver, and what opens it."""


def database_of(url: str | None, session: str | None) -> Database:
    """The database of a URL; nothing is opened yet.

    Args:
        url: as the user wrote it; None: a database in memory.
        session: the session's name, for others that want the same database.

    Raises:
        StoreError: there is no such kind, or its driver is missing.
    """
    url = url or f"{SQLITE}://"
    try:
        parsed = make_url(url)
    except (ArgumentError, ValueError):
        reason = "is not a URL; write 'sqlite:///jobs.db' for a file named jobs.db"
        raise StoreError(_without_secrets(url), reason) from None
    kind, _, driver = parsed.drivername.partition("+")
    if kind == SQLITE:
        return open_sqlite(parsed, session)
    shown = _shown(parsed)
    if kind not in _SERVERS:
        hint = did_you_mean(kind, [SQLITE, *_SERVERS]) or f"; use {_EXAMPLES}"
        raise StoreError(shown, f"'{kind}' is not supported{hint}")
    extra, wanted, opening = _SERVERS[kind]
    if driver not in {"", wanted}:
        raise StoreError(shown, f"the driver '{driver}' is not supported; write '{kind}://…'")
    try:
        return opening(parsed, shown, session)
    except ImportError:
        reason = f"its driver {wanted} is missing; run: pip install 'redengine[{extra}]'"
        raise StoreError(shown, reason) from None
    except (ArgumentError, TypeError, ValueError) as error:
        raise StoreError(shown, f"look at what stands behind the '?': {error}") from None


def database_kinds() -> list[dict[str, Any]]:
    """The kinds of databases: `kind`, the `driver` it needs, and whether it is `usable` here."""
    servers = {extra: driver for extra, driver, _ in _SERVERS.values()}
    return [
        {"kind": SQLITE, "driver": "sqlite3", "usable": True},
        *(
            {"kind": kind, "driver": driver, "usable": _can_import(driver)}
            for kind, driver in servers.items()
        ),
    ]


def kind_of(url: str) -> str:
    """The kind of database that a store's URL means."""
    scheme = url.partition(":")[0].partition("+")[0]
    return _SERVERS[scheme][0] if scheme in _SERVERS else SQLITE


def _can_import(module: str) -> bool:
    """Whether a driver can be used; one may be installed, and the library under it not."""
    if find_spec(module) is None:
        return False
    try:
        import_module(module)
    except ImportError:
        return False
    return True


def _shown(url: URL) -> str:
    secrets: dict[str, Any] = {name: "hidden" for name in _SECRETS if name in url.query}
    return url.update_query_dict(secrets).render_as_string() if secrets else url.render_as_string()


def _without_secrets(text: str) -> str:
    """Of what may have been meant as a URL, what stands before and behind a password."""
    scheme, mark, rest = text.rpartition("://")
    return shortened(f"{scheme}{mark}***@{rest.rpartition('@')[2]}" if "@" in rest else text)
