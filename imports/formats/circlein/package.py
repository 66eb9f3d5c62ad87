"""The CircleIn package: a flat zip of its files, in the order of circlein-csv.md 7 (C-16)."""

from __future__ import annotations

from typing import ClassVar, Literal

from edu_csv.roster.nouns import ENROLLMENT
from imports.formats.circlein.courses import Courses
from imports.formats.circlein.enrollments import Enrollments
from imports.formats.circlein.update_ids import UpdateIds
from imports.formats.circlein.users import Users
from imports.formats.feed import Layout, Package


class CircleInPackage(Package):
    """Identifiers are renamed first, for the other files are expected to carry the new ones."""

    key = "circlein.package"
    family = "circlein"
    title = "CircleIn package"
    target = ENROLLMENT
    order = 5
    files_by: ClassVar[Literal["name", "layout"]] = "layout"
    layouts: ClassVar[tuple[type[Layout], ...]] = (UpdateIds, Courses, Users, Enrollments)
