"""``python -m bench`` from end to end, on a roster so small that its figures mean nothing."""

from __future__ import annotations

import csv
import os
import subprocess
import sys
from pathlib import Path

import pytest

from bench.cluster import ROOT
from bench.stand import CHANGED_EVERY, count_rows, first_rows, seed, with_changes


def bench(*arguments: str) -> subprocess.CompletedProcess[str]:
    # Neither the tests' settings nor their database: the bench has its own.
    environment = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("DATABASE_", "DJANGO_", "BROKER_", "EDU_CSV_", "FILES_"))
    }
    return subprocess.run(
        [sys.executable, "-m", "bench", *arguments],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.slow
@pytest.mark.timeout(600)  # a dozen processes and databases, one after the other
def test_every_part_but_the_large_one_runs_and_is_written_down(tmp_path: Path) -> None:
    report = tmp_path / "benchmarks.md"
    parts = ["main", "export", "rival", "templates", "memory", "statements", "reports"]
    done = bench("--rows", "1000", "--runs", "1", "--only", *parts, "--output", str(report))
    assert done.returncode == 0, done.stdout + done.stderr
    text = report.read_text(encoding="utf-8")
    for words in (
        "| 1,000 new enrollments | bare `COPY` of the same 1,000 rows | **",
        "| the same file again, nothing changed |",
        "| 1 % of rows changed |",
        "| export of 1,010 enrollments, gzipped |",
        "| 1,000 new enrollments | django-import-export (library:",
        "| 1,000 rows through a template, a statement each | 5,000 rows a second | **",
        "| peak memory of the worker | 100 rows:",
        "out of 10,000 view events, gzipped | bare `COPY",
        "| `asset` over 10,000 view events, ",
        "| peak memory of these reports' worker | videoview: ",
        "| check by every rule: a video statement of 1,",
        "- PostgreSQL: 18",
        "fsync = on",
    ):
        assert words in text, words


@pytest.mark.parametrize("arguments", [["--rows", "many"], ["--only", "weather"]])
def test_words_that_mean_nothing_are_refused_before_anything_starts(arguments: list[str]) -> None:
    done = bench(*arguments)
    assert done.returncode == 2
    assert "usage: make bench" in done.stderr


def test_the_file_of_changes_has_another_role_in_every_hundredth_row(tmp_path: Path) -> None:
    files = seed(tmp_path, people=200, sections=4, enrollments=420)
    changed = with_changes(files["enrollments"], tmp_path / "changed.csv")

    def rows(path: Path) -> list[list[str]]:
        with path.open(encoding="utf-8", newline="") as file:
            return list(csv.reader(file))

    before, after = rows(files["enrollments"]), rows(changed)
    assert [row[:2] for row in before] == [row[:2] for row in after]
    differing = [number for number, (old, new) in enumerate(zip(before, after, strict=True)) if old != new]
    assert differing == [1 + CHANGED_EVERY * each for each in range(5)]
    assert count_rows(changed) == 420
    assert count_rows(first_rows(changed, 17, tmp_path / "first.csv")) == 17
