"""The rows of the table of goals (design section 10), each measured as that asks."""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import partial

from bench.report import MIB, Report, Result
from bench.runs import Run
from bench.stand import Stand, seed
from bench.statements import statements

RIVAL_ROWS, RIVAL_SAMPLE = 100_000, 5_000
MOST_BYTES = 300 * MIB
SHAPE = {"courses": 3_643, "sections": 3_643, "people": 66_109, "enrollments": 66_975, "terms": 89}
SHAPE_ROUNDS = 3
ROWS_A_SECOND = 5_000


def main_rows(stand: Stand, report: Report, *, full: bool) -> None:
    """New, again and changed, each beside a bare COPY of its round."""
    new, again, changed, bare = "new", "the same again", "1 % changed", "bare COPY"
    runs = {
        bare: stand.bare_copy,
        new: stand.new_enrollments,
        again: stand.same_again,
        changed: stand.one_percent_changed,
    }
    for number in range(report.rounds):
        # To and fro, so that what drifts on the machine does not always hit the same.
        for name in list(runs) if number % 2 == 0 else reversed(runs):
            measure(report, name, runs[name])
    with_rows = f"bare `COPY` of the same {report.rows:,} rows"
    report.ratio(f"{report.rows:,} new enrollments", with_rows, new, bare, 1.0)
    report.ratio("the same file again, nothing changed", with_rows, again, bare, 0.35)
    report.ratio("1 % of rows changed", with_rows, changed, bare, 0.45)


def export(stand: Stand, report: Report, *, full: bool) -> None:
    """All enrollments as a gzipped file in storage, beside the statement that reads them."""
    ours, bare = "export, gzipped", "bare COPY … TO STDOUT"
    runs = {bare: stand.bare_export, ours: stand.export}
    for number in range(report.rounds):
        for name in list(runs) if number % 2 == 0 else reversed(runs):
            measure(report, name, runs[name])
    what = f"export of {stand.enrolled:,} enrollments, gzipped"
    report.ratio(what, "bare `COPY (…) TO STDOUT` of the same query", ours, bare, 1.35)


def rival(stand: Stand, report: Report, *, full: bool) -> None:
    """django-import-export: slow, so a part of it is measured and counted up, unless all is asked for."""
    rows = min(RIVAL_ROWS, report.rows)
    sample = rows if full else min(RIVAL_SAMPLE, rows)
    ours = f"{rows:,} new"
    for _ in range(report.rounds):
        measure(report, ours, partial(stand.first_enrollments, rows))
    for how, means, goal in (
        ("library", "`use_bulk`, `CachedForeignKeyWidget`", 1 / 50),
        ("tuned", "the same with all lookups in dictionaries of our own and without diffs", None),
    ):
        name = f"django-import-export ({how}), {sample:,} rows"
        measure(report, name, partial(stand.rival, sample, how))
        [found] = report.runs[name]
        seconds = found.seconds * rows / sample
        values = [run.seconds / seconds for run in report.runs[ours]]
        by_cpu = [run.cpu / (found.cpu * rows / sample) for run in report.runs[ours]]
        against = f"django-import-export ({how}: {means}), {seconds:.0f} s"
        report.results.append(Result(f"{rows:,} new enrollments", against, "×", values, goal, by_cpu))
        counted = "" if sample == rows else f", counted up from {sample:,} rows"
        report.notes.append(
            f"django-import-export ({how}): {sample / found.seconds:,.0f} rows a second{counted};"
            " into the plain table, in one transaction."
        )


def shape(stand: Stand, report: Report, *, full: bool) -> None:
    """140,459 rows in five files, into an empty institution."""
    files = seed(stand.folder / "shape", **SHAPE)
    totals = []
    rows = sum(SHAPE.values())
    for _ in range(min(report.rounds, SHAPE_ROUNDS)):
        runs = stand.whole_roster(files)
        totals.append(sum(run.seconds + run.seconds_after for _, run in runs))
        for noun, run in runs:
            report.runs.setdefault(f"shape: {noun}", []).append(run)
        say(f"{rows:,} rows: {totals[-1]:.2f} s")
    work = f"{rows:,} rows: " + ", ".join(f"{count:,} {noun}" for noun, count in SHAPE.items())
    report.results.append(Result(work, "(a hosted Canvas took 1,219 s)", "s", totals, 20))


def memory(stand: Stand, report: Report, *, full: bool) -> None:
    """The most that either process held in all runs, and what ten times the rows add."""
    few, many, more = report.rows // 10, report.rows, 10 * report.rows
    runs = {rows: partial(stand.first_enrollments, rows) for rows in (few, many)}
    if full:
        runs[more] = partial(stand.with_seats, more)
    sizes = {}
    for rows, run in runs.items():
        name = f"memory: {rows:,} new"
        measure(report, name, run)
        sizes[rows] = report.runs[name][-1]
    ours = [run for runs in report.runs.values() for run in runs if run.stages]
    for who, of in (
        ("the worker", "client_bytes"),
        ("its server process, beyond shared buffers", "server_bytes"),
    ):
        most = max(getattr(run, of) for run in ours)
        growth = ", ".join(f"{rows:,} rows: {getattr(run, of) / MIB:.0f} MB" for rows, run in sizes.items())
        report.results.append(Result(f"peak memory of {who}", growth, "MB", [most / MIB], MOST_BYTES / MIB))


def templates(stand: Stand, report: Report, *, full: bool) -> None:
    """New statements through a typical template."""
    name = f"{report.rows:,} rows through a template"
    for _ in range(min(report.rounds, SHAPE_ROUNDS)):
        measure(report, name, partial(stand.through_template, report.rows))
    runs = report.runs[name]
    work = f"{report.rows:,} rows through a template, a statement each"
    goal = report.rows / ROWS_A_SECOND
    seconds, cpu = [run.seconds for run in runs], [run.cpu for run in runs]
    report.results.append(Result(work, f"{ROWS_A_SECOND:,} rows a second", "s", seconds, goal, cpu))


def measure(report: Report, name: str, run: Callable[[], Run]) -> None:
    begun = time.monotonic()
    found = run()
    report.runs.setdefault(name, []).append(found)
    parts = [f"{stage} {seconds:.2f}" for stage, seconds in found.stages.items()]
    parts += [f"CPU {found.cpu:.2f}", f"{time.monotonic() - begun:.0f} s with its preparation"]
    say(f"{name}: {found.seconds:.2f} s ({', '.join(parts)})")


def say(text: str) -> None:
    print(text, flush=True)


Part = Callable[..., None]
PARTS: dict[str, Part] = {
    "main": main_rows,
    "export": export,
    "rival": rival,
    "shape": shape,
    "templates": templates,
    "memory": memory,
    "statements": statements,
}
