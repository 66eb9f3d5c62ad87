"""Preview: what a file would come to, row by row, and nothing kept of it (csv data import 4.3)."""

from __future__ import annotations

import json
from typing import Any

import pytest

from edu_csv import storage
from tests.api.csv_data.callers import (
    BODY,
    BOUNDARY,
    GOOD,
    HEADER,
    PEOPLE,
    VIEWS,
    Script,
    add_template,
    form,
    part,
)
from tests.api.csv_data.test_doors import error
from tests.api.csv_data.test_listing import MBOX, views


def previewed(
    script: Script, content: str | bytes = VIEWS, template: str = "Lecture views"
) -> dict[str, Any]:
    answer = script.preview(content, template)
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/json"), answer.content
    found: dict[str, Any] = answer.json()
    return found


def test_good_rows_have_statements_and_bad_ones_a_text(script: Script) -> None:
    found = previewed(script)
    assert list(found) == ["failedRows", "statements"]
    assert found["failedRows"] == {"3": MBOX}
    assert list(found["statements"]) == ["2"]
    [statement] = found["statements"]["2"]
    statement.pop("id")
    assert statement == {
        "actor": {"objectType": "Agent", "mbox": "mailto:ana@example.edu"},
        "verb": {"id": "http://adlnet.gov/expapi/verbs/experienced", "display": {"en": "experienced"}},
        "object": {"objectType": "Activity", "id": "https://lecture.example.edu/media/v-17"},
        "result": {"duration": "PT30S"},
        "timestamp": "2025-09-03T14:05:30.000Z",
    }


def test_nothing_is_kept(script: Script) -> None:
    previewed(script)
    assert list(storage.list_keys(f"uploads/{script.organization}/")) == []
    for table in ("imports_import", "jobs_job", "activity_statement"):
        assert script.tenant.query(f"SELECT count(*) FROM {table}") == [(0,)]  # noqa: S608  # names of this test


def test_upload_and_preview_agree(script: Script) -> None:
    rows = [
        GOOD,
        "u-2,b@example.edu,v-17,31/02/2025,30",
        "u-3,,v,2025-09-03 14:06:00,x",
        "",
        "u-4,c@example.edu,v,2025-09-03 14:06:00,-1",
    ]
    content = "\n".join([HEADER, *rows, ""])
    found = previewed(script, content)
    one = script.one(script.import_(content))
    assert one["failedRows"] == found["failedRows"]
    assert list(found["failedRows"]) == ["3", "4", "6"]
    assert one["allStatementIds"] == [row[0]["id"] for row in found["statements"].values()]


def test_a_preview_sees_the_store(script: Script) -> None:
    add_template(
        script.tenant, "By video", BODY.replace(" columns.[User ID] columns.[Watched at] revision", "")
    )
    first = script.import_("\n".join([HEADER, GOOD, ""]), "By video")
    other = "u-9,zoe@example.edu,v-17,2025-09-03 14:05:30,30"
    [message] = previewed(script, "\n".join([HEADER, other, ""]), "By video")["failedRows"].values()
    assert f"is already stored (import {first})" in message
    # What is there already is no fault.
    assert previewed(script, "\n".join([HEADER, GOOD, ""]), "By video")["failedRows"] == {}


def test_of_a_template_of_people_the_other_sections_come_too(script: Script) -> None:
    add_template(script.tenant, "People", PEOPLE, kind="groups")
    found = previewed(script, "ID,Name,Email,Group\np-11,Kofi Mensah,kofi@example.edu,music\n", "People")
    assert list(found) == ["failedRows", "statements", "people", "groups"]
    assert (found["failedRows"], found["statements"]) == ({}, {"2": []})
    assert found["people"]["2"][0]["name"] == "Kofi Mensah"
    assert found["groups"]["2"] == [{"customId": "music", "name": "music", "type": "Team"}]


def test_a_fault_in_row_1388_is_told_as_row_1388(script: Script) -> None:
    rows = views(2, 1_400).splitlines()
    rows[1_387] = "u-1388,,v-17,2025-09-03 14:05:30,30"
    found = previewed(script, "\n".join([*rows, ""]))
    assert found["failedRows"] == {"1388": MBOX}
    assert [int(row) for row in found["statements"]] == [n for n in range(2, 1_401) if n != 1_388]
    assert "truncated" not in found


@pytest.mark.slow
def test_beyond_ten_thousand_rows_it_says_that_there_are_more(script: Script) -> None:
    assert "truncated" not in previewed(script, views(1, 10_000))
    found = previewed(script, views(1, 10_001))
    assert (found["truncated"], found["rowsRead"], len(found["statements"])) == (True, 10_000, 10_000)


def test_a_file_over_ten_mebibytes_is_413(script: Script) -> None:
    row = GOOD.encode() + b"\n"
    whole = (HEADER.encode() + b"\n" + row * 250_000)[:10_485_761]
    assert error(script.preview(whole)) == (413, "too_large")
    answer = script.preview(b"x" * 13_000_000)
    assert error(answer) == (413, "too_large")
    assert "an upload takes the file whole" in answer.json()["message"]


def test_line_ends_behind_what_was_counted_are_forgiven_as_in_the_published_sample(script: Script) -> None:
    add_template(script.tenant, "Two", '{"statements": []}')
    lines = "header A, header B\ncell 1A, cell 1B\ncell 2A, cell 2B"
    for ending in ("", "\n", "\r\n", "\r\n\r\n"):
        body = form(lines + ending, filesize="52")
        answer = script.ask("post", "statement-import/preview", query={"template": "Two"}, body=body)
        assert answer.json() == {"failedRows": {}, "statements": {"2": [], "3": []}}, ending
    for size in ("51", "53", "54", "49"):
        body = form(lines, filesize=size)
        answer = script.ask("post", "statement-import/preview", query={"template": "Two"}, body=body)
        assert error(answer) == (400, "file_size_mismatch")
    # An upload forgives nothing.
    answer = script.ask("post", query={"template": "Two"}, body=form(lines + "\n", filesize="52"))
    assert error(answer) == (400, "file_size_mismatch")


def test_what_is_wrong_with_the_request_is_told_as_for_uploads(script: Script) -> None:
    path = "statement-import/preview"
    assert error(script.ask("post", path, body=form(VIEWS))) == (400, "missing_template")
    assert error(script.preview(template="x")) == (400, "unknown_template")
    assert error(script.preview(fileSize="x")) == (400, "bad_file_size")
    named = {"template": "Lecture views"}
    assert error(script.ask("post", path, query=named, body=form(VIEWS)[:-9])) == (400, "bad_multipart")
    no_file = part("a", b"b") + f"--{BOUNDARY}--".encode()
    assert error(script.ask("post", path, query=named, body=no_file)) == (400, "missing_file")
    assert error(script.ask("post", path, query=named, body=b"x", content_type="text/csv")) == (
        415,
        "not_multipart",
    )


def test_notify_has_no_effect_whatever_it_says(script: Script) -> None:
    assert script.preview(notify="no address").status_code == 200


def test_numbers_and_letters_come_out_as_the_template_made_them(script: Script) -> None:
    body = '{"statements": [], "people": [{"customId": "{{columns.a}}", "name": "Ä \\u0007 {{columns.b}}"}]}'
    add_template(script.tenant, "Letters", body, kind="groups")
    answer = script.preview('a,b\nx,"""q"" é 😀"\n', "Letters")
    [person] = json.loads(answer.content)["people"]["2"]
    assert person == {"customId": "x", "name": 'Ä \u0007 "q" é 😀'}
