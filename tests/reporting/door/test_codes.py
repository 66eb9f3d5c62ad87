"""Each answer that reporting-api.md 2.5 and 4.5 name, and the shape of its body."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.test import Client

from edu_csv import tenancy
from edu_csv.access import tokens
from edu_csv.access.models import AccessToken, Grant
from edu_csv.errors import StorageUnavailable
from reporting import services
from reporting.reports import RESERVED
from tests.reporting.door.asker import BASE, Asker, week

TODAY = datetime.now(UTC).date()
SOME_ID = "6f0c5a34-7d1e-4c55-9a43-0be1d2a7c911"
# (method, path): R1, the dictionary, R2, R3, R4, R4b.
CALLS = [
    ("get", "/reports"),
    ("get", "/reports/asset"),
    ("get", "/requests"),
    ("post", "/requests/asset"),
    ("get", f"/request/{SOME_ID}"),
    ("get", f"/requests/{SOME_ID}"),
]


def day(offset: int) -> str:
    return str(TODAY + timedelta(days=offset))


def refused(answer: Any, status: int, error: str) -> dict[str, Any]:
    """The body, which has the shape that all have."""
    assert answer.status_code == status, answer.content
    assert answer["Content-Type"] == "application/json"
    assert answer["Cache-Control"] == "private, no-store"
    body: dict[str, Any] = answer.json()
    assert body["error"] == error, body
    assert body["message"]
    return body


def test_without_a_token_it_is_401_and_says_how_to_get_one(asker: Asker) -> None:
    for method, path in CALLS:
        answer = asker.ask(method, path, headers={})
        body = refused(answer, 401, "NotAuthenticated")
        assert "/oauth2/access_token" in body["message"]
        assert answer["WWW-Authenticate"] == 'Bearer error="invalid_token"'


@pytest.mark.parametrize("token", ["unknown", "ø", "x" * 4_000])
def test_an_unknown_token_is_401(asker: Asker, token: str) -> None:
    for method, path in CALLS:
        answer = asker.ask(method, path, headers={"Authorization": f"Bearer {token}"})
        refused(answer, 401, "NotAuthenticated")
        assert answer["WWW-Authenticate"] == 'Bearer error="invalid_token"'


def test_a_token_whose_hour_is_over_is_401(asker: Asker) -> None:
    with tenancy.use_institution(asker.tenant.pk):
        AccessToken.objects.update(expires_at=datetime.now(UTC) - timedelta(seconds=1))
    for method, path in CALLS:
        refused(asker.ask(method, path), 401, "NotAuthenticated")


def test_a_client_that_may_not_use_reporting_is_403(asker: Asker) -> None:
    asker.change(may_use_reporting=False)
    for method, path in CALLS:
        body = refused(asker.ask(method, path), 403, "Forbidden")
        assert "settings of API clients" in body["message"]


def test_a_role_without_reports_is_403(asker: Asker) -> None:
    with tenancy.use_institution(asker.tenant.pk):
        Grant.objects.filter(client__key=asker.key).update(role="scheduler")
    for method, path in CALLS:
        body = refused(asker.ask(method, path), 403, "Forbidden")
        assert "role" in body["message"]


def test_an_unknown_report_is_404_also_the_names_that_are_reserved(asker: Asker) -> None:
    for name in ("videoviews", "Asset", "reports", "\0", "x" * 500, *RESERVED):
        for method, path in (("post", f"/requests/{name}"), ("get", f"/reports/{name}")):
            refused(asker.ask(method, path), 404, "ReportNotFound")


def test_the_name_of_the_report_is_looked_at_before_the_body(asker: Asker) -> None:
    refused(asker.ask("post", "/requests/none", b"{"), 404, "ReportNotFound")


def test_the_name_of_a_report_where_a_request_is_named_says_how_to_ask_for_it(asker: Asker) -> None:
    assert "send POST" in refused(asker.get("/requests/videoview"), 404, "RequestNotFound")["message"]


def test_parameters_come_back_in_the_order_of_time(asker: Asker) -> None:
    made = asker.post("/requests/notes", {"parameters": {"end": day(0), "start": day(-7)}}).json()
    looked = asker.get(f"/request/{made['requestId']}").json()
    [listed] = asker.get("/requests").json()["requests"]
    assert [list(each["parameters"]) for each in (made, looked, listed)] == [["start", "end"]] * 3


def test_an_unknown_request_is_404(asker: Asker) -> None:
    for request_id in (SOME_ID, "none", "\0", "asset", "x" * 500, SOME_ID[:-1]):
        for path in (f"/request/{request_id}", f"/requests/{request_id}"):
            refused(asker.get(path), 404, "RequestNotFound")


@pytest.mark.parametrize(
    ("method", "path", "allow"),
    [
        ("post", "/reports", "GET, HEAD"),
        ("post", "/reports/asset", "GET, HEAD"),
        ("delete", "/requests", "GET, HEAD"),
        ("post", "/requests", "GET, HEAD"),
        ("put", "/requests/asset", "GET, HEAD, POST"),
        ("delete", f"/requests/{SOME_ID}", "GET, HEAD, POST"),
        ("delete", f"/request/{SOME_ID}", "GET, HEAD"),
        ("patch", f"/request/{SOME_ID}", "GET, HEAD"),
        ("options", "/reports", "GET, HEAD"),
    ],
)
def test_another_method_is_405_and_says_which_there_are(
    asker: Asker, method: str, path: str, allow: str
) -> None:
    answer = asker.ask(method, path)
    refused(answer, 405, "MethodNotAllowed")
    assert answer["Allow"] == allow


@pytest.mark.parametrize(
    "path",
    ["/public/api/", "/public/api/v1/terms", "/public/api/v1/reporting/", f"{BASE}/none", f"{BASE}/request",
     f"{BASE}/request/{SOME_ID}/x", "/public/api/v2/reporting/reports"],
)  # fmt: skip
def test_an_unknown_address_is_404_in_the_same_shape_for_everybody(committed: None, path: str) -> None:
    for method in ("get", "post", "delete"):
        answer = getattr(Client(), method)(path)
        assert answer.status_code == 404
        assert answer.json()["error"] == "NotFound"
        assert answer.json()["message"]


def test_each_address_is_taken_with_a_slash_at_its_end_too(asker: Asker) -> None:
    assert asker.get("/reports/").status_code == 200
    assert asker.get("/reports/asset/").status_code == 200
    assert asker.get("/requests/").status_code == 200
    made = asker.post("/requests/asset/")
    assert made.status_code == 200
    assert asker.get(f"/request/{made.json()['requestId']}/").status_code == 200


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (b"{", "no JSON"),
        (b"parameters=1", "no JSON"),
        (b"[]", "got a list"),
        (b'"x"', "got a text"),
        (b"1", "got a number"),
        (b"null", "got null"),
        (b"\xff\xfe\xfa", "no JSON"),
        (b'{"a": NaN}', "NaN"),
        (b'{"a": 1e999}', "1e999"),
        (b"[" * 50_000, "nested too deeply"),
        (b" " * 70_000, "65,536 bytes"),
    ],
)
def test_a_body_that_is_no_json_object_is_400_and_says_why(asker: Asker, body: bytes, said: str) -> None:
    told = refused(asker.ask("post", "/requests/asset", body), 400, "JsonError")
    assert said in told["message"]


def test_what_else_goes_wrong_is_500_and_tells_nothing(asker: Asker, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(*_: object, **__: object) -> None:
        raise RuntimeError("the secret sauce")

    monkeypatch.setattr(services, "submit", fails)
    monkeypatch.setattr(services, "find", fails)
    monkeypatch.setattr(services, "visible_requests", fails)
    asker.client.raise_request_exception = False
    for method, path in CALLS[2:]:
        answer = asker.ask(method, path)
        body = refused(answer, 500, "InternalError")
        assert set(body) == {"error", "message"}
        assert b"sauce" not in answer.content
        assert b"Traceback" not in answer.content


def test_a_store_that_does_not_answer_is_500_with_a_time_to_come_back(
    asker: Asker, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_: object, **__: object) -> None:
        raise StorageUnavailable("bucket-7 at 10.0.0.4")

    monkeypatch.setattr(services, "find", fails)
    answer = asker.get(f"/request/{SOME_ID}")
    body = refused(answer, 500, "InternalError")
    assert (answer["Retry-After"], "10.0.0.4" in body["message"]) == ("5", False)


# reporting-api.md 4.5, line by line: (report, body, error, where each fault is).
START, END = "obj.parameters.start", "obj.parameters.end"
FAULTS: list[tuple[str, Any, str, set[str]]] = [
    ("notes", {}, "MissingParameter", {START, END}),
    ("notes", None, "MissingParameter", {START, END}),
    ("notes", {"parameters": None}, "MissingParameter", {START, END}),
    ("notes", {"parameters": {"start": day(-7)}}, "MissingParameter", {END}),
    ("notes", {"parameters": {"end": day(0)}}, "MissingParameter", {START}),
    ("notes", {"parameters": []}, "InvalidParameter", {"obj.parameters"}),
    ("notes", {"parameters": {"start": "20250303", "end": day(0)}}, "InvalidParameter", {START}),
    ("notes", {"parameters": {"start": "2025-3-3", "end": "2025-02-30"}}, "InvalidParameter", {START, END}),
    ("notes", {"parameters": {"start": f"{day(-7)}T00:00:00Z", "end": day(0)}}, "InvalidParameter", {START}),
    ("notes", {"parameters": {"start": 20250303, "end": ""}}, "InvalidParameter", {START, END}),
    ("notes", {"parameters": {**week(), "section": "x"}}, "UnknownParameter", {"obj.parameters.section"}),
    ("asset", {"parameters": week()}, "UnknownParameter", {START, END}),
    ("notes", {"parameters": {"start": day(-3), "end": day(-3)}}, "InvalidDateRange", {END}),
    ("notes", {"parameters": {"start": day(-3), "end": day(-4)}}, "InvalidDateRange", {END}),
    ("notes", {"parameters": {"start": day(-1), "end": day(2)}}, "InvalidDateRange", {END}),
    ("notes", {"parameters": {"start": day(1), "end": day(2)}}, "InvalidDateRange", {START, END}),
    ("notes", {"parameters": {"start": day(-8), "end": day(0)}}, "DateRangeTooLong", {END}),
    ("assetbydate", {"parameters": {"start": day(-400), "end": day(-395)}}, "DateRangeTooOld", {START}),
    ("asset", {"output": {"delimiter": ";"}}, "InvalidDelimiter", {"obj.output.delimiter"}),
    ("asset", {"output": {"delimiter": ""}}, "InvalidDelimiter", {"obj.output.delimiter"}),
    ("asset", {"output": {"delimiter": 9}}, "InvalidDelimiter", {"obj.output.delimiter"}),
    ("asset", {"output": {"compression": "false"}}, "InvalidOutput", {"obj.output.compression"}),
    ("asset", {"output": {"spreadsheetSafe": 1}}, "InvalidOutput", {"obj.output.spreadsheetSafe"}),
    ("asset", {"output": "csv"}, "InvalidOutput", {"obj.output"}),
    ("asset", {"output": None}, "InvalidOutput", {"obj.output"}),
]


@pytest.mark.parametrize(("report", "body", "error", "where"), FAULTS)
def test_each_fault_of_a_request_has_its_code_and_its_place(
    asker: Asker, report: str, body: Any, error: str, where: set[str]
) -> None:
    told = refused(asker.post(f"/requests/{report}", body), 400, error)
    assert set(told) == {"error", "message", "param"}
    assert set(told["param"]) == where
    for faults in told["param"].values():
        for fault in faults:
            assert set(fault) == {"msg", "args"}
            assert isinstance(fault["args"], list)
    assert asker.get("/requests").json() == {"requests": []}


def test_all_faults_are_told_at_once_and_the_first_of_the_table_names_the_answer(asker: Asker) -> None:
    body = {
        "parameters": {"start": day(-20), "end": "soon", "room": "x"},
        "output": {"delimiter": ";", "compression": 1},
    }
    told = refused(asker.post("/requests/assetbydate", body), 400, "InvalidParameter")
    assert list(told["param"]) == [
        END, "obj.parameters.room", "obj.output.delimiter", "obj.output.compression",
    ]  # fmt: skip


def test_whom_to_tell_is_checked_too_beside_all_else(asker: Asker) -> None:
    alone = {"notify": {"email": ["nobody"], "webhook": 1}}
    told = refused(asker.post("/requests/asset", alone), 400, "InvalidNotify")
    assert list(told["param"]) == ["obj.notify.email[0]", "obj.notify.webhook"]
    both = {"notify": [], "output": {"delimiter": ";"}, "parameters": {"start": day(-1)}}
    told = refused(asker.post("/requests/notes", both), 400, "MissingParameter")
    assert list(told["param"]) == [END, "obj.output.delimiter", "obj.notify"]
    assert asker.get("/requests").json() == {"requests": []}


def test_one_place_may_have_several_faults(asker: Asker) -> None:
    body = {"parameters": {"start": day(-30), "end": day(5)}}
    told = refused(asker.post("/requests/notes", body), 400, "InvalidDateRange")
    assert [fault["msg"] for fault in told["param"][END]] == [
        "End after tomorrow",
        "Range longer than 7 days",
    ]
    assert told["param"][END][1]["args"] == [35, 7]


def test_the_examples_of_the_specification_are_answered_as_it_shows(asker: Asker) -> None:
    long = {"parameters": {"start": day(-20), "end": day(-8)}}
    assert asker.post("/requests/notes", long).json() == {
        "error": "DateRangeTooLong",
        "message": "The range covers 12 days; at most 7 are allowed.",
        "param": {END: [{"msg": "Range longer than 7 days", "args": [12, 7]}]},
    }
    assert asker.post("/requests/asset", {"output": {"delimiter": ";"}}).json() == {
        "error": "InvalidDelimiter",
        "message": "Use a comma, a tab or a pipe.",
        "param": {"obj.output.delimiter": [{"msg": "Delimiter not supported", "args": [";"]}]},
    }
    assert asker.post("/requests/videoviews").json() == {
        "error": "ReportNotFound",
        "message": "There is no report named 'videoviews'.",
    }


def test_too_many_wrong_tokens_are_429(asker: Asker, monkeypatch: pytest.MonkeyPatch) -> None:
    from edu_csv.access.api import authentication

    monkeypatch.setattr(authentication, "WRONG_OF_KEY", 2)
    answers = [asker.ask("get", "/reports", headers={"Authorization": "Bearer x"}) for _ in range(3)]
    assert [answer.status_code for answer in answers] == [401, 401, 429]
    refused(answers[2], 429, "TooManyRequests")
    assert int(answers[2]["Retry-After"]) > 0


def test_a_session_of_a_browser_counts_for_nothing_here(committed: None) -> None:
    from tests.pages.house import browser_of, new_house

    browser = browser_of(new_house().account("admin"))
    assert browser.get(f"{BASE}/reports").status_code == 401
    assert tokens.client_by_token("") is None
