"""The ready templates: each example previews without a failed row, and makes what xapi.md 8.2 says."""

from __future__ import annotations

import csv
import io
from typing import Any

import pytest

from edu_csv import tenancy
from edu_csv.templating import compile_template
from imports.models import ImportTemplate
from imports.steps.templated.preview import Preview, preview
from imports.templates import gallery, manage
from tests.imports.harness import Tenant

BASE = "https://lecture.example.edu"
# xapi.md 8.2: of the first row of each report, for org 5664.
IDS = {
    "video_views": "dfed7137-d952-5d66-9008-b3864b857ef6",
    "presentation_views": "100f2dd4-7771-561e-87ff-5f4256dac0b6",
    "confusion_flags": "afab07f4-b4df-540d-895d-22c92ac0558e",
    "poll_answers": "7d90b7fd-cea0-5a10-b381-2f2ac34ea6a3",
    "questions_and_answers": "1edc358b-d82d-55e3-971a-083bb60673d6",
    "notes": "e7fa692f-fec1-51cb-bfc9-036e2e60574c",
}
EVERY = sorted(gallery.entries())
# Of the org whose ids the specification lists.
ORG = 5664


def made(tenant: Tenant, key: str) -> ImportTemplate:
    """The ready template, as somebody makes it with a click."""
    with tenancy.use_institution(tenant.pk):
        return manage.make_ready_made(tenant.actor, gallery.entries()[key], key, BASE)


def previewed(tenant: Tenant, key: str) -> Preview:
    """What its own example becomes."""
    entry, template = gallery.entries()[key], made(tenant, key)
    with tenancy.use_institution(tenant.pk):
        version = manage.current(template)
        return preview(version, io.BytesIO(entry.example), entry.example_name, institution=tenant.pk)


@pytest.mark.parametrize("key", EVERY)
def test_a_ready_template_is_ready_and_its_example_comes_out_whole(tenant: Tenant, key: str) -> None:
    found = previewed(tenant, key)
    assert found.failed_rows == {}
    assert found.rows_read == gallery.entries()[key].example.count(b"\n") - 1


def rendered(key: str) -> list[dict[str, Any]]:
    """The statements of the first row, for the org of the specification's ids."""
    entry = gallery.entries()[key]
    header, first, *_ = csv.reader(io.StringIO(entry.example.decode()))
    template = compile_template(entry.body, entry.variables_for(BASE))
    return template.bind(header, org=ORG).objects(2, first)["statements"]


@pytest.mark.parametrize("key", sorted(IDS))
def test_statements_have_the_ids_of_the_specification(key: str) -> None:
    [statement] = rendered(key)
    assert statement["id"] == IDS[key]


def test_a_video_view_is_the_whole_statement_of_the_specification() -> None:
    [statement] = rendered("video_views")
    assert statement == {
        "id": IDS["video_views"],
        "actor": {
            "objectType": "Agent",
            "name": "Ana Ruiz",
            "account": {"homePage": BASE, "name": "u-204"},
        },
        "verb": {
            "id": "http://adlnet.gov/expapi/verbs/experienced",
            "display": {"en": "watched 30 seconds of"},
        },
        "object": {
            "objectType": "Activity",
            "id": f"{BASE}/media/v-17",
            "definition": {
                "type": "https://w3id.org/xapi/video/activity-type/video",
                "name": {"en": "Lecture 4: Queues"},
                "extensions": {"https://w3id.org/xapi/video/extensions/length": 3120},
            },
        },
        "result": {"duration": "PT30S"},
        "context": {
            "platform": "Lecture platform",
            "contextActivities": {
                "parent": [
                    {
                        "id": f"{BASE}/section/s-3",
                        "definition": {
                            "type": "http://adlnet.gov/expapi/activities/module",
                            "name": {"en": "BIO101-01"},
                        },
                    }
                ],
                "grouping": [
                    {
                        "id": f"{BASE}/course/c-1",
                        "definition": {
                            "type": "http://adlnet.gov/expapi/activities/course",
                            "name": {"en": "BIO101 Introduction"},
                        },
                    }
                ],
            },
            "extensions": {f"{BASE}/xapi/ext/role": "Student"},
        },
        "timestamp": "2025-09-03T14:05:30.000Z",
    }


def test_a_poll_says_its_choices_and_the_right_one_when_it_is_one_of_them() -> None:
    [statement] = rendered("poll_answers")
    assert statement["object"]["definition"] == {
        "type": "http://adlnet.gov/expapi/activities/cmi.interaction",
        "interactionType": "choice",
        "name": {"en": "Which one is first in, first out?"},
        "choices": [
            {"id": "a", "description": {"en": "Stack"}},
            {"id": "b", "description": {"en": "Queue"}},
        ],
        "correctResponsesPattern": ["b"],
    }
    assert statement["result"] == {"response": "b"}


def test_a_poll_without_choices_is_of_the_other_kind(tenant: Tenant) -> None:
    [statement] = previewed(tenant, "poll_answers").statements[4]
    assert statement["object"]["definition"]["interactionType"] == "other"
    assert "correctResponsesPattern" not in statement["object"]["definition"]


def test_an_answer_names_who_asked_and_says_no_question(tenant: Tenant) -> None:
    found = previewed(tenant, "questions_and_answers")
    [statement] = found.statements[2]
    assert statement["context"]["extensions"][f"{BASE}/xapi/ext/asker"] == {
        "account": {"homePage": BASE, "name": "u-204"}
    }


def test_a_note_tells_its_words_and_not_what_it_says(tenant: Tenant) -> None:
    [statement] = previewed(tenant, "notes").statements[2]
    assert statement["result"] == {"extensions": {f"{BASE}/xapi/ext/word-count": 41}}
    assert "slide" not in str(statement["result"])


def test_the_default_group_template_makes_groups_and_their_people(tenant: Tenant) -> None:
    found = previewed(tenant, "groups")
    assert found.groups[2] == [
        {
            "customId": "arts",
            "name": "Faculty of Arts",
            "type": "Faculty",
            "children": [{"customId": "music"}],
        }
    ]
    assert found.people[3] == [
        {
            "customId": "p-11",
            "name": "Kofi Mensah",
            "personas": [{"mbox": "mailto:kofi@example.edu"}],
            "groups": [{"customId": "music"}],
        }
    ]


def test_statement_void_voids_what_is_listed(tenant: Tenant) -> None:
    [statement] = previewed(tenant, "statement_void").statements[2]
    assert statement["verb"]["id"] == "http://adlnet.gov/expapi/verbs/voided"
    assert statement["object"] == {
        "objectType": "StatementRef",
        "id": "dfed7137-d952-5d66-9008-b3864b857ef6",
    }


# What a row is about, or who did it: blank, it is no thing. Statement Void has one column, and a blank row is none.
KEYS = {
    "video_views": ["VideoId", "userid"],
    "presentation_views": ["presentationID", "userid"],
    "confusion_flags": ["PresentationID", "userid"],
    "poll_answers": ["answer_id", "activity_id", "userid"],
    "questions_and_answers": ["answerid", "questionid", "answer_userid"],
    "notes": ["PresentationID", "userid"],
    "groups": ["Group ID"],
}


@pytest.mark.parametrize("key", sorted(KEYS))
def test_a_row_whose_key_is_blank_fails(tenant: Tenant, key: str) -> None:
    entry, template = gallery.entries()[key], made(tenant, key)
    header, first, *_ = csv.reader(io.StringIO(entry.example.decode()))
    out = io.StringIO()
    lines = csv.writer(out)
    lines.writerow(header)
    for column in KEYS[key]:
        for blank in ("", "  "):
            lines.writerow(
                blank if name == column else cell for name, cell in zip(header, first, strict=True)
            )
    with tenancy.use_institution(tenant.pk):
        version = manage.current(template)
        found = preview(version, io.BytesIO(out.getvalue().encode()), "x.csv", institution=tenant.pk)
    assert sorted(found.failed_rows) == list(range(2, 2 + 2 * len(KEYS[key])))
