"""Statements that go out: one by one, by filters, page by page, in three forms (xapi.md 5.2)."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any

import pytest

from tests.activity.door.calling import (
    EXPERIENCED,
    VIDEO,
    VOIDED,
    Sender,
    agent,
    body_of,
    content_of,
    new_id,
    reference,
    sender_in,
    statement,
    voiding,
)

COURSE = "https://lecture.example.edu/course/c-1"
REGISTRATION = "43131dec-dd37-4bda-be97-b625440b5def"


def test_one_is_itself_with_the_time_it_was_stored(sender: Sender) -> None:
    sent = statement()
    sender.store(sent)
    answer = sender.get(statementId=sent["id"].upper())
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/json")
    kept = answer.json()
    assert kept["id"] == sent["id"]
    stored = datetime.fromisoformat(kept["stored"])
    assert parsedate_to_datetime(answer["Last-Modified"]) == stored.replace(microsecond=0)


def test_what_is_not_there_is_404_by_either_id(sender: Sender) -> None:
    sent = statement()
    sender.store(sent)
    assert sender.get(statementId=new_id()).status_code == 404
    assert sender.get(voidedStatementId=new_id()).status_code == 404
    # It is there, and not void.
    assert sender.get(voidedStatementId=sent["id"]).status_code == 404


def test_what_is_void_is_found_by_the_other_id_alone_and_what_refers_to_it_stays(sender: Sender) -> None:
    sent, about = statement(), statement()
    about["object"], about["verb"] = reference(sent["id"]), {"id": "https://a.b/commented"}
    sender.store(sent, about)
    void = voiding(sent["id"])
    sender.store(void)
    assert sender.get(statementId=sent["id"]).status_code == 404
    answer = sender.get(voidedStatementId=sent["id"])
    assert (answer.status_code, answer.json()["id"]) == (200, sent["id"])
    assert "Last-Modified" in answer
    assert sender.ids() == [void["id"], about["id"]]
    # Found by what they refer to, though it is void.
    assert sender.ids(activity=VIDEO) == [void["id"], about["id"]]


def test_a_voiding_statement_cannot_be_voided(sender: Sender) -> None:
    sent = statement()
    void = voiding(sent["id"])
    sender.store(sent)
    sender.store(void)
    sender.store(voiding(void["id"]))
    assert sender.one(void["id"])["id"] == void["id"]
    assert sender.get(voidedStatementId=void["id"]).status_code == 404
    assert sender.get(statementId=sent["id"]).status_code == 404


def test_what_is_voided_before_it_comes_is_void_at_once_and_comes_again_as_success(sender: Sender) -> None:
    sent = statement()
    sender.store(voiding(sent["id"]))
    assert sender.put(sent).status_code == 204
    assert sender.get(statementId=sent["id"]).status_code == 404
    assert sender.get(voidedStatementId=sent["id"]).status_code == 200
    # xapi.md A11: an equal one is success and stays void; another is a conflict.
    assert sender.put(sent).status_code == 204
    assert sender.post([sent, statement()]).status_code == 200
    assert sender.get(statementId=sent["id"]).status_code == 404
    assert sender.put({**sent, "actor": agent("u-9")}).status_code == 409


def test_without_anything_there_is_an_empty_list(sender: Sender) -> None:
    answer = sender.get()
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/json")
    assert answer.json() == {"statements": [], "more": ""}
    assert sender.get(verb="http://adlnet.gov/expapi/non/existent").json() == {"statements": [], "more": ""}


def test_the_newest_come_first_and_the_oldest_when_asked_for(sender: Sender) -> None:
    ids = sender.store(*(statement() for _ in range(3))) + sender.store(*(statement() for _ in range(2)))
    assert sender.ids() == ids[::-1]
    assert sender.ids(ascending=True) == ids
    assert sender.ids(ascending=False) == ids[::-1]
    assert sender.ids(limit=2) == ids[:2:-1]


def everything() -> dict[str, dict[str, Any]]:
    """Statements that filters tell apart, by a word each."""
    ana, bo, group = agent("ana"), {"mbox": "mailto:bo@example.edu"}, agent("table-3")
    return {
        "plain": statement(),
        "by ana": statement(actor=ana),
        "about bo": statement(verb={"id": "https://a.b/liked"}, object={"objectType": "Agent", **bo}),
        "by a group with bo": statement(
            actor={"objectType": "Group", **group, "member": [bo]}, object={"id": COURSE}
        ),
        "within": statement(
            context={
                "registration": REGISTRATION,
                "instructor": bo,
                "contextActivities": {"grouping": [{"id": COURSE}]},
            }
        ),
        "inner": statement(
            verb={"id": "https://a.b/planned"},
            object={
                "objectType": "SubStatement",
                "actor": ana,
                "verb": {"id": EXPERIENCED},
                "object": {"id": COURSE},
            },
        ),
    }


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ({"verb": "https://a.b/liked"}, "about bo"),
        ({"verb": "https://a.b/planned"}, "inner"),
        ({"activity": COURSE}, "by a group with bo"),
        ({"activity": COURSE, "related_activities": True}, "by a group with bo, within, inner"),
        ({"activity": COURSE, "related_activities": False}, "by a group with bo"),
        ({"registration": REGISTRATION}, "within"),
        ({"registration": REGISTRATION.upper()}, "within"),
        ({"agent": agent("ana")}, "by ana"),
        ({"agent": agent("ana"), "related_agents": True}, "by ana, inner"),
        ({"agent": {"mbox": "mailto:bo@EXAMPLE.edu"}}, "about bo, by a group with bo"),
        ({"agent": {"mbox": "mailto:bo@example.edu", "objectType": "Agent", "name": "B"}, "related_agents": True},
         "about bo, by a group with bo, within"),
        ({"agent": {"objectType": "Group", **agent("table-3")}}, "by a group with bo"),
        ({"agent": {"mbox": "mailto:bo@example.edu"}, "activity": COURSE}, "by a group with bo"),
        ({"agent": agent("nobody")}, ""),
    ],
)  # fmt: skip
def test_filters_find_what_they_say_and_nothing_else(
    sender: Sender, query: dict[str, Any], words: str
) -> None:
    told = everything()
    sender.store(*told.values())
    names = {each["id"]: word for word, each in told.items()}
    found = [names[id_] for id_ in sender.ids(ascending=True, **query)]
    assert ", ".join(found) == words


def test_an_authority_is_a_related_agent(sender: Sender) -> None:
    ids = sender.store(statement())
    authority = sender.one(ids[0])["authority"]
    assert sender.ids(agent=authority, related_agents=True) == ids
    assert sender.ids(agent=authority) == []


def test_what_refers_to_a_match_matches_over_any_number_of_steps_whenever_it_comes(sender: Sender) -> None:
    first = statement(actor=agent("ana"))
    second = statement(object=reference(first["id"]), verb={"id": "https://a.b/liked"})
    third = statement(object=reference(second["id"]), verb={"id": "https://a.b/liked"})
    sender.store(third)
    assert sender.ids(agent=agent("ana")) == []
    sender.store(second)
    sender.store(first)
    assert set(sender.ids(agent=agent("ana"))) == {first["id"], second["id"], third["id"]}
    # All filters together are asked of one statement, itself or one that it refers to.
    assert set(sender.ids(activity=VIDEO, verb=EXPERIENCED)) == {first["id"], second["id"], third["id"]}
    assert sender.ids(activity=VIDEO, verb="https://a.b/liked") == []
    assert sender.ids(activity=VIDEO, limit=1) == [first["id"]]


def test_since_is_after_and_until_up_to_and_including(sender: Sender) -> None:
    [early] = sender.store(statement())
    at = sender.one(early)["stored"]
    while sender.tenant.query("SELECT clock_timestamp() <= %s::timestamptz + interval '2 ms'", at)[0][0]:
        pass
    [late] = sender.store(statement())
    later = sender.one(late)["stored"]
    assert sender.ids(since=at) == [late]
    assert sender.ids(until=at) == [early]
    assert sender.ids(since=at, until=later) == [late]
    assert sender.ids(since=later) == []
    before = (datetime.fromisoformat(at) - timedelta(milliseconds=1)).isoformat()
    assert sender.ids(since=before, until=at) == [early]
    assert sender.ids(until=before) == []


NAMES = {"en-US": "Lecture 4", "de": "Vorlesung 4"}
TYPE = "https://w3id.org/xapi/video/activity-type/video"
FULL = {
    "actor": {
        "objectType": "Group",
        "name": "Table 3",
        "member": [{"name": "Ana", **agent("ana")}],
    },
    "verb": {"id": EXPERIENCED, "display": {"en-US": "watched", "de": "sah"}},
    "object": {"id": VIDEO, "definition": {"type": TYPE, "name": NAMES}},
    "context": {
        "instructor": {"name": "Bo", "mbox": "mailto:bo@example.edu"},
        "contextActivities": {"grouping": {"id": COURSE, "definition": {"name": {"en-US": "Biology"}}}},
    },
}


def test_exact_is_what_was_sent(sender: Sender) -> None:
    sent = statement(**FULL, timestamp="2025-09-03T14:05:30.123Z")
    sender.store(sent)
    for query in ({}, {"format": "exact"}):
        kept = sender.one(sent["id"], **query)
        for name in ("actor", "verb", "object"):
            assert kept[name] == sent[name]
        # A list always.
        grouping = FULL["context"]["contextActivities"]["grouping"]  # type: ignore[index]  # of the text above
        assert kept["context"]["contextActivities"] == {"grouping": [grouping]}
        assert datetime.fromisoformat(kept["timestamp"]) == datetime(
            2025, 9, 3, 14, 5, 30, 123_000, tzinfo=UTC
        )


def test_ids_are_identifiers_only(sender: Sender) -> None:
    sent = statement(**FULL)
    sender.store(sent)
    kept = sender.one(sent["id"], format="ids")
    assert kept["actor"] == {"objectType": "Group", "member": [agent("ana")]}
    assert kept["verb"] == {"id": EXPERIENCED}
    assert kept["object"] == {"id": VIDEO}
    assert kept["context"]["instructor"] == {"mbox": "mailto:bo@example.edu"}
    assert kept["context"]["contextActivities"]["grouping"] == [{"id": COURSE}]
    assert "definition" not in json.dumps(kept)


def test_ids_of_an_activity_within_a_substatement_are_its_id_alone(sender: Sender) -> None:
    activity = {"objectType": "Activity", "id": VIDEO, "definition": {"name": {"en": "Queues"}}}
    team = {"objectType": "Group", "name": "Table 3", "mbox": "mailto:table3@example.edu"}
    planned = {
        "objectType": "SubStatement",
        "actor": team,
        "verb": {"id": EXPERIENCED, "display": {"en": "experienced"}},
        "object": activity,
    }
    [direct, within] = sender.store(statement(object=activity), statement(object=planned))
    assert sender.one(direct, format="ids")["object"] == {"id": VIDEO}
    # XAPI-00171 counts the members.
    assert sender.one(within, format="ids")["object"] == {
        "objectType": "SubStatement",
        "actor": {"objectType": "Group", "mbox": "mailto:table3@example.edu"},
        "verb": {"id": EXPERIENCED},
        "object": {"id": VIDEO},
    }


@pytest.mark.parametrize(
    ("accepted", "tag"), [("de", "de"), ("de-CH, en;q=0.1", "de"), ("en-GB", "en-US"), ("", "en-US")]
)
def test_canonical_has_our_definitions_in_one_language(sender: Sender, accepted: str, tag: str) -> None:
    sent = statement(**FULL)
    sender.store(sent)
    answer = sender.get(statementId=sent["id"], format="canonical", headers={"Accept-Language": accepted})
    kept = body_of(answer)
    assert kept["verb"]["display"] == {tag: FULL["verb"]["display"][tag]}  # type: ignore[index]  # of the text above
    assert kept["object"]["definition"]["name"] == {tag: NAMES[tag]}
    assert kept["object"]["definition"]["type"] == TYPE
    # All languages when it is not asked for.
    exact = body_of(sender.get(statementId=sent["id"], headers={"Accept-Language": accepted}))
    assert exact["object"]["definition"]["name"] == NAMES


def test_canonical_definitions_are_the_newest_that_were_said_in_lists_too(sender: Sender) -> None:
    """xapi.md A16."""
    sender.store(statement(object={"id": VIDEO, "definition": {"name": {"en": "Old", "de": "Alt"}}}))
    sender.store(statement(object={"id": VIDEO, "definition": {"name": {"en": "New"}}}))
    [bare] = sender.store(statement())
    headers = {"Accept-Language": "en"}
    answer = sender.get(format="canonical", headers=headers)
    names = [each["object"]["definition"]["name"] for each in body_of(answer)["statements"]]
    assert names == [{"en": "New"}] * 3
    german = sender.get(statementId=bare, format="canonical", headers={"Accept-Language": "de"})
    assert body_of(german)["object"]["definition"]["name"] == {"de": "Alt"}
    assert sender.one(bare)["object"] == {"id": VIDEO}


def parts_of(answer: Any) -> list[tuple[str, bytes]]:
    kind, _, boundary = answer["Content-Type"].partition("; boundary=")
    assert kind == "multipart/mixed"
    first, *parts, last = content_of(answer).split(b"--" + boundary.encode())
    assert (first, last) == (b"", b"--\r\n")
    found = []
    for part in parts:
        head, _, body = part.partition(b"\r\n\r\n")
        found.append((head.decode().strip(), body.removesuffix(b"\r\n")))
    return found


def test_with_attachments_the_answer_is_multipart_and_has_no_further_part(sender: Sender) -> None:
    sent = statement()
    sender.store(sent)
    [(head, body)] = parts_of(sender.get(attachments=True))
    assert head == "Content-Type: application/json"
    assert [each["id"] for each in json.loads(body)["statements"]] == [sent["id"]]
    [(head, body)] = parts_of(sender.get(statementId=sent["id"], attachments=True))
    assert json.loads(body)["id"] == sent["id"]
    assert sender.get(attachments=False)["Content-Type"] == "application/json"
    assert sender.get(statementId=sent["id"], attachments=False)["Content-Type"] == "application/json"
    void = voiding(sent["id"])
    sender.store(void)
    [(head, body)] = parts_of(sender.get(voidedStatementId=sent["id"], attachments=True))
    assert json.loads(body)["id"] == sent["id"]


def test_head_is_get_without_a_body(sender: Sender) -> None:
    [id_] = sender.store(statement())
    for query in ({}, {"statementId": id_}, {"attachments": True}, {"statementId": new_id()}, {"foo": "bar"}):
        head, get = sender.ask("head", **query), sender.get(**query)
        assert head.status_code == get.status_code
        assert content_of(head) == b""
        ours = {"Content-Type", "Last-Modified", "X-Experience-API-Version", "Cache-Control"}
        assert {name: head.get(name) for name in ours if name != "Content-Type"} == {
            name: get.get(name) for name in ours if name != "Content-Type"
        }
        assert head["Content-Type"].partition(";")[0] == get["Content-Type"].partition(";")[0]


def test_a_voiding_statement_alone_says_voided(sender: Sender) -> None:
    void = voiding(new_id())
    sender.store(void)
    assert sender.ids(verb=VOIDED) == [void["id"]]


def test_consistent_through_is_never_before_what_is_shown(sender: Sender) -> None:
    sender.store(statement())
    answer = sender.get()
    stored = datetime.fromisoformat(body_of(answer)["statements"][0]["stored"])
    assert stored <= datetime.fromisoformat(answer["X-Experience-API-Consistent-Through"])


def test_who_sent_what_is_told_apart(sender: Sender) -> None:
    other = sender_in(sender.tenant, name="Other")
    [mine], [theirs] = sender.store(statement()), other.store(statement())
    assert sender.one(theirs)["authority"]["name"] == "Other"
    assert other.one(mine)["authority"]["name"] == "Player"
