"""Five thousand schedules, of which twenty-five clash in five ways; and what a plan costs in statements."""

from __future__ import annotations

import random
from itertools import product

import pytest

from edu_csv import tenancy
from edu_csv.jobs.runners import work_one
from tests.imports.booking import V1, booked, build_rooms, schedules
from tests.imports.harness import Tenant
from tests.imports.test_statements import statements_of

WEEK = ("MO", "TU", "WE", "TH", "FR")
# Oslo's clocks go from 02:00 to 03:00 on 30 March 2031.
SPRING = {"start": "2031-03-02", "end": "2031-04-27", "days": "SU"}
AUTUMN = {"start": "2031-09-01", "end": "2031-12-19"}
ROOMS, KINDS, EACH = 105, 5, 5


def usual(count: int) -> list[dict[str, str]]:
    """Rooms full of captures, each ending when the next begins."""
    slots = product(range(1, 101), WEEK, range(7, 17))
    return [
        {"room": f"R-{room}", "days": day, "time": f"{hour:02d}:00", **AUTUMN, "external_id": f"S-{number}"}
        for number, (room, day, hour) in zip(range(count), slots, strict=False)
    ]


def standing(place: int) -> list[dict[str, str]]:
    """What is in room 101 and on before the file comes."""
    room = {"room": f"R-{101 + place}"}
    return [
        {**room, "external_id": f"T-{place}", "days": "TU", "time": "09:00", "minutes": "90", **AUTUMN},
        {**room, "external_id": f"N-{place}", "time": "03:00", **SPRING},
        {**room, "external_id": f"W-{place}", "days": "MO;WE", "time": "14:00", **AUTUMN},
    ]


def clashing(place: int, of_file: dict[str, str]) -> list[dict[str, str]]:
    """One of each kind: the same time, one minute, beyond the change of the clocks, other weekdays, in the file."""
    room = {"room": f"R-{101 + place}"}
    return [
        {**room, "external_id": f"X1-{place}", "days": "TU", "time": "09:00", "minutes": "90", **AUTUMN},
        {**room, "external_id": f"X2-{place}", "days": "TU", "time": "10:29", "minutes": "30", **AUTUMN},
        {**room, "external_id": f"X3-{place}", "time": "01:30", **SPRING},
        {**room, "external_id": f"X4-{place}", "days": "WE;FR", "time": "14:59", **AUTUMN},
        {**of_file, "external_id": f"X5-{place}", "minutes": "1"},
    ]


def beside(place: int) -> list[dict[str, str]]:
    """What only just does not clash."""
    room = {"room": f"R-{101 + place}"}
    return [
        {**room, "external_id": f"Y1-{place}", "days": "TU", "time": "10:30", "minutes": "30", **AUTUMN},
        {**room, "external_id": f"Y2-{place}", "days": "TU", "time": "08:59", "minutes": "1", **AUTUMN},
        {**room, "external_id": f"Y3-{place}", "days": "FR;TH", "time": "13:00", **AUTUMN},
        # Until the clocks change it ends as the next begins; then that one is an hour later, and so is this.
        {**room, "external_id": f"Y4-{place}", "time": "04:00", **SPRING},
    ]


@pytest.mark.timeout(600)
def test_of_five_thousand_schedules_exactly_the_twenty_five_that_clash_fail(tenant: Tenant) -> None:
    chance = random.Random(25)  # noqa: S311  # an order, not a secret
    build_rooms(tenant, ROOMS)
    booked(tenant, *(row for place in range(EACH) for row in standing(place)))
    rows = usual(5_000 - (KINDS + 4) * EACH) + [row for place in range(EACH) for row in beside(place)]
    chance.shuffle(rows)
    seeded = [row for place in range(EACH) for row in clashing(place, rows[place])]
    for row in seeded:
        # After the rows that those of the file clash with.
        rows.insert(chance.randint(EACH, len(rows)), row)
    assert len(rows) == 5_000

    done = tenant.load(schedules(*rows), V1)

    assert done.job.status == "completed_with_errors", done.job.problem
    assert (done.counts["created"], done.counts["failed"]) == (4_975, 25)
    failed = [row for row in tenant.plan(done) if row.outcome == "failed"]
    assert {rows[row.row - 2]["external_id"] for row in failed} == {row["external_id"] for row in seeded}
    assert {tuple(row.codes) for row in failed} == {("schedule_clash",)}
    [beyond] = [row for row in failed if rows[row.row - 2]["external_id"] == "X3-0"]
    assert beyond.sentences == [
        "Room 101 is taken on 2031-03-30, 03:00 to 04:00 by `N-0`. Change the time or the room."
    ]
    # The same again: what is there is not a clash with itself.
    again = tenant.load(schedules(*rows), V1)
    assert (again.counts["unchanged"], again.counts["failed"]) == (4_975, 25)


def counted(tenant: Tenant, text: str, action: str) -> int:
    received = tenant.receive(text, V1, action, confirm_clear=True)
    with tenancy.use_institution(tenant.pk):
        sent = statements_of(lambda: work_one(["imports"], only_institution=tenant.pk), tenant)
    assert tenant.fresh(received).job.status.startswith("completed")
    return sent


def moved(rows: list[dict[str, str]], minute: str) -> list[dict[str, str]]:
    """Each half an hour later, into what the next gives up."""
    return [{**row, "id": row["external_id"], "time": row["time"][:3] + minute} for row in rows]


@pytest.mark.parametrize("action", ["create", "update"])
def test_five_schedules_and_five_hundred_take_the_same_statements(tenant: Tenant, action: str) -> None:
    build_rooms(tenant, 12)
    few, many = usual(5), usual(550)[50:]
    if action == "update":
        booked(tenant, *few, *many)
        few, many = moved(few, "30"), moved(many, "30")
    few.append({**few[0], "external_id": "Z-1"})
    many.append({**many[0], "external_id": "Z-2"})
    assert counted(tenant, schedules(*few, action=action), action) == counted(
        tenant, schedules(*many, action=action), action
    )
