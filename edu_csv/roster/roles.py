"""Roles that people of the roster hold: one closed list, to which each family's names map."""

from __future__ import annotations

from django.db.models import TextChoices


class PersonRole(TextChoices):
    STUDENT = "student"
    INSTRUCTOR = "instructor"
    TEACHING_ASSISTANT = "teaching_assistant"
    TUTOR = "tutor"
    OBSERVER = "observer"
    SCHEDULER = "scheduler"
    ADMINISTRATOR = "administrator"
