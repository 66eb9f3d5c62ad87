"""Files of schedules, and of terms above them, at random, held against naive models of intervals and rows in order.

Rooms, times and keys are few, so that most rows meet others by a key, by a time, or by both. What the model
says fails is what fails, what it says takes place takes place, and whatever a plan lets through the
database's own constraint lets through.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from imports.models import Import
from tests.chance import examples
from tests.imports.booking import TERMS, V1, build_rooms, schedules
from tests.imports.harness import Tenant, csv_text
from tests.imports.rivals import good_rows

# In UTC, on one Tuesday or three of them, or on that week's Thursday.
FIRST = date(2031, 9, 2)
DAYS = {
    "one": {"start": "2031-09-02", "end": "", "days": ""},
    "weekly": {"start": "2031-09-02", "end": "2031-09-16", "days": "TU"},
    "later": {"start": "2031-09-09", "end": "2031-09-16", "days": "TU"},
    "both": {"start": "2031-09-02", "end": "2031-09-04", "days": "TU;TH"},
}
ON = {
    "one": [FIRST],
    "weekly": [FIRST, FIRST + timedelta(7), FIRST + timedelta(14)],
    "later": [FIRST + timedelta(7), FIRST + timedelta(14)],
    "both": [FIRST, FIRST + timedelta(2)],
}


@dataclass(frozen=True)
class Booking:
    """One schedule, as a row writes it. about: the key of the one it updates."""

    key: str
    room: str
    days: str
    begins: int
    minutes: int
    about: str = ""

    def meets(self, other: Booking) -> bool:
        return (
            self.room == other.room
            and bool(set(ON[self.days]) & set(ON[other.days]))
            and self.begins < other.begins + other.minutes
            and other.begins < self.begins + self.minutes
        )

    def takes_place_as(self, other: Booking) -> bool:
        return replace(self, key="", about="") == replace(other, key="", about="")

    def cells(self) -> dict[str, str]:
        time = f"{self.begins // 60:02d}:{self.begins % 60:02d}"
        return {
            "id": self.about, "external_id": self.key, "room": self.room, "time": time,
            "minutes": str(self.minutes), "name": "Capture", **DAYS[self.days],
        }  # fmt: skip


class Model:
    """What lives, by a number of ours; each method returns the rows that fail."""

    def __init__(self) -> None:
        self.live: dict[int, Booking] = {}
        self.made = 0

    def named(self, key: str) -> int | None:
        return next((number for number, booking in self.live.items() if key and booking.key == key), None)

    def create(self, rows: Mapping[int, Booking]) -> set[int]:
        failed, repeats = set(), set()
        for row, new in rows.items():
            if any(new == old for old in self.live.values()):
                repeats.add(row)
            elif self.named(new.key) is not None or any(new.meets(old) for old in self.live.values()):
                failed.add(row)
        left = set(rows) - failed - repeats
        meets = {
            (a, b)
            for a in left
            for b in left
            if a < b and (rows[a].meets(rows[b]) or (rows[a].key and rows[a].key == rows[b].key))
        }
        good = good_rows(left, meets, {})
        for row in sorted(good):
            self.made += 1
            self.live[self.made] = rows[row]
        return failed | (left - good)

    def delete(self, rows: Mapping[int, Booking]) -> set[int]:
        failed, gone = set(), set()
        for row, said in rows.items():
            number = self.named(said.about)
            if number is None or number in gone:
                failed.add(row)
            else:
                gone.add(number)
        for number in gone:
            del self.live[number]
        return failed

    def update(self, rows: Mapping[int, Booking]) -> set[int]:
        of = {row: number for row, new in rows.items() if (number := self.named(new.about)) is not None}
        failed = set(rows) - set(of)
        needs: dict[int, set[int]] = {row: set() for row in of}
        rekeyed = {row for row in of if rows[row].key and rows[row].key != self.live[of[row]].key}
        for row in rekeyed:
            holder = self.named(rows[row].key)
            if holder is not None:
                givers = {other for other in of if of[other] == holder and other != row}
                needs[row] |= givers
                if not givers:
                    failed.add(row)
        moving = {row for row in of if row not in failed and not rows[row].takes_place_as(self.live[of[row]])}
        moved = {of[row] for row in moving}
        failed |= {
            row
            for row in moving
            for number, old in self.live.items()
            if number != of[row] and number not in moved and rows[row].meets(old)
        }
        for row in sorted(of):
            if row not in failed and any(
                other < row and other not in failed and of[other] == of[row] for other in of
            ):
                failed.add(row)
        given_up = {}
        for number in moved:
            about = [row for row in sorted(moving) if of[row] == number]
            given_up[number] = next((row for row in about if row not in failed), about[0])
        before = set(failed)
        for row in moving - before:
            for number, giver in given_up.items():
                if number != of[row] and rows[row].meets(self.live[number]):
                    if rows[row].meets(rows[giver]):
                        failed.add(row)
                    else:
                        needs[row].add(giver)
        while more := {row for row in of if row not in failed and needs[row] & failed}:
            failed |= more
        left = set(of) - failed
        meets = set()
        for row in left & rekeyed:
            for other in left - {row}:
                if rows[other].key != rows[row].key:
                    continue
                # Whose object has the key keeps it, whatever comes of its row.
                meets.add((row, row) if rows[other].key == self.live[of[other]].key else (row, other))
        meets |= {(a, b) for a in left & moving for b in left & moving if a < b and rows[a].meets(rows[b])}
        good = good_rows(left, meets, needs)
        for row in good:
            self.live[of[row]] = replace(rows[row], about="")
        return failed | (left - good)


keys = st.sampled_from(["", "A", "B", "C", "D", "E"])
bookings = st.builds(
    Booking,
    key=keys,
    room=st.sampled_from(["R-1", "R-2"]),
    days=st.sampled_from(list(DAYS)),
    begins=st.sampled_from([540, 570, 600, 630, 660]),
    minutes=st.sampled_from([30, 60, 61]),
    about=st.sampled_from(["A", "B", "C", "D", "E"]),
)
files = st.lists(
    st.tuples(
        st.sampled_from(["create", "update", "update", "delete"]), st.lists(bookings, min_size=1, max_size=9)
    ),
    min_size=1,
    max_size=3,
)


def empty(tenant: Tenant) -> None:
    tenant.query("DELETE FROM roster_occurrence")
    tenant.query("UPDATE roster_schedule SET deleted_at = now() WHERE deleted_at IS NULL")


def load(tenant: Tenant, action: str, rows: Sequence[Booking]) -> Import:
    return tenant.load(
        schedules(*(row.cells() for row in rows), action=action), V1, action, confirm_clear=True
    )


def taking_place(tenant: Tenant) -> list[tuple[str, str, int, int]]:
    return sorted(
        tenant.query(
            "SELECT room.external_id, to_char(o.starts_at AT TIME ZONE 'UTC', 'YYYY-MM-DD'),"
            "       extract(hour FROM o.starts_at AT TIME ZONE 'UTC')::integer * 60"
            "       + extract(minute FROM o.starts_at AT TIME ZONE 'UTC')::integer,"
            "       extract(epoch FROM o.ends_at - o.starts_at)::integer / 60"
            "  FROM roster_occurrence AS o JOIN roster_room AS room ON room.number = o.room_number"
        )
    )


@pytest.mark.timeout(600)
def test_the_same_rows_fail_as_in_a_naive_model(tenant: Tenant) -> None:
    build_rooms(tenant, zone="UTC")

    @settings(max_examples=examples(8, 25), deadline=None, suppress_health_check=list(HealthCheck))
    @given(first=st.lists(bookings, min_size=3, max_size=9), rest=files)
    def check(first: list[Booking], rest: list[tuple[str, list[Booking]]]) -> None:
        empty(tenant)
        model = Model()
        for action, said in [("create", first), *rest]:
            rows = [replace(row, about="") if action == "create" else row for row in said]
            expected = getattr(model, action)(dict(enumerate(rows, start=2)))
            done = load(tenant, action, rows)
            assert done.job.status.startswith("completed"), done.job.problem
            told = {row.row: row.sentences for row in tenant.plan(done) if row.outcome == "failed"}
            assert set(told) == expected, told
            assert taking_place(tenant) == sorted(
                (booking.room, str(day), booking.begins, booking.minutes)
                for booking in model.live.values()
                for day in ON[booking.days]
            )

    check()


TUESDAYS = ["2031-09-02", "2031-09-09", "2031-09-16"]
days_off = st.lists(st.sampled_from(TUESDAYS), unique=True, max_size=3)
taught = st.tuples(
    bookings.map(lambda booking: replace(booking, key="", about="")),
    st.sampled_from(["", "S-1", "S-2", "S-1;S-2"]),
)
changes = st.lists(
    st.dictionaries(st.sampled_from(["1", "2"]), days_off, min_size=1, max_size=2), min_size=1, max_size=3
)


def build_terms(tenant: Tenant) -> None:
    rows = [[f"Term {n}", "2031-08-18", "2031-12-19", f"T-{n}"] for n in (1, 2)]
    tenant.load(csv_text(["Name", "Start Date", "End Date", "External ID"], *rows), TERMS)
    tenant.load("Course Code,Course Name,External ID\nOCE210,Tides,C\n", "echovideo.courses.v1")
    tenant.load(
        "Course ID,Term ID,Section Name,External ID\nC,T-1,01,S-1\nC,T-2,01,S-2\n", "echovideo.sections.v1"
    )


def change_terms(tenant: Tenant, days: Mapping[str, Sequence[str]]) -> Import:
    header = ["Term ID", "Name", "Start Date", "End Date", "Exclusion Dates", "External ID"]
    rows = [
        [f"T-{n}", f"Term {n}", "2031-08-18", "2031-12-19", ";".join(off), f"T-{n}"]
        for n, off in days.items()
    ]
    return tenant.load(csv_text(header, *rows), TERMS, "update")


def takes_place(booking: Booking, sections: str, off: Mapping[str, Sequence[str]]) -> list[str]:
    free = {day for number, days in off.items() if f"S-{number}" in sections for day in days}
    return [str(day) for day in ON[booking.days] if str(day) not in free]


def overlap(world: Sequence[tuple[Booking, str]], off: Mapping[str, Sequence[str]]) -> bool:
    return any(
        one.meets(other) and set(takes_place(one, of, off)) & set(takes_place(other, at, off))
        for place, (one, of) in enumerate(world)
        for other, at in world[place + 1 :]
    )


@pytest.mark.timeout(600)
def test_terms_fail_exactly_when_they_bring_two_into_one_room(tenant: Tenant) -> None:
    build_rooms(tenant, zone="UTC")
    build_terms(tenant)

    @settings(max_examples=examples(5, 15), deadline=None, suppress_health_check=list(HealthCheck))
    @given(before=days_off, said=st.lists(taught, min_size=2, max_size=9), then=changes)
    def check(before: list[str], said: list[tuple[Booking, str]], then: list[dict[str, list[str]]]) -> None:
        empty(tenant)
        off: dict[str, Sequence[str]] = {"1": before, "2": before}
        change_terms(tenant, off)
        file = schedules(*({**booking.cells(), "sections": at} for booking, at in said))
        made = {row.row for row in tenant.plan(tenant.load(file, V1)) if row.outcome == "created"}
        world = [row for place, row in enumerate(said, start=2) if place in made]
        for new in then:
            done = change_terms(tenant, new)
            # Whatever is let through, the database lets through.
            assert done.job.status.startswith("completed"), done.job.problem
            failed = {
                number for row, number in enumerate(new, start=2) if tenant.row(done, row).outcome == "failed"
            }
            clashes = overlap(world, {**off, **new})
            assert bool(failed) == clashes
            off |= {number: days for number, days in new.items() if number not in failed}
            assert taking_place(tenant) == sorted(
                (booking.room, day, booking.begins, booking.minutes)
                for booking, at in world
                for day in takes_place(booking, at, off)
            )

    check()
