"""Should a plan and the roster ever disagree about a room: a clear refusal, and nothing is written."""

from __future__ import annotations

import pytest

from imports.steps import occupancy, undo_clashes
from imports.steps.workspace import Session
from tests.imports.harness import Tenant, csv_text
from tests.imports.test_undo_schedules import HEADER, SCHEDULES, load, row, when
from tests.roster.timetables import Timetable


@pytest.fixture
def timetable(loaded: Tenant) -> Timetable:
    timetable = Timetable.of(loaded)
    timetable.room("A1")
    return timetable


def test_an_import_that_would_book_a_room_twice_is_refused_whole(
    timetable: Timetable, monkeypatch: pytest.MonkeyPatch
) -> None:
    tenant = timetable.tenant
    load(tenant, "create", row("X"))
    monkeypatch.setattr(occupancy.Occupancy, "before_repeats", lambda self: None)
    refused = tenant.load(csv_text(HEADER, row("Y", at="09:30")), SCHEDULES)
    assert refused.job.status == "failed"
    assert refused.job.problem
    assert refused.job.problem["code"] == "schedule_clash"
    assert refused.job.problem["detail"] == (
        "Nothing was applied: A1 would be taken twice on 2031-08-19, 09:30 to 10:30, by Talk Y and by Talk X."
        " Change the time or the room of one of them, and send the file again."
    )
    assert tenant.query("SELECT external_id FROM roster_schedule") == [("X",)]
    assert tenant.query("SELECT count(*) FROM roster_occurrence") == [(1,)]


def test_an_undo_that_would_book_a_room_twice_is_refused_and_the_import_stays_as_it_was(
    timetable: Timetable, monkeypatch: pytest.MonkeyPatch
) -> None:
    tenant = timetable.tenant
    load(tenant, "create", row("X"))
    deleted = load(tenant, "delete", row("X"))
    load(tenant, "create", row("Y"))

    def find_nothing(session: Session) -> None:
        """A fault of ours."""

    monkeypatch.setattr(undo_clashes, "find", find_nothing)
    undone = tenant.undo(deleted)
    assert (undone.job.status, undone.void) == ("completed", None)
    assert when(tenant, "X") == []
    [(problem,)] = tenant.query("SELECT problem ->> 'code' FROM jobs_job WHERE kind = 'undo'")
    assert problem == "schedule_clash"
