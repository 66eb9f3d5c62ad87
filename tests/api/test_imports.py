"""Uploading, watching, approving and undoing through the REST API (rest-api.md section 3)."""

from __future__ import annotations

import gzip
from typing import Any

import pytest

from imports.formats.registry import formats
from tests.api.caller import Caller
from tests.imports.harness import ECHOVIDEO, csv_text, sample

TERMS, COURSES, SECTIONS, USERS, ENROLLMENTS = (
    "echovideo.terms.v1",
    "echovideo.courses.v1",
    "echovideo.sections.v1",
    "echovideo.users.v1",
    "echovideo.enrollments.v1",
)
TERM_FILE = csv_text(
    ["Name", "Start Date", "End Date", "External ID"],
    ["Autumn 2031", "2031-08-18", "2031-12-19", "T-2031A"],
    ["Spring 2032", "2032-01-12", "2032-05-28", "T-2032S"],
)


def test_an_upload_is_answered_by_the_import_as_the_contract_says(caller: Caller) -> None:
    answer = caller.upload(
        TERM_FILE, file_name="terms.csv", format=TERMS, action="create", reference="night 7"
    )
    assert answer.status_code == 202
    body = answer.json()
    assert answer["Location"] == body["links"]["self"] == f"http://testserver/api/v1/imports/{body['id']}"
    assert body["status"] == "queued"
    assert (body["format"], body["action"], body["mode"], body["on_error"]) == (
        TERMS,
        "create",
        "apply",
        "skip",
    )
    assert body["file"]["name"] == "terms.csv"
    assert body["file"]["bytes"] == len(TERM_FILE.encode())
    assert len(body["file"]["sha256"]) == 64
    assert body["submitted_by"] == "SIS nightly"
    assert body["created_at"].endswith("Z")
    assert (body["started_at"], body["finished_at"], body["problem"]) == (None, None, None)
    assert body["progress"] == {"phase": "queued", "rows_done": 0, "rows_total": None}
    assert body["counts"] == dict.fromkeys(
        ["rows", "created", "updated", "deleted", "unchanged", "failed", "held", "superseded", "warnings"], 0
    )
    assert body["reference"] == "night 7"
    assert set(body["links"]) >= {"self", "rows", "results_csv", "failed_csv", "file", "apply", "void"}


def test_the_samples_import_cleanly_and_the_second_time_nothing_changes(caller: Caller) -> None:
    for key in ECHOVIDEO:
        text = caller.get(f"/formats/{key}/sample", action="create")
        assert text["Content-Type"] == "text/csv; charset=utf-8"
        first = caller.import_(text.content, format=key, action="create")
        assert (first["status"], first["counts"]["created"]) == ("completed", first["counts"]["rows"])
    for key in ECHOVIDEO:
        again = caller.import_(sample(formats()[key]), format=key, action="create")
        assert again["counts"]["unchanged"] == again["counts"]["rows"] == 2


def test_the_format_is_recognised_from_the_header(caller: Caller) -> None:
    body = caller.upload(TERM_FILE, action="create").json()
    assert body["format"] == TERMS


def test_an_unknown_header_is_refused_with_the_candidates(caller: Caller) -> None:
    answer = caller.upload("Nachname;Vorname\nTan;Mei\n", action="create")
    assert answer.status_code == 400
    assert answer["Content-Type"] == "application/problem+json"
    body = answer.json()
    assert (body["type"], body["title"], body["status"]) == ("about:blank", "Bad Request", 400)
    assert body["code"] == "unknown_format"
    assert isinstance(body["candidates"], list)
    assert body["errors"][0]["field"] == "format"


def test_a_missing_action_is_named(caller: Caller) -> None:
    answer = caller.upload(TERM_FILE, format=TERMS)
    assert answer.status_code == 400
    assert answer.json()["errors"] == [
        {"field": "action", "code": "required", "detail": "Say what the rows do: create, update, delete."}
    ]


@pytest.mark.parametrize(
    ("part", "value", "code"),
    [
        ("mode", "later", "bad_enum"),
        ("on_error", "panic", "bad_enum"),
        ("encoding", "koi8", "bad_enum"),
        ("delimiter", "#", "bad_enum"),
        ("action", "destroy", "unknown_action"),
        ("format", "echovideo.terms.v9", "unknown_format"),
        ("sha256", "abc", "bad_value"),
        ("rows_expected", "many", "bad_value"),
        ("notify", "nobody", "bad_value"),
        ("parent", "7", "bad_value"),
        ("colour", "red", "unknown_field"),
    ],
)
def test_a_wrong_part_is_named_with_what_was_expected(
    caller: Caller, part: str, value: str, code: str
) -> None:
    answer = caller.upload(TERM_FILE, **{"format": TERMS, "action": "create", part: value})
    assert answer.status_code == 400, answer.content
    [error] = answer.json()["errors"]
    assert error["field"].split(".")[0] == part
    assert error["code"] == answer.json()["code"] == code
    assert error["detail"]


@pytest.mark.parametrize(
    ("content", "name", "status", "code"),
    [
        (b"%PDF-1.7 and so on", "terms.csv", 415, "not_a_table"),
        (b"\x89PNG\r\n\x1a\n" + bytes(40), "terms.csv", 415, "not_a_table"),
        (b"<!DOCTYPE html><html></html>", "terms.csv", 415, "not_a_table"),
        (b'{"rows": []}', "terms.csv", 415, "not_a_table"),
        (gzip.compress(b"%PDF-1.7 and so on", mtime=0), "terms.csv.gz", 415, "not_a_table"),
        (b"", "terms.csv", 400, "empty_file"),
    ],
)
def test_what_is_no_table_is_refused_at_once(
    caller: Caller, content: bytes, name: str, status: int, code: str
) -> None:
    answer = caller.upload(content, file_name=name, format=TERMS, action="create")
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert caller.get("/imports").json()["count"] == 0


@pytest.mark.parametrize("packed", [gzip.compress(TERM_FILE.encode(), mtime=0), TERM_FILE.encode("utf-16")])
def test_packed_and_other_tables_are_taken(caller: Caller, packed: bytes) -> None:
    done = caller.import_(packed, file_name="terms.csv.gz", format=TERMS, action="create")
    assert (done["status"], done["counts"]["created"]) == ("completed", 2)


def test_an_upload_over_the_limit_is_refused_while_it_streams(caller: Caller, settings: Any) -> None:
    settings.MAX_UPLOAD_BYTES = 1_000
    answer = caller.upload("x" * 2_000, format=TERMS, action="create")
    assert (answer.status_code, answer.json()["code"]) == (413, "too_large")
    announced = caller.upload("x" * 3_000_000, format=TERMS, action="create")
    assert announced.status_code == 413


def test_nothing_of_a_refused_upload_stays_in_storage(caller: Caller, settings: Any) -> None:
    from edu_csv import storage

    caller.upload(TERM_FILE, format=TERMS, action="destroy")
    caller.upload(b"%PDF-1.7", format=TERMS, action="create")
    settings.MAX_UPLOAD_BYTES = 1_000
    caller.upload("x" * 2_000, format=TERMS, action="create")
    assert list(storage.list_keys(f"uploads/{caller.tenant.pk}/")) == []


def test_what_was_announced_must_match(caller: Caller) -> None:
    wrong = caller.upload(TERM_FILE, format=TERMS, action="create", sha256="0" * 64)
    assert (wrong.status_code, wrong.json()["code"]) == (400, "sha256_mismatch")
    short = caller.import_(TERM_FILE, format=TERMS, action="create", rows_expected="3")
    assert (short["status"], short["problem"]["code"]) == ("failed", "rows_expected")


def test_rows_are_told_one_by_one(caller: Caller) -> None:
    bad = csv_text(
        ["Name", "Start Date", "End Date", "External ID"],
        ["Autumn 2031", "2031-08-18", "2031-12-19", "T-2031A"],
        ["Spring 2032", "08/09/2032", "2032-05-28", "T-2032S"],
    )
    body = caller.import_(bad, format=TERMS, action="create")
    assert body["status"] == "completed_with_errors"
    assert (body["counts"]["rows"], body["counts"]["created"], body["counts"]["failed"]) == (2, 1, 1)
    created, failed = caller.results(body["links"]["rows"])
    assert (created["row"], created["outcome"], created["file"]) == (2, "created", None)
    assert created["changes"]["Name"] == [None, "Autumn 2031"]
    assert created["object_id"]
    assert (failed["row"], failed["outcome"]) == (3, "failed")
    [problem] = failed["problems"]
    assert (problem["severity"], problem["column"], problem["code"], problem["value"]) == (
        "error",
        "Start Date",
        "bad_date",
        "08/09/2032",
    )
    assert "Write `2032-09-08` or `2032-08-09`" in problem["message"]
    assert [row["row"] for row in caller.results(body["links"]["rows"], outcome="failed")] == [3]
    assert [row["row"] for row in caller.results(body["links"]["rows"], code="bad_date")] == [3]
    assert caller.get(body["links"]["rows"], outcome="fialed").status_code == 400


def test_rows_come_in_pages_that_lead_to_each_other(caller: Caller) -> None:
    rows = [[f"Term {i:03}", "2031-08-18", "2031-12-19"] for i in range(7)]
    text = csv_text(["Name", "Start Date", "End Date"], *rows)
    body = caller.import_(text, format=TERMS, action="create", mode="preview")
    first = caller.get(body["links"]["rows"], limit="3").json()
    assert (first["count"], first["previous"], len(first["results"])) == (7, None, 3)
    second = caller.get(first["next"]).json()
    assert [row["row"] for row in second["results"]] == [5, 6, 7]
    third = caller.get(second["next"]).json()
    assert ([row["row"] for row in third["results"]], third["next"]) == ([8], None)
    assert caller.get(second["previous"]).json()["results"] == first["results"]


@pytest.mark.parametrize(
    "query", [{"limit": "0"}, {"limit": "501"}, {"limit": "x"}, {"cursor": "abc"}, {"cursor": "W10"}]
)
def test_a_wrong_page_is_refused(caller: Caller, query: dict[str, str]) -> None:
    assert caller.get("/imports", **query).status_code == 400


def test_a_preview_waits_until_it_is_approved(caller: Caller) -> None:
    body = caller.import_(TERM_FILE, format=TERMS, action="create", mode="preview")
    assert (body["status"], body["counts"]["created"]) == ("awaiting_approval", 2)
    assert caller.get("/terms").json()["count"] == 0
    approved = caller.post(f"/imports/{body['id']}/apply")
    assert approved.status_code == 202
    caller.tenant.work()
    done = caller.get(body["links"]["self"]).json()
    assert done["status"] == "completed"
    assert done["approval"]["approved_by"] == "SIS nightly"
    assert caller.get("/terms").json()["count"] == 2
    again = caller.post(f"/imports/{body['id']}/apply")
    assert (again.status_code, again.json()["code"]) == (409, "wrong_state")


def test_a_waiting_import_can_be_cancelled_and_an_ended_one_not(caller: Caller) -> None:
    body = caller.import_(TERM_FILE, format=TERMS, action="create", mode="preview")
    cancelled = caller.post(f"/imports/{body['id']}/cancel")
    assert (cancelled.status_code, cancelled.json()["status"]) == (202, "cancelled")
    assert caller.post(f"/imports/{body['id']}/cancel").status_code == 409
    assert caller.post(f"/imports/{body['id']}/void").status_code == 409


def test_an_update_that_would_clear_columns_waits_and_says_so(at_home: Caller) -> None:
    text = csv_text(
        ["Term ID", "Name", "Start Date", "End Date"], ["T-2031A", "Autumn 2031", "2031-08-18", "2031-12-20"]
    )
    body = at_home.import_(text, format=TERMS, action="update")
    assert body["status"] == "awaiting_approval"
    assert body["problem"]["code"] == "clears_columns"
    assert "Exclusion Dates" in body["problem"]["clears"]
    confirmed = at_home.import_(text, format=TERMS, action="update", confirm_clear="true")
    assert confirmed["status"] == "completed"


def test_an_import_is_undone_and_its_preview_changes_nothing(caller: Caller) -> None:
    body = caller.import_(TERM_FILE, format=TERMS, action="create")
    before = caller.get("/terms").json()["count"]
    preview = caller.post(f"/imports/{body['id']}/void", {"preview": True})
    assert preview.status_code == 200
    assert (preview.json()["removed"], preview.json()["restored"], preview.json()["conflicts_total"]) == (
        2,
        0,
        0,
    )
    assert preview.json()["conflicts"] == []
    assert caller.get("/terms").json()["count"] == before == 2
    voiding = caller.post(f"/imports/{body['id']}/void", {})
    assert (voiding.status_code, voiding.json()["status"]) == (202, "voiding")
    caller.tenant.work()
    voided = caller.get(f"/imports/{body['id']}").json()
    assert (voided["status"], voided["void"]["removed"], voided["void"]["restore"]) == ("voided", 2, True)
    assert caller.get("/terms").json()["count"] == 0
    assert caller.post(f"/imports/{body['id']}/void").status_code == 409


def test_what_later_work_changed_is_listed_as_a_conflict(at_home: Caller) -> None:
    header = ["Term ID", "Name", "Start Date", "End Date", "Exclusion Dates", "External ID"]
    first = at_home.import_(
        csv_text(header, ["T-2032S", "Spring term 2032", "2032-01-12", "2032-05-28", "", "T-2032S"]),
        format=TERMS,
        action="update",
    )
    at_home.import_(
        csv_text(header, ["T-2032S", "Spring 32", "2032-01-12", "2032-05-28", "", "T-2032S"]),
        format=TERMS,
        action="update",
    )
    preview = at_home.post(f"/imports/{first['id']}/void", {"preview": True}).json()
    assert preview["conflicts_total"] > 0
    named = next(c for c in preview["conflicts"] if c["field"] == "name")
    assert (named["object_type"], named["reason"]) == ("term", "changed_later")
    assert (named["ours"], named["now"]) == ("Spring term 2032", "Spring 32")
    at_home.post(f"/imports/{first['id']}/void")
    at_home.tenant.work()
    listed = at_home.get(f"/imports/{first['id']}/conflicts").json()
    assert listed["count"] == preview["conflicts_total"] == len(listed["results"])
    assert named in listed["results"]


def test_restore_false_removes_what_was_created_and_restores_nothing(caller: Caller) -> None:
    body = caller.import_(TERM_FILE, format=TERMS, action="create")
    caller.post(f"/imports/{body['id']}/void", {"restore": False})
    caller.tenant.work()
    assert caller.get(f"/imports/{body['id']}").json()["void"]["removed"] == 2


def test_the_upload_comes_back_byte_for_byte(caller: Caller) -> None:
    data = ("\ufeff" + TERM_FILE).encode()
    body = caller.import_(data, format=TERMS, action="create", file_name="terms.csv")
    redirect = caller.get(body["links"]["file"])
    assert redirect.status_code == 302
    link = redirect["Location"].replace("http://localhost:8000", "")
    answer: Any = caller.client.get(link)
    assert b"".join(answer.streaming_content) == data


def test_imports_are_listed_newest_first_and_filtered(caller: Caller) -> None:
    first = caller.import_(TERM_FILE, format=TERMS, action="create")
    second = caller.import_(TERM_FILE, format=TERMS, action="create", mode="preview")
    assert [each["id"] for each in caller.results("/imports")] == [second["id"], first["id"]]
    assert [each["id"] for each in caller.results("/imports", status="completed")] == [first["id"]]
    assert caller.results("/imports", format=COURSES) == []
    assert len(caller.results("/imports", submitted_by="me")) == 2
    assert [e["id"] for e in caller.results("/imports", created_after=first["created_at"])] == [second["id"]]
    assert caller.get("/imports", status="done").status_code == 400
    page = caller.get("/imports", limit="1").json()
    older = caller.get(page["next"]).json()
    assert ([each["id"] for each in older["results"]], older["next"]) == ([first["id"]], None)
    assert [each["id"] for each in caller.get(older["previous"]).json()["results"]] == [second["id"]]


def test_addresses_that_get_no_mail_are_named_in_a_warning(caller: Caller) -> None:
    body = caller.upload(
        TERM_FILE, format=TERMS, action="create", notify="it@elsewhere.example, a@b.example"
    ).json()
    [warning] = body["warnings"]
    assert (warning["code"], warning["addresses"]) == ("not_mailed", ["it@elsewhere.example", "a@b.example"])
    caller.tenant.query(
        "UPDATE access_institution SET notify_domains = '[\"b.example\"]' WHERE id = %s", caller.tenant.pk
    )
    [warning] = caller.get(f"/imports/{body['id']}").json()["warnings"]
    assert warning["addresses"] == ["it@elsewhere.example"]


def test_a_tab_separated_file_and_a_named_delimiter_are_read(caller: Caller) -> None:
    body = caller.import_(TERM_FILE.replace(",", "\t"), format=TERMS, action="create", delimiter="\t")
    assert (body["status"], body["delimiter"]) == ("completed", "\t")


def test_a_child_import_names_its_parent(caller: Caller) -> None:
    parent = caller.import_(TERM_FILE, format=TERMS, action="create")
    child = caller.upload(TERM_FILE, format=TERMS, action="create", parent=parent["id"])
    assert child.json()["parent"] == parent["id"]


def test_a_refused_import_says_why(caller: Caller) -> None:
    body = caller.import_("Name,Start Date\nA,2031-01-01\n", format=TERMS, action="create")
    assert (body["status"], body["problem"]["code"]) == ("failed", "missing_column")
    assert body["counts"]["rows"] == 0
