"""The life of a store's database, as `redengine db` asks for it; nothing of it needs a session."""

from __future__ import annotations

from redengine.store.life import (
    Checked,
    Copied,
    Standing,
    Upgraded,
    back_up,
    check,
    copy,
    standing_of,
    upgrade,
)

__all__ = [
    "Checked",
    "Copied",
    "Standing",
    "Upgraded",
    "back_up",
    "check",
    "copy",
    "standing_of",
    "upgrade",
]
