"""Packages and feeds through the API: files, rows of files, sources (rest-api.md section 3)."""

from __future__ import annotations

import csv
import io
import zipfile
from typing import Any

import pytest

from edu_csv import tenancy
from edu_csv.access.models import ApiClient
from edu_csv.jobs.runners import work_one
from imports.models import Source
from imports.steps import record, report
from tests.api.caller import Caller, caller_in
from tests.imports.feed.faulty import FILES, faulty, mended
from tests.imports.feed.packing import D2L_ORGS, package

PACKAGE = "d2l.package"
ENROLLMENTS = "08-Enrollments.csv"


def rows(caller: Caller, done: dict[str, Any], **query: str) -> list[dict[str, Any]]:
    return caller.results(f"/imports/{done['id']}/rows", limit="500", **query)


def archive(caller: Caller, link: str) -> zipfile.ZipFile:
    answer = caller.get(link)
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/zip"), answer.content
    return zipfile.ZipFile(io.BytesIO(b"".join(answer.streaming_content)))


def table(zipped: zipfile.ZipFile, name: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(zipped.read(name).decode(), newline="")))


@pytest.fixture
def done(caller: Caller) -> dict[str, Any]:
    return caller.import_(faulty(), file_name="night.zip")


def test_a_package_is_recognised_and_its_files_are_told_in_the_order_of_reading(done: dict[str, Any]) -> None:
    assert (done["format"], done["action"], done["status"]) == (PACKAGE, "", "completed_with_errors")
    assert [file["name"] for file in done["files"]] == FILES
    told = {file["name"]: file for file in done["files"]}
    assert (told[ENROLLMENTS]["format"], told[ENROLLMENTS]["version"]) == ("d2l.enrollments", "3.0")
    assert (told[ENROLLMENTS]["counts"]["rows"], told[ENROLLMENTS]["counts"]["failed"]) == (5, 2)
    assert told[ENROLLMENTS]["problem"] is None
    assert told["09-Other.csv"]["problem"]["code"] == "header_mismatch"
    for name, count in done["counts"].items():
        if name != "warnings":
            assert count == sum(file["counts"][name] for file in done["files"])


def test_rows_are_those_of_the_spreadsheet_and_filtered_by_the_name_of_their_file(
    caller: Caller, done: dict[str, Any]
) -> None:
    told = rows(caller, done)
    assert len(told) == done["counts"]["rows"]
    assert [row["file"] for row in told] == sorted(row["file"] for row in told)
    own = rows(caller, done, file=ENROLLMENTS)
    assert [(row["row"], row["outcome"]) for row in own] == [
        (2, "created"), (3, "created"), (4, "created"), (5, "failed"), (6, "failed"),
    ]  # fmt: skip
    assert [row["object_type"] for row in own[:3]] == ["enrollment", "enrollment", "membership"]
    assert {row["file"] for row in own} == {ENROLLMENTS}
    assert own[0]["changes"] == {
        "child_code": [None, "S-70021"], "role_name": [None, "Student"], "parent_code": [None, "SEC-BIO110-27A-1"],
    }  # fmt: skip
    page = caller.get(f"/imports/{done['id']}/rows", file=ENROLLMENTS, outcome="failed", limit="1").json()
    assert (page["count"], page["results"][0]["row"]) == (2, 5)
    assert caller.get(page["next"]).json()["results"][0]["row"] == 6
    assert rows(caller, done, column="parent_code", outcome="failed")[0]["row"] == 5


def test_the_name_of_a_file_that_is_not_there_is_refused_with_those_that_are(
    caller: Caller, done: dict[str, Any]
) -> None:
    answer = caller.get(f"/imports/{done['id']}/rows", file="10.csv")
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (400, "file")
    assert ENROLLMENTS in answer.json()["detail"]


def test_another_row_is_told_with_its_file(caller: Caller, done: dict[str, Any]) -> None:
    [earlier] = rows(caller, done, outcome="superseded")
    assert (earlier["file"], earlier["row"]) == ("07-Users-more.csv", 3)
    assert "Row 2 of `07-Users.csv`" in earlier["problems"][0]["message"]


def test_values_are_told_by_the_headers_of_the_row_s_own_file(caller: Caller) -> None:
    caller.import_(package(D2L_ORGS), file_name="first.zip", format=PACKAGE)
    changed = {
        "03-Semesters.csv": [D2L_ORGS["03-Semesters.csv"][0], "semester,UPDATE,TRM-27A,Fall 2027,,,,,,,,,"]
    }
    again = caller.import_(package(changed), file_name="second.zip", format=PACKAGE)
    [row] = rows(caller, again)
    assert (row["outcome"], row["object_type"], row["file"]) == ("updated", "term", "03-Semesters.csv")
    assert row["changes"] == {"name": ["Autumn 2027", "Fall 2027"]}
    assert "TRM-27A" in row["key"]
    term = caller.results("/terms")[0]
    assert (term["last_import_row"], term["last_import_file"]) == (2, "03-Semesters.csv")
    past = caller.results(f"/terms/{term['id']}/history")
    assert [(event["row"], event["file"]) for event in past] == [(2, "03-Semesters.csv")] * 2


def test_results_are_a_zip_with_a_csv_for_each_file(caller: Caller, done: dict[str, Any]) -> None:
    zipped = archive(caller, done["links"]["results_csv"])
    assert [name for name in zipped.namelist() if name.endswith(".csv")] == FILES[:-1]
    own = table(zipped, ENROLLMENTS)
    assert list(own[0]) == [
        "type", "action", "child_code", "role_name", "parent_code", "_row", "_outcome", "_object_id", "_problems",
    ]  # fmt: skip
    assert [(row["_row"], row["_outcome"]) for row in own] == [
        ("2", "created"), ("3", "created"), ("4", "created"), ("5", "failed"), ("6", "failed"),
    ]  # fmt: skip
    assert own[0]["_object_id"]
    assert "SEC-NONE" in own[3]["_problems"]
    users = table(zipped, "07-Users-more.csv")
    assert [row["password"] for row in users] == ["", ""]
    assert "Row 2 of `07-Users.csv`" in users[1]["_problems"]


def test_failed_rows_are_a_package_that_goes_through_when_it_is_mended(
    caller: Caller, done: dict[str, Any]
) -> None:
    failed = archive(caller, done["links"]["failed_csv"])
    assert sorted(failed.namelist()) == [ENROLLMENTS, "manifest.json"]
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as corrected:
        corrected.writestr("manifest.json", failed.read("manifest.json"))
        corrected.writestr(ENROLLMENTS, mended(ENROLLMENTS, failed.read(ENROLLMENTS).decode()))
    again = caller.import_(out.getvalue(), file_name="night.failed.zip", format=PACKAGE, parent=done["id"])
    assert (again["status"], again["counts"]["created"]) == ("completed", 2), rows(caller, again)


def test_failed_rows_sent_back_as_they_are_fail_again(caller: Caller, done: dict[str, Any]) -> None:
    answer = caller.get(done["links"]["failed_csv"])
    again = caller.import_(b"".join(answer.streaming_content), file_name="night.failed.zip", format=PACKAGE)
    assert (again["counts"]["rows"], again["counts"]["failed"]) == (2, 2)


def test_a_long_zip_is_made_by_a_job(caller: Caller, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(report, "ROWS_MADE_AT_ONCE", 1)
    done = caller.import_(faulty(), file_name="night.zip", format=PACKAGE)
    assert caller.get(done["links"]["failed_csv"]).status_code == 202
    assert work_one(["reports"], only_institution=caller.tenant.pk)
    assert ENROLLMENTS in archive(caller, done["links"]["failed_csv"]).namelist()


def test_unchanged_rows_of_a_big_package_are_found_again(
    caller: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    caller.import_(package(D2L_ORGS), file_name="night.zip", format=PACKAGE)
    monkeypatch.setattr(record, "OWN_TABLES_FROM", 1)
    again = caller.import_(package(D2L_ORGS), file_name="night.zip", format=PACKAGE)
    assert again["counts"]["unchanged"] == again["counts"]["rows"]
    assert rows(caller, again) == []
    terms = table(archive(caller, again["links"]["results_csv"]), "03-Semesters.csv")
    assert [(row["_outcome"], row["_object_id"]) for row in terms] == [
        ("unchanged", caller.results("/terms")[0]["id"])
    ]


def test_one_csv_of_a_feed_has_no_files_and_csvs_for_results(caller: Caller) -> None:
    text = "\r\n".join([*D2L_ORGS["03-Semesters.csv"], "semester,UPDATE,TRM-28,,,,,,,,,,"]) + "\r\n"
    done = caller.import_(text, file_name="03-Semesters.csv")
    assert (done["format"], done["files"], done["counts"]["failed"]) == ("d2l.orgs", [], 1)
    assert [(row["row"], row["file"]) for row in rows(caller, done)] == [(2, None), (3, None)]
    answer = caller.get(done["links"]["failed_csv"])
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    failed = b"".join(answer.streaming_content).decode()
    assert failed.startswith(D2L_ORGS["03-Semesters.csv"][0] + ",_row,_outcome,_object_id,_problems\r\n")
    again = caller.import_(failed.replace("TRM-28,,", "TRM-28,Spring 2028,"), file_name="failed.csv")
    assert (again["status"], again["counts"]["created"]) == ("completed", 1)


@pytest.mark.parametrize("stated", [{"format": PACKAGE}, {}])
def test_an_action_is_refused_where_the_rows_carry_it(caller: Caller, stated: dict[str, str]) -> None:
    answer = caller.upload(package(D2L_ORGS), file_name="night.zip", action="create", **stated)
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (400, "action")
    assert "Leave it out" in answer.json()["detail"]


def test_whoever_reaches_a_part_sends_no_feeds(caller: Caller) -> None:
    caller.import_(package(D2L_ORGS), file_name="night.zip", format=PACKAGE)
    [unit] = caller.results("/departments")
    part = caller_in(caller.tenant, "admin", org_unit=unit["id"], name="of a part")
    answer = part.upload(package(D2L_ORGS), file_name="night.zip", format=PACKAGE)
    assert (answer.status_code, answer.json()["code"]) == (403, "not_permitted")
    assert "whole institution" in answer.json()["detail"]
    scheduler = caller_in(caller.tenant, "scheduler", name="scheduler")
    assert scheduler.upload(package(D2L_ORGS), file_name="night.zip", format=PACKAGE).status_code == 403


def source_of(caller: Caller, **options: Any) -> Source:
    with tenancy.use_institution(caller.tenant.pk):
        made: Source = Source.objects.create(
            institution_id=caller.tenant.pk, name="SIS", slug="sis", login=f"{caller.tenant.slug}-sis",
            family="d2l", **options,
        )  # fmt: skip
    return made


def test_in_the_name_of_a_source_its_switches_and_mode_count(caller: Caller) -> None:
    source = source_of(caller, mode="preview", switches={"user_key": "username"})
    for named in ("sis", str(source.pk)):
        done = caller.import_(package(D2L_ORGS), file_name="night.zip", format=PACKAGE, source=named)
        assert (done["mode"], done["status"]) == ("preview", "awaiting_approval")
        assert done["source"] == {"id": str(source.pk), "slug": "sis", "name": "SIS"}
        assert done["switches"] == {"user_key": "username"}


def test_a_source_that_is_only_checked_changes_nothing(caller: Caller) -> None:
    source_of(caller, mode="validate")
    done = caller.import_(package(D2L_ORGS), file_name="night.zip", format=PACKAGE, source="sis")
    assert done["switches"] == {"validate_only": True}
    assert done["counts"]["created"] == done["counts"]["updated"] == 0
    assert caller.results("/terms") == []


def test_nobody_sends_in_the_name_of_a_source_that_is_not_theirs(caller: Caller) -> None:
    source = source_of(caller, switches={"user_key": "username"})
    program = caller_in(caller.tenant, "integration", name="another system")
    for named in ("sis", str(source.pk)):
        answer = program.upload(package(D2L_ORGS), file_name="night.zip", format=PACKAGE, source=named)
        assert (answer.status_code, answer.json()["code"]) == (400, "unknown_reference"), answer.json()
        assert f"There is no source `{named}`" in answer.json()["errors"][0]["detail"]
    with tenancy.use_institution(caller.tenant.pk):
        Source.objects.filter(pk=source.pk).update(client=ApiClient.objects.get(key=program.key))
    done = program.import_(package(D2L_ORGS), file_name="night.zip", format=PACKAGE, source="sis")
    assert done["source"]["slug"] == "sis"


def test_a_source_that_is_not_there_off_or_of_another_family_is_refused(caller: Caller) -> None:
    source = source_of(caller)
    for sent, code in ((package(D2L_ORGS), "unknown_reference"), ("Name\nx\n", "wrong_family")):
        named = {"unknown_reference": "other", "wrong_family": "sis"}[code]
        more = {"format": "echovideo.terms.v1", "action": "create"} if isinstance(sent, str) else {}
        answer = caller.upload(sent, file_name="x.zip" if not more else "x.csv", source=named, **more)
        assert (answer.status_code, answer.json()["code"]) == (400, code), answer.json()
        assert answer.json()["errors"][0]["field"] == "source"
    with tenancy.use_institution(caller.tenant.pk):
        Source.objects.filter(pk=source.pk).update(is_enabled=False)
    answer = caller.upload(package(D2L_ORGS), file_name="x.zip", source="sis")
    assert (answer.status_code, answer.json()["code"]) == (400, "source_disabled")
