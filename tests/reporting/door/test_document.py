"""The OpenAPI document of the Reporting API says what it does, and its page asks no other host."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client
from jsonschema import Draft202012Validator

from reporting.api.documents import document
from reporting.api.urls import urlpatterns
from reporting.reports import reports
from tests.reporting.door.asker import BASE, Asker, week


def validated(answer: Any, path: str, method: str = "get") -> Any:
    """The body, which is as the document says of this answer."""
    whole = document()
    told = whole["paths"][path][method]["responses"][str(answer.status_code)]
    schema = told["content"]["application/json"]["schema"]
    Draft202012Validator({**schema, "components": whole["components"]}).validate(answer.json())
    return answer.json()


def test_answers_are_as_the_document_says(asker: Asker) -> None:
    validated(asker.get("/reports"), "/reports")
    for name in reports():
        validated(asker.get(f"/reports/{name}"), "/reports/{name}")
    made = validated(asker.post("/requests/notes", {"parameters": week()}), "/requests/{name}", "post")
    validated(asker.get(f"/request/{made['requestId']}"), "/request/{id}")
    validated(asker.post("/requests/notes", {"parameters": {"x": 1}}), "/requests/{name}", "post")
    validated(asker.post("/requests/none"), "/requests/{name}", "post")
    asker.submit()
    asker.submit()
    refused = validated(asker.post("/requests/asset"), "/requests/{name}", "post")
    assert refused["limit"] == 3
    asker.work()
    validated(asker.get(f"/request/{made['requestId']}"), "/request/{id}")
    validated(asker.get("/requests"), "/requests")
    validated(asker.get("/requests", limit="1"), "/requests")
    validated(asker.get("/requests", limit="x"), "/requests")
    validated(asker.ask("get", "/requests", headers={}), "/requests")


def test_every_address_and_method_stands_in_it() -> None:
    told = {
        (path.replace("{id}", "{name}"), method)
        for path, methods in document()["paths"].items()
        for method in methods
    }
    there = set()
    for pattern in urlpatterns:
        for method in getattr(pattern.callback, "methods", {}):
            path = str(pattern.pattern).removeprefix(f"^{BASE[1:]}").removesuffix("/?$")
            there.add((path.replace("(?P<name>[^/]+)", "{name}"), method))
    # R4b is another spelling of R4.
    assert there - told == {("/requests/{name}", "get")}
    assert told <= there


def test_it_is_served_to_everybody_as_openapi_3_1(committed: None) -> None:
    answer = Client().get(f"{BASE}/openapi.json")
    assert answer.status_code == 200
    assert answer.json() == document()
    assert answer.json()["openapi"].startswith("3.1")


@pytest.mark.parametrize("address", ["/reporting/", "/reporting"])
def test_the_page_asks_nobody_else_and_has_no_inline_code(committed: None, address: str) -> None:
    answer = Client().get(address, follow=True)
    text = answer.content.decode()
    assert answer.status_code == 200
    assert f'data-schema="{BASE}/openapi.json"' in text
    assert "<title>Reporting API" in text
    assert not re.search(r"(src|href)=\"(https?:)?//", text)
    assert not re.search(r"<script(?![^>]*\bsrc=)", text)
    assert " style=" not in text
