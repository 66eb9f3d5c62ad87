"""results.csv and failed.csv through the API (rest-api.md section 3)."""

from __future__ import annotations

import csv
import io
from typing import Any

import pytest

from edu_csv.jobs.runners import work_one
from imports.steps import report
from tests.api.caller import Caller
from tests.imports.harness import csv_text

TERMS = "echovideo.terms.v1"
HEADER = ["Name", "Start Date", "End Date", "External ID"]
GOOD = ["Autumn 2031", "2031-08-18", "2031-12-19", "T-2031A"]
BAD = ["Spring 2032", "08/09/2032", "2032-12-28", "T-2032S"]


def rows(answer: Any) -> list[dict[str, str]]:
    assert answer.status_code == 200, answer.content
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text)))


def test_every_row_comes_back_with_its_outcome(caller: Caller) -> None:
    done = caller.import_(csv_text(HEADER, GOOD, BAD), format=TERMS, action="create", file_name="terms.csv")
    answer = caller.get(done["links"]["results_csv"])
    assert 'filename="terms.results.csv"' in answer["Content-Disposition"]
    first, second = rows(answer)
    assert list(first) == [*HEADER, "_row", "_outcome", "_object_id", "_problems"]
    assert (first["_row"], first["_outcome"], second["_row"], second["_outcome"]) == (
        "2",
        "created",
        "3",
        "failed",
    )
    assert first["_object_id"] == caller.results("/terms")[0]["id"]
    assert "08/09/2032" in second["_problems"]


def test_failed_rows_are_corrected_and_sent_back_as_they_are(caller: Caller) -> None:
    done = caller.import_(csv_text(HEADER, GOOD, BAD), format=TERMS, action="create")
    answer = caller.get(done["links"]["failed_csv"])
    text = b"".join(answer.streaming_content)
    assert b"Spring 2032" in text
    assert b"Autumn 2031" not in text
    corrected = text.replace(b"2032,08/09/2032", b"2032,2032-09-08")
    again = caller.import_(corrected, format=TERMS, action="create", parent=done["id"])
    assert (again["status"], again["counts"]["created"]) == ("completed", 1)


def test_a_long_file_is_made_by_a_job_and_asked_for_again(
    caller: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(report, "ROWS_MADE_AT_ONCE", 1)
    done = caller.import_(csv_text(HEADER, GOOD, BAD), format=TERMS, action="create")
    waiting = caller.get(done["links"]["results_csv"])
    assert (waiting.status_code, int(waiting["Retry-After"]) > 0) == (202, True)
    assert work_one(["reports"], only_institution=caller.tenant.pk)
    assert len(rows(caller.get(done["links"]["results_csv"]))) == 2


def test_without_a_plan_there_are_no_results(caller: Caller) -> None:
    queued = caller.upload(csv_text(HEADER, GOOD), format=TERMS, action="create").json()
    answer = caller.get(queued["links"]["results_csv"])
    assert (answer.status_code, answer.json()["code"]) == (409, "wrong_state")
    refused = caller.import_("Name\nx\n", format=TERMS, action="create")
    assert caller.get(refused["links"]["failed_csv"]).status_code == 409
