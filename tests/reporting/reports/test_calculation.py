"""Every report's file is, byte for byte, what plain Python calculates from the same events."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import UUID

import pytest

from edu_csv.access.policy import Reach
from reporting.steps.select import Output
from tests.imports.harness import Tenant, new_tenant
from tests.reporting.reports import world as w
from tests.reporting.reports.asking import Range, expected, table, written
from tests.reporting.reports.invented import DAYS, FIRST, invent
from tests.reporting.reports.plain import HEADERS
from tests.reporting.reports.world import World

WEEK = (date(2025, 8, 27), date(2025, 9, 3))
DAY = (date(2025, 8, 31), date(2025, 9, 1))
# Longer than requests may be, so that everything is asked for at once.
ALL = (FIRST - timedelta(days=1), FIRST + timedelta(days=DAYS + 2))
RANGES: dict[str, list[Range]] = {name: [WEEK, DAY, ALL] for name in HEADERS}
RANGES["asset"] = [None]
OUTPUTS = [Output(delimiter="\t"), Output(delimiter="|"), Output(spreadsheet_safe=True)]


@pytest.mark.parametrize("seed", range(3))
def test_files_equal_the_calculation(tenant: Tenant, seed: int) -> None:
    world = invent(seed)
    world.store(tenant.pk)
    for name in HEADERS:
        for days in RANGES[name]:
            found = written(tenant, name, days)
            assert found == expected(world, name, days), (name, days)
        assert table(found), (name, "shows nothing")


def test_delimiters_and_guards_against_formulas_change_the_cells_alone(tenant: Tenant) -> None:
    world = invent(11)
    world.store(tenant.pk)
    for name in HEADERS:
        days = RANGES[name][-1]
        for output in OUTPUTS:
            assert written(tenant, name, days, output=output) == expected(world, name, days, output=output), (
                name
            )
    assert b'"\'=C3"' in written(tenant, "videoview", ALL, output=OUTPUTS[-1])


def test_who_reaches_one_org_unit_gets_the_rows_of_sections_within_it(tenant: Tenant) -> None:
    world = invent(21)
    world.store(tenant.pk)
    everything = {section.id for section in world.all(w.Section)}
    shown = 0
    for unit in world.all(w.Unit):
        sections = sections_below(world, unit.id)
        assert sections < everything
        for name in HEADERS:
            days = RANGES[name][-1]
            found = written(tenant, name, days, Reach((unit.id,)))
            assert found == expected(world, name, days, sections), (unit.name, name)
            shown += len(table(found))
    assert shown > 100


def test_of_two_institutions_each_sees_its_own(tenant: Tenant) -> None:
    other = new_tenant()
    worlds = [(tenant, invent(31)), (other, invent(32))]
    for whose, world in worlds:
        world.store(whose.pk)
    for name in HEADERS:
        for whose, world in worlds:
            assert written(whose, name, RANGES[name][-1]) == expected(world, name, RANGES[name][-1]), name


def sections_below(world: World, unit: UUID) -> set[UUID]:
    """Sections whose course belongs to the unit or to one beneath it."""
    below = {unit}
    while more := {each.id for each in world.all(w.Unit) if below & set(each.parent_ids)} - below:
        below |= more
    courses = {
        course.id
        for course in world.all(w.Course)
        if below & {course.organization_id, course.department_id, *course.parent_ids}
    }
    return {section.id for section in world.all(w.Section) if section.course_id in courses}
