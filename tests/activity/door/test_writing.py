"""Statements that come in: PUT and POST (xapi.md 5.2), what never changes (3), what is refused whole."""

from __future__ import annotations

import copy
import json
from typing import Any

import pytest
from django.conf import settings
from django.db import connection
from django.test.utils import CaptureQueriesContext

from edu_csv.activity import store
from edu_csv.activity.store import StatementsMoved
from tests.activity.door.calling import (
    EXPERIENCED,
    VIDEO,
    Sender,
    agent,
    new_id,
    statement,
)

ATTACHMENT = {
    "usageType": "http://example.com/attachment-usage/test",
    "display": {"en": "A test"},
    "contentType": "text/plain",
    "length": 27,
    "sha2": "495395e777cd98da653df9615d09c0fd6bb2f8d4788394cd53c56a3bfdcd848a",
}


def test_put_stores_one_statement_under_its_id_and_answers_nothing(sender: Sender) -> None:
    sent = statement()
    answer = sender.put(sent)
    assert (answer.status_code, answer.content) == (204, b"")
    assert sender.one(sent["id"])["actor"] == sent["actor"]


def test_put_gives_the_id_of_the_address_to_a_statement_without_one(sender: Sender) -> None:
    id_ = new_id()
    assert sender.put(statement(id=None), id_.upper()).status_code == 204
    assert sender.one(id_)["id"] == id_


def test_put_takes_an_id_in_either_case_and_no_other(sender: Sender) -> None:
    sent = statement()
    assert sender.put({**sent, "id": sent["id"].upper()}, sent["id"]).status_code == 204
    answer = sender.put(statement(), new_id())
    assert (answer.status_code, answer.json()["code"]) == (400, "other_id")


@pytest.mark.parametrize(
    "query", [{}, {"statementID": new_id()}, {"statementId": "true"}, {"statementId": ""}]
)
def test_put_needs_the_id_in_the_address(sender: Sender, query: dict[str, Any]) -> None:
    assert sender.ask("put", body=statement(id=None), **query).status_code == 400


def test_put_takes_one_statement_and_no_other_parameter(sender: Sender) -> None:
    sent = statement()
    assert sender.put([sent], sent["id"]).json()["code"] == "one_statement"
    assert sender.put(sent, verb=EXPERIENCED).status_code == 400
    assert sender.post(sent, statementId=sent["id"]).status_code == 400
    assert sender.ids() == []


def test_post_answers_a_list_of_ids_in_the_order_sent_for_one_too(sender: Sender) -> None:
    one, many = statement(), [statement() for _ in range(5)]
    answer = sender.post(one)
    assert (answer.status_code, answer["Content-Type"], answer.json()) == (
        200,
        "application/json",
        [one["id"]],
    )
    assert sender.post(many).json() == [each["id"] for each in many]


def test_an_empty_list_is_success(sender: Sender) -> None:
    answer = sender.post([])
    assert (answer.status_code, answer.json()) == (200, [])


def test_a_statement_without_an_id_gets_one_and_the_answer_says_it(sender: Sender) -> None:
    [first, second] = sender.post([statement(id=None), statement(id=None)]).json()
    assert first != second
    assert sender.one(first)["id"] == first


def test_the_store_sets_what_is_its_own(sender: Sender) -> None:
    sent = statement(
        stored="2011-07-15T00:00:00Z", authority=agent("somebody else"), timestamp="2025-09-03T14:05:30+02:00"
    )
    sender.store(sent)
    kept = sender.one(sent["id"])
    assert kept["stored"] > "2025"
    assert kept["authority"] == {
        "objectType": "Agent",
        "name": "Player",
        "account": {"homePage": settings.PUBLIC_BASE_URL, "name": sender.key},
    }
    assert kept["version"] == "1.0.0"
    without = statement()
    sender.store(without)
    kept = sender.one(without["id"])
    assert kept["timestamp"] == kept["stored"]
    named = statement(version="1.0.2")
    sender.store(named)
    assert sender.one(named["id"])["version"] == "1.0.2"


def test_the_same_statement_again_is_success_and_changes_nothing(sender: Sender) -> None:
    sent = statement(timestamp="2025-09-03T14:05:30Z", result={"score": {"raw": 1}})
    sender.store(sent)
    first = sender.one(sent["id"])
    again = copy.deepcopy(sent)
    again["timestamp"] = "2025-09-03T16:05:30.000+02:00"
    again["verb"]["display"] = {"en": "watched"}
    again["result"]["score"]["raw"] = 1.0
    assert sender.put(again).status_code == 204
    assert sender.post(again).status_code == 200
    assert sender.one(sent["id"]) == first


def test_the_same_statement_without_a_time_is_no_conflict_with_itself(sender: Sender) -> None:
    """Another store fills the time first and compares then (xapi.md section 3)."""
    sent = statement()
    sender.store(sent)
    assert sender.put(sent).status_code == 204


@pytest.mark.parametrize(
    "difference",
    [
        {"verb": {"id": "https://a.b/other"}},
        {"actor": agent("u-9")},
        {"result": {"duration": "PT60S"}},
        {"timestamp": "2025-09-03T14:05:31Z"},
        {"context": {"platform": "x"}},
    ],
)
def test_another_statement_with_a_known_id_is_a_conflict_and_the_batch_stores_nothing(
    sender: Sender, difference: dict[str, Any]
) -> None:
    sent = statement(timestamp="2025-09-03T14:05:30Z")
    sender.store(sent)
    first, beside = sender.one(sent["id"]), statement()
    other = {**sent, **difference}
    for answer in (sender.put(other), sender.post(other), sender.post([beside, other])):
        assert (answer.status_code, answer.json()["code"]) == (409, "other_statement")
        assert sent["id"] in answer.json()["detail"]
    assert sender.one(sent["id"]) == first
    assert sender.get(statementId=beside["id"]).status_code == 404


def test_an_id_twice_in_one_request_refuses_it_whole(sender: Sender) -> None:
    sent, beside = statement(), statement()
    for again in (sent, {**sent, "id": sent["id"].upper()}, {**sent, "actor": agent("u-9")}):
        answer = sender.post([beside, sent, again])
        assert (answer.status_code, answer.json()["code"]) == (400, "repeated_id")
        assert sent["id"] in answer.json()["detail"]
    assert sender.ids() == []


def test_one_bad_statement_refuses_all_and_every_fault_is_told_with_its_place(sender: Sender) -> None:
    good = statement()
    bad = statement(verb={"id": "should fail"}, actor={"mbox": "ana@example.edu"})
    answer = sender.post([good, bad])
    assert (answer.status_code, answer.json()["code"]) == (400, "bad_statement")
    told = {error["field"]: (error["code"], error["detail"]) for error in answer.json()["errors"]}
    assert set(told) == {"statements[1].verb.id", "statements[1].actor.mbox"}
    assert told["statements[1].actor.mbox"][0] == "X-21"
    assert "ana@example.edu" in told["statements[1].actor.mbox"][1]
    assert answer.json()["detail"].endswith("Nothing was stored.")
    assert sender.get(statementId=good["id"]).status_code == 404


def test_of_many_faults_twenty_are_told_and_the_rest_counted(sender: Sender) -> None:
    answer = sender.post([statement(verb={"id": "x"}) for _ in range(50)])
    assert len(answer.json()["errors"]) == 20
    assert "There are 30 more faults." in answer.json()["detail"]


@pytest.mark.parametrize("body", ['"x"', "7", "null", "{}", "[7]", "[[]]", "true"])
def test_what_is_no_statement_is_refused(sender: Sender, body: str) -> None:
    assert sender.post(body.encode()).status_code == 400


@pytest.mark.parametrize(
    ("body", "says"),
    [
        (b" ", "no JSON"),
        (b"{", "line 1"),
        (b'{"id": NaN}', "NaN"),
        (b'{"actor": {}, "actor": {}}', "actor"),
        (b"\xff\xfe", "UTF-8"),
        (b"[" * 100_000, "levels"),
        (json.dumps(statement()).encode("utf-16"), "UTF-8"),
        (json.dumps(statement()).encode() + b"x", "line 1"),
    ],
)
def test_what_is_no_strict_json_is_refused_with_its_place(sender: Sender, body: bytes, says: str) -> None:
    answer = sender.post(body)
    assert (answer.status_code, answer.json()["code"]) == (400, "bad_json")
    assert says in answer.json()["detail"]


@pytest.mark.parametrize(
    "content_type", ["text/plain", "multipart/form-data; boundary=x", "application/x-www-form-urlencoded", ""]
)
def test_a_body_of_another_type_is_refused(sender: Sender, content_type: str) -> None:
    answer = sender.post(statement(), content_type=content_type)
    assert (answer.status_code, answer.json()["code"]) == (400, "bad_content_type")


@pytest.mark.parametrize("content_type", ["application/json; charset=utf-8", "Application/JSON"])
def test_a_type_is_the_same_with_parameters_and_in_any_case(sender: Sender, content_type: str) -> None:
    assert sender.post(statement(), content_type=content_type).status_code == 200


def test_attachments_with_data_are_refused_in_words_that_say_what_is_possible(sender: Sender) -> None:
    parts = b"--b\r\nContent-Type: application/json\r\n\r\n{}\r\n--b--\r\n"
    answer = sender.post(parts, content_type="multipart/mixed; boundary=b")
    assert (answer.status_code, answer.json()["code"]) == (400, "no_attachments")
    assert "`fileUrl`" in answer.json()["detail"]
    elsewhere = {**ATTACHMENT, "fileUrl": "https://over.there.example/file.txt"}
    kept = statement(attachments=[elsewhere])
    assert sender.post(kept).status_code == 200
    assert sender.one(kept["id"])["attachments"] == [elsewhere]
    answer = sender.post(statement(attachments=[elsewhere, ATTACHMENT]))
    [error] = answer.json()["errors"]
    assert (answer.status_code, error["field"], error["code"]) == (400, "attachments[1].fileUrl", "X-96")
    inner = {**statement(id=None), "objectType": "SubStatement", "attachments": [ATTACHMENT]}
    answer = sender.post([statement(object=inner)])
    assert answer.json()["errors"][0]["field"] == "statements[0].object.attachments[0].fileUrl"


def test_a_request_has_ten_mebibytes_and_a_thousand_statements_at_most(sender: Sender) -> None:
    most = [{"actor": agent(), "verb": {"id": EXPERIENCED}, "object": {"id": VIDEO}} for _ in range(1_001)]
    answer = sender.post(most)
    assert (answer.status_code, answer.json()["code"]) == (413, "too_many_statements")
    assert sender.post(most[:1_000]).status_code == 200
    answer = sender.post(b" " * (10 << 20) + b"[]")
    assert (answer.status_code, answer.json()["code"]) == (413, "too_large")
    large = statement(result={"response": "x" * ((10 << 20) - 1_000)})
    assert sender.put(large).status_code == 204


def test_a_batch_asks_the_database_the_same_however_many_it_has(sender: Sender) -> None:
    sender.store(statement())
    asked = []
    for number in (5, 50, 200):
        with CaptureQueriesContext(connection) as queries:
            sender.store(*(statement() for _ in range(number)))
        asked.append(len(queries))
    assert len(set(asked)) == 1


def test_a_time_ahead_is_taken(sender: Sender) -> None:
    """X-91: the store accepts what a sender never writes."""
    assert sender.put(statement(timestamp="2999-01-01T00:00:00Z")).status_code == 204


def test_texts_of_all_scripts_come_back_as_they_were(sender: Sender) -> None:
    sent = statement(
        actor={**agent("å-204"), "name": "Åse Ødegård 王 😀 \u0000"}, result={"response": ' a\tb\n"c" \\'}
    )
    sender.store(sent)
    kept = sender.one(sent["id"])
    assert (kept["actor"], kept["result"]) == (sent["actor"], sent["result"])


def test_when_others_store_the_same_meanwhile_the_batch_is_judged_again(
    sender: Sender, monkeypatch: Any
) -> None:
    write, tries = store.write, []

    def moved(*args: Any, **options: Any) -> Any:
        tries.append(1)
        if len(tries) < 3:
            raise StatementsMoved
        return write(*args, **options)

    monkeypatch.setattr(store, "write", moved)
    sent = statement()
    assert sender.put(sent).status_code == 204
    assert (len(tries), sender.one(sent["id"])["id"]) == (3, sent["id"])


def test_when_that_never_ends_the_caller_is_asked_to_come_back(sender: Sender, monkeypatch: Any) -> None:
    def moved(*args: Any, **options: Any) -> Any:
        raise StatementsMoved

    monkeypatch.setattr(store, "write", moved)
    answer = sender.put(statement())
    assert (answer.status_code, answer["Retry-After"]) == (503, "5")


def test_a_fault_of_our_own_is_500_and_tells_nothing_of_it(sender: Sender, monkeypatch: Any) -> None:
    def broken(*args: Any, **options: Any) -> Any:
        raise ZeroDivisionError("secret")

    monkeypatch.setattr(store, "write", broken)
    sender.client.raise_request_exception = False
    answer = sender.put(statement())
    assert (answer.status_code, answer.json()["code"]) == (500, "internal_error")
    assert "secret" not in answer.content.decode()
    assert sender.ids() == []
