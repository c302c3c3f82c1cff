"""The life of a store's database, apart from sessions: how it stands, upgrades, checks, copies."""

from __future__ import annotations

from redengine.store.life.standing import Standing, Upgraded, standing_of, upgrade

__all__ = ["Standing", "Upgraded", "standing_of", "upgrade"]
