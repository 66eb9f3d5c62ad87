"""What each statement of xapi.md 8.2 comes to."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from tests.activity.projection.house import (
    ADLNET,
    BASE,
    deck,
    in_section,
    rows,
    said,
    statement,
    video,
    watched,
    who,
)
from tests.imports.harness import Tenant

EXAMPLES = json.loads((Path(__file__).parents[1] / "xapi" / "examples" / "reports.json").read_text())


def time(text: str) -> datetime:
    return datetime.fromisoformat(text)


def test_the_six_examples_become_the_rows_of_their_reports(house: Tenant) -> None:
    done = said(house, *EXAMPLES)
    assert done.statements == 6
    assert not [key for key in done.counts if key.startswith("unplaced")]
    at = time("2025-09-03T14:05:30Z")
    assert rows(house, "video", "external_id, name, duration_seconds, made_at, origin") == [
        ("v-17", "Lecture 4: Queues", 3120, at, 1)
    ]
    assert rows(house, "view", "video, section, person, started_at, via_public_link, is_live") == [
        ("v-17", "s-3", "u-204", at, False, False)
    ]
    assert rows(house, "view_event", "occurred_at") == [(at,)]
    assert rows(house, "presentation", "external_id, name") == [("p-9", "Week 2 slides")]
    assert rows(house, "presentation_view", "deck, person, started_at") == [
        ("p-9", "u-204", time("2025-09-03T14:00:12Z"))
    ]
    assert rows(house, "slide", "position") == [(place,) for place in range(1, 25)]
    assert rows(house, "confusion", "deck, person, action, slide_id, occurred_at") == [
        ("p-9", "u-204", "set", None, time("2025-09-03T14:21:40Z"))
    ]
    content = '[{"id": "a", "text": "Stack"}, {"id": "b", "text": "Queue"}]'
    assert rows(house, "poll", "deck, external_id, prompt, content, solution") == [
        ("p-9", "a-5", "Which one is first in, first out?", content, "Queue")
    ]
    assert rows(house, "poll_answer_revision", "answer, occurred_at") == [
        ("Queue", time("2025-09-03T14:10:05Z"))
    ]
    assert rows(house, "poll_answer", "person") == [("u-204",)]
    [asked] = house.query(
        "SELECT q.external_id, q.body, p.external_id, q.asked_at FROM activity_question AS q JOIN roster_person AS p ON p.id = q.author_id"
    )
    assert asked == ("q-8", "Why is dequeue O(1)?", "u-204", None)
    assert rows(house, "answer_revision", "body, occurred_at") == [
        ("Because the head is known.", time("2025-09-04T09:12:00Z"))
    ]
    assert rows(house, "note", "deck, person") == [("p-9", "u-204")]
    assert rows(house, "note_revision", "word_count, anchor, occurred_at") == [
        (41, None, time("2025-09-03T14:30:00Z"))
    ]


def test_what_is_not_of_this_vocabulary_is_counted_and_leaves_nothing(house: Tenant) -> None:
    lesson = {"id": "https://lms.example.edu/lesson/1"}
    quiz = {
        "id": "https://lms.example.edu/q/1",
        "definition": {
            "type": "http://adlnet.gov/expapi/activities/cmi.interaction",
            "interactionType": "choice",
        },
    }
    done = said(
        house,
        statement("a", ADLNET + "experienced", lesson),
        statement("b", ADLNET + "completed", lesson),
        statement("c", ADLNET + "answered", quiz, result={"response": "x"}),
        statement("d", ADLNET + "liked", video()),
        statement("e", ADLNET + "asked", {"objectType": "Agent", **who("u-007")}),
    )
    assert dict(done.counts) == {"other": 5}
    assert not rows(house, "video", "id")


def test_a_flag_is_cleared_and_downloads_count_without_anybody_too(house: Tenant) -> None:
    said(
        house,
        statement("a", f"{BASE}/xapi/verbs/flagged-confusing", deck(), 10, context=in_section()),
        statement("b", f"{BASE}/xapi/verbs/cleared-confusing", deck(), 20, context=in_section()),
        statement("c", "http://id.tincanapi.com/verb/downloaded", video(), 30, context=in_section("s-4")),
        statement("d", "http://id.tincanapi.com/verb/downloaded", video(), 30, actor=who("stranger")),
    )
    assert rows(house, "confusion", "deck, section, person, action") == [
        ("p-9", "s-3", "u-204", "cleared"),
        ("p-9", "s-3", "u-204", "set"),
    ]
    assert rows(house, "download", "video, section, person") == [
        ("v-17", "s-4", "u-204"),
        ("v-17", None, None),
    ]


def test_a_question_knows_when_it_was_asked_if_a_dated_statement_says_so(house: Tenant) -> None:
    question = {"id": f"{BASE}/question/q-8", "definition": {"name": {"en": "Why?"}}}
    said(house, statement("a", ADLNET + "asked", question, 5, context=in_section()))
    undated = {"id": f"{BASE}/question/q-9", "definition": {"name": {"en": "How?"}}}
    said(house, statement("b", ADLNET + "asked", undated, timestamp=None))
    assert house.query("SELECT external_id, body, asked_at FROM activity_question ORDER BY external_id") == [
        ("q-8", "Why?", time("2025-09-03T14:00:05Z")),
        ("q-9", "How?", None),
    ]


def test_a_later_answer_of_the_same_person_is_a_revision(house: Tenant) -> None:
    question = {"id": f"{BASE}/question/q-8", "definition": {"name": {"en": "Why?"}}}
    poll = {
        "id": f"{BASE}/poll/a-5",
        "definition": {
            "type": "http://adlnet.gov/expapi/activities/cmi.interaction",
            "interactionType": "choice",
        },
    }
    on_deck = {"contextActivities": {"parent": [deck()], "grouping": [{"id": f"{BASE}/section/s-4"}]}}
    said(
        house,
        statement("a", ADLNET + "answered", question, 10, result={"response": "It is."}),
        statement("b", ADLNET + "answered", question, 20, result={"response": "It is not."}),
        statement("c", ADLNET + "answered", poll, 10, result={"response": "a"}, context=on_deck),
        statement("d", ADLNET + "answered", poll, 20, result={"response": "a[,]b"}, context=on_deck),
    )
    assert len(rows(house, "answer", "id")) == 1
    assert [body for body, _ in rows(house, "answer_revision", "body, occurred_at")] == [
        "It is not.",
        "It is.",
    ]
    assert rows(house, "poll_answer", "section, person") == [("s-4", "u-204")]
    assert [answer for answer, _ in rows(house, "poll_answer_revision", "answer, occurred_at")] == [
        '["a", "b"]',
        "a",
    ]


def test_slides_are_viewed_within_the_view_before_them(house: Tenant) -> None:
    said(house, statement("deck", "http://id.tincanapi.com/verb/viewed", deck(slides=3), 0))
    [(slide,)] = house.query("SELECT id FROM activity_slide WHERE position = 2")
    thing = {
        "id": f"{BASE}/slide/{slide}",
        "definition": {"type": "http://id.tincanapi.com/activitytype/slide"},
    }
    unknown = {
        "id": f"{BASE}/slide/nowhere",
        "definition": {"type": "http://id.tincanapi.com/activitytype/slide"},
    }
    done = said(
        house,
        statement("again", "http://id.tincanapi.com/verb/viewed", deck(slides=3), 100),
        statement("slide", "http://id.tincanapi.com/verb/viewed", thing, 60),
        statement("late", "http://id.tincanapi.com/verb/viewed", thing, 160),
        statement("lost", "http://id.tincanapi.com/verb/viewed", unknown, 170),
        statement("flag", f"{BASE}/xapi/verbs/flagged-confusing", thing, 180),
        statement(
            "note",
            "http://risc-inc.com/annotator/verbs/annotated",
            thing,
            190,
            result={"response": "three short words"},
        ),
    )
    assert done.counts["unplaced slide not known"] == 1
    assert house.query(
        "SELECT v.started_at, s.viewed_at FROM activity_slide_view AS s"
        "  JOIN activity_presentation_view AS v ON v.id = s.presentation_view_id"
        " ORDER BY s.viewed_at"
    ) == [
        (time("2025-09-03T14:00:00Z"), time("2025-09-03T14:01:00Z")),
        (time("2025-09-03T14:01:40Z"), time("2025-09-03T14:02:40Z")),
    ]
    assert rows(house, "confusion", "slide_id, deck") == [(slide, "p-9")]
    [(words, anchor)] = rows(house, "note_revision", "word_count, anchor")
    assert (words, json.loads(anchor)) == (3, {"type": "slide", "slideId": str(slide), "position": 2})


def test_where_only_slides_were_told_of_they_make_one_view(house: Tenant) -> None:
    presentation = "INSERT INTO activity_presentation (id, institution_id, external_id, name) VALUES (gen_random_uuid(), %s, 'p-1', 'P')"
    house.query(presentation, house.pk)
    house.query(
        "INSERT INTO activity_slide (id, institution_id, external_id, presentation_id, position)"
        " SELECT gen_random_uuid(), institution_id, 'sl-' || n, id, n FROM activity_presentation, generate_series(1, 2) AS n"
    )
    slides = [
        {"id": f"{BASE}/slide/sl-{n}", "definition": {"type": "http://id.tincanapi.com/activitytype/slide"}}
        for n in (1, 2)
    ]
    viewed = "http://id.tincanapi.com/verb/viewed"
    said(house, statement("a", viewed, slides[0], 10), statement("b", viewed, slides[1], 40))
    assert rows(house, "presentation_view", "deck, started_at") == [("p-1", time("2025-09-03T14:00:10Z"))]
    assert len(rows(house, "slide_view", "id")) == 2
    said(house, statement("c", viewed, {"id": f"{BASE}/presentation/p-1"}, 5))
    assert rows(house, "presentation_view", "deck, started_at") == [("p-1", time("2025-09-03T14:00:05Z"))]
    assert len(rows(house, "slide_view", "id")) == 2


def test_a_note_on_a_video_says_at_which_second(house: Tenant) -> None:
    extensions = {"https://w3id.org/xapi/video/extensions/time": 610, f"{BASE}/xapi/ext/word-count": 7}
    said(
        house,
        statement(
            "a", "http://risc-inc.com/annotator/verbs/annotated", video(), result={"extensions": extensions}
        ),
    )
    [(id_,)] = house.query("SELECT id FROM activity_video")
    [(words, anchor)] = rows(house, "note_revision", "word_count, anchor")
    assert (words, json.loads(anchor)) == (7, {"type": "video", "mediaId": str(id_), "seconds": 610})
    assert rows(house, "note", "video, deck") == [("v-17", None)]


@pytest.mark.parametrize(
    ("actor", "person"),
    [
        (who("u-310"), "u-310"),
        ({"mbox": "mailto:U-310@Fjord.example"}, "u-310"),
        (who("stranger"), None),
        ({"mbox": "mailto:stranger@fjord.example"}, None),
        # The account of another system may have the same name, and be somebody else.
        (who("u-310", "https://canvas.example.edu"), None),
        ({"objectType": "Group", "account": {"homePage": BASE, "name": "u-310"}}, None),
    ],
)
def test_people_are_known_by_id_address_or_persona(house: Tenant, actor: Any, person: str | None) -> None:
    said(house, watched("a", actor=actor))
    assert rows(house, "view", "person") == [(person,)]


def test_people_are_known_by_their_personas_and_system_ids(house: Tenant) -> None:
    [(ana,)] = house.query("SELECT id FROM roster_person WHERE external_id = 'u-204'")
    house.query(
        "INSERT INTO roster_persona (id, institution_id, person_id, identifier, value, home_page)"
        " VALUES (gen_random_uuid(), %s, %s, 'account', '17', 'https://canvas.example.edu')",
        house.pk, ana,
    )  # fmt: skip
    said(
        house,
        watched("a", actor=who("17", "https://canvas.example.edu")),
        watched("b", 30, actor=who(str(ana))),
    )
    assert rows(house, "view", "person") == [("u-204",)]
    assert len(rows(house, "view_event", "id")) == 2


def test_nobody_is_made_of_statements_and_who_is_not_known_is_counted(house: Tenant) -> None:
    done = said(
        house,
        statement("a", "http://id.tincanapi.com/verb/viewed", deck(), actor=who("stranger")),
        watched("b", actor=who("stranger"), context=in_section("nowhere")),
    )
    assert done.counts["unplaced person not known"] == 1
    assert done.counts["section not known"] == 1
    assert rows(house, "view", "person, section") == [(None, None)]
    assert not rows(house, "presentation", "id")
    assert len(house.query("SELECT id FROM roster_person")) == 3


def test_downloads_of_two_strangers_at_one_moment_are_two(house: Tenant) -> None:
    downloaded = "http://id.tincanapi.com/verb/downloaded"
    said(
        house,
        statement("a", downloaded, video(), 30, actor=who("one")),
        statement("b", downloaded, video(), 30, actor=who("two")),
        statement("c", downloaded, video(), 30, actor=who("two")),
    )
    assert rows(house, "download", "video, person") == [("v-17", None), ("v-17", None)]


def test_two_strangers_are_two_views(house: Tenant) -> None:
    said(
        house,
        watched("a", actor=who("one")),
        watched("b", 30, actor=who("two")),
        watched("c", 60, actor=who("two")),
    )
    assert rows(house, "view", "person") == [(None,), (None,)]
    assert len(rows(house, "view_event", "id")) == 3


def test_a_poll_without_a_presentation_is_not_placed_unless_it_is_known(house: Tenant) -> None:
    poll = {"id": f"{BASE}/poll/a-5"}
    done = said(house, statement("a", ADLNET + "answered", poll, result={"response": "b"}))
    assert done.counts["unplaced poll without a presentation"] == 1
    house.query(
        "WITH p AS (INSERT INTO activity_presentation (id, institution_id, name) VALUES (gen_random_uuid(), %s, 'P') RETURNING *)"
        " INSERT INTO activity_poll (id, institution_id, presentation_id, external_id, prompt)"
        " SELECT gen_random_uuid(), institution_id, id, 'a-5', '?' FROM p",
        house.pk,
    )
    said(house, statement("b", ADLNET + "answered", poll, 10, result={"response": "b"}))
    assert rows(house, "poll_answer_revision", "answer") == [("b",)]


@pytest.mark.parametrize("base", ["https://other.example.org/deep/path", BASE, "http://localhost:8000"])
def test_ids_are_known_whatever_address_they_begin_with(house: Tenant, base: str) -> None:
    said(
        house, watched("a", actor=who("u-310", base), object=video(base=base), context=in_section(base=base))
    )
    assert rows(house, "view", "video, section, person") == [("v-17", "s-3", "u-310")]


def test_a_video_of_another_player_keeps_its_whole_id(house: Tenant) -> None:
    thing = {**video(), "id": "https://player.example.com/watch?v=5"}
    said(
        house,
        watched("a", object=thing),
        watched("b", 30, object={**video(), "id": f"{BASE}/media/a%20b%2Fc"}),
    )
    assert rows(house, "video", "external_id") == [("a b/c",), ("https://player.example.com/watch?v=5",)]


@pytest.mark.parametrize(
    ("duration", "events"), [("PT30S", 1), ("PT29.9S", 0), ("PT2M", 4), ("P100Y", 720), ("PT1M15,5S", 2)]
)
def test_watching_longer_makes_more_events_and_less_makes_a_view_alone(
    house: Tenant, duration: str, events: int
) -> None:
    said(house, watched("a", 3600, duration=duration))
    assert len(rows(house, "view", "id")) == 1
    assert len(rows(house, "view_event", "id")) == events


def test_public_links_and_live_streams_are_marked(house: Tenant) -> None:
    marks = {f"{BASE}/xapi/ext/public-link": True, f"{BASE}/xapi/ext/live": True}
    said(
        house,
        watched("a"),
        watched("b", 30, context=in_section(extensions=marks)),
        watched("c", 60, context=in_section("s-4")),
    )
    assert rows(house, "view", "section, via_public_link, is_live") == [
        ("s-3", True, True),
        ("s-4", False, False),
    ]


@pytest.mark.parametrize(
    "when", ["0001-01-01T00:00:00Z", "1899-12-31T23:59:59Z", "2200-01-01T00:00:00Z", "9999-12-31T23:59:59Z"]
)
def test_a_time_that_nobody_can_mean_is_not_placed(house: Tenant, when: str) -> None:
    done = said(house, watched("a", timestamp=when), watched("b", 30))
    assert done.counts["unplaced time before 1900 or after 2199"] == 1
    assert len(rows(house, "view_event", "id")) == 1


def test_events_of_any_year_that_can_be_meant_have_a_place(house: Tenant) -> None:
    for name, when in enumerate(["1900-01-01T00:00:00Z", "2014-02-03T00:00:00Z", "2199-12-31T23:59:59Z"]):
        said(house, watched(str(name), timestamp=when))
    assert len(rows(house, "view_event", "id")) == 3
