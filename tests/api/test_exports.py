"""Exports through the API (rest-api.md section 5)."""

from __future__ import annotations

import csv
import gzip
import io
from typing import Any

import pytest

from edu_csv import tenancy
from edu_csv.jobs.runners import work_one
from tests.api.caller import Caller

SECTIONS, TERMS = "echovideo.sections.v1", "echovideo.terms.v1"


def export(caller: Caller, body: dict[str, Any]) -> dict[str, Any]:
    answer = caller.post("/exports", body)
    assert answer.status_code == 202, answer.content
    while work_one(["exports"], only_institution=caller.tenant.pk):
        pass
    found: dict[str, Any] = caller.get(f"/exports/{answer.json()['id']}").json()
    return found


def download(caller: Caller, link: str) -> bytes:
    answer: Any = caller.client.get(link.replace("http://localhost:8000", ""))
    assert answer.status_code == 200
    return b"".join(answer.streaming_content)


def test_an_export_is_asked_for_made_and_fetched(at_home: Caller) -> None:
    answer = at_home.post("/exports", {"format": SECTIONS, "filters": {"term": ["T-2031A"]}})
    assert answer.status_code == 202
    asked = answer.json()
    assert answer["Location"] == f"http://testserver/api/v1/exports/{asked['id']}"
    assert (asked["status"], asked["rows"], asked["signed_url"]) == ("queued", None, None)
    assert asked["output"]["delimiter"] == ","
    done = export(at_home, {"format": SECTIONS, "filters": {"term": ["T-2031A"]}})
    assert (done["status"], done["rows"], done["omitted"]) == ("completed", 2, 0)
    data = download(at_home, done["signed_url"])
    assert len(data) == done["bytes"]
    rows = list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"))))
    assert [row["External ID"] for row in rows] == ["S-OCE210-31A-01", "S-OCE210-31A-02"]
    assert done["expires_at"] > done["created_at"]
    assert len(done["sha256"]) == 64


def test_an_export_imported_again_changes_nothing(at_home: Caller) -> None:
    done = export(at_home, {"format": SECTIONS})
    again = at_home.import_(download(at_home, done["signed_url"]), format=SECTIONS, action="update")
    assert (again["status"], again["counts"]["unchanged"], again["counts"]["rows"]) == ("completed", 2, 2)


def test_an_export_can_be_packed(at_home: Caller) -> None:
    done = export(at_home, {"format": TERMS, "output": {"compression": True, "delimiter": ";"}})
    text = gzip.decompress(download(at_home, done["signed_url"])).decode("utf-8-sig")
    assert text.splitlines()[0].count(";") > 3


@pytest.mark.parametrize(
    ("body", "field", "code"),
    [
        ({}, "format", "required"),
        ({"format": "nothing.v1"}, "format", "unknown_format"),
        ({"format": SECTIONS, "filters": {"colour": ["red"]}}, "filters.colour", "unknown_filter"),
        ({"format": SECTIONS, "filters": {"term": ["T-404"]}}, "filters.term", None),
        ({"format": SECTIONS, "output": {"delimiter": "#"}}, "output.delimiter", "bad_enum"),
        ({"format": SECTIONS, "output": {"packed": True}}, "output.packed", "unknown_field"),
        ({"format": SECTIONS, "columns": []}, "columns", "unknown_field"),
    ],
)
def test_a_wrong_request_names_its_field(
    at_home: Caller, body: dict[str, Any], field: str, code: str | None
) -> None:
    answer = at_home.post("/exports", body)
    assert answer.status_code == 400
    [error] = answer.json()["errors"]
    assert error["field"] == field
    assert code is None or error["code"] == code


def test_a_body_that_is_no_json_is_refused(at_home: Caller) -> None:
    answer = at_home.ask("post", "/exports", data="{format", content_type="application/json")
    assert (answer.status_code, answer.json()["code"]) == (400, "bad_request")
    wrong = at_home.ask("post", "/exports", data="x", content_type="text/csv")
    assert wrong.status_code == 415


def test_a_body_that_would_fill_the_memory_is_refused(at_home: Caller, settings: Any) -> None:
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 1_000
    answer = at_home.post("/exports", {"format": TERMS, "filters": {"term": ["x" * 2_000]}})
    assert (answer.status_code, answer.json()["code"]) == (413, "too_large")


def test_a_form_asks_for_an_export_too(at_home: Caller) -> None:
    assert at_home.ask("post", "/exports", data={"format": TERMS}).status_code == 202


def test_deleting_an_export_ends_its_links(at_home: Caller) -> None:
    done = export(at_home, {"format": TERMS})
    assert at_home.delete(f"/exports/{done['id']}").status_code == 204
    assert at_home.get(f"/exports/{done['id']}").status_code == 404
    link = done["signed_url"].replace("http://localhost:8000", "")
    assert at_home.client.get(link).status_code == 404


def test_exports_are_listed_newest_first(at_home: Caller) -> None:
    first, second = export(at_home, {"format": TERMS}), export(at_home, {"format": SECTIONS})
    assert [each["id"] for each in at_home.results("/exports")] == [second["id"], first["id"]]
    assert [each["id"] for each in at_home.results("/exports", format=TERMS)] == [first["id"]]
    assert at_home.results("/exports", status="queued") == []
    assert at_home.get("/exports", status="done").status_code == 400
    page = at_home.get("/exports", limit="1").json()
    older = at_home.get(page["next"]).json()
    assert [each["id"] for each in older["results"]] == [first["id"]]
    assert [each["id"] for each in at_home.get(older["previous"]).json()["results"]] == [second["id"]]
    with tenancy.use_institution(at_home.tenant.pk):
        assert page["count"] == 2
