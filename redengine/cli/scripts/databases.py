"""The life of a store's database, as `redengine db` asks for it; nothing of it needs a session."""

from __future__ import annotations

from redengine.store.life import Standing, Upgraded, standing_of, upgrade

__all__ = ["Standing", "Upgraded", "standing_of", "upgrade"]
