"""Statements become rows of activity: as they arrive, and all anew when asked (docs/decisions/projection.md)."""

from __future__ import annotations

from edu_csv.activity.projection.progress import all_behind, behind, counts, of_nobody, unsettled
from edu_csv.activity.projection.projector import Busy, Projected, project

__all__ = ["Busy", "Projected", "all_behind", "behind", "counts", "of_nobody", "project", "unsettled"]
