"""One projector at a time, killed or not; told when there is work, and telling how far it has come."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction

from edu_csv import tenancy
from edu_csv.activity import store as statements_store
from edu_csv.activity import tasks, waking
from edu_csv.activity.projection import Busy, behind, counts, project, projector
from edu_csv.activity.xapi import prepare
from tests.activity.projection.house import (
    ADLNET,
    BASE,
    deck,
    dump,
    furnish,
    move,
    projected,
    rows,
    said,
    statement,
    store,
    times,
    video,
    watched,
    who,
)
from tests.activity.store.statements import AUTHORITY, voids
from tests.activity.store.test_size import counted
from tests.imports.harness import Tenant


@pytest.fixture
def house(tenant: Tenant) -> Tenant:
    furnish(tenant)
    return tenant


def in_thread(work: Callable[[], Any]) -> Any:
    """Done by another thread, with a connection of its own; what it returned or raised."""
    found: list[Any] = []

    def run() -> None:
        try:
            found.append(work())
        except Exception as error:  # noqa: BLE001  # handed over
            found.append(error)
        finally:
            connection.close()

    thread = threading.Thread(target=run)
    thread.start()
    thread.join(30)
    return found[0]


def test_two_projectors_do_not_work_at_once_and_the_first_does_what_the_second_came_for(
    house: Tenant, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also what is stored at the last moment, when the first has seen the end already and still holds the lock."""
    step = projector._step
    came: list[Any] = []

    def late(*args: Any) -> bool:
        is_more = step(*args)
        if not is_more and not came:

            def another() -> Any:
                store(house, watched("late", 90))
                return projected(house)

            came.append(in_thread(another))
        return is_more

    store(house, watched("a", 30))
    monkeypatch.setattr(projector, "_step", late)
    done = projected(house)
    assert isinstance(came[0], Busy)
    assert done.statements == 2
    assert times(house) == [30, 90]


def test_what_another_wrote_since_it_was_read_is_not_written_twice(
    house: Tenant, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Should the lock ever fail: the cursor row tells."""
    store(house, watched("a", 30), watched("b", 60))
    write = projector._write
    seen: list[bool] = []

    def beaten(cursor: Any, institution: int, chunk: Any, after: Any) -> bool:
        if not seen:
            seen.append(True)
            moved = "INSERT INTO activity_projection (institution_id, stored, seq) VALUES (%s, %s, %s)"
            in_thread(lambda: house.query(moved, house.pk, chunk.stored, chunk.seq))
        written = write(cursor, institution, chunk, after)
        seen.append(written)
        return written

    monkeypatch.setattr(projector, "_write", beaten)
    assert projected(house).statements == 0
    assert seen == [True, False]
    assert not any(dump(house).values())


@pytest.mark.parametrize(
    "place",
    [
        "kept",
        "moved",
        pytest.param("read", marks=pytest.mark.slow),
        pytest.param("written", marks=pytest.mark.slow),
    ],
)
def test_a_killed_projector_loses_and_doubles_nothing(
    place: str, house: Tenant, process_environment: dict[str, str]
) -> None:
    many = [watched(f"w{n}", 30 * n) for n in range(8)]
    store(
        house,
        *many,
        statement("c", ADLNET + "answered", {"id": f"{BASE}/question/q"}, 5, result={"response": "x"}),
    )
    with subprocess.Popen(
        [sys.executable, "-m", "tests.activity.projection.stopping", str(house.pk), place],
        env={**os.environ, **process_environment},
        stdout=subprocess.PIPE,
        text=True,
    ) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == "there\n"
        with pytest.raises(Busy):
            projected(house)
        os.kill(other.pid, signal.SIGKILL)
        other.wait()
    assert not any(dump(house).values())
    deadline = time.monotonic() + 20
    while True:
        try:
            done = projected(house)
            break
        except Busy:
            assert time.monotonic() < deadline
            time.sleep(0.05)
    assert done.statements == 9
    assert times(house) == [30 * n for n in range(8)]


def test_nothing_is_passed_that_a_writer_may_still_commit(house: Tenant) -> None:
    """An open writer holds the projector back: what it stores later has an earlier place than what others stored."""
    with tenancy.use_institution(house.pk), transaction.atomic(), connection.cursor() as cursor:
        statements_store.create_staging(cursor)
        with statements_store.copy(cursor, house.pk) as staging:
            staging.write(2, 0, prepare(watched("slow", 30)))
        statements_store.judge(cursor, house.pk)
        statements_store.write(cursor, house.pk, authority=AUTHORITY)
        in_thread(lambda: store(house, watched("quick", 60)))
        assert in_thread(lambda: projected(house)).statements == 0
    assert projected(house).statements == 2
    assert times(house) == [30, 60]


def test_a_projector_stops_when_its_time_is_up_and_goes_on_later(house: Tenant) -> None:
    store(house, *(watched(f"w{n}", 30 * n) for n in range(9)))
    done = projected(house, most=4, seconds=0)
    assert (done.statements, done.is_done) == (4, False)
    done = projected(house, most=4)
    assert (done.statements, done.chunks, done.is_done) == (5, 2, True)
    assert len(times(house)) == 9


def test_any_number_of_statements_takes_the_same_number_of_sql_statements(house: Tenant) -> None:
    def all_kinds(name: str, number: int) -> None:
        viewed, note = "http://id.tincanapi.com/verb/viewed", "http://risc-inc.com/annotator/verbs/annotated"
        many = [
            each
            for n in range(number)
            for each in (
                watched(f"{name}a{n}", n, actor=who(f"nobody-{n}")),
                watched(f"{name}b{n}", n, object=video(f"v-{n}")),
                statement(f"{name}c{n}", viewed, deck(f"p-{n}", slides=n % 4), n),
                statement(f"{name}d{n}", note, deck(f"p-{n}"), n),
                voids(f"{name}e{n}", f"{name}b{n}"),
            )
        ]
        store(house, *many)

    def number() -> int:
        with tenancy.use_institution(house.pk), counted() as said_:
            project(house.pk)
        return len(said_)

    all_kinds("warm", 1)
    number()
    all_kinds("few", 2)
    few = number()
    all_kinds("many", 40)
    assert number() == few


def test_whoever_stores_statements_wakes_the_projector_once_a_second(
    house: Tenant, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent: list[int] = []
    timers: list[float] = []

    class Timer:
        daemon = False

        def __init__(self, wait: float, call: Callable[[int], None], args: list[int]) -> None:
            timers.append(wait)

        def start(self) -> None: ...

    monkeypatch.setattr(waking, "send", sent.append)
    monkeypatch.setattr(threading, "Timer", Timer)
    for n in range(4):
        store(house, watched(f"w{n}"))
    assert sent == [house.pk]
    assert len(timers) == 1
    assert 0 < timers[0] <= waking.SECONDS_APART


def test_the_sweep_wakes_for_institutions_that_are_behind_and_the_task_projects(
    house: Tenant, monkeypatch: pytest.MonkeyPatch
) -> None:
    woken: list[int] = []
    store(house, watched("a", 30))
    monkeypatch.setattr(waking, "send", woken.append)
    tasks.project_all()
    assert house.pk in woken
    tasks.project_one(house.pk)
    assert times(house) == [30]
    woken.clear()
    tasks.project_all()
    assert house.pk not in woken


def test_the_task_asks_for_another_turn_when_its_time_is_up(
    house: Tenant, monkeypatch: pytest.MonkeyPatch
) -> None:
    woken: list[int] = []
    store(house, watched("a", 30))
    monkeypatch.setattr(waking, "send", woken.append)
    monkeypatch.setattr(tasks, "SECONDS_AT_A_TIME", 0.0)
    tasks.project_one(house.pk)
    assert woken == [house.pk]


def test_the_command_says_what_became_of_the_statements(
    house: Tenant, capsys: pytest.CaptureFixture[str]
) -> None:
    store(
        house,
        watched("a", 30),
        watched("b", 60, context={"contextActivities": {"parent": [{"id": f"{BASE}/section/nowhere"}]}}),
        statement("c", "http://id.tincanapi.com/verb/viewed", deck(), actor=who("stranger")),
        statement("d", ADLNET + "liked", video()),
        voids("e", "a"),
        watched("f", 90, actor=who("stranger")),
    )
    call_command("project_activity", institution=house.slug)
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].startswith("6 statements read in ")
    assert lines[1:] == [
        "Of these:",
        "  placed as times watched: 2",
        "  placed without their section, which is not known: 1",
        "  not of this vocabulary: 1",
        "  void: 1",
        "  voiding others: 1",
        "  not placed, person not known: 1",
        "1 view of people who are not known.",
    ]
    call_command("project_activity", institution=house.slug)
    assert "Since they were first read, or read anew:" in capsys.readouterr().out
    arrives(house, "stranger")
    call_command("project_activity", institution=house.slug)
    assert "2 statements of people who are known by now placed again." in capsys.readouterr().out
    call_command("project_activity", institution=house.slug, rebuild=True)
    assert capsys.readouterr().out.startswith("6 statements read in ")
    with pytest.raises(CommandError, match="There is no institution"):
        call_command("project_activity", institution="nowhere")


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


def arrives(house: Tenant, external_id: str) -> None:
    """A new person comes in, as an import brings one."""
    house.query(
        "INSERT INTO roster_person (id, institution_id, external_id, roles) VALUES (gen_random_uuid(), %s, %s, '{}')",
        house.pk, external_id,
    )  # fmt: skip
    house.query("UPDATE access_institution SET roster_version = roster_version + 1 WHERE id = %s", house.pk)


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


def test_how_far_it_is_behind_is_of_one_institution(house: Tenant) -> None:
    store(house, watched("a"))
    with tenancy.use_institution(house.pk):
        assert behind(house.pk) is not None
    from tests.imports.harness import new_tenant

    other = new_tenant()
    with tenancy.use_institution(other.pk):
        assert behind(other.pk) is None
