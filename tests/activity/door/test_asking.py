"""How a request is read: the plain way, and the form of the alternate request syntax (xAPI 1.0.3, Communication 1.3)."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

import pytest
from django.test import RequestFactory

from edu_csv.access.api.problems import Refusal
from edu_csv.activity.api.asking import FORM, MOST_BYTES, Asked, asked_by

ADDRESS = "/xAPI/statements"
AUTHORIZATION = "Basic a2V5OnNlY3JldA=="


def plain(method: str, query: str = "", body: bytes = b"", **headers: str) -> Asked:
    return asked_by(
        RequestFactory().generic(method, f"{ADDRESS}?{query}", body, "application/json", headers=headers)
    )


def form(query: str, fields: dict[str, str] | bytes, kind: str = FORM, **headers: str) -> Asked:
    body = fields if isinstance(fields, bytes) else urlencode(fields).encode()
    return asked_by(RequestFactory().generic("POST", f"{ADDRESS}?{query}", body, kind, headers=headers))


def refused(*args: Any, **options: Any) -> tuple[int, str]:
    with pytest.raises(Refusal) as why:
        form(*args, **options)
    return why.value.status, why.value.code


@pytest.mark.parametrize("method", ["GET", "HEAD", "PUT", "POST"])
def test_a_plain_request_is_what_it_says(method: str) -> None:
    asked = plain(method, "limit=1&verb=http%3A//a.b/c", b"[1]", **{"X-Experience-API-Version": "1.0.3"})
    assert (asked.method, asked.parameters) == (method, {"limit": "1", "verb": "http://a.b/c"})
    assert asked.headers["x-experience-api-version"] == "1.0.3"
    assert (asked.body, asked.content_type) == (b"[1]", "application/json")


@pytest.mark.parametrize("method", ["DELETE", "PATCH", "OPTIONS", "TRACE"])
def test_no_other_method_is_taken(method: str) -> None:
    with pytest.raises(Refusal) as why:
        plain(method)
    assert (why.value.status, why.value.headers["Allow"]) == (405, "GET, HEAD, PUT, POST")


def test_a_parameter_comes_once() -> None:
    with pytest.raises(Refusal) as why:
        plain("GET", "limit=1&limit=2")
    assert (why.value.status, why.value.code) == (400, "repeated_parameter")


def test_a_thousand_parameters_are_refused_like_one_that_is_none() -> None:
    with pytest.raises(Refusal) as why:
        plain("GET", "&".join(f"p{n}=1" for n in range(1_001)))
    assert (why.value.status, why.value.code) == (400, "too_many_parameters")


def test_what_is_longer_than_taken_is_refused_by_its_length_or_when_it_is_read() -> None:
    for announced in (str(MOST_BYTES + 1), ""):
        request = RequestFactory().generic("POST", ADDRESS, b" " * (MOST_BYTES + 1), "application/json")
        if not announced:
            # In chunks: nobody says how long it is.
            request._stream.limit = MOST_BYTES + 1  # type: ignore[attr-defined]  # as if the server had been asked for more
            request.META["CONTENT_LENGTH"] = ""
        with pytest.raises(Refusal) as why:
            asked_by(request).body  # noqa: B018  # reading is the deed
        assert why.value.status == 413
    request = RequestFactory().generic("POST", ADDRESS, b" " * MOST_BYTES, "application/json")
    assert len(asked_by(request).body) == MOST_BYTES


def test_a_form_stands_for_a_get_with_its_headers() -> None:
    fields = {
        "Authorization": AUTHORIZATION,
        "X-Experience-API-Version": "1.0.3",
        "Accept-Language": "de",
        "verb": "http://a.b/c",
        "limit": "1",
    }
    asked = form("method=GET", fields)
    assert (asked.method, asked.parameters) == ("GET", {"verb": "http://a.b/c", "limit": "1"})
    assert asked.headers["authorization"] == AUTHORIZATION
    assert asked.headers["x-experience-api-version"] == "1.0.3"
    assert asked.headers["accept-language"] == "de"


def test_a_form_stands_for_a_put_whose_body_is_its_content() -> None:
    asked = form(
        "method=PUT", {"statementId": "x", "content": '{"name":"Åse & Bo=1"}', "Content-Length": "3"}
    )
    assert (asked.method, asked.parameters) == ("PUT", {"statementId": "x"})
    assert asked.body.decode() == '{"name":"Åse & Bo=1"}'
    assert asked.content_type == "application/json"
    typed = form("method=POST", {"content": "x", "Content-Type": "multipart/mixed; boundary=b"})
    assert typed.content_type == "multipart/mixed"


def test_a_field_counts_before_the_header_that_the_request_has_itself() -> None:
    # ADL's tests send both, the field with a version that nobody takes, and await 400 (Communication 1.3.s3.b7).
    asked = form("method=GET", {"X-Experience-API-Version": "0.8"}, **{"X-Experience-API-Version": "1.0.3"})
    assert asked.headers["x-experience-api-version"] == "0.8"
    assert form("method=GET", {}, **{"X-Experience-API-Version": "1.0.3"}).headers[
        "x-experience-api-version"
    ] == ("1.0.3")


@pytest.mark.parametrize(
    ("query", "fields", "kind", "status", "code"),
    [
        ("method=GET&limit=1", {}, FORM, 400, "unknown_parameter"),
        ("method=GET&method=PUT", {}, FORM, 400, "unknown_parameter"),
        ("method=DELETE", {}, FORM, 405, "method_not_allowed"),
        ("method=get", {}, FORM, 405, "method_not_allowed"),
        ("method=", {}, FORM, 405, "method_not_allowed"),
        ("method=PUT", {"statementId": "x"}, FORM, 400, "required"),
        ("method=PUT", b"", "", 400, "required"),
        ("method=GET", {"content": "{}"}, FORM, 400, "unknown_field"),
        ("method=GET", b"limit=1&limit=2", FORM, 400, "repeated_parameter"),
        ("method=PUT", b'{"statementId": "x", "content": "{}"}', FORM, 400, "bad_form"),
        ("method=PUT", b"statementId=%FF&content=x", FORM, 400, "bad_form"),
        ("method=PUT", b"\xff\xfe", FORM, 400, "bad_form"),
        ("method=PUT", b"content={}", "application/json", 400, "bad_content_type"),
        ("method=PUT", b"content={}", "multipart/form-data; boundary=b", 400, "bad_content_type"),
        ("method=GET", "&".join(f"p{n}=1" for n in range(65)).encode(), FORM, 400, "bad_form"),
    ],
)
def test_what_no_form_can_mean_is_refused(
    query: str, fields: dict[str, str] | bytes, kind: str, status: int, code: str
) -> None:
    assert refused(query, fields, kind) == (status, code)
