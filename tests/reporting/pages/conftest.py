from __future__ import annotations

from tests.pages.conftest import house
from tests.reporting.requests.conftest import clock

__all__ = ["clock", "house"]
