"""Loading a script up to where it would start its session."""

from __future__ import annotations

import contextlib
import functools
import runpy
import sys
import warnings
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from redengine.cli.scripts.running import in_place_of_python
from redengine.scheduler import Session
from redengine.scheduler.default import forget_default
from redengine.scheduler.places import Places

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from warnings import WarningMessage


class Started(BaseException):
    """The script would start its session now; nothing in it is to catch this."""


@dataclass(slots=True)
class Loaded:
    """What became of a script.

    Attributes:
        sessions: the sessions that it made.
        warnings: the warnings that were given meanwhile.
        error: what it raised, if it did.
        has_started: whether it came to where it would start.
    """

    sessions: list[Session] = field(default_factory=list)
    warnings: list[WarningMessage] = field(default_factory=list)
    error: BaseException | None = None
    has_started: bool = False


def load(script: str, arguments: Sequence[str]) -> Loaded:
    """Run a script until it would start a session; what it prints goes to stderr.

    Stores are not opened: sessions keep their memory in memory.
    """
    loaded = Loaded()
    forget_default()
    with (
        warnings.catch_warnings(record=True) as caught,
        contextlib.redirect_stdout(sys.stderr),
        in_place_of_python(script, arguments),
        _intercepted(loaded),
    ):
        warnings.simplefilter("default")
        try:
            runpy.run_path(script, run_name="__main__")
        except Started:
            loaded.has_started = True
        except KeyboardInterrupt:
            raise
        except (Exception, SystemExit) as error:  # noqa: BLE001 - it is what is reported
            loaded.error = error
    loaded.warnings = list(caught)
    for session in loaded.sessions:
        session.shut_down()  # closes its store; it was never started
    forget_default()
    return loaded


@contextlib.contextmanager
def _intercepted(loaded: Loaded) -> Iterator[None]:
    """With sessions that are noted, open no store, and go no further than their start."""
    make, open_store = Session.__init__, Places.open_store

    @functools.wraps(make)
    def noted(session: Session, *args: Any, **options: Any) -> None:
        make(session, *args, **options)
        if options.get("places") is None:
            loaded.sessions.append(session)

    def stop_instead_of(method: Any) -> Any:
        @functools.wraps(method)
        def stop(session: Session, *args: Any, **options: Any) -> Any:
            if session in loaded.sessions:
                raise Started
            return method(session, *args, **options)  # one over virtual time may run

        return stop

    def in_memory(places: Places, core: Any, _url: str | None) -> Any:
        return open_store(places, core, None)

    replaced: list[tuple[type, str, Any]] = [
        (Session, "__init__", noted),
        (Session, "start", stop_instead_of(Session.start)),
        (Session, "run", stop_instead_of(Session.run)),
        (Places, "open_store", in_memory),
    ]
    kept = [(kind, name, getattr(kind, name)) for kind, name, _ in replaced]
    for kind, name, each in replaced:
        setattr(kind, name, each)
    try:
        yield
    finally:
        for kind, name, each in kept:
            setattr(kind, name, each)
