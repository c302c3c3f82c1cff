"""The default session: the first one made, or made on first use."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

from redengine.tasks.host import set_default_host

if TYPE_CHECKING:
    from redengine.scheduler.session import Session

_lock = threading.RLock()
_default: list[Session] = []


def adopt(session: Session) -> None:
    """Make a session the default one, if there is none yet."""
    with _lock:
        if not _default:
            _default.append(session)


def default_session() -> Session:
    """The first session that was made in this process, or a new one."""
    from redengine.scheduler.session import Session

    with _lock:
        if not _default:
            Session()
        return _default[0]


def forget_default() -> None:
    """Let the next session be the default one: for tests."""
    with _lock:
        _default.clear()


class DefaultSession:
    """Stands for the default session: everything is passed on to it when it is used.

    So `from redengine import session` can be written before the script makes a session.
    """

    __slots__ = ()

    @property  # type: ignore[misc] # isinstance(session, Session) has to be true
    def __class__(self) -> Any:
        return type(default_session())

    def __getattr__(self, name: str) -> Any:
        return getattr(default_session(), name)

    def __setattr__(self, name: str, value: Any) -> None:
        setattr(default_session(), name, value)

    def __enter__(self) -> Any:
        return default_session().__enter__()

    def __exit__(self, *exc_info: object) -> None:
        default_session().__exit__(*exc_info)

    def __eq__(self, other: object) -> bool:
        return default_session() is other or other is self

    def __hash__(self) -> int:
        return hash(default_session())

    def __repr__(self) -> str:
        return repr(default_session())


set_default_host(default_session)
