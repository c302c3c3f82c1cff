"""Reloading: a session is restarted when its script, or a module beside it, has changed."""

from __future__ import annotations

import logging
import sys
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    Stamps = Mapping[Path, tuple[int, int]]

logger = logging.getLogger("redengine.api")

LOOK_S: Final = 1.0
"""How often the files are looked at."""


class Reloader:
    """Watches the files of the program, and restarts once when they have changed.

    A change that Python cannot read is told in the log, and waited out.

    Args:
        restart: restarts the session.
        look_s: seconds between two looks.
    """

    def __init__(self, restart: Callable[[], object], look_s: float = LOOK_S) -> None:
        self._restart = restart
        self._look_s = look_s
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._watch, name="redengine-reload", daemon=True)

    def start(self) -> None:
        """Begin to watch."""
        self._thread.start()

    def stop(self) -> None:
        """Watch no more."""
        self._stop.set()

    def _watch(self) -> None:
        before = stamps()
        while not self._stop.wait(self._look_s):
            now = stamps()
            changed = [path for path, stamp in now.items() if before.get(path, stamp) != stamp]
            before = {**now, **{path: stamp for path, stamp in before.items() if path not in now}}
            if changed and all(map(_can_be_read, changed)):
                names = ", ".join(path.name for path in changed)
                logger.info("%s has changed; restarting", names, extra={"action": "reload"})
                self._restart()
                return


def stamps() -> Stamps:
    """When each file of the program was last written, and how long it is."""
    found = {}
    for path in _files():
        try:
            status = path.stat()
        except OSError:
            continue  # it is being written, or has gone
        found[path] = (status.st_mtime_ns, status.st_size)
    return found


def _files() -> Iterator[Path]:
    """The script, and the modules that stand in its folder or below."""
    script = getattr(sys.modules.get("__main__"), "__file__", None)
    if script is None:
        return
    folder = Path(script).resolve().parent
    for module in list(sys.modules.values()):
        file = getattr(module, "__file__", None)
        if isinstance(file, str) and Path(file).resolve().is_relative_to(folder):
            yield Path(file).resolve()


def _can_be_read(path: Path) -> bool:
    if path.suffix != ".py":
        return True
    try:
        compile(path.read_bytes(), str(path), "exec")
    except (OSError, SyntaxError, ValueError) as error:
        message = "%s has changed, and cannot be read: %s; not restarting"
        logger.warning(message, path.name, error, extra={"action": "reload"})
        return False
    return True
