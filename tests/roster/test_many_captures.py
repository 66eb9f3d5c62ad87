"""Many captures of one room are written at a cost that each has by itself, also in place of others."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.db import transaction

from edu_csv import tenancy
from tests.imports.harness import Tenant
from tests.roster.timetables import Timetable

CAPTURES = 12_000
# Blocks looked at to write one capture: those on its way into the table and its three indexes, about 16. When
# the index of the constraint cannot tell the times of a room apart, they are 57 here, and more with each capture.
BLOCKS_EACH = 25

pytestmark = pytest.mark.usefixtures("committed")


@pytest.fixture
def timetable(tenant: Tenant) -> Timetable:
    return Timetable.of(tenant)


def blocks(plan: Any) -> int:
    top = plan[0]["Plan"]
    return int(top["Shared Hit Blocks"] + top["Shared Read Blocks"])


def test_captures_of_one_room_are_moved_as_cheaply_as_they_were_made(timetable: Timetable) -> None:
    tenant = timetable.tenant
    schedule = timetable.schedule(timetable.room())
    costs: list[float] = []
    # In one transaction, as an import that moves them: what it deletes stays in the index until it ends.
    with tenancy.use_institution(tenant.pk), transaction.atomic():
        for later in ("0 hours", "6 hours", "0 hours"):
            [[found]] = tenant.query(
                "WITH gone AS (DELETE FROM roster_occurrence WHERE schedule_id = %s RETURNING 1)"
                " SELECT count(*) FROM gone",
                schedule,
            )
            assert found == (CAPTURES if costs else 0)
            [[plan]] = tenant.query(
                "EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON)"
                " INSERT INTO roster_occurrence (institution_id, schedule_id, room_number, starts_at, ends_at)"
                " SELECT room.institution_id, %s, room.number, begins, begins + interval '50 minutes'"
                "   FROM roster_room AS room"
                "  CROSS JOIN LATERAL generate_series(1, %s) AS hour"
                "  CROSS JOIN LATERAL (SELECT timestamptz '2031-01-01 00:00+00' + make_interval(hours => hour)"
                "                             + %s::interval) AS at (begins)",
                schedule,
                CAPTURES,
                later,
            )
            costs.append(blocks(json.loads(plan) if isinstance(plan, str) else plan) / CAPTURES)
    assert max(costs) < BLOCKS_EACH, costs
