"""The life of a store's database, apart from sessions: how it stands, upgrades, checks, copies."""

from __future__ import annotations

from redengine.store.life.checking import Checked, check
from redengine.store.life.copying import Copied, back_up, copy
from redengine.store.life.standing import Standing, Upgraded, standing_of, upgrade

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
