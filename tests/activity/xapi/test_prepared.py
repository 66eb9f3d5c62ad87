"""What the store gets of a statement, and the terms it is found by."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from uuid import UUID

import pytest

from edu_csv.activity.xapi import Kind, agent_key, authority_terms, prepare, term, terms_of, validate
from tests.activity.xapi import samples
from tests.activity.xapi.samples import (
    ACTIVITY,
    AGENT,
    BO,
    GROUP,
    ID,
    OTHER_ID,
    REF,
    SUB_STATEMENT,
    VOIDED,
    Json,
)

ANA, BO_KEY = "account:https://lecture.example.edu u-204", "mbox:mailto:bo@example.edu"
OTHER = {"id": "https://lecture.example.edu/course/c-1"}
Terms = list[tuple[Kind, str]]
SMALLEST: Terms = [
    ("verb", "http://adlnet.gov/expapi/verbs/experienced"),
    ("agent", "mbox:mailto:ana@example.edu"),
    ("related_agent", "mbox:mailto:ana@example.edu"),
]
VIDEO: Terms = [("activity", ACTIVITY["id"]), ("related_activity", ACTIVITY["id"])]


def test_a_video_statement_made_ready() -> None:
    statement = samples.example("video")
    ready = prepare(statement)
    assert ready.id == UUID("203e9c70-5b7a-5c0e-9d65-6f1d0b8f3a11")
    assert len(ready.fingerprint) == 32
    assert ready.timestamp == datetime(2025, 9, 3, 14, 21, 0, 500_000, tzinfo=UTC)
    assert ready.verb == "https://w3id.org/xapi/video/verbs/paused"
    assert ready.refers_to is None
    assert not ready.is_voiding
    assert ready.terms == sorted(terms_of(statement))
    assert json.loads(ready.body) == statement


def test_a_voiding_statement_made_ready() -> None:
    ready = prepare(samples.example("voiding"))
    assert ready.is_voiding
    assert ready.refers_to == UUID("dfed7137-d952-5d66-9008-b3864b857ef6")


def test_a_reference_alone_voids_nothing() -> None:
    ready = prepare(samples.statement(id=ID.upper(), object=REF))
    assert (ready.id, ready.refers_to, ready.is_voiding) == (UUID(ID), UUID(OTHER_ID), False)
    assert ready.timestamp is None


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("2025-09-03T14:05:30.1239999+02:00", datetime(2025, 9, 3, 12, 5, 30, 123_000, tzinfo=UTC)),
        ("2025-09-03T14:05", datetime(2025, 9, 3, 14, 5, tzinfo=UTC)),
    ],
)
def test_times_are_compared_in_utc_to_the_millisecond(sent: str, kept: datetime) -> None:
    assert prepare(samples.statement(id=ID, timestamp=sent)).timestamp == kept


def test_whole_numbers_of_any_size_and_nuls_are_kept_as_sent() -> None:
    statement = samples.statement(id=ID, result={"extensions": {"a:b": [10**40, 5, 1.5, "a\0b", "ä"]}})
    assert validate(statement) == []
    body = prepare(statement).body
    assert json.loads(body) == statement
    assert b'[10000000000000000000000000000000000000000,5,1.5,"a\\u0000b","\xc3\xa4"]' in body


def test_a_term_is_a_signed_number_of_64_bits_that_never_changes() -> None:
    assert term("verb", "http://adlnet.gov/expapi/verbs/experienced") == 8735634439278084863
    assert term("agent", ANA) == -3735335560906001862
    assert term("related_agent", ANA) != term("agent", ANA)
    assert term("registration", ID.upper()) == term("registration", ID)
    assert (
        -(2**63)
        <= min(prepare(samples.example("video")).terms)
        < 0
        < max(prepare(samples.example("video")).terms)
        < 2**63
    )


@pytest.mark.parametrize(
    ("actor", "key"),
    [
        (AGENT, ANA),
        ({"mbox": "mailto:Bo@Example.EDU"}, "mbox:mailto:Bo@example.edu"),
        ({"mbox_sha1sum": "CD9B00A5611F94EAA7B1661EDAB976068E364975"}, "sha1:cd9b00a5611f94eaa7b1661edab976068e364975"),
        ({"openid": "https://ana.example.edu/"}, "openid:https://ana.example.edu/"),
        ({**GROUP, **BO}, BO_KEY),
        (GROUP, None),
    ],
)  # fmt: skip
def test_an_actor_is_known_by_its_identifier(actor: Json, key: str | None) -> None:
    assert agent_key(actor) == key


@pytest.mark.parametrize(
    ("changes", "terms"),
    [
        ({}, [*SMALLEST, *VIDEO]),
        ({"object": {"objectType": "Agent", **BO}}, [*SMALLEST, ("agent", BO_KEY), ("related_agent", BO_KEY)]),
        (
            {"object": GROUP},
            [*SMALLEST, ("agent", ANA), ("related_agent", ANA), ("agent", BO_KEY), ("related_agent", BO_KEY)],
        ),
        ({"object": REF}, SMALLEST),
        ({"object": REF, "verb": VOIDED}, [("verb", VOIDED["id"]), *SMALLEST[1:]]),
        (
            {
                "context": {
                    "registration": ID.upper(),
                    "instructor": AGENT,
                    "team": {"objectType": "Group", "member": [BO]},
                    "contextActivities": {"parent": OTHER, "other": [ACTIVITY]},
                    "statement": REF,
                }
            },
            [
                *SMALLEST,
                *VIDEO,
                ("registration", ID),
                ("related_agent", ANA),
                ("related_agent", BO_KEY),
                ("related_activity", OTHER["id"]),
            ],
        ),
        (
            {"object": {**SUB_STATEMENT, "context": {"contextActivities": {"grouping": [OTHER]}, "registration": ID, "team": GROUP}}},
            [
                *SMALLEST,
                ("related_agent", ANA),
                ("related_agent", BO_KEY),
                ("related_activity", "https://lecture.example.edu/poll/a-5"),
                ("related_activity", OTHER["id"]),
            ],
        ),
        (
            {"object": {**SUB_STATEMENT, "object": {"objectType": "Agent", **BO}, "context": {}}},
            [*SMALLEST, ("related_agent", ANA), ("related_agent", BO_KEY)],
        ),
        ({"object": {**SUB_STATEMENT, "object": REF, "context": {}}}, [*SMALLEST, ("related_agent", ANA)]),
        ({"authority": BO}, [*SMALLEST, *VIDEO]),
    ],
)  # fmt: skip
def test_a_statement_is_found_by_these_terms(changes: Json, terms: Terms) -> None:
    statement = samples.statement(**changes)
    assert validate(statement) == []
    assert terms_of(statement) == {term(kind, key) for kind, key in terms}


def test_an_authority_adds_related_agents() -> None:
    assert authority_terms(AGENT) == {term("related_agent", ANA)}
    two = {"objectType": "Group", "member": [AGENT, BO]}
    assert authority_terms(two) == {term("related_agent", ANA), term("related_agent", BO_KEY)}


def test_what_the_store_sets_is_not_in_the_body_and_the_rest_is() -> None:
    sent = samples.statement(
        id=ID.upper(),
        stored="2025-09-03T14:05:30Z",
        authority=AGENT,
        version="1.0.3",
        timestamp="2025-09-03T14:05:30+02:00",
    )
    kept = samples.statement(id=ID, version="1.0.3", timestamp="2025-09-03T14:05:30+02:00")
    assert json.loads(prepare(sent).body) == kept
    assert sent["stored"] == "2025-09-03T14:05:30Z"


def test_context_activities_are_kept_as_lists_in_the_same_order() -> None:
    inner = {**SUB_STATEMENT, "context": {"contextActivities": {"parent": OTHER, "other": [ACTIVITY]}}}
    sent = samples.statement(
        id=ID,
        object=inner,
        context={"language": "en", "contextActivities": {"grouping": OTHER, "category": []}},
    )
    kept = json.loads(prepare(sent).body)
    assert list(kept["context"]["contextActivities"].items()) == [("grouping", [OTHER]), ("category", [])]
    assert kept["context"]["language"] == "en"
    assert kept["object"]["context"]["contextActivities"] == {"parent": [OTHER], "other": [ACTIVITY]}
    assert sent["context"]["contextActivities"]["grouping"] == OTHER


def test_each_definition_in_a_statement_is_told_with_its_activity() -> None:
    first, second = {"name": {"en": "Lecture 4", "de": "4"}, "extensions": {"a:b": 10**30}}, {"type": "a:b"}
    inner = {
        **SUB_STATEMENT,
        "object": {**ACTIVITY, "definition": first},
        "context": {"contextActivities": {"parent": {**OTHER, "definition": second}, "other": [ACTIVITY]}},
    }
    statement = samples.statement(
        id=ID,
        object=inner,
        context={
            "contextActivities": {"grouping": [{**OTHER, "definition": {}}, {**OTHER, "definition": second}]}
        },
    )
    assert prepare(statement).definitions == [
        (
            ACTIVITY["id"],
            b'{"extensions":{"a:b":1000000000000000000000000000000},"name":{"de":"4","en":"Lecture 4"}}',
        ),
        (OTHER["id"], b'{"type":"a:b"}'),
        (OTHER["id"], b'{"type":"a:b"}'),
    ]
    assert prepare(samples.statement(id=ID)).definitions == []
    [(about, told)] = prepare({**samples.definition(name={"en": "x"}), "id": ID}).definitions
    assert (about, told) == (ACTIVITY["id"], b'{"name":{"en":"x"}}')
