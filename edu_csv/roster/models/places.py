"""Campuses, buildings and rooms."""

from __future__ import annotations

from django.db import models

from edu_csv.roster.models.base import RosterObject


class Campus(RosterObject):
    name = models.TextField()
    name_folded = models.TextField()
    # IANA name; null: the institution's.
    time_zone = models.TextField(null=True, blank=True)

    class Meta:
        db_table = "roster_campus"
        verbose_name_plural = "campuses"

    def __str__(self) -> str:
        return self.name


class Building(RosterObject):
    campus_id = models.UUIDField()
    name = models.TextField()
    name_folded = models.TextField()

    class Meta:
        db_table = "roster_building"

    def __str__(self) -> str:
        return self.name


class Room(RosterObject):
    building_id = models.UUIDField()
    name = models.TextField()
    name_folded = models.TextField()
    # Exclusion of overlapping times goes over a number: GiST has no operator class for uuid without contrib.
    number = models.BigIntegerField(editable=False, db_default=models.Value(0))
    # What captures there: set by administrators, never by a rooms file (echovideo.md 2.5).
    device_id = models.TextField(null=True, blank=True)
    device_type = models.TextField(null=True, blank=True)
    device_software_version = models.TextField(null=True, blank=True)

    class Meta:
        db_table = "roster_room"

    def __str__(self) -> str:
        return self.name
