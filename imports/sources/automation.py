"""CircleIn's automation (circlein-csv.md 9, C-18): files are only checked until somebody switches it on.

It can be switched on when one import of Courses and one of Enrollments has gone without errors, by whatever door.
"""

from __future__ import annotations

import json
from dataclasses import dataclass

from django.db.models import BooleanField, F, Func, Q, Value

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
    """Whether an import had such a file with rows, and nothing was wrong: a header alone shows nothing."""
    imports = Import.objects.filter(institution_id=source.institution_id, job__status=Status.COMPLETED)
    # Of a package each file has its format and rows.
    had_file = Func(
        F("files"),
        Value("$[*] ? (@.format == $key && @.rows > 0)"),
        Value(json.dumps({"key": key})),
        function="jsonb_path_exists",
        template="%(function)s(%(expressions)s)",
        output_field=BooleanField(),
    )
    return (
        imports.annotate(had_file=had_file)
        .filter(Q(format_key=key, counts__rows__gt=0) | Q(format_key="circlein.package", had_file=True))
        .exists()
    )


def only_checks(source: Source) -> bool:
    """Whether files of this source are checked and nothing more."""
    return source.family == Family.CIRCLEIN and not source.automation_enabled
