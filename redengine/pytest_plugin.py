"""The pytest fixture that this package ships: `manual_session`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

    from redengine.testing import ManualSession


@pytest.fixture
def manual_session() -> Iterator[ManualSession]:
    """A fresh session over virtual time, in UTC, from 2026-01-01; closed after the test."""
    from redengine.testing import ManualSession

    with ManualSession(start="2026-01-01T00:00") as session:
        yield session
