"""``manage.py import_file``: what it prints, how it ends, and that it shares the queue with workers."""

from __future__ import annotations

import io
import json
import threading
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connections

from edu_csv.jobs import runners
from edu_csv.jobs.bar import Bar
from edu_csv.jobs.runners import work_one
from tests.imports.harness import Tenant, csv_text

TERMS = "echovideo.terms.v1"
HEADER = ["Name", "Start Date", "End Date", "External ID"]
AUTUMN = ["Autumn", "2031-08-18", "2031-12-19", "T-A"]
BAD = ["Spring", "x", "2032-05-28", "T-S"]


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "terms.csv"


def run(tenant: Tenant, file: Path, *options: str) -> tuple[int, str, str]:
    """(exit code, standard output, standard error)."""
    out, err = io.StringIO(), io.StringIO()
    try:
        call_command("import_file", str(file), "--institution", tenant.slug, *options, stdout=out, stderr=err)
    except SystemExit as ended:
        return int(ended.code or 0), out.getvalue(), err.getvalue()
    except CommandError as error:
        return error.returncode, out.getvalue(), str(error)
    raise AssertionError("the command did not end")


def as_json(out: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(out)
    return found


def test_a_clean_file_ends_with_0_and_says_what_became_of_it(tenant: Tenant, file: Path) -> None:
    file.write_text(csv_text(HEADER, AUTUMN))
    code, out, err = run(tenant, file, "--action", "create")
    assert code == 0
    assert "completed: 1 row (1 created)" in out
    assert "completed" in err
    assert tenant.query("SELECT name FROM roster_term") == [("Autumn",)]


def test_failed_rows_end_with_1_and_are_named(tenant: Tenant, file: Path) -> None:
    file.write_text(csv_text(HEADER, AUTUMN, BAD))
    code, out, _ = run(tenant, file, "--action", "create", "--format", TERMS)
    assert code == 1
    assert "Row 3: Start Date is `x`" in out


def test_json_is_the_import_as_the_api_shows_it(tenant: Tenant, file: Path) -> None:
    file.write_text(csv_text(HEADER, AUTUMN, BAD))
    code, out, _ = run(tenant, file, "--action", "create", "--json")
    found = as_json(out)
    assert (code, found["status"], found["format"]) == (1, "completed_with_errors", TERMS)
    assert (found["counts"]["rows"], found["counts"]["created"], found["counts"]["failed"]) == (2, 1, 1)
    assert found["links"]["self"].endswith(f"/api/v1/imports/{found['id']}")


def test_a_preview_applies_nothing(tenant: Tenant, file: Path) -> None:
    file.write_text(csv_text(HEADER, AUTUMN))
    code, out, _ = run(tenant, file, "--action", "create", "--preview", "--json")
    assert (code, as_json(out)["status"]) == (0, "awaiting_approval")
    assert tenant.query("SELECT FROM roster_term") == []
    file.write_text(csv_text(HEADER, AUTUMN, BAD))
    assert run(tenant, file, "--action", "create", "--preview")[0] == 1


def test_all_or_nothing_ends_with_2_when_a_row_is_bad(tenant: Tenant, file: Path) -> None:
    file.write_text(csv_text(HEADER, AUTUMN, BAD))
    code, out, _ = run(tenant, file, "--action", "create", "--on-error", "abort", "--json")
    assert (code, as_json(out)["problem"]["code"]) == (2, "aborted")
    assert tenant.query("SELECT FROM roster_term") == []


def test_an_update_that_would_clear_columns_waits_and_ends_with_2(tenant: Tenant, file: Path) -> None:
    file.write_text(csv_text(HEADER, AUTUMN))
    run(tenant, file, "--action", "create")
    file.write_text(csv_text(["Term ID", "Name", "Start Date", "End Date"], ["T-A", "Autumn!", *AUTUMN[1:3]]))
    code, out, _ = run(tenant, file, "--action", "update")
    assert code == 2
    assert "External ID (1)" in out
    assert run(tenant, file, "--action", "update", "--confirm-clear")[0] == 0


@pytest.mark.parametrize(
    ("text", "options", "code", "words"),
    [
        ("Name\nAutumn\n", ["--format", TERMS, "--action", "create"], "missing_column", "`Start Date`"),
        ("a,b\n1,2\n", ["--action", "create"], "unknown_format", "matches no format"),
        (csv_text(HEADER, AUTUMN), [], "required", "create, update, delete"),
        (
            csv_text(HEADER, AUTUMN),
            ["--format", "nope", "--action", "create"],
            "unknown_format",
            "There is no format",
        ),
    ],
)
def test_a_refusal_ends_with_2_and_the_reason(
    tenant: Tenant, file: Path, text: str, options: list[str], code: str, words: str
) -> None:
    file.write_text(text)
    ended, out, _ = run(tenant, file, *options, "--json")
    problem = as_json(out)["problem"]
    assert (ended, problem["code"]) == (2, code)
    assert words in problem["detail"]
    ended, out, err = run(tenant, file, *options)
    assert ended == 2
    assert words in out + err


def test_a_file_or_institution_that_is_not_there_is_named(tenant: Tenant, file: Path) -> None:
    code, _, err = run(tenant, file)
    assert code == 2
    assert f"{file} cannot be read" in err
    file.write_text(csv_text(HEADER, AUTUMN))
    with pytest.raises(CommandError, match="no institution “nowhere”") as caught:
        call_command("import_file", str(file), "--institution", "nowhere")
    assert caught.value.returncode == 2


def test_what_was_received_before_is_done_before(tenant: Tenant, file: Path) -> None:
    first = tenant.receive(csv_text(HEADER, AUTUMN), TERMS)
    file.write_text(csv_text(["Term ID", *HEADER], ["T-A", "Renamed", *AUTUMN[1:]]))
    code, out, _ = run(tenant, file, "--action", "update", "--confirm-clear", "--json")
    assert (code, as_json(out)["counts"]["updated"]) == (0, 1)
    assert tenant.fresh(first).counts["created"] == 1


def test_it_waits_when_a_worker_is_faster(
    tenant: Tenant, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun = threading.Event()

    def none_left(queues: list[str], *, only_institution: int | None = None) -> bool:
        begun.set()
        return False

    def worker() -> None:
        begun.wait(10)
        work_one(["imports"], only_institution=tenant.pk)
        connections.close_all()

    monkeypatch.setattr(runners, "work_one", none_left)
    other = threading.Thread(target=worker)
    other.start()
    file.write_text(csv_text(HEADER, AUTUMN))
    code, out, _ = run(tenant, file, "--action", "create", "--json")
    other.join()
    assert (code, as_json(out)["counts"]["created"]) == (0, 1)


def test_interrupted_it_cancels_the_import(
    tenant: Tenant, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(*args: object, **options: object) -> bool:
        raise KeyboardInterrupt

    file.write_text(csv_text(HEADER, AUTUMN))
    with monkeypatch.context() as stopped:
        stopped.setattr(runners, "work_one", interrupted)
        code, _, err = run(tenant, file, "--action", "create")
    assert code == 130
    assert "cancelled" in err
    tenant.work()
    assert tenant.query("SELECT FROM roster_term") == []
    assert tenant.query("SELECT status FROM jobs_job") == [("cancelled",)]


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_the_bar_writes_over_its_line_on_a_terminal_and_a_line_per_phase_elsewhere() -> None:
    for out, expected in (
        (Terminal(), "\rchecking     [###############               ]  50%  500 of 1,000 rows\rplanning"),
        (io.StringIO(), "checking\nplanning\n"),
    ):
        bar = Bar(out)
        bar("checking", 500, 1_000)
        bar("planning", 0, None)
        bar("planning", 0, None)
        bar.close()
        assert out.getvalue().startswith(expected)
    assert Bar.line("reading", 12_000, None) == "reading      12,000 rows"
