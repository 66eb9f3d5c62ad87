"""An invented roster of any size, as files that import cleanly into an empty institution."""

from __future__ import annotations

from imports.seeding.circlein import write_circlein
from imports.seeding.d2l import write_d2l
from imports.seeding.files import write_roster
from imports.seeding.plan import NotPossible, RosterPlan

__all__ = ["NotPossible", "RosterPlan", "write_circlein", "write_d2l", "write_roster"]
