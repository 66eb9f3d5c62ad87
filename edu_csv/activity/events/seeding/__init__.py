"""Invented activity of an institution's own people, as much as is asked for: for demonstration and benchmark."""

from __future__ import annotations

from edu_csv.activity.events.seeding.plan import SeedPlan
from edu_csv.activity.events.seeding.seeding import Made, seed
from edu_csv.activity.events.seeding.seeds import remove
from edu_csv.activity.events.seeding.space import NotPossible

__all__ = ["Made", "NotPossible", "SeedPlan", "remove", "seed"]
