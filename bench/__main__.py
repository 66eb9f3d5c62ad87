"""``python -m bench [--rows 100000 --runs 1] [--full]``: measure, and write docs/benchmarks.md."""

from __future__ import annotations

import argparse
import os
import tempfile
from pathlib import Path

import django

from bench import activity, machine, parts
from bench.cluster import ROOT, running
from bench.parts import say
from bench.report import Report
from bench.stand import Size, Stand

DOCS = ROOT / "docs" / "benchmarks.md"
FULL_ROWS = 1_000_000
PARTS = {**parts.PARTS, "reports": activity.reports}
# More cores than this at work for others, and the figures are theirs.
QUIET = 0.5


def main() -> None:
    # The files are written as the formats declare them, and those stand on the apps.
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "edu_csv.settings.dev")
    django.setup()
    asked = _asked()
    busy = machine.others_busy()
    if busy > QUIET:
        say(f"Others keep {busy:.1f} cores busy: the figures will say much about them.")
    with tempfile.TemporaryDirectory(prefix="edu-csv-bench-files-") as folder, running() as cluster:
        measured_on = {**machine.describe(), **machine.server(cluster.address("postgres"))}
        report = Report(asked.rows, asked.runs, measured_on, busy)
        stand = Stand(cluster, Size(asked.rows), Path(folder))
        say(f"making a roster of {stand.size.people:,} people in {stand.size.sections:,} sections")
        stand.prepare()
        for part in asked.only:
            PARTS[part](stand, report, full=asked.full)
    text = report.markdown()
    is_whole = asked.rows == FULL_ROWS and asked.only == list(PARTS)
    if to := asked.output or (DOCS if is_whole else None):
        to.write_text(text, encoding="utf-8")
        say(f"written to {to}")
    say(text)


def _asked() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument("--rows", type=int, default=FULL_ROWS, help="enrollments in the main rows")
    parser.add_argument("--runs", type=int, default=5, help="pairs of each ratio")
    parser.add_argument("--only", nargs="+", choices=list(PARTS), default=list(PARTS))
    parser.add_argument("--full", action="store_true", help="ten times the rows too, and all of the rival's")
    parser.add_argument(
        "--output", type=Path, help=f"default: {DOCS.relative_to(ROOT)}, when nothing is left out"
    )
    return parser.parse_args()


if __name__ == "__main__":
    main()
