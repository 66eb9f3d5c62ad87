"""A case: a folder with an upload, what stands in the roster before, and what has to come of it.

``upload.csv`` (or another ending), or the folder ``files`` as a package, is imported as ``case.json`` says: ``rule``
(what is shown, and whose rule it is), ``format``, ``action``, and where they differ from the usual ``options`` (of the
request), ``switches`` (of the feed), ``vocabulary`` (the institution's ``types`` and ``roles``), ``as`` (role and org
unit of who sends it), ``status``, ``counts``, ``effects``, ``review``, ``seen``, ``refused``, ``files`` (by name, what is
told of a file that was not read), ``notes`` (by name, warnings about a file as a whole).

Before it: ``base`` names files of ``cases/base``, or folders of it (packages), that are loaded first (``activity``: all samples);
``setup-<n>-<type>-<action>.csv`` and packages ``setup-<n>-<family>`` of the folder follow, in order. ``expected.csv``:
every row of the plan with what it is told, a line for each problem; rows of packages are ``<file>:<row>``.
``after.<noun>.csv``: what the roster holds in the end, in the columns of its header.
``{{term T-2031A}}`` in any file is the system id of the term with that External ID.
"""

from __future__ import annotations

import csv
import io
import json
import re
import zipfile
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any
from uuid import uuid4

from edu_csv.access import services as access
from edu_csv.access import tenancy
from edu_csv.access.actors import Actor, actor_of_account
from edu_csv.roster.models import OrgUnitType, RoleName
from edu_csv.roster.nouns import NOUNS
from imports.files import files_of
from imports.models import Import
from tests.imports.harness import Tenant

CASES = Path(__file__).parent.parent / "cases"
BASE = CASES / "base"
EXPECTED = ["row", "outcome", "code", "column", "sentence"]
SYSTEM_ID = re.compile(r"\{\{(\w+) ([^{}]+)\}\}")
TABLES = {noun.name: noun.table for noun in NOUNS.values()}
# Several files of ``base`` under one name.
SETS = {"org_units": ("organizations", "departments"), "places": ("campuses", "buildings", "rooms")}

# What a roster holds, in words that a file can hold.
AFTER = {
    "org_unit": """
        SELECT o.type, o.name, o.external_id, o.code_original,
               (SELECT string_agg(coalesce(up.external_id, up.name), ';' ORDER BY listed.place)
                  FROM unnest(o.parent_ids) WITH ORDINALITY AS listed (id, place)
                  JOIN roster_org_unit AS up ON up.id = listed.id) AS parents
          FROM roster_org_unit AS o WHERE o.deleted_at IS NULL
    """,
    "campus": "SELECT name, time_zone, external_id FROM roster_campus WHERE deleted_at IS NULL",
    "building": """
        SELECT coalesce(campus.external_id, campus.name) AS campus, o.name, o.external_id
          FROM roster_building AS o JOIN roster_campus AS campus ON campus.id = o.campus_id
         WHERE o.deleted_at IS NULL
    """,
    "room": """
        SELECT coalesce(building.external_id, building.name) AS building, o.name, o.external_id
          FROM roster_room AS o JOIN roster_building AS building ON building.id = o.building_id
         WHERE o.deleted_at IS NULL
    """,
    "term": """
        SELECT o.name, o.start_date, o.end_date, array_to_string(o.exclusion_dates, ';') AS exclusion_dates, o.external_id,
               o.code_original,
               (SELECT string_agg(up.external_id, ';' ORDER BY listed.place)
                  FROM unnest(o.parent_ids) WITH ORDINALITY AS listed (id, place)
                  JOIN roster_org_unit AS up ON up.id = listed.id) AS parents
          FROM roster_term AS o WHERE o.deleted_at IS NULL
    """,
    "course": """
        SELECT c.code, c.name, organization.external_id AS organization, department.external_id AS department,
               c.external_id, c.code_original,
               (SELECT string_agg(up.external_id, ';' ORDER BY listed.place)
                  FROM unnest(c.parent_ids) WITH ORDINALITY AS listed (id, place)
                  JOIN roster_org_unit AS up ON up.id = listed.id) AS parents
          FROM roster_course AS c
          LEFT JOIN roster_org_unit AS organization ON organization.id = c.organization_id
          LEFT JOIN roster_org_unit AS department ON department.id = c.department_id
         WHERE c.deleted_at IS NULL
    """,
    "person": """
        SELECT o.given_name, o.family_name, o.email, array_to_string(o.roles, ';') AS roles, o.sso_id, o.external_id,
               o.username, o.org_role, o.is_active, o.preferred_given_name, o.preferred_family_name, o.sort_family_name,
               o.pronouns, o.is_marked_administrator,
               (SELECT string_agg(p.external_id, ';' ORDER BY listed.place)
                  FROM unnest(o.parent_person_ids) WITH ORDINALITY AS listed (id, place)
                  JOIN roster_person AS p ON p.id = listed.id) AS parents,
               (SELECT string_agg(p.external_id, ';' ORDER BY listed.place)
                  FROM unnest(o.guardian_person_ids) WITH ORDINALITY AS listed (id, place)
                  JOIN roster_person AS p ON p.id = listed.id) AS guardians,
               (SELECT string_agg(p.external_id, ';' ORDER BY listed.place)
                  FROM unnest(o.auditor_person_ids) WITH ORDINALITY AS listed (id, place)
                  JOIN roster_person AS p ON p.id = listed.id) AS auditors
          FROM roster_person AS o WHERE o.deleted_at IS NULL
    """,
    "section": """
        SELECT c.code AS course, t.name AS term, s.name, s.description, i.email AS instructor,
               (SELECT string_agg(p.email, ';' ORDER BY listed.place)
                  FROM unnest(s.secondary_instructor_ids) WITH ORDINALITY AS listed (id, place)
                  JOIN roster_person AS p ON p.id = listed.id) AS secondary_instructors,
               array_to_string(s.lms_course_ids, ';') AS lms_course_ids, s.external_id, o.external_id AS offering,
               c.external_id AS course_id, t.external_id AS term_id, s.title, s.session, s.start_date, s.end_date
          FROM roster_section AS s JOIN roster_course AS c ON c.id = s.course_id
          JOIN roster_term AS t ON t.id = s.term_id JOIN roster_offering AS o ON o.id = s.offering_id
          LEFT JOIN roster_person AS i ON i.id = s.instructor_id
         WHERE s.deleted_at IS NULL
    """,
    "enrollment": """
        SELECT p.email, p.external_id AS person, coalesce(s.external_id, s.name) AS section, e.role
          FROM roster_enrollment AS e JOIN roster_person AS p ON p.id = e.person_id
          JOIN roster_section AS s ON s.id = e.section_id
         WHERE e.deleted_at IS NULL
    """,
    "schedule": """
        SELECT o.external_id, o.name, o.start_date, to_char(o.start_time, 'HH24:MI') AS start_time, o.duration_minutes,
               o.end_date, array_to_string(o.days_of_week, ';') AS days_of_week,
               array_to_string(o.exclusion_dates, ';') AS exclusion_dates, room.external_id AS room,
               (SELECT string_agg(s.external_id, ';' ORDER BY listed.place)
                  FROM unnest(o.section_ids) WITH ORDINALITY AS listed (id, place)
                  JOIN roster_section AS s ON s.id = listed.id) AS sections,
               i.email AS instructor, o.guest_instructor, o.stream_live, o.caption, o.auto_publish, o.input_1,
               o.input_2, o.capture_quality, o.stream_quality
          FROM roster_schedule AS o JOIN roster_room AS room ON room.id = o.room_id
          LEFT JOIN roster_person AS i ON i.id = o.instructor_id
         WHERE o.deleted_at IS NULL
    """,
    "offering": """
        SELECT o.external_id, o.is_implicit, o.name, o.start_at, o.end_at, o.is_active, o.discover,
               (SELECT string_agg(c.external_id, ';' ORDER BY listed.place)
                  FROM unnest(o.course_ids) WITH ORDINALITY AS listed (id, place)
                  JOIN roster_course AS c ON c.id = listed.id) AS courses,
               (SELECT string_agg(t.external_id, ';' ORDER BY listed.place)
                  FROM unnest(o.term_ids) WITH ORDINALITY AS listed (id, place)
                  JOIN roster_term AS t ON t.id = listed.id) AS terms,
               (SELECT string_agg(up.external_id, ';' ORDER BY listed.place)
                  FROM unnest(o.parent_ids) WITH ORDINALITY AS listed (id, place)
                  JOIN roster_org_unit AS up ON up.id = listed.id) AS parents
          FROM roster_offering AS o WHERE o.deleted_at IS NULL
    """,
    "membership": """
        SELECT p.external_id AS person, unit.external_id AS unit, m.role
          FROM roster_membership AS m JOIN roster_person AS p ON p.id = m.person_id
          JOIN (SELECT id, external_id FROM roster_org_unit UNION ALL SELECT id, external_id FROM roster_term UNION ALL
                SELECT id, external_id FROM roster_course UNION ALL SELECT id, external_id FROM roster_offering) AS unit
            ON unit.id = m.unit_id
         WHERE m.deleted_at IS NULL
    """,
    "attributes": """
        SELECT p.username, a.company_employee_id, a.company_name, array_to_string(a.departments, ';') AS departments,
               array_to_string(a.divisions, ';') AS divisions, a.employee_role, a.hired_date,
               array_to_string(a.locations, ';') AS locations, manager.username AS manager,
               array_to_string(a.regions, ';') AS regions, a.role_category, a.team,
               (SELECT string_agg(unit.external_id, ';' ORDER BY listed.place)
                  FROM unnest(a.affiliated_units) WITH ORDINALITY AS listed (id, place)
                  JOIN (SELECT id, external_id FROM roster_org_unit UNION ALL SELECT id, external_id FROM roster_term
                        UNION ALL SELECT id, external_id FROM roster_course UNION ALL
                        SELECT id, external_id FROM roster_offering UNION ALL SELECT id, external_id FROM roster_section
                       ) AS unit ON unit.id = listed.id) AS units
          FROM roster_person_attributes AS a JOIN roster_person AS p ON p.id = a.person_id
          LEFT JOIN roster_person AS manager ON manager.id = a.manager_id
         WHERE a.deleted_at IS NULL
    """,
}


@dataclass
class Case:
    """One folder, run in an institution of its own."""

    folder: Path
    told: dict[str, Any] = field(init=False)
    tenant: Tenant = field(init=False)
    ids: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.told = json.loads((self.folder / "case.json").read_text())

    def run(self, tenant: Tenant) -> Import:
        """Load what stands before, then the upload; the import as it is in the end."""
        self.tenant = tenant
        self._name_words()
        for name in self.told.get("base", ()):
            if name == "activity":
                tenant.load_activity()
                continue
            if (BASE / name).is_dir():
                self._load_package(BASE / name, name)
                continue
            for file in SETS.get(name, (name,)):
                self._load_good((BASE / f"{file}.csv").read_bytes(), file, "create")
        for path in sorted(self.folder.glob("setup-*")):
            if path.is_dir():
                self._load_package(path, path.name.split("-")[2])
                continue
            _, _, noun, action = path.stem.split("-")
            self._load_good(self._with_ids(path.read_bytes()), noun, action)
        options = dict(self.told.get("options", {}))
        if "switches" in self.told:
            options["switches"] = self.told["switches"]
        if actor := self._actor():
            options["actor"] = actor
        upload, name = self._upload()
        return tenant.load(
            upload, self.told.get("format", ""), self.told.get("action", ""), file_name=name, **options
        )

    def _upload(self) -> tuple[bytes, str]:
        if (files := self.folder / "files").is_dir():
            return self._packed(files), "feed.zip"
        return self._with_ids(self.upload.read_bytes()), self.upload.name

    def _name_words(self) -> None:
        """What the institution calls types and roles."""
        words = self.told.get("vocabulary", {})
        with tenancy.use_institution(self.tenant.pk):
            for name in words.get("types", ()):
                OrgUnitType.objects.create(institution_id=self.tenant.pk, name=name)
            for name, role in words.get("roles", {}).items():
                RoleName.objects.create(institution_id=self.tenant.pk, name=name, role=role)

    def _load_good(self, upload: bytes, noun: str, action: str) -> None:
        done = self.tenant.load(upload, f"echovideo.{noun}.v1", action, confirm_clear=True)
        assert done.job.status == "completed", self.tenant.plan(done)

    def _load_package(self, folder: Path, family: str) -> None:
        done = self.tenant.load(self._packed(folder), f"{family}.package", "", file_name=f"{folder.name}.zip")
        assert done.job.status == "completed", (done.job.problem, done.files, self.tenant.plan(done))

    def _packed(self, folder: Path) -> bytes:
        """The files of a folder as a zip, in no order that means anything."""
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
            for path in sorted(folder.iterdir(), reverse=True):
                archive.writestr(path.name, self._with_ids(path.read_bytes()))
        return out.getvalue()

    @cached_property
    def upload(self) -> Path:
        [path] = self.folder.glob("upload.*")
        return path

    def _actor(self) -> Actor | None:
        wanted = self.told.get("as")
        if wanted is None:
            return None
        unit = self._system_id("org_unit", wanted["org_unit"])
        account = access.create_account(
            institution=self.tenant.pk, email=f"{uuid4()}@fjord.example", role=wanted["role"], org_unit=unit
        )
        with tenancy.use_institution(self.tenant.pk):
            return actor_of_account(account, self.tenant.pk)

    def _system_id(self, noun: str, external_id: str) -> Any:
        [(found,)] = self.tenant.query(
            f"SELECT id FROM {TABLES[noun]} WHERE external_id = %s",  # noqa: S608  # a table of ours
            external_id,
        )
        return found

    def _with_ids(self, upload: bytes) -> bytes:
        """The upload with system ids in place of ``{{term T-2031A}}``."""
        if b"{{" not in upload:
            return upload

        def put(found: re.Match[str]) -> str:
            self.ids[found[0]] = str(self._system_id(found[1], found[2]))
            return self.ids[found[0]]

        return SYSTEM_ID.sub(put, upload.decode()).encode()

    def without_ids(self, text: str) -> str:
        for name, system_id in self.ids.items():
            text = text.replace(system_id, name).replace(system_id.upper(), name)
        return text

    def found_rows(self, upload: Import) -> list[list[str]]:
        """The plan as ``expected.csv`` has it."""
        lines, files = [], files_of(upload)
        for row in self.tenant.plan(upload):
            place = files.at(row.row)
            number = f"{place.name}:{place.row}" if place.name else str(row.row)
            told = [files.told(problem, row.file) for problem in row.problems]
            for problem in told:
                said = self.without_ids(str(problem))
                lines.append([number, row.outcome, problem.code, problem.column or "", said])
            if not told:
                lines.append([number, row.outcome, "", "", ""])
        return lines

    def found_files(self, upload: Import) -> dict[str, str]:
        """What is told of files of a package that were not read."""
        return {file["name"]: file["problem"]["code"] for file in upload.files if file.get("problem")}

    def found_notes(self, upload: Import) -> dict[str, list[str]]:
        """Warnings about files as a whole."""
        return {
            file["name"]: [note["code"] for note in file["notes"]]
            for file in upload.files
            if file.get("notes")
        }

    def expected_rows(self) -> list[list[str]]:
        [header, *lines] = _read(self.folder / "expected.csv")
        assert header == EXPECTED
        return lines

    def expected_after(self) -> dict[str, list[list[str]]]:
        """By noun: the header, then the rows, in order of their text."""
        found = {path.name.split(".")[1]: _read(path) for path in self.folder.glob("after.*.csv")}
        return {noun: [lines[0], *sorted(lines[1:])] for noun, lines in found.items()}

    def found_after(self, noun: str, header: list[str]) -> list[list[str]]:
        columns = ", ".join(f'"{name}"::text' for name in header)
        rows = self.tenant.query(f"SELECT {columns} FROM ({AFTER[noun]}) AS held")  # noqa: S608  # of our own
        return [header, *sorted([value or "" for value in row] for row in rows)]


def all_cases() -> list[Path]:
    return sorted(path.parent for path in CASES.glob("*/*/case.json"))


def _read(path: Path) -> list[list[str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.reader(file))
