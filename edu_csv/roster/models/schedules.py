"""Schedules: when a room captures, once or every week (echovideo.md 2.11 to 2.13)."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models

from edu_csv.roster.models.base import RosterObject


class Schedule(RosterObject):
    """Dates and times are local to the room's campus; ``Occurrence`` says what they come to.

    One-off: ``end_date`` is null and ``days_of_week`` empty. Weekly: both are filled.
    """

    name = models.TextField()
    start_date = models.DateField()
    # Whole minutes.
    start_time = models.TimeField()
    duration_minutes = models.IntegerField()
    end_date = models.DateField(null=True, blank=True)
    # Of WEEKDAYS, in the order of a week.
    days_of_week = ArrayField(models.TextField(), default=list)
    exclusion_dates = ArrayField(models.DateField(), default=list)
    room_id = models.UUIDField()
    section_ids = ArrayField(models.UUIDField(), default=list)
    instructor_id = models.UUIDField(null=True, blank=True)
    guest_instructor = models.TextField(null=True, blank=True)
    stream_live = models.BooleanField(default=False)
    caption = models.BooleanField(default=False)
    auto_publish = models.BooleanField(default=False)
    # Of INPUTS; the second null: a single-source capture.
    input_1 = models.TextField()
    input_2 = models.TextField(null=True, blank=True)
    # Of QUALITIES; stream_quality null: the same as the capture's.
    capture_quality = models.TextField()
    stream_quality = models.TextField(null=True, blank=True)

    class Meta:
        db_table = "roster_schedule"

    def __str__(self) -> str:
        return self.name
