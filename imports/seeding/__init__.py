"""An invented roster of any size, as files that import cleanly into an empty institution."""

from __future__ import annotations

from imports.seeding.files import write_roster
from imports.seeding.plan import NotPossible, RosterPlan

__all__ = ["NotPossible", "RosterPlan", "write_roster"]
