"""What a GET may ask for, value by value (xapi.md 5.1, 5.2)."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from uuid import UUID

import pytest

from edu_csv.access.api.problems import Refusal
from edu_csv.activity import xapi
from edu_csv.activity.api.parameters import MOST, Many, One, wanted

ID = "dfed7137-d952-5d66-9008-b3864b857ef6"
ANA = {"mbox": "mailto:ana@Example.edu"}
VERB = "http://adlnet.gov/expapi/verbs/experienced"


def many(**parameters: str) -> Many:
    found = wanted(parameters)
    assert isinstance(found, Many)
    return found


def test_without_parameters_it_is_the_newest_five_hundred() -> None:
    assert many() == Many((), None, None, MOST, False, "exact", False)


def test_each_filter_is_a_term_or_a_bound() -> None:
    asked = many(
        agent=json.dumps(ANA), verb=VERB, activity="https://a.b/c", registration=ID.upper(),
        since="2025-09-03T14:05:30Z", until="2025-09-03T16:05:30+02:00", limit="7", ascending="true", format="ids",
        attachments="true",
    )  # fmt: skip
    key = "mbox:mailto:ana@example.edu"
    assert set(asked.terms) == {
        xapi.term("agent", key), xapi.term("verb", VERB), xapi.term("activity", "https://a.b/c"),
        xapi.term("registration", ID),
    }  # fmt: skip
    at = datetime(2025, 9, 3, 14, 5, 30, tzinfo=UTC)
    assert (asked.since, asked.until, asked.limit, asked.ascending) == (at, at, 7, True)
    assert (asked.form, asked.attachments) == ("ids", True)


def test_related_ones_are_terms_of_their_own() -> None:
    asked = many(
        agent=json.dumps(ANA), activity="https://a.b/c", related_agents="true", related_activities="true"
    )
    assert set(asked.terms) == {
        xapi.term("related_agent", "mbox:mailto:ana@example.edu"),
        xapi.term("related_activity", "https://a.b/c"),
    }
    assert many(related_agents="true", related_activities="false").terms == ()


def test_a_group_with_an_identifier_is_looked_for_like_an_agent() -> None:
    group = {"objectType": "Group", "account": {"homePage": "https://a.b", "name": "g"}, "member": [ANA]}
    assert many(agent=json.dumps(group)).terms == (xapi.term("agent", "account:https://a.b g"),)


@pytest.mark.parametrize(
    ("text", "limit"), [("0", MOST), ("1", 1), ("500", 500), ("501", MOST), ("9" * 30, MOST), ("007", 7)]
)
def test_a_page_has_as_many_as_asked_for_and_no_more_than_there_are_at_most(text: str, limit: int) -> None:
    assert many(limit=text).limit == limit


def test_flags_are_taken_as_python_writes_them_too() -> None:
    assert many(ascending="True", attachments="False", related_agents="TRUE").ascending is True


def test_a_plus_sign_that_became_a_blank_is_one_again() -> None:
    assert many(since="2025-09-03T16:05:30 02:00").since == datetime(2025, 9, 3, 14, 5, 30, tzinfo=UTC)


def test_one_is_asked_for_by_its_id() -> None:
    assert wanted({"statementId": ID.upper()}) == One(UUID(ID), False, "exact", False)
    asked = wanted({"voidedStatementId": ID, "format": "canonical", "attachments": "true"})
    assert asked == One(UUID(ID), True, "canonical", True)


OTHERS = {
    "agent": json.dumps(ANA),
    "verb": VERB,
    "activity": "https://a.b/c",
    "registration": ID,
    "related_activities": "true",
    "related_agents": "true",
    "since": "2025-09-03T14:05:30Z",
    "until": "2025-09-03T14:05:30Z",
    "limit": "1",
    "ascending": "true",
}


@pytest.mark.parametrize("one", ["statementId", "voidedStatementId"])
@pytest.mark.parametrize("other", [*OTHERS, "statementId", "voidedStatementId"])
def test_with_one_goes_nothing_but_its_form(one: str, other: str) -> None:
    if one == other:
        return
    with pytest.raises(Refusal) as why:
        wanted({one: ID, other: OTHERS.get(other, ID)})
    assert (why.value.status, why.value.code) == (400, "not_together")


@pytest.mark.parametrize("name", [*OTHERS, "statementId", "voidedStatementId", "format", "attachments"])
def test_a_name_in_another_case_is_unknown_and_the_answer_says_how_it_is_written(name: str) -> None:
    for wrong in (name.capitalize(), name.upper()):
        with pytest.raises(Refusal) as why:
            wanted({wrong: OTHERS.get(name, ID)})
        assert (why.value.status, why.value.code) == (400, "unknown_parameter")
        assert f"It is written `{name}`." in why.value.detail


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("foo", "bar"),
        ("method", "GET"),
        ("content", "{}"),
        ("statementId", "true"),
        ("statementId", ""),
        ("statementId", "00000000-0000-0000-0000-000000000000"),
        ("statementId", ID.replace("-", "")),
        ("voidedStatementId", "{}"),
        ("verb", "experienced"),
        ("verb", ""),
        ("activity", "not an iri"),
        ("registration", "x"),
        ("since", "yesterday"),
        ("since", "2025-09-03"),
        ("until", "2025-02-29T00:00:00Z"),
        ("until", ""),
        ("limit", "-1"),
        ("limit", "1.5"),
        ("limit", "ten"),
        ("limit", ""),
        ("limit", "²"),
        ("ascending", "yes"),
        ("ascending", "truth"),
        ("related_agents", "1"),
        ("related_activities", ""),
        ("format", "Ids"),
        ("format", ""),
        ("attachments", "0"),
        ("agent", "ana"),
        ("agent", ""),
        ("agent", "[]"),
        ("agent", "null"),
        ("agent", '"mailto:ana@example.edu"'),
        ("agent", '{"mbox":"ana@example.edu"}'),
        ("agent", '{"name":"Ana"}'),
        ("agent", '{"mbox":"mailto:a@b.c","mbox":"mailto:a@b.c"}'),
        ("agent", '{"mbox":"mailto:a@b.c","openid":"https://a.b"}'),
        ("agent", '{"objectType":"Group","member":[{"mbox":"mailto:a@b.c"}]}'),
        ("agent", '{"mbox":"mailto:a@b.c","extra":1}'),
    ],
)
def test_what_cannot_be_looked_for_is_refused_and_the_answer_names_it(name: str, text: str) -> None:
    with pytest.raises(Refusal) as why:
        wanted({name: text})
    assert why.value.status == 400
    assert why.value.errors[0]["field"] == name
    assert name in why.value.detail
