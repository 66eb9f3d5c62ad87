"""The OpenAPI document says what the API does, and can be read without another host."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client
from django.urls import resolve
from jsonschema import Draft202012Validator

from edu_csv.jobs.runners import work_one
from tests.api.caller import Caller
from tests.api.doors import doors
from tests.imports.feed.faulty import faulty
from tests.imports.harness import csv_text

TERMS = "echovideo.terms.v1"
HEADER = ["Name", "Start Date", "End Date"]


@pytest.fixture(scope="module")
def document(django_db_setup: None) -> dict[str, Any]:
    answer = Client().get("/api/v1/schema/", query_params={"format": "json"})
    assert answer.status_code == 200
    found: dict[str, Any] = answer.json()
    return found


def test_it_is_openapi_3_1_and_needs_no_credentials(document: dict[str, Any]) -> None:
    assert document["openapi"].startswith("3.1")
    assert set(document["components"]["securitySchemes"]) == {"basic", "token", "session"}


def test_every_door_is_in_it(document: dict[str, Any]) -> None:
    told = {
        (re.sub(r"\{\w+\}", "{}", path), method)
        for path, operations in document["paths"].items()
        for method in operations
    }
    walked = set()
    for door in doors():
        marks = {
            name: f"00000000-0000-0000-0000-00000000000{number}" if name != "template_id" else "990001"
            for number, name in enumerate(door.parameters)
        }
        address = door.address(**marks)
        for mark in marks.values():
            address = address.replace(mark, "{}")
        walked.add((address, door.method))
    assert told == walked


def test_every_operation_says_how_it_may_fail(document: dict[str, Any]) -> None:
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            answers = operation["responses"]
            assert {"400", "401", "403", "404"} <= set(answers), (path, method)
            assert "application/problem+json" in answers["401"]["content"]
            assert operation["summary"], (path, method)


def schema_for(document: dict[str, Any], answer: Any, method: str) -> dict[str, Any] | None:
    """What the document says of this answer's body; None when it says nothing of one."""
    match = resolve(answer.request["PATH_INFO"])
    template = "/" + str(match.route)
    template = re.sub(r"<\w+:(\w+)>", r"{\1}", template)
    told = document["paths"][template][method]["responses"][str(answer.status_code)]
    media = answer["Content-Type"].split(";")[0]
    found: dict[str, Any] | None = told.get("content", {}).get(media, {}).get("schema")
    return found


def test_answers_are_as_the_document_says(at_home: Caller, document: dict[str, Any]) -> None:
    checked = 0

    def check(answer: Any, method: str = "get") -> Any:
        nonlocal checked
        schema = schema_for(document, answer, method)
        assert schema is not None, (answer.request["PATH_INFO"], answer.status_code, answer.content)
        whole = {**schema, "components": document["components"]}
        Draft202012Validator(whole).validate(answer.json())
        checked += 1
        return answer.json()

    text = csv_text(HEADER, ["Winter", "2031-01-01", "2031-02-01"], ["", "x", "2031-02-01"])
    made = check(
        at_home.upload(text, format=TERMS, action="create", mode="preview", notify="x@y.example"), "post"
    )
    at_home.tenant.work()
    check(at_home.get(f"/imports/{made['id']}"))
    check(at_home.get(f"/imports/{made['id']}/rows"))
    check(at_home.post(f"/imports/{made['id']}/apply", {}), "post")
    at_home.tenant.work()
    check(at_home.post(f"/imports/{made['id']}/apply", {}), "post")
    check(at_home.post(f"/imports/{made['id']}/void", {"preview": True}), "post")
    check(at_home.post(f"/imports/{made['id']}/void", {}), "post")
    at_home.tenant.work()
    check(at_home.get(f"/imports/{made['id']}"))
    check(at_home.get(f"/imports/{made['id']}/conflicts"))
    check(at_home.get("/imports"))
    check(at_home.upload("x", format=TERMS), "post")
    check(at_home.upload(b"%PDF-1", format=TERMS, action="create"), "post")
    feed = check(at_home.upload(faulty(), file_name="night.zip"), "post")
    at_home.tenant.work()
    check(at_home.get(f"/imports/{feed['id']}"))
    check(at_home.get(f"/imports/{feed['id']}/rows"))
    check(at_home.get("/formats/d2l.package"))
    check(at_home.get("/formats"))
    check(at_home.get(f"/formats/{TERMS}"))
    export = check(at_home.post("/exports", {"format": TERMS}), "post")
    while work_one(["exports"], only_institution=at_home.tenant.pk):
        pass
    check(at_home.get(f"/exports/{export['id']}"))
    check(at_home.get("/exports"))
    begun = check(at_home.post("/uploads", {"name": "x.csv", "bytes": 3}), "post")
    check(at_home.get(f"/uploads/{begun['id']}"))
    check(at_home.post(f"/uploads/{begun['id']}/complete"), "post")
    for noun in (
        "terms",
        "courses",
        "people",
        "offerings",
        "sections",
        "enrollments",
        "rooms",
        "org-units",
        "schedules",
    ):
        page = check(at_home.get(f"/{noun}"))
        for found in page["results"][:1]:
            check(at_home.get(f"/{noun}/{found['id']}"))
            check(at_home.get(f"/{noun}/{found['id']}/history"))
    assert checked > 35


def test_the_page_asks_nobody_else_and_has_no_inline_code(committed: None) -> None:
    answer = Client().get("/api/v1/docs/")
    assert answer.status_code == 200
    text = answer.content.decode()
    assert not re.search(r"(src|href)=\"(https?:)?//", text)
    assert not re.search(r"<script(?![^>]*\bsrc=)", text)
    assert "<style" not in text
    assert " style=" not in text
    assert "'unsafe-inline'" not in answer["Content-Security-Policy"]
    for found in re.findall(r"(?:src|href)=\"(/static/[^\"]+)\"", text):
        assert Client().get(found).status_code == 200, found
