"""``/templates``: import templates by REST (rest-api.md section 8)."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test.client import BOUNDARY, MULTIPART_CONTENT, encode_multipart

from imports.templates import gallery
from tests.api.caller import JSON, Caller, caller_in

BODY = """{"statements": [{
  "id": "{{uuid columns.User columns.At}}",
  "actor": {"account": {"homePage": "{{base}}", "name": "{{columns.User}}"}},
  "verb": {"id": "http://adlnet.gov/expapi/verbs/experienced"},
  "object": {"id": "{{base}}/{{columns.Video}}"}
}]}"""
CSV = "User,Video,At\nu-204,v-17,1\nu-205,,2\n"
TEMPLATE = {"name": "Lecture views", "body": BODY, "variables": {"base": "https://a.example"}}


def create(caller: Caller, **more: Any) -> dict[str, Any]:
    answer = caller.post("/templates", {**TEMPLATE, **more})
    assert answer.status_code == 201, answer.content
    found: dict[str, Any] = answer.json()
    return found


def patch(caller: Caller, template: dict[str, Any], **said: Any) -> Any:
    return caller.ask("patch", f"/templates/{template['id']}", data=json.dumps(said), content_type=JSON)


def send(caller: Caller, path: str, content: bytes, method: str = "post") -> Any:
    file = SimpleUploadedFile("views.csv", content, content_type="text/csv")
    if method == "post":
        return caller.ask("post", path, data={"file": file})
    return caller.ask(
        "put", path, data=encode_multipart(BOUNDARY, {"file": file}), content_type=MULTIPART_CONTENT
    )


def test_a_template_is_made_read_and_listed_as_the_contract_says(caller: Caller) -> None:
    made = create(
        caller, time_zone="Europe/Oslo", optional_columns=["Part"], delimiter=";", group_mode="replace"
    )
    assert made == {
        "id": made["id"],
        "name": "Lecture views",
        "kind": "xapi",
        "state": "ready",
        "body": BODY,
        "variables": {"base": "https://a.example"},
        "time_zone": "Europe/Oslo",
        "delimiter": ";",
        "optional_columns": ["Part"],
        "group_mode": "replace",
        "archived": False,
        "version": 1,
        "ready_version": 1,
        "example_file_url": None,
        "created_at": made["created_at"],
        "updated_at": made["updated_at"],
        "updated_by": "SIS nightly",
    }
    assert isinstance(made["id"], int)
    assert made["created_at"].endswith("Z")
    assert caller.get(f"/templates/{made['id']}").json() == made
    assert caller.results("/templates") == [made]


def test_variables_keep_their_order(caller: Caller) -> None:
    made = create(caller, variables={"base": "https://a.example", "z": "{{base}}", "a": "{{z}}"})
    assert list(made["variables"]) == ["base", "z", "a"]


def test_a_list_of_templates_has_pages(caller: Caller) -> None:
    for name in ("Alpha", "Beta", "Gamma"):
        create(caller, name=name)
    first = caller.get("/templates", limit=2).json()
    assert [each["name"] for each in first["results"]] == ["Alpha", "Beta"]
    second = caller.get(first["next"]).json()
    assert [each["name"] for each in second["results"]] == ["Gamma"]
    back = caller.get(second["previous"]).json()
    assert [each["name"] for each in back["results"]] == ["Alpha", "Beta"]


def test_a_text_that_cannot_be_used_is_told_at_line_and_column(caller: Caller) -> None:
    answer = caller.post("/templates", {**TEMPLATE, "body": BODY.replace("{{uuid", "{{uid")})
    told = answer.json()
    assert (answer.status_code, told["code"]) == (400, "template_not_ready")
    [error] = told["errors"]
    assert (error["field"], error["line"], error["suggestion"]) == ("body", 2, "uuid")
    assert error["column"] == 12


def test_the_same_text_is_saved_as_a_draft(caller: Caller) -> None:
    made = create(caller, body="{{#if", state="draft")
    assert (made["state"], made["ready_version"]) == ("draft", None)
    refused = patch(caller, made, time_zone="Europe/Oslo", state="ready")
    assert refused.status_code == 400
    assert patch(caller, made, time_zone="Europe/Oslo").json()["version"] == 2


def test_with_an_example_its_columns_and_first_row_are_tried(caller: Caller) -> None:
    made = create(caller, example_csv=CSV)
    answer = caller.get(made["example_file_url"])
    assert answer.status_code == 302
    missing = caller.post("/templates", {**TEMPLATE, "name": "Other", "example_csv": "User,At\na,1\n"})
    assert missing.json()["errors"][0]["code"] == "missing_column"


def test_another_example_is_put(caller: Caller) -> None:
    made = create(caller)
    answer = send(caller, f"/templates/{made['id']}/example", CSV.encode(), "put")
    assert answer.status_code == 200, answer.content
    assert answer.json()["example_file_url"].endswith(f"/templates/{made['id']}/example")


def test_a_change_is_a_new_version(caller: Caller) -> None:
    made = create(caller)
    changed = patch(caller, made, name="Views", variables={"base": "https://b.example"}).json()
    assert (changed["name"], changed["version"], changed["ready_version"]) == ("Views", 2, 2)
    assert changed["body"] == BODY


def test_archiving_is_no_new_version(caller: Caller) -> None:
    made = create(caller)
    archived = patch(caller, made, archived=True).json()
    assert (archived["archived"], archived["version"]) == (True, 1)
    refused = caller.upload(CSV, format=f"watershed.{made['id']}")
    assert (refused.status_code, refused.json()["code"]) == (400, "archived_template")


def test_a_kind_that_its_sections_do_not_make_is_refused(caller: Caller) -> None:
    answer = caller.post("/templates", {**TEMPLATE, "kind": "groups"})
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (400, "kind")


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"name": "12"}, "name"),
        ({"time_zone": "Mars"}, "time_zone"),
        ({"variables": ["base"]}, "variables"),
        ({"columns": []}, "columns"),
        ({"state": "done"}, "state"),
    ],
)
def test_what_is_wrong_is_told_by_field(caller: Caller, said: dict[str, Any], field: str) -> None:
    answer = caller.post("/templates", {**TEMPLATE, **said})
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["field"] == field


def test_a_name_is_taken_once(caller: Caller) -> None:
    create(caller)
    answer = caller.post("/templates", TEMPLATE)
    assert (answer.status_code, answer.json()["code"]) == (400, "taken")


def test_a_template_is_deleted_until_an_import_went_through_it(caller: Caller) -> None:
    made = create(caller)
    caller.import_(CSV, format=f"watershed.{made['id']}")
    assert caller.delete(f"/templates/{made['id']}").status_code == 409
    other = create(caller, name="Other")
    assert caller.delete(f"/templates/{other['id']}").status_code == 204
    assert caller.get(f"/templates/{other['id']}").status_code == 404


def test_a_preview_answers_rows_by_number_and_stores_nothing(caller: Caller) -> None:
    made = create(caller)
    content = CSV + "u-206,v 18,3\n"
    answer = send(caller, f"/templates/{made['id']}/preview", content.encode())
    told = answer.json()
    assert answer.status_code == 200, answer.content
    assert list(told) == ["failedRows", "statements"]
    assert list(told["statements"]) == ["2", "3"]
    assert list(told["failedRows"]) == ["4"]
    assert "statements[0].object.id" in told["failedRows"]["4"]
    assert told["statements"]["2"][0]["actor"]["account"]["name"] == "u-204"
    assert caller.results("/imports") == []


def test_a_preview_goes_by_the_version_that_imports_go_by(caller: Caller) -> None:
    made = create(caller)
    patch(caller, made, body='{"statements": []}', state="draft")
    told = send(caller, f"/templates/{made['id']}/preview", CSV.encode()).json()
    assert len(told["statements"]["2"]) == 1
    draft = create(caller, name="Draft", body='{"statements": []}', state="draft")
    told = send(caller, f"/templates/{draft['id']}/preview", CSV.encode()).json()
    assert told["statements"] == {"2": [], "3": []}


def test_a_preview_of_a_draft_that_does_not_parse_fails_whole(caller: Caller) -> None:
    draft = create(caller, body="{{#if", state="draft")
    told = send(caller, f"/templates/{draft['id']}/preview", CSV.encode()).json()
    assert (list(told["failedRows"]), told["statements"]) == (["1"], {})


def test_a_format_of_a_template_has_its_columns_and_its_example_as_a_sample(caller: Caller) -> None:
    made = create(caller, optional_columns=["Video"], example_csv=CSV)
    key = f"watershed.{made['id']}"
    shown = caller.get(f"/formats/{key}").json()
    assert (shown["family"], shown["title"], shown["exportable"]) == ("watershed", "Lecture views", False)
    assert [(each["name"], each["required_for"]) for each in shown["columns"]] == [
        ("User", ["create"]),
        ("At", ["create"]),
        ("Video", []),
    ]
    assert key in [each["key"] for each in caller.results("/formats")]
    assert caller.get(f"/formats/{key}/sample").content == CSV.encode()
    bare = create(caller, name="Without an example")
    assert caller.get(f"/formats/watershed.{bare['id']}/sample").content == b"User,At,Video\r\n"


def test_a_preview_of_a_file_that_fails_whole_says_so_of_row_1(caller: Caller) -> None:
    made = create(caller)
    told = send(caller, f"/templates/{made['id']}/preview", b"User,At\na,1\n").json()
    assert list(told["failedRows"]) == ["1"]
    assert "Video" in told["failedRows"]["1"]


def test_a_preview_takes_ten_mebibytes(caller: Caller) -> None:
    made = create(caller)
    answer = send(caller, f"/templates/{made['id']}/preview", b"x" * (10_485_760 + 1))
    assert (answer.status_code, answer.json()["code"]) == (413, "too_large")


def test_a_preview_of_groups_has_their_sections(caller: Caller) -> None:
    entry = gallery.entries()["groups"]
    made = create(caller, name="Groups", body=entry.body, variables=dict(entry.variables))
    assert made["kind"] == "groups"
    told = send(caller, f"/templates/{made['id']}/preview", entry.example).json()
    assert told["failedRows"] == {}
    assert list(told) == ["failedRows", "statements", "people", "groups"]
    assert told["groups"]["3"][0]["name"] == "Music Department"


def test_templates_of_others_are_not_there(caller: Caller, stranger: Caller) -> None:
    made = create(caller)
    assert stranger.get(f"/templates/{made['id']}").status_code == 404
    assert patch(stranger, made, name="Mine").status_code == 404
    assert send(stranger, f"/templates/{made['id']}/preview", CSV.encode()).status_code == 404
    assert stranger.results("/templates") == []


@pytest.mark.parametrize(
    ("role", "reads"),
    [
        ("integration", True),
        ("org_admin", True),
        ("department_admin", True),
        ("analyst", False),
        ("scheduler", False),
    ],
)
def test_who_feeds_reads_templates_and_only_admins_change_them(
    caller: Caller, role: str, reads: bool
) -> None:
    made = create(caller)
    other = caller_in(caller.tenant, role)
    assert other.get("/templates").status_code == (200 if reads else 403)
    assert patch(other, made, name="Mine").status_code == 403
    assert other.post("/templates", {**TEMPLATE, "name": "Other"}).status_code == 403
    assert other.delete(f"/templates/{made['id']}").status_code == 403


def test_making_one_twice_with_a_key_makes_it_once(caller: Caller) -> None:
    key = {"Idempotency-Key": "views-1"}
    first = caller.post("/templates", TEMPLATE, key)
    again = caller.post("/templates", TEMPLATE, key)
    assert (first.status_code, again.status_code) == (201, 201)
    assert again.headers["Idempotent-Replay"] == "true"
    assert first.json() == again.json()
