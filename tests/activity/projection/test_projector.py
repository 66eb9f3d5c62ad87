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
from edu_csv.activity.projection import Busy, behind, project, projector
from edu_csv.activity.xapi import prepare
from tests.activity.projection.house import (
    ADLNET,
    BASE,
    arrives,
    deck,
    dump,
    projected,
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


def test_how_far_it_is_behind_is_of_one_institution(house: Tenant) -> None:
    store(house, watched("a"))
    with tenancy.use_institution(house.pk):
        assert behind(house.pk) is not None
    from tests.imports.harness import new_tenant

    other = new_tenant()
    with tenancy.use_institution(other.pk):
        assert behind(other.pk) is None
