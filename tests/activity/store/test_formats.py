"""Statements as they are given out, and what is known of activities (xapi.md 5.2 and A16)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import connection

from edu_csv import tenancy
from edu_csv.activity import formats, queries
from edu_csv.activity.queries import Asked
from tests.activity.store.statements import AUTHORITY, Statement, agent, named, put, refers, statement
from tests.imports.harness import Tenant, new_tenant

VIDEO = "https://lecture.example.edu/media/v-17"


def english(texts: Mapping[str, str]) -> str | None:
    return "en" if "en" in texts else next(iter(texts), None)


def given(tenant: Tenant, form: formats.Form, name: str = "a") -> Statement:
    with tenancy.use_institution(tenant.pk), connection.cursor() as cursor:
        found = [each for each in queries.page(cursor, tenant.pk, Asked()) if str(each.id) == named(name)]
        [made] = formats.formatted(cursor, tenant.pk, found, form, english)
    told: Statement = json.loads(made)
    return told


def about(definition: dict[str, Any], name: str, **properties: Any) -> Statement:
    return statement(name, object={"id": VIDEO, "definition": definition}, **properties)


def test_exact_gives_back_what_was_sent_and_what_the_store_says(tenant: Tenant) -> None:
    sent = about({"name": {"en": "Queues", "de": "Schlangen"}}, "a", result={"response": "Zoë\u0000 <&>"})
    outcome = put(tenant.pk, [sent])
    assert outcome.written is not None
    assert given(tenant, "exact") == sent | {
        "stored": formats.moment(outcome.written.stored),
        "authority": AUTHORITY,
        "version": "1.0.0",
    }


def test_exact_keeps_numbers_of_any_length(tenant: Tenant) -> None:
    extensions = {"https://x.example/long": 123456789012345678901234567890, "https://x.example/half": 0.5}
    put(tenant.pk, [statement("a", result={"extensions": extensions})])
    assert given(tenant, "exact")["result"]["extensions"] == extensions


@pytest.mark.parametrize(
    ("sent", "told"),
    [
        ("2025-09-03T14:05:30.1234567Z", "2025-09-03T14:05:30.1234567Z"),
        ("2025-09-03T16:05:30.5+02:00", "2025-09-03T14:05:30.500Z"),
        ("2025-09-03T14:05:30", "2025-09-03T14:05:30.000Z"),
    ],
)
def test_times_are_given_in_utc(tenant: Tenant, sent: str, told: str) -> None:
    put(tenant.pk, [statement("a", timestamp=sent)])
    assert given(tenant, "exact")["timestamp"] == told


def test_without_a_timestamp_that_of_storing_is_given(tenant: Tenant) -> None:
    put(tenant.pk, [statement("a", timestamp=None, version="1.0.3")])
    made = given(tenant, "exact")
    assert made["timestamp"] == made["stored"]
    assert made["version"] == "1.0.3"


def test_one_context_activity_is_given_as_a_list(tenant: Tenant) -> None:
    inner = {
        "objectType": "SubStatement",
        "actor": agent("ben"),
        "verb": {"id": "http://x.example/did"},
        "object": {"id": VIDEO},
        "context": {"contextActivities": {"parent": {"id": "https://x.example/p"}}},
    }
    put(
        tenant.pk,
        [
            statement(
                "a", object=inner, context={"contextActivities": {"grouping": {"id": "https://x.example/g"}}}
            )
        ],
    )
    made = given(tenant, "exact")
    assert made["context"]["contextActivities"] == {"grouping": [{"id": "https://x.example/g"}]}
    assert made["object"]["context"]["contextActivities"] == {"parent": [{"id": "https://x.example/p"}]}


def test_ids_gives_identifiers_alone(tenant: Tenant) -> None:
    group = {"objectType": "Group", "name": "Table 3", "member": [{**agent("ana"), "name": "Ana"}]}
    put(
        tenant.pk,
        [
            about(
                {"name": {"en": "Queues"}},
                "a",
                actor=group,
                verb={"id": "http://x.example/did", "display": {"en": "did"}},
                context={
                    "instructor": {**agent("ben"), "name": "Ben"},
                    "contextActivities": {
                        "parent": [{"id": "https://x.example/p", "definition": {"name": {"en": "P"}}}]
                    },
                },
            )
        ],
    )
    made = given(tenant, "ids")
    assert made["actor"] == {"objectType": "Group", "member": [agent("ana")]}
    assert made["verb"] == {"id": "http://x.example/did"}
    assert made["object"] == {"id": VIDEO}
    assert made["context"] == {
        "instructor": agent("ben"),
        "contextActivities": {"parent": [{"id": "https://x.example/p"}]},
    }
    assert made["id"] == named("a")


def test_ids_of_a_reference_and_of_an_agent_as_object(tenant: Tenant) -> None:
    put(
        tenant.pk,
        [refers("a", "x")],
        [statement("b", object={"objectType": "Agent", "name": "Ben", **agent("ben")})],
    )
    assert given(tenant, "ids")["object"] == {"objectType": "StatementRef", "id": named("x")}
    assert given(tenant, "ids", "b")["object"] == {"objectType": "Agent", **agent("ben")}


def test_canonical_says_the_newest_of_each_language_and_shows_one(tenant: Tenant) -> None:
    kind = "http://adlnet.gov/expapi/activities/media"
    put(tenant.pk, [about({"name": {"en": "Queues", "de": "Schlangen"}, "type": kind}, "a")])
    put(tenant.pk, [about({"name": {"en": "Queues 2"}, "description": {"fr": "Files"}}, "b")])
    put(tenant.pk, [about({"name": {"en": ""}}, "c")])
    for name in "abc":
        assert given(tenant, "canonical", name)["object"] == {
            "id": VIDEO,
            "definition": {"name": {"en": "Queues 2"}, "description": {"fr": "Files"}, "type": kind},
        }
    assert given(tenant, "exact")["object"]["definition"]["name"] == {"en": "Queues", "de": "Schlangen"}


def test_within_a_file_the_last_counts_and_rows_that_fail_say_nothing(tenant: Tenant) -> None:
    put(tenant.pk, [statement("taken", result={"success": True})])
    put(
        tenant.pk,
        [about({"name": {"en": "First"}}, "a")],
        [about({"name": {"en": "Last"}}, "b")],
        [about({"name": {"en": "Failed"}}, "c"), statement("taken")],
        [about({"name": {"en": "First"}}, "d"), statement("taken")],
        [about({"name": {"en": "Said before"}}, "a", timestamp="2025-09-03T14:05:30.000Z")],
    )
    assert given(tenant, "canonical")["object"]["definition"] == {"name": {"en": "Last"}}


def test_what_was_replaced_is_not_kept(tenant: Tenant) -> None:
    for number in range(4):
        put(tenant.pk, [about({"name": {"en": f"Name {number % 3}"}}, f"s{number}")])
    put(tenant.pk, [about({"name": {"en": "Name 0"}}, "again")])
    assert tenant.query("SELECT part, language, value FROM activity_definition") == [
        ("name", "en", '"Name 0"')
    ]


def test_canonical_shows_verbs_and_choices_in_one_language(tenant: Tenant) -> None:
    definition = {
        "interactionType": "choice",
        "choices": [{"id": "a", "description": {"de": "Stapel", "en": "Stack"}}, {"id": "b"}],
    }
    verb = {"id": "http://x.example/did", "display": {"de": "tat", "en": "did"}}
    put(tenant.pk, [about(definition, "a", verb=verb)])
    made = given(tenant, "canonical")
    assert made["verb"] == {"id": "http://x.example/did", "display": {"en": "did"}}
    assert made["object"]["definition"]["choices"] == [
        {"id": "a", "description": {"en": "Stack"}},
        {"id": "b"},
    ]


def test_definitions_are_of_one_institution(tenant: Tenant) -> None:
    other = new_tenant()
    put(tenant.pk, [about({"name": {"en": "Ours"}}, "a")])
    put(other.pk, [about({"name": {"en": "Theirs"}}, "a")])
    assert given(tenant, "canonical")["object"]["definition"] == {"name": {"en": "Ours"}}


def test_a_moment_is_told_to_the_millisecond() -> None:
    assert formats.moment(datetime(2025, 9, 3, 14, 5, 30, 7_999, tzinfo=UTC)) == "2025-09-03T14:05:30.007Z"
