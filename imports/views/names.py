"""What an import, its format and its objects are called on pages, and where they are found."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from django.utils.http import urlencode

from edu_csv.pages.contexts.parts import Fact, Link
from imports import plans
from imports.files import files_of
from imports.formats.base import Format
from imports.formats.feed import Layout, Package
from imports.formats.registry import find as find_format
from imports.formats.templated import is_template
from imports.models import Import
from imports.problems import Problem

FAMILIES = {
    "echovideo": "EchoVideo",
    "d2l": "D2L",
    "circlein": "CircleIn",
    "watershed": "CSV Data Import",
    "edu-csv": "edu-csv",
    "activity": "Activity",
}
# Kinds of objects that have a page in the roster -> its address.
ROSTER_PAGES = {
    "person": "people",
    "course": "courses",
    "section": "sections",
    "term": "terms",
    "org_unit": "org-units",
    "organization": "org-units",
    "department": "org-units",
    "room": "rooms",
    "building": "buildings",
    "campus": "campuses",
    "schedule": "schedules",
}
DELIMITERS = {",": "commas", ";": "semicolons", "\t": "tabs", "|": "vertical bars"}
ENCODINGS = {
    "utf-8": "UTF-8",
    "utf-8-sig": "UTF-8 with its mark",
    "utf-16": "UTF-16",
    "utf-16-le": "UTF-16",
    "utf-16-be": "UTF-16",
    "windows-1252": "Windows-1252",
}


def format_of(upload: Import) -> type[Format] | None:
    """The format of an import; None while it is not recognised, or when it is no longer declared."""
    return find_format(upload.format_key)


def heading(upload: Import) -> str:
    return upload.name or upload.file_name


def format_name(fmt: type[Format]) -> str:
    """ "EchoVideo sections", "Template Lecture views"; a title may begin with its family."""
    if is_template(fmt):
        return f"Template {fmt.title}"
    family = FAMILIES.get(fmt.family, fmt.family)
    return fmt.title if fmt.title.startswith(f"{family} ") else f"{family} {fmt.title.lower()}"


def title_of(fmt: type[Format]) -> str:
    """The title beside a family that is said already: "Sections", "Org units"; of a template its name as it is."""
    if is_template(fmt):
        return fmt.title
    own = fmt.title.removeprefix(f"{FAMILIES.get(fmt.family, fmt.family)} ")
    return own[0].upper() + own[1:]


def what(upload: Import) -> str:
    """ "EchoVideo sections · update", "Template Lecture views"; blank while nobody knows."""
    fmt = format_of(upload)
    if fmt is None:
        return upload.format_key
    if upload.template_version is not None:
        return f"Template {upload.template_version.template.name}"
    return f"{format_name(fmt)} · {upload.action}" if upload.action else format_name(fmt)


def what_of(upload: Import, file: int) -> str:
    """The same of one file of a package: "D2L enrollments"."""
    fmt = files_of(upload).format_of(file)
    return format_name(fmt) if file and fmt else what(upload)


def kind(upload: Import) -> str:
    """The kind of object that the rows are about, for counting: "section"; "row" while unknown.

    "object" of a feed, whose rows are about several kinds.
    """
    fmt = format_of(upload)
    if fmt is None:
        return "row"
    return "object" if is_feed(fmt) else fmt.target.name


def kinds(upload: Import) -> dict[str, dict[str, int]] | None:
    """Of a feed, the counts of its rows by kind of object, of a template what its rows make; one statement at most."""
    fmt = format_of(upload)
    return plans.counts_by_kind(upload) if is_feed(fmt) or is_template(fmt) else None


def effects(upload: Import) -> dict[str, dict[str, int]]:
    """What rows do beside what they are about. Rows of a template are about all that they make."""
    return {} if is_template(format_of(upload)) else upload.effects


def is_feed(fmt: type[Format] | None) -> bool:
    return fmt is not None and issubclass(fmt, Layout | Package)


def same_file(upload: Import) -> Fact | None:
    """The last import before it that brought the same bytes through the same template (csv data import 3)."""
    if upload.template_version is None:
        return None
    earlier = Import.objects.filter(
        institution_id=upload.institution_id,
        format_key=upload.format_key,
        file_sha256=upload.file_sha256,
        number__lt=upload.number,
    )
    found = earlier.order_by("-number").only("number").first()
    return {"text": f"same file as import {found.number}", "href": address(found)} if found else None


def object_href(object_type: str, object_id: UUID | str | None) -> str:
    """Where the roster shows an object; blank for kinds without a page."""
    page = ROSTER_PAGES.get(object_type)
    return f"/roster/{page}/{object_id}/" if page and object_id else ""


def address(upload: Import, *parts: str) -> str:
    """The one address that an import has for life, or one below it: ``/imports/0190…/rows/``."""
    return "/".join(["/imports", str(upload.pk), *parts, ""])


def taken_room(told: Problem) -> str:
    """The id of the room in which a row clashes; blank for other problems."""
    clashes = told.params.get("clashes") or [{}]
    return str(clashes[0].get("room_id") or "")


def week_href(upload: Import, told: Problem) -> str:
    """The week of a room in which a row clashes, with what the plan would make of it; blank for other problems."""
    room = taken_room(told)
    if not room:
        return ""
    day = told.params["clashes"][0]["day"]
    year, week, _ = date.fromisoformat(day).isocalendar()
    return f"/calendar/?{urlencode({'room': room, 'week': f'{year}-W{week:02}', 'import': str(upload.pk)})}"


def see(upload: Import, told: Problem) -> Link | None:
    """Where a problem is seen that a sentence can only tell."""
    href = week_href(upload, told)
    return {"label": "See the week", "href": href} if href else None


def text_of(encoding: str, delimiter: str) -> str:
    """ "UTF-8, commas"."""
    return f"{ENCODINGS.get(encoding, encoding)}, {DELIMITERS.get(delimiter, f'“{delimiter}”')}"


def stem_of(file_name: str) -> str:
    """ "fall sections.csv.gz" is "fall sections"."""
    stem = file_name
    for ending in (".gz", ".csv", ".tsv", ".txt", ".psv", ".tab", ".xlsx", ".zip"):
        if stem.lower().endswith(ending):
            stem = stem[: -len(ending)]
    return stem or file_name
