"""What becomes of schedules when a room or section goes, or a section moves (echovideo.md 4.3, 6.2 (39))."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from edu_csv import tenancy
from edu_csv.access import services as access
from edu_csv.access.actors import Actor, actor_of_account
from tests.exports.harness import export, lines
from tests.imports.harness import Tenant, csv_text
from tests.roster.timetables import Timetable

ROOMS, SECTIONS, TERMS = "echovideo.rooms.v1", "echovideo.sections.v1", "echovideo.terms.v1"
SCHEDULES = "echovideo.schedules.v1"
FIRST, SECOND = "S-OCE210-31A-01", "S-OCE210-31A-02"
LONG_AGO = (datetime(2020, 1, 7, 8, tzinfo=UTC), datetime(2020, 1, 7, 9, tzinfo=UTC))


@pytest.fixture
def timetable(loaded: Tenant) -> Timetable:
    return Timetable.of(loaded)


def section(tenant: Tenant, external_id: str) -> UUID:
    [(found,)] = tenant.query("SELECT id FROM roster_section WHERE external_id = %s", external_id)
    return UUID(str(found))


def stored(tenant: Tenant, schedule: UUID, what: str) -> Any:
    [(found,)] = tenant.query(f"SELECT {what} FROM roster_schedule WHERE id = %s", schedule)  # noqa: S608  # names of this test
    return found


def past(timetable: Timetable, room: UUID, **more: Any) -> UUID:
    """A schedule that is over."""
    schedule = timetable.schedule(room, start_date="2020-01-07", **more)
    timetable.put_past(schedule, room, *LONG_AGO)
    return schedule


def test_a_room_stays_while_something_is_to_be_captured_there(timetable: Timetable) -> None:
    tenant, room = timetable.tenant, timetable.room()
    ahead, over = timetable.schedule(room), past(timetable, room)
    timetable.take_place(ahead)
    upload = tenant.load("Room ID\nRM-A1\n", ROOMS, "delete")
    assert tenant.row(upload, 2).sentences == [
        "`RM-A1` still has 1 schedule. Delete those first, then send this row again."
    ]
    assert not stored(tenant, over, "deleted_at")


def test_what_is_over_goes_with_its_room_and_comes_back_with_it(timetable: Timetable) -> None:
    tenant, room = timetable.tenant, timetable.room()
    over = past(timetable, room)
    upload = tenant.load("Room ID\nRM-A1\n", ROOMS, "delete")
    assert upload.counts["deleted"] == 1
    assert upload.effects == {"schedule": {"deleted": 1}}
    assert stored(tenant, over, "deleted_at")
    # What was captured was captured.
    assert timetable.times(over) == [LONG_AGO]
    tenant.undo(upload)
    assert not stored(tenant, over, "deleted_at")
    assert timetable.times(over) == [LONG_AGO]


def test_a_deleted_section_is_taken_off_its_schedules(timetable: Timetable) -> None:
    tenant = timetable.tenant
    first, second = section(tenant, FIRST), section(tenant, SECOND)
    both = timetable.schedule(timetable.room("A1"), section_ids=[first, second])
    over = past(timetable, timetable.room("A2"), section_ids=[first])
    timetable.take_place(both)
    upload = tenant.load(f"Section ID\n{FIRST}\n", SECTIONS, "delete")
    assert upload.counts["deleted"] == 1
    assert stored(tenant, both, "section_ids") == [second]
    assert stored(tenant, over, "section_ids") == []
    tenant.undo(upload)
    assert stored(tenant, both, "section_ids") == [first, second]
    assert stored(tenant, over, "section_ids") == [first]


def test_the_only_section_of_what_lies_ahead_is_not_deleted(timetable: Timetable) -> None:
    tenant = timetable.tenant
    schedule = timetable.schedule(timetable.room(), section_ids=[section(tenant, FIRST)])
    timetable.take_place(schedule)
    upload = tenant.load(f"Section ID\n{FIRST}\n{SECOND}\n", SECTIONS, "delete")
    assert [row.codes for row in tenant.plan(upload)] == [["has_children"], []]
    assert upload.counts["deleted"] == 1


def test_the_last_section_of_what_lies_ahead_stays_when_a_file_deletes_them_all(timetable: Timetable) -> None:
    tenant = timetable.tenant
    first, second = section(tenant, FIRST), section(tenant, SECOND)
    both = timetable.schedule(timetable.room("A1"), section_ids=[first, second])
    timetable.take_place(both)
    upload = tenant.load(f"Section ID\n{FIRST}\n{SECOND}\n", SECTIONS, "delete")
    assert [row.codes for row in tenant.plan(upload)] == [[], ["has_children"]]
    assert stored(tenant, both, "section_ids") == [second]


def test_a_row_that_fails_takes_nothing_from_a_schedule(timetable: Timetable) -> None:
    tenant = timetable.tenant
    first, second = section(tenant, FIRST), section(tenant, SECOND)
    timetable.take_place(
        timetable.schedule(timetable.room("A1"), section_ids=[first]),
        both := timetable.schedule(timetable.room("A2"), section_ids=[first, second]),
    )
    upload = tenant.load(f"Section ID\n{FIRST}\n{SECOND}\n", SECTIONS, "delete")
    assert [row.codes for row in tenant.plan(upload)] == [["has_children"], []]
    assert stored(tenant, both, "section_ids") == [first]


@pytest.mark.parametrize(
    ("course", "term", "column"), [("GEN001", "T-2031A", "Course ID"), ("C-OCE210", "T-2032S", "Term ID")]
)
def test_a_section_does_not_move_while_its_captures_lie_ahead(
    course: str, term: str, column: str, timetable: Timetable
) -> None:
    tenant = timetable.tenant
    tenant.query("UPDATE roster_course SET external_id = 'GEN001' WHERE code = 'GEN001'")
    schedule = timetable.schedule(timetable.room(), section_ids=[section(tenant, FIRST)])
    timetable.take_place(schedule)
    header = "Section ID,Course ID,Term ID,Section Name\n"
    upload = tenant.load(
        f"{header}{FIRST},{course},{term},01\n{SECOND},{course},{term},02\n",
        SECTIONS,
        "update",
        keep_absent=True,
    )
    held, moved = tenant.plan(upload)
    assert (held.codes, held.columns) == (["has_schedules"], [column])
    assert held.sentences == [
        (
            f"{column} is `{course if column == 'Course ID' else term}`, and this section still has captures ahead, so it"
            " cannot move to another course or term. Leave it where it is, or take it off its schedules first."
        )
    ]
    assert moved.outcome == "updated"
    # Renaming is no move.
    renamed = tenant.load(f"{header}{FIRST},C-OCE210,T-2031A,01b\n", SECTIONS, "update", keep_absent=True)
    assert renamed.counts["updated"] == 1


def test_a_section_whose_captures_are_over_may_move(timetable: Timetable) -> None:
    tenant = timetable.tenant
    past(timetable, timetable.room(), section_ids=[section(tenant, FIRST)])
    upload = tenant.load(
        f"Section ID,Course ID,Term ID,Section Name\n{FIRST},C-OCE210,T-2032S,01\n",
        SECTIONS,
        "update",
        keep_absent=True,
    )
    assert upload.counts["updated"] == 1


def test_rows_that_move_one_schedule_stand_and_fall_together(timetable: Timetable) -> None:
    tenant = timetable.tenant
    apart = f"Section ID,Course ID,Term ID,Section Name\n{SECOND},C-OCE210,T-2032S,02\n"
    assert tenant.load(apart, SECTIONS, "update", keep_absent=True).counts["updated"] == 1
    tenant.load("Name,Start Date,End Date,External ID\nSummer,2032-06-01,2032-07-31,T-SUM\n", TERMS)
    timetable.schedule(timetable.room(), section_ids=[section(tenant, FIRST), section(tenant, SECOND)])
    header = "Term ID,Name,Start Date,End Date,Exclusion Dates,External ID\n"
    upload = tenant.load(
        f"{header}T-SUM,Taken,2032-06-01,2032-07-31,,T-SUM\n"
        "T-2031A,Taken,2031-08-18,2031-12-19,2031-10-08,T-2031A\n"
        "T-2032S,Spring 2032,2032-01-12,2032-05-28,2032-03-29,T-2032S\n",
        TERMS,
        "update",
    )
    assert [row.outcome for row in tenant.plan(upload)] == ["updated", "failed", "failed"]
    assert tenant.row(upload, 4).sentences == [
        "Row 3 of this file moves schedules that this row moves too, and that row failed. Mend it first."
    ]


# A day without teaching of the term of both sections.
FREE_DAY = "2031-10-06"


def beginning(minutes: int) -> datetime:
    return datetime.now(UTC) + timedelta(minutes=minutes)


def test_days_that_a_term_excludes_are_ahead_all_the_same(timetable: Timetable) -> None:
    tenant, room = timetable.tenant, timetable.room()
    asleep = timetable.schedule(
        room, start_date=FREE_DAY, section_ids=[section(tenant, FIRST)], stream_live=True, auto_publish=True
    )
    assert timetable.take_place(asleep) == []
    kept = tenant.load(f"Section ID\n{FIRST}\n", SECTIONS, "delete")
    assert tenant.row(kept, 2).codes == ["has_children"]
    moved = tenant.load(
        f"Section ID,Course ID,Term ID,Section Name\n{FIRST},C-OCE210,T-2032S,01\n",
        SECTIONS,
        "update",
        keep_absent=True,
    )
    assert tenant.row(moved, 2).codes == ["has_schedules"]
    housed = tenant.load("Room ID\nRM-A1\n", ROOMS, "delete")
    assert tenant.row(housed, 2).codes == ["has_children"]
    assert timetable.times(asleep) == []


@pytest.mark.parametrize("begun", [-5, 5])
def test_a_capture_that_runs_or_is_to_come_keeps_its_room_whatever_the_dates(
    begun: int, timetable: Timetable
) -> None:
    tenant, room = timetable.tenant, timetable.room()
    schedule = timetable.schedule(room, start_date="2020-01-07", section_ids=[section(tenant, FIRST)])
    timetable.put_past(schedule, room, beginning(begun), beginning(60))
    for key, text in ((ROOMS, "Room ID\nRM-A1\n"), (SECTIONS, f"Section ID\n{FIRST}\n")):
        upload = tenant.load(text, key, "delete")
        assert tenant.row(upload, 2).codes == ["has_children"]


def test_today_is_that_of_the_campus(loaded: Tenant) -> None:
    # No clock is on this date anywhere by now, save that one of these two zones may just be.
    [(far_east, far_west)] = loaded.query(
        "SELECT (now() AT TIME ZONE 'Pacific/Kiritimati')::date - 1, (now() AT TIME ZONE 'Pacific/Kiritimati')::date"
    )
    timetable = Timetable.of(loaded, "Pacific/Kiritimati")
    yesterday = timetable.schedule(timetable.room("A1"), start_date=far_east)
    today = timetable.schedule(timetable.room("A2"), start_date=far_west)
    upload = loaded.load("Room ID\nRM-A1\nRM-A2\n", ROOMS, "delete")
    assert [row.codes for row in loaded.plan(upload)] == [[], ["has_children"]]
    assert stored(loaded, yesterday, "deleted_at")
    assert not stored(loaded, today, "deleted_at")


def test_a_zone_that_nobody_knows_stops_no_file(timetable: Timetable) -> None:
    tenant, room = timetable.tenant, timetable.room()
    timetable.schedule(room)
    tenant.query("UPDATE roster_campus SET time_zone = 'Mars/Olympus'")
    upload = tenant.load("Room ID\nRM-A1\n", ROOMS, "delete")
    assert tenant.row(upload, 2).codes == ["has_children"]


def test_what_is_over_and_loses_its_last_section_is_published_and_streamed_no_more(
    timetable: Timetable,
) -> None:
    tenant = timetable.tenant
    first, second = section(tenant, FIRST), section(tenant, SECOND)
    live = {"stream_live": True, "auto_publish": True}
    alone = past(timetable, timetable.room("A1"), section_ids=[first], **live)
    shared = timetable.schedule(timetable.room("A2"), section_ids=[first, second], **live)
    timetable.take_place(shared)
    before = tenant.dump()["schedule"]
    upload = tenant.load(f"Section ID\n{FIRST}\n", SECTIONS, "delete")
    assert upload.counts["deleted"] == 1
    said = "ARRAY[stream_live, auto_publish]"
    assert [stored(tenant, schedule, said) for schedule in (alone, shared)] == [[False, False], [True, True]]
    exported = export(tenant, SCHEDULES)
    assert (len(lines(exported)), exported.omitted) == (2, {})
    tenant.undo(upload)
    assert tenant.dump()["schedule"] == before


@pytest.fixture
def department(timetable: Timetable) -> Actor:
    """An administrator of a department, with a section of its own, S-LAW; the other sections are beyond it."""
    tenant = timetable.tenant
    for key, text in {
        "departments": "Name,External ID\nLaw,D-LAW\n",
        "courses": "Course Code,Course Name,Department ID,External ID\nLAW101,Law,D-LAW,C-LAW\n",
        "sections": "Course ID,Term ID,Section Name,External ID\nC-LAW,T-2031A,01,S-LAW\n",
    }.items():
        assert tenant.load(text, f"echovideo.{key}.v1").counts["created"] == 1
    [(unit,)] = tenant.query("SELECT id FROM roster_org_unit WHERE external_id = 'D-LAW'")
    with tenancy.use_institution(tenant.pk):
        account = access.create_account(
            institution=tenant.pk, email="law@fjord.example", role="department_admin", org_unit=unit
        )
        return actor_of_account(account, tenant.pk)


def test_what_others_captured_keeps_its_room(timetable: Timetable, department: Actor) -> None:
    tenant = timetable.tenant
    own = past(timetable, timetable.room("A1"), section_ids=[section(tenant, "S-LAW")])
    for room, sections in {"A2": [FIRST], "A3": [FIRST, "S-LAW"], "A4": []}.items():
        past(timetable, timetable.room(room), section_ids=[section(tenant, each) for each in sections])
    rooms = "Room ID\nRM-A1\nRM-A2\nRM-A3\nRM-A4\n"
    upload = tenant.load(rooms, ROOMS, "delete", actor=department)
    assert [row.outcome for row in tenant.plan(upload)] == ["deleted", "failed", "failed", "failed"]
    for number in (3, 4, 5):
        assert tenant.row(upload, number).sentences == [
            f"`RM-A{number - 1}` is still in use beyond what you reach. An administrator of the institution can delete it."
        ]
    assert upload.effects == {"schedule": {"deleted": 1}}
    assert stored(tenant, own, "deleted_at")
    whole = tenant.load(rooms.replace("RM-A1\n", ""), ROOMS, "delete")
    assert whole.counts["deleted"] == 3


def test_of_many_sections_that_share_schedules_each_keeps_the_last_of_its_own(timetable: Timetable) -> None:
    tenant, room, count = timetable.tenant, timetable.room(), 60
    header = ["Course ID", "Term ID", "Section Name", "External ID"]
    rows = (["C-OCE210", "T-2031A", f"chain {n}", f"N-{n}"] for n in range(count))
    assert tenant.load(csv_text(header, *rows), SECTIONS).counts["created"] == count
    ids = [section(tenant, f"N-{n}") for n in range(count)]
    for n in range(count - 1):
        timetable.schedule(room, start_time=f"{n % 24:02}:00", section_ids=ids[n : n + 2])
    upload = tenant.load(
        csv_text(["Section ID"], *([f"N-{n}"] for n in range(count))), SECTIONS, "delete", mode="preview"
    )
    # Each but the first is the last row of the schedule that it shares with the one before.
    assert [row.codes for row in tenant.plan(upload)] == [[], *([["has_children"]] * (count - 1))]
