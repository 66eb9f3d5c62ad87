"""What stops a job from outside."""

from __future__ import annotations

from edu_csv.errors import EduCsvError


class LeaseLost(EduCsvError):
    """Another worker has this job now; whatever this one did must not be committed."""


class JobCancelled(EduCsvError):
    """Somebody asked for the job to stop, in time."""
