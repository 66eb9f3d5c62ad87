"""What files and people change, who is erased and who comes later: what becomes of projected rows."""

from __future__ import annotations

import pytest
from django.db import transaction

from edu_csv import tenancy
from edu_csv.activity import tasks, waking
from edu_csv.activity.projection import counts
from tests.activity.projection.house import (
    ADLNET,
    BASE,
    arrives,
    deck,
    dump,
    move,
    projected,
    rows,
    said,
    statement,
    times,
    video,
    watched,
    who,
)
from tests.activity.store.statements import voids
from tests.imports.harness import Tenant


def test_what_a_person_changed_or_deleted_stays_so(house: Tenant) -> None:
    said(
        house,
        watched("a", 30),
        watched("b", 60),
        statement("c", "http://id.tincanapi.com/verb/viewed", deck(), 5),
    )
    house.query("UPDATE activity_video SET name = 'Corrected', duration_seconds = 60")
    house.query(
        "UPDATE activity_view_event SET deleted_at = now() WHERE occurred_at > '2025-09-03T14:00:45Z'"
    )
    assert rows(house, "video", "name, origin") == [("Corrected", 0)]
    said(house, watched("d", 90, object=video(name="Newest name")))
    assert rows(house, "video", "name") == [("Corrected",)]
    assert times(house) == [30, 90]
    projected(house, rebuild=True)
    assert rows(house, "video", "name") == [("Corrected",)]
    assert times(house) == [30, 90]
    said(house, *(voids(f"void {name}", name) for name in "abcd"))
    assert rows(house, "video", "name") == [("Corrected",)]
    assert not rows(house, "view", "id")
    assert not rows(house, "presentation", "id")


def test_slides_of_a_presentation_that_somebody_renamed_stay(house: Tenant) -> None:
    said(house, statement("a", "http://id.tincanapi.com/verb/viewed", deck(slides=3), 5))
    house.query("UPDATE activity_presentation SET name = 'Renamed'")
    projected(house, rebuild=True)
    assert rows(house, "slide", "position") == [(1,), (2,), (3,)]
    assert rows(house, "presentation", "name") == [("Renamed",)]


def test_what_files_added_to_a_projected_video_keeps_it(house: Tenant) -> None:
    said(house, watched("a", 30))
    house.query(
        "INSERT INTO activity_publication (id, institution_id, video_id, section_id, published_at)"
        " SELECT gen_random_uuid(), v.institution_id, v.id, s.id, now() FROM activity_video AS v, roster_section AS s LIMIT 1"
    )
    [(before,)] = rows(house, "video", "id")
    projected(house, rebuild=True)
    assert rows(house, "video", "id") == [(before,)]
    said(house, voids("void a", "a"))
    assert rows(house, "video", "id") == [(before,)]
    assert not rows(house, "view", "id")


def test_who_was_erased_has_no_words_however_often_it_is_projected(house: Tenant) -> None:
    from imports.erasure import erase_person

    [(ana,)] = house.query("SELECT id FROM roster_person WHERE external_id = 'u-204'")
    question = {"id": f"{BASE}/question/q-8", "definition": {"name": {"en": "My secret question?"}}}
    asker = {"extensions": {f"{BASE}/xapi/ext/asker": {"account": {"homePage": BASE, "name": str(ana)}}}}
    said(
        house,
        statement(
            "a",
            ADLNET + "answered",
            question,
            5,
            actor=who(str(ana)),
            result={"response": "My secret answer."},
        ),
        statement(
            "b",
            ADLNET + "answered",
            question,
            9,
            actor=who("u-310"),
            result={"response": "An answer."},
            context=asker,
        ),
    )
    with tenancy.use_institution(house.pk), transaction.atomic():
        erase_person(house.pk, str(ana))

    def words() -> str:
        return (
            str(house.query("SELECT string_agg(f::text, '') FROM activity_fact AS f"))
            + str(house.query("SELECT string_agg(f::text, '') FROM activity_said AS f"))
            + str(dump(house))
        )

    assert "secret" not in words()
    assert "An answer." in words()
    said(
        house,
        statement(
            "c", ADLNET + "answered", question, 12, actor=who("u-007"), result={"response": "Another."}
        ),
    )
    assert rows(house, "question", "body") == [("",)]
    projected(house, rebuild=True)
    assert "secret" not in str(dump(house))
    assert sorted(body for (body,) in rows(house, "answer_revision", "body")) == [
        "",
        "An answer.",
        "Another.",
    ]


def test_a_question_of_who_was_erased_stays_empty_whoever_tells_it(house: Tenant) -> None:
    from imports.erasure import erase_person

    question = {"id": f"{BASE}/question/q-8", "definition": {"name": {"en": "My secret question?"}}}

    def answered(name: str, seconds: float) -> None:
        more = {"actor": who("u-007"), "result": {"response": name}}
        said(house, statement(name, ADLNET + "answered", question, seconds, **more))

    said(house, statement("asked", ADLNET + "asked", question, 1))
    answered("first", 5)
    with tenancy.use_institution(house.pk), transaction.atomic():
        erase_person(house.pk, "u-204")
    answered("second", 9)
    assert rows(house, "question", "body") == [("",)]
    projected(house, rebuild=True)
    assert rows(house, "question", "body") == [("",)]
    answered("third", 12)
    assert rows(house, "question", "body") == [("",)]
    assert len(rows(house, "answer_revision", "id")) == 3


def test_who_becomes_known_is_placed_again_by_the_sweep(
    house: Tenant, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A session that began before its viewer was known is one view of somebody, with what was watched."""
    woken: list[int] = []
    new, other = who("u-999"), who("u-998")
    viewed = statement("d", "http://id.tincanapi.com/verb/viewed", deck(), 40, actor=new)
    said(house, move("p", "played", 0, 0, actor=new), viewed, watched("w", 30, actor=other))
    assert rows(house, "view", "person") == [(None,), (None,)]
    arrives(house, "u-999")
    said(house, move("h", "paused", 60, 60, actor=new))
    assert rows(house, "view", "person") == [("u-999",), (None,)]
    assert times(house) == [30, 30, 60]
    assert rows(house, "presentation_view", "person") == [("u-999",)]
    arrives(house, "u-998")
    monkeypatch.setattr(waking, "send", woken.append)
    tasks.project_all()
    assert house.pk in woken
    tasks.project_one(house.pk)
    assert rows(house, "view", "person") == [("u-998",), ("u-999",)]
    woken.clear()
    tasks.project_one(house.pk)
    tasks.project_all()
    assert house.pk not in woken
    with tenancy.use_institution(house.pk):
        told = {key: number for key, number in counts(house.pk).items() if number}
    assert told == {"kind 1": 1, "kind 2": 2, "kind 3": 1}
    before = dump(house)
    projected(house, rebuild=True)
    assert dump(house) == before


def test_a_view_that_only_a_file_held_ends_with_what_the_file_brought(house: Tenant) -> None:
    said(house, watched("a", 30), statement("n", "http://risc-inc.com/annotator/verbs/annotated", deck(), 9))
    house.query(
        "INSERT INTO activity_view_event (id, institution_id, view_id, occurred_at)"
        " SELECT gen_random_uuid(), institution_id, id, started_at + interval '1 hour' FROM activity_view"
    )
    house.query(
        "INSERT INTO activity_note_revision (id, institution_id, note_id, word_count, occurred_at)"
        " SELECT gen_random_uuid(), institution_id, id, 3, now() FROM activity_note"
    )
    said(house, voids("void a", "a"), voids("void n", "n"))
    assert times(house) == [3630]
    house.query("UPDATE activity_view_event SET deleted_at = now()")
    house.query("UPDATE activity_note_revision SET deleted_at = now()")
    house.query("UPDATE access_institution SET roster_version = roster_version + 1 WHERE id = %s", house.pk)
    with tenancy.use_institution(house.pk):
        tasks.project_one(house.pk)
    for table in ("view", "video", "note", "presentation"):
        assert not rows(house, table, "id"), table
    assert house.query("SELECT count(*) FROM activity_orphan") == [(0,)]


def sweep(house: Tenant, monkeypatch: pytest.MonkeyPatch) -> None:
    """What the scheduler and a worker do by the minute."""
    woken: list[int] = []
    monkeypatch.setattr(waking, "send", woken.append)
    tasks.project_all()
    if house.pk in woken:
        tasks.project_one(house.pk)


def test_imports_and_their_undo_move_what_was_projected(
    house: Tenant, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Real files: an event in a projected view whose statement is voided then, and a person who comes by night."""
    said(house, watched("a", 30), watched("b", 30, object=video("v-18"), actor=who("u-999")))
    [(view,)] = house.query("SELECT v.id::text FROM activity_view AS v WHERE person_id IS NOT NULL")
    event = f"View ID,Watched At\n{view},2025-09-03T15:00:00Z\n"
    upload = house.load(event, "activity.view-events")
    assert upload.counts["created"] == 1
    said(house, voids("void a", "a"))
    sweep(house, monkeypatch)
    assert rows(house, "view", "video, person") == [("v-17", "u-204"), ("v-18", None)]
    house.undo(upload)
    person = (
        "First Name,Last Name,Email,Role,SSO Id,External ID\nNew,Student,new@fjord.example,Student,,u-999\n"
    )
    assert house.load(person, "echovideo.users.v1").counts["created"] == 1
    sweep(house, monkeypatch)
    assert rows(house, "view", "video, person") == [("v-18", "u-999")]
    assert rows(house, "video", "external_id") == [("v-18",)]
