"""CircleIn's automation (circlein-csv.md 9, C-18): files are only checked until somebody switches it on.

It can be switched on when one import of Courses and one of Enrollments has gone without errors, by whatever door.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Q

from edu_csv.jobs.models import Status
from imports.models import Family, Import, Source

COURSES = "circlein.courses"
ENROLLMENTS = "circlein.enrollments"


@dataclass(frozen=True, slots=True)
class Ready:
    """Which of the two imports has gone without errors."""

    courses: bool
    enrollments: bool

    def __bool__(self) -> bool:
        return self.courses and self.enrollments

    @property
    def missing(self) -> str:
        """What is still to be shown, in words; "" when nothing is."""
        named = [
            name
            for name, is_there in (("Courses", self.courses), ("Enrollments", self.enrollments))
            if not is_there
        ]
        return " and of ".join(named)


def ready(source: Source) -> Ready:
    """Whether the automation of a source may be switched on. Two statements."""
    return Ready(_went_well(source, COURSES), _went_well(source, ENROLLMENTS))


def _went_well(source: Source, key: str) -> bool:
    # Of a package each file has its format and counts.
    imports = Import.objects.filter(institution_id=source.institution_id, job__status=Status.COMPLETED)
    return imports.filter(
        Q(format_key=key) | Q(format_key="circlein.package", files__contains=[{"format": key}])
    ).exists()


def only_checks(source: Source) -> bool:
    """Whether files of this source are checked and nothing more."""
    return source.family == Family.CIRCLEIN and not source.automation_enabled
