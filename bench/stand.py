"""The stand on which all rows are measured: a roster, its files, and the databases that runs begin from."""

from __future__ import annotations

import csv
import json
import subprocess
import sys
from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

from bench import plain, views
from bench.cluster import ROOT, Cluster
from bench.runs import Run, RunFailed, Worker

ENROLLMENTS = "echovideo.enrollments.v1"
# One of so many rows has another role in the file of changes.
CHANGED_EVERY = 100
OTHER_ROLE = {"Student": "Teaching Assistant", "Teaching Assistant": "Student"}


@dataclass(frozen=True, slots=True)
class Size:
    """How large the measured roster is; some hundred seats a section, ten sections a person."""

    rows: int

    @property
    def people(self) -> int:
        return max(200, self.rows // 10)

    @property
    def sections(self) -> int:
        return max(4, self.rows // 100)


@dataclass(slots=True)
class Stand:
    """``base``: the roster without enrollments; ``loaded``: with them."""

    cluster: Cluster
    size: Size
    folder: Path
    institution: int = 0
    empty: str = ""
    base: str = "bench_base"
    loaded: str = "bench_loaded"
    files: dict[str, Path] = field(default_factory=dict)

    def prepare(self) -> None:
        """Write the files, and make the databases."""
        self.files = seed(self.folder / "roster", self.size.people, self.size.sections, self.size.rows)
        self.files["changed"] = with_changes(self.files["enrollments"], self.folder / "changed.csv")
        self.empty = self.cluster.migrated()
        self.cluster.copy(self.empty, self.base)
        command = [sys.executable, "-m", "bench.plain"]
        subprocess.run(command, cwd=ROOT, env=self.cluster.owner_environment(self.base), check=True)
        with Worker(self.cluster, self.base) as worker:
            self.institution = worker.make_institution("bench")
        for noun in ("terms", "courses", "users", "sections"):
            self.import_file(self.base, self.files[noun], f"echovideo.{noun}.v1", "create")
        self.cluster.tidy(self.base)
        self.cluster.copy(self.base, self.loaded)
        self.import_file(self.loaded, self.files["enrollments"], ENROLLMENTS, "create")
        self.cluster.tidy(self.loaded)
        plain.keep_rows(self.cluster.address(self.loaded), self.folder / "rows.bin")

    # --- the runs -----------------------------------------------------------------------------------

    def new_enrollments(self) -> Run:
        with self.cluster.fresh(self.base, "bench_run") as database:
            return self.import_file(database, self.files["enrollments"], ENROLLMENTS, "create")

    def same_again(self) -> Run:
        with self.cluster.fresh(self.loaded, "bench_run") as database:
            return self.import_file(database, self.files["enrollments"], ENROLLMENTS, "create", created=0)

    def one_percent_changed(self) -> Run:
        with self.cluster.fresh(self.loaded, "bench_run") as database:
            changed = len(range(0, self.size.rows, CHANGED_EVERY))
            return self.import_file(
                database, self.files["changed"], ENROLLMENTS, "update", created=0, updated=changed
            )

    def bare_copy(self) -> Run:
        with self.cluster.fresh(self.base, "bench_run") as database:
            return plain.copy_rows(self.cluster.address(database), self.folder / "rows.bin")

    def first_enrollments(self, rows: int) -> Run:
        """The first rows of the file alone."""
        file = first_rows(self.files["enrollments"], rows, self.folder / f"first-{rows}.csv")
        with self.cluster.fresh(self.base, "bench_run") as database:
            return self.import_file(database, file, ENROLLMENTS, "create")

    @property
    def enrolled(self) -> int:
        """All enrollments: those of the file, and each section's own instructor."""
        return self.size.rows + self.size.sections

    def export(self) -> Run:
        with (
            self.cluster.fresh(self.loaded, "bench_run") as database,
            Worker(self.cluster, database) as worker,
        ):
            return worker.export(self.cluster, self.institution, ENROLLMENTS, self.enrolled)

    def bare_export(self) -> Run:
        with (
            self.cluster.fresh(self.loaded, "bench_run") as database,
            Worker(self.cluster, database) as worker,
        ):
            return worker.bare_export(self.institution, ENROLLMENTS, self.enrolled)

    def with_seats(self, rows: int) -> Run:
        """Other, usually more, enrollments of the same people in the same sections."""
        files = seed(self.folder / f"with-{rows}", self.size.people, self.size.sections, rows)
        with self.cluster.fresh(self.base, "bench_run") as database:
            return self.import_file(database, files["enrollments"], ENROLLMENTS, "create")

    def rival(self, rows: int, how: str) -> Run:
        """The same through django-import-export, into the plain table."""
        with self.cluster.fresh(self.base, "bench_run") as database:
            command = [sys.executable, "-m", "bench.rival", str(self.files["enrollments"])]
            command += ["--rows", str(rows), "--institution", str(self.institution), "--how", how]
            done = subprocess.run(
                command,
                cwd=ROOT,
                env=self.cluster.owner_environment(database),
                check=True,
                stdout=subprocess.PIPE,
            )
        found = json.loads(done.stdout)
        if found.pop("rows") != rows:
            raise RunFailed(f"django-import-export made other rows than {rows}: {done.stdout!r}")
        return Run(**found)

    def whole_roster(self, files: dict[str, Path]) -> list[tuple[str, Run]]:
        """Five files in order into an institution that has nothing, as they come: nobody tidies between."""
        runs = []
        with self.cluster.fresh(self.empty, "bench_run") as database:
            with Worker(self.cluster, database) as worker:
                institution = worker.make_institution("shape")
            for noun in ("terms", "courses", "users", "sections", "enrollments"):
                key = f"echovideo.{noun}.v1"
                runs.append(
                    (noun, self.import_file(database, files[noun], key, "create", institution=institution))
                )
        return runs

    def through_template(self, rows: int) -> Run:
        """New statements through the template of csv data import 1.1, into an institution that has none."""
        file = self.folder / f"views-{rows}.csv"
        if not file.exists():
            views.write_rows(file, rows)
        with self.cluster.fresh(self.empty, "bench_run") as database:
            with Worker(self.cluster, database) as worker:
                institution = worker.make_institution("views")
                key = worker.make_template(institution, "Lecture views", views.BODY, views.VARIABLES)
            return self.import_file(database, file, key, "", institution=institution)

    def import_file(
        self, database: str, file: Path, key: str, action: str, *, institution: int = 0, **counts: int
    ) -> Run:
        """One import in a new process. counts: what it must count beside its rows; all created by default."""
        rows = count_rows(file)
        expected = {"rows": rows, "failed": 0, "created": rows, **counts}
        with Worker(self.cluster, database) as worker:
            return worker.run(self.cluster, institution or self.institution, file, key, action, expected)


def seed(
    folder: Path,
    people: int,
    sections: int,
    enrollments: int,
    *,
    courses: int | None = None,
    terms: int | None = None,
) -> dict[str, Path]:
    """The files of a roster, by noun. What is measured needs neither departments nor schedules."""
    from imports.seeding import RosterPlan, write_roster

    plan = RosterPlan.of_size(
        "bench", people=people, sections=sections, enrollments=enrollments, courses=courses, terms=terms,
        departments=0, schedules=0,
    )  # fmt: skip
    # 07-courses.csv
    return {path.stem.partition("-")[2]: path for path, _, _ in write_roster(plan, folder)}


def with_changes(file: Path, to: Path) -> Path:
    """The enrollments file with another role in every hundredth row, the first among them."""
    with file.open(encoding="utf-8", newline="") as rows, to.open("w", encoding="utf-8", newline="") as out:
        reader, writer = csv.reader(rows), csv.writer(out)
        writer.writerow(next(reader))
        for number, (person, section, role) in enumerate(reader):
            writer.writerow([person, section, role if number % CHANGED_EVERY else OTHER_ROLE[role]])
    return to


def first_rows(file: Path, rows: int, to: Path) -> Path:
    with file.open("rb") as lines, to.open("wb") as out:
        out.writelines(islice(lines, rows + 1))
    return to


def count_rows(file: Path) -> int:
    """Data rows of a file without quoted line breaks."""
    with file.open("rb") as lines:
        return sum(1 for _ in lines) - 1


def medians(runs: Iterable[Run]) -> Run:
    """The run in the middle, by wall time; of an even number the slower of the two."""
    in_order = sorted(runs, key=lambda run: run.seconds)
    return in_order[len(in_order) // 2]
