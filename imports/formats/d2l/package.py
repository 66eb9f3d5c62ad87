"""The D2L Standard CSV package: a flat zip of files and a manifest, read by name (d2l-standard-csv.md 2, 3)."""

from __future__ import annotations

from typing import ClassVar, Literal

from edu_csv.roster.nouns import ENROLLMENT
from imports.formats.d2l.attributes import Attributes
from imports.formats.d2l.enrollments import Enrollments
from imports.formats.d2l.orgs import Orgs
from imports.formats.d2l.users import Users
from imports.formats.feed import Layout, Package


class D2LPackage(Package):
    """Files in the order of their names; without a manifest they are of version 1.0 (D-3)."""

    key = "d2l.package"
    family = "d2l"
    title = "D2L Standard CSV package"
    target = ENROLLMENT
    order = 5
    files_by: ClassVar[Literal["name", "layout"]] = "name"
    manifest = "manifest.json"
    without_manifest = "1.0"
    layouts: ClassVar[tuple[type[Layout], ...]] = (Orgs, Users, Enrollments, Attributes)
