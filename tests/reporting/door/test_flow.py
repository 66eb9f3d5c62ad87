"""The four calls as they are meant: list, submit, look, and what the answers hold (reporting-api.md 2.1 to 2.4)."""

from __future__ import annotations

import gzip
import hashlib
import json
import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.test import Client

from edu_csv import tenancy
from edu_csv.access.models import AuditEvent, Institution
from edu_csv.jobs.models import Job
from reporting import clock
from reporting.models import ReportRequest
from tests.reporting.door.asker import Asker, week

EIGHT = ["asset", "assetbydate", "presentation", "videoview", "confused", "polling", "qanda", "notes"]
COUNTS = dict(zip(EIGHT, [25, 25, 14, 14, 13, 20, 20, 15], strict=True))
MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z")
TWO_DATES = [
    {"name": "start", "datatype": "date", "required": True},
    {"name": "end", "datatype": "date", "required": True},
]


def fetched(link: str) -> tuple[Any, bytes]:
    """What the link leads to, for somebody without any credentials; and its bytes."""
    answer: Any = Client().get(link[link.index("/files/") :])
    data = answer.getvalue()
    answer.close()
    return answer, data


def test_the_eight_reports_are_listed_in_their_order_with_what_each_needs(asker: Asker) -> None:
    listed = asker.get("/reports").json()
    assert list(listed) == ["reports"]
    assert [report["name"] for report in listed["reports"]] == EIGHT
    for report in listed["reports"]:
        assert list(report) == ["name", "description", "note", "parameters"]
        assert report["parameters"] == ([] if report["name"] == "asset" else TWO_DATES)
        assert report["description"]
        assert report["note"]


@pytest.mark.parametrize("name", EIGHT)
def test_the_dictionary_of_a_report_names_its_columns(asker: Asker, name: str) -> None:
    found = asker.get(f"/reports/{name}").json()
    assert found["name"] == name
    assert len(found["columns"]) == COUNTS[name]
    assert [column["name"] for column in found["columns"]] == [
        field["name"] for field in found["tableSchema"]["fields"]
    ]
    assert all(column["meaning"] and column["type"] for column in found["columns"])


def test_a_request_is_repeated_as_it_was_supplied_and_is_pending(asker: Asker) -> None:
    answer = asker.post("/requests/notes", {"parameters": week(), "output": {"delimiter": "\t"}})
    body = answer.json()
    assert answer.status_code == 200
    assert list(body) == ["requestId", "status", "reportName", "parameters", "created"]
    assert (body["status"], body["reportName"], body["parameters"]) == ("Pending", "notes", week())
    assert MOMENT.fullmatch(body["created"])
    assert asker.get("/requests").json() == {"requests": [body]}
    looked = asker.look(body["requestId"])
    assert looked == {**body, "details": {"progress": "queued", "rows": 0}}


@pytest.mark.parametrize("body", [None, {}, {"parameters": {}}, {"parameters": None}])
def test_a_report_without_parameters_needs_no_body(asker: Asker, body: Any) -> None:
    assert asker.post("/requests/asset", body).json()["parameters"] == {}


def test_members_that_nobody_knows_are_passed_over(asker: Asker) -> None:
    body = {
        "reportName": "asset", "x": [1], "output": {"output": "csv", "compression": True, "sheet": {}},
    }  # fmt: skip
    assert asker.post("/requests/asset", body).status_code == 200


def test_a_body_is_read_as_json_whatever_it_says_it_is(asker: Asker) -> None:
    body = json.dumps({"parameters": week()}).encode()
    for kind in ("application/x-www-form-urlencoded", "text/plain", "multipart/form-data"):
        assert asker.ask("post", "/requests/notes", body, content_type=kind).status_code == 200, kind
        asker.work()
    with_mark = "\ufeff".encode() + body
    assert asker.ask("post", "/requests/notes", with_mark).status_code == 200


def test_the_same_asked_twice_makes_two_requests_with_two_files(asker: Asker) -> None:
    one, other = (asker.look(asker.made())["signedAssets"][0] for _ in range(2))
    assert one.rpartition("/")[2] != other.rpartition("/")[2]


def test_only_one_who_looks_at_a_request_gets_a_link_and_it_opens_the_file(asker: Asker) -> None:
    request_id = asker.made()
    [listed] = asker.get("/requests").json()["requests"]
    assert list(listed) == ["requestId", "status", "assets", "reportName", "parameters", "created"]
    [name] = listed["assets"]
    assert re.fullmatch(r"[0-9a-f-]{36}\.csv\.gz", name)
    assert request_id not in name
    looked = asker.look(request_id)
    assert list(looked) == [
        "requestId", "status", "signedAssets", "reportName", "parameters", "created", "details",
    ]  # fmt: skip
    assert (looked["status"], looked["reportName"], looked["parameters"]) == ("Available", "asset", {})
    answer, data = fetched(looked["signedAssets"][0])
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/gzip")
    assert "Content-Encoding" not in answer
    assert f'filename="{name}"' in answer["Content-Disposition"]
    lines = gzip.decompress(data).decode().split("\r\n")
    assert lines[0].count('","') == 24
    details = looked["details"]
    assert details["bytes"] == len(data)
    assert details["sha256"] == hashlib.sha256(data).hexdigest()
    assert (details["rows"], details["columns"]) == (0, 25)
    assert MOMENT.fullmatch(details["completed"])
    created = datetime.fromisoformat(looked["created"])
    assert datetime.fromisoformat(details["expires"]) - created == timedelta(days=14)
    complete = datetime.fromisoformat(f"{details['dataCompleteThrough']}T00:00:00Z")
    assert timedelta(hours=72) <= datetime.now(UTC) - complete <= timedelta(hours=96, minutes=1)


def test_a_request_is_found_by_the_plural_too(asker: Asker) -> None:
    request_id = asker.made()
    plural = asker.get(f"/requests/{request_id}").json()
    assert plural["requestId"] == request_id
    assert fetched(plural["signedAssets"][0])[0].status_code == 200


@pytest.mark.parametrize(
    ("output", "suffix", "delimiter"),
    [
        ({"compression": False}, "csv", ","),
        ({"compression": False, "delimiter": "\t"}, "tsv", "\t"),
        # The two characters, which clients send where JSON has one (4.2).
        ({"compression": False, "delimiter": "\\t"}, "tsv", "\t"),
        ({"delimiter": "|"}, "psv.gz", "|"),
    ],
)
def test_output_is_written_as_asked(asker: Asker, output: Any, suffix: str, delimiter: str) -> None:
    looked = asker.look(asker.made("qanda", output=output))
    link = looked["signedAssets"][0]
    _, data = fetched(link)
    assert link.rpartition("/")[2].partition(".")[2] == suffix
    text = (gzip.decompress(data) if suffix.endswith("gz") else data).decode()
    assert text.split("\r\n")[0].split(delimiter)[:2] == ['"questionid"', '"question"']


def test_head_is_answered_without_a_body(asker: Asker) -> None:
    answer = asker.ask("head", "/reports")
    assert (answer.status_code, answer.content) == (200, b"")


def at(monkeypatch: pytest.MonkeyPatch, later: timedelta) -> None:
    moved = datetime.now(UTC) + later
    monkeypatch.setattr(clock, "now", lambda: moved)


def test_after_two_weeks_it_is_expired_and_has_no_link(asker: Asker, monkeypatch: pytest.MonkeyPatch) -> None:
    request_id = asker.made()
    at(monkeypatch, timedelta(days=14, seconds=1))
    looked = asker.look(request_id)
    assert looked["status"] == "Expired"
    assert "signedAssets" not in looked
    assert looked["details"]["columns"] == 25
    [listed] = asker.get("/requests").json()["requests"]
    assert listed["status"] == "Expired"
    assert "assets" not in listed


def test_one_that_nobody_began_is_missing_and_says_so(asker: Asker, monkeypatch: pytest.MonkeyPatch) -> None:
    request_id = asker.submit()
    at(monkeypatch, timedelta(hours=24, seconds=1))
    looked = asker.look(request_id)
    assert looked["status"] == "Missing"
    assert looked["details"]["error"].endswith("submit it again.")
    assert "signedAssets" not in looked


def test_one_that_failed_says_why_in_one_safe_sentence(asker: Asker, monkeypatch: pytest.MonkeyPatch) -> None:
    from reporting import pipeline

    def fails(*_: object, **__: object) -> None:
        raise RuntimeError("column 7 of /srv/secret")

    monkeypatch.setattr(pipeline, "write", fails)
    looked = asker.look(asker.made())
    assert looked["status"] == "Failed"
    assert set(looked["details"]) == {"completed", "error"}
    assert "secret" not in looked["details"]["error"]


def test_what_was_asked_stands_in_the_audit_log(asker: Asker) -> None:
    request_id = asker.submit("notes")
    with tenancy.use_institution(asker.tenant.pk):
        event = AuditEvent.objects.select_related("client").get(verb="report.requested")
    assert event.client is not None
    assert (event.target, event.client.key) == (request_id, asker.key)
    assert event.detail == {"report": "notes", "parameters": week()}


def test_whom_to_tell_is_kept_and_never_told(asker: Asker) -> None:
    with tenancy.use_institution(asker.tenant.pk):
        Institution.objects.update(notify_domains=["fjord.example"])
    body = {"notify": {"email": ["ana@fjord.example"]}}
    answer = asker.post("/requests/asset", body)
    assert answer.status_code == 200, answer.content
    assert b"ana@" not in answer.content
    with tenancy.use_institution(asker.tenant.pk):
        assert ReportRequest.objects.get().notify == ["ana@fjord.example"]


def test_one_that_is_being_made_says_how_many_rows_there_are(asker: Asker) -> None:
    request_id = asker.submit()
    with tenancy.use_institution(asker.tenant.pk):
        Job.objects.filter(pk=request_id).update(state="running", rows_done=7)
    assert asker.look(request_id)["details"] == {"progress": "running", "rows": 7}
    with tenancy.use_institution(asker.tenant.pk):
        Job.objects.filter(pk=request_id).update(state="queued")
