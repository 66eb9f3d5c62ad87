"""One institution of a test's own, and the whole pipeline run in this process."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from django.db import connection
from psycopg.sql import SQL, Composed, Identifier

from edu_csv import tenancy
from edu_csv.access import services as access
from edu_csv.access.actors import Actor, system_actor
from edu_csv.jobs.runners import work_one
from imports import services
from imports.formats.base import Format
from imports.formats.registry import formats
from imports.models import Import, Outcome
from imports.problems import Problem
from imports.services import ImportRequest
from tests.imports.basics import BASICS
from tests.imports.copying import copy_of

# In the family's order: what others point to comes first.
ECHOVIDEO = [key for key, fmt in formats().items() if fmt.family == "echovideo"]
ACTIVITY = [key for key, fmt in formats().items() if fmt.family == "activity"]
NOUNS = (
    "org_unit",
    "term",
    "course",
    "offering",
    "person",
    "section",
    "enrollment",
    "membership",
    "person_attributes",
    "persona",
    "viewing_permission",
    "campus",
    "building",
    "room",
    "schedule",
)


def csv_text(header: list[str], *rows: list[str]) -> str:
    """A CSV as a spreadsheet would save it."""
    out = io.StringIO()
    csv.writer(out).writerows([header, *rows])
    return out.getvalue()


def sample(fmt: type[Format], action: str = "create") -> str:
    """The create sample that the wizard and the API hand out."""
    columns = fmt.columns_for(action)
    return csv_text(
        [column.header for column in columns],
        *([row.get(column.name, "") for column in columns] for row in fmt.sample_rows),
    )


@dataclass(frozen=True)
class PlannedRow:
    """One stored row of a plan. codes, columns, sentences: of its problems, one by one. file: from 1, 0 outside packages."""

    row: int
    outcome: str
    object_id: str | None
    cells: list[str] | None
    codes: list[str]
    columns: list[str | None]
    sentences: list[str]
    plan_changed: bool
    file: int
    problems: list[Problem]


@dataclass
class Tenant:
    """An institution, and what a test does in it."""

    pk: int
    slug: str

    @property
    def actor(self) -> Actor:
        return system_actor(self.pk)

    def receive(self, upload: str | bytes, key: str = "", action: str = "create", **options: Any) -> Import:
        """Upload a file and queue its import."""
        actor = options.pop("actor", None) or self.actor
        name = options.pop("file_name", "upload.csv")
        data = upload.encode() if isinstance(upload, str) else upload
        with tenancy.use_institution(self.pk):
            return services.receive_upload(
                actor, io.BytesIO(data), name, ImportRequest(format_key=key, action=action, **options)
            )

    def work(self) -> None:
        """Do all that waits in this institution."""
        while work_one(["imports"], only_institution=self.pk):
            pass

    def load(self, upload: str | bytes, key: str = "", action: str = "create", **options: Any) -> Import:
        """Upload a file, run its import to where it stops, and return it as it is then."""
        received = self.receive(upload, key, action, **options)
        self.work()
        return self.fresh(received)

    def load_basics(self) -> list[Import]:
        """The small roster of ``basics``, a file each."""
        return self._begin_with("basics", dict(BASICS))

    def load_samples(self) -> list[Import]:
        """The create samples of all EchoVideo formats, in their order."""
        return self._begin_with("samples", {key: sample(formats()[key]) for key in ECHOVIDEO})

    def load_activity(self) -> list[Import]:
        """The create samples of the roster, and of what people did in it."""
        return self._begin_with("activity", {key: sample(formats()[key]) for key in (*ECHOVIDEO, *ACTIVITY)})

    def _begin_with(self, kind: str, files: dict[str, str]) -> list[Import]:
        """Import the files, or, into an empty institution, copy what they came to in another."""

        def load() -> int:
            other = new_tenant()
            for key, text in files.items():
                other.load(text, key)
            return other.pk

        with tenancy.use_institution(self.pk):
            if Import.objects.exists():
                return [self.load(text, key) for key, text in files.items()]
        copy_of(kind, load, self.pk)
        with tenancy.use_institution(self.pk):
            return list(Import.objects.select_related("job").order_by("job_id"))

    def fresh(self, upload: Import) -> Import:
        with tenancy.use_institution(self.pk):
            return Import.objects.select_related("job").get(pk=upload.pk)

    def approve(self, upload: Import, **options: Any) -> Import:
        with tenancy.use_institution(self.pk):
            services.approve(self.actor, upload, **options)
        self.work()
        return self.fresh(upload)

    def undo(self, upload: Import, *, restore: bool = True) -> Import:
        with tenancy.use_institution(self.pk):
            services.void(self.actor, upload, services.UndoRequest(restore=restore))
        self.work()
        return self.fresh(upload)

    def query(self, statement: str | Composed, *params: Any) -> list[tuple[Any, ...]]:
        with tenancy.use_institution(self.pk), connection.cursor() as cursor:
            cursor.execute(statement, params)
            return cursor.fetchall() if cursor.description else []

    def plan(self, upload: Import) -> list[PlannedRow]:
        """The stored rows of a plan, in order."""
        table = f"plan_row_{upload.pk.hex}" if upload.has_own_tables else "imports_plan_row"
        statement = SQL(
            "SELECT \"row\", outcome, object_id, cells, coalesce(problems, '[]'), plan_changed, file"
            ' FROM {} WHERE import_id = %s ORDER BY file, "row"'
        ).format(Identifier(table))
        return [_planned(*found) for found in self.query(statement, upload.pk)]

    def row(self, upload: Import, number: int) -> PlannedRow:
        return next(planned for planned in self.plan(upload) if planned.row == number)

    def dump(self) -> dict[str, list[Any]]:
        """Everything of the roster, deleted objects too, save when it was last touched."""
        return {
            noun: self.query(f"SELECT to_jsonb(o) - 'updated_at' FROM roster_{noun} AS o ORDER BY id")  # noqa: S608  # names of this test
            for noun in NOUNS
        }


def _planned(
    row: int,
    outcome: int,
    object_id: Any,
    cells: list[str] | None,
    problems: Any,
    plan_changed: bool,
    file: int,
) -> PlannedRow:
    import json

    told = json.loads(problems) if isinstance(problems, str) else problems
    found = [Problem(p["code"], p["column"], p["value"], p["severity"], p["params"] or {}) for p in told]
    return PlannedRow(
        row=row,
        outcome=Outcome(outcome).name.lower(),
        object_id=str(object_id) if object_id else None,
        cells=cells,
        codes=[p.code for p in found],
        columns=[p.column for p in found],
        sentences=[str(p) for p in found],
        plan_changed=plan_changed,
        file=file,
        problems=found,
    )


def new_tenant() -> Tenant:
    slug = f"t-{uuid4().hex[:12]}"
    return Tenant(
        access.create_institution(name="Fjord State University", slug=slug, time_zone="Europe/Oslo").pk, slug
    )
