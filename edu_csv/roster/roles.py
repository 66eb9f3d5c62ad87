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


# How lists of roles are kept, so that two spellings of one set never look like a change.
SYSTEM_ROLE_ORDER = (
    PersonRole.ADMINISTRATOR,
    PersonRole.SCHEDULER,
    PersonRole.INSTRUCTOR,
    PersonRole.TEACHING_ASSISTANT,
    PersonRole.STUDENT,
    PersonRole.TUTOR,
    PersonRole.OBSERVER,
)
