"""Files that go through a template, by our own REST API (rest-api.md sections 2, 3 and 4)."""

from __future__ import annotations

from tests.api.caller import Caller
from tests.imports.harness import csv_text
from tests.imports.templated.house import HEADER, make_template, view, views


def test_a_file_goes_through_a_template_by_its_key(caller: Caller) -> None:
    version = make_template(caller.tenant)
    body = caller.import_(
        csv_text(HEADER, view(1), view(2, event_timestamp="soon")), format=f"watershed.{version.template_id}"
    )
    assert body["status"] == "completed_with_errors"
    assert body["template"] == {"id": version.template_id, "name": "Lecture views", "version": 1}
    assert body["effects"] == {"statement": {"created": 1}}
    assert body["duplicates"] == 0
    rows = caller.get(f"/api/v1/imports/{body['id']}/rows").json()["results"]
    assert [row["outcome"] for row in rows] == ["created", "failed"]
    assert rows[0]["made"]["statements"][0]["verb"]["id"] == "http://adlnet.gov/expapi/verbs/experienced"
    assert rows[1]["made"] == {}
    [problem] = rows[1]["problems"]
    assert problem == {
        "severity": "error",
        "column": "event_timestamp",
        "code": "template_row",
        "value": "soon",
        "message": 'toDateTime: "soon" does not match "yyyy-MM-dd HH:mm:ss" (column "event_timestamp").',
    }


def test_a_void_says_what_becomes_of_the_statements(caller: Caller) -> None:
    version = make_template(caller.tenant)
    body = caller.import_(views(1, 2), format=f"watershed.{version.template_id}")
    address = f"/api/v1/imports/{body['id']}"
    preview = caller.post(f"{address}/void", {"preview": True}).json()
    assert preview["statements"] == {"voided": 2, "already_voided": 0, "standing": 0}
    kept = caller.post(f"{address}/void", {"preview": True, "keep_statements": True}).json()
    assert kept["statements"]["voided"] == 0
    assert caller.post(f"{address}/void", {}).status_code == 202
    caller.tenant.work()
    void = caller.get(address).json()["void"]
    assert void["statements"] == {"voided": 2, "already_voided": 0, "standing": 0}


def test_a_template_of_nobody_is_told_with_its_field(caller: Caller) -> None:
    answer = caller.upload(views(1), format="watershed.999999999")
    assert answer.status_code == 400
    assert answer.json()["code"] == "unknown_template"


def test_an_action_is_not_for_files_of_templates(caller: Caller) -> None:
    version = make_template(caller.tenant)
    answer = caller.upload(views(1), format=f"watershed.{version.template_id}", action="create")
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["field"] == "action"


def test_a_header_that_has_all_of_a_template_is_recognised_without_a_format(caller: Caller) -> None:
    version = make_template(caller.tenant)
    body = caller.import_(views(1, 2))
    assert body["format"] == f"watershed.{version.template_id}"
    assert body["effects"] == {"statement": {"created": 2}}


def test_a_header_that_has_all_of_two_templates_is_refused_with_both_named(caller: Caller) -> None:
    first = make_template(caller.tenant, name="Views")
    second = make_template(caller.tenant, name="Views again")
    answer = caller.upload(views(1))
    assert answer.status_code == 400
    told = answer.content.decode()
    assert all(f"watershed.{each.template_id}" in told for each in (first, second))
    assert "Views again" in told
