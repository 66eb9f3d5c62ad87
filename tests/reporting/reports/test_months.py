"""A month of events may be made while a report begins: it waits for that, and finds every row."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import psycopg
import pytest
from django.conf import settings
from django.db import connections, transaction
from psycopg.sql import SQL, Identifier

from edu_csv import tenancy
from reporting.reports import reports
from reporting.steps.preview import draw, preview
from tests.imports.harness import Tenant
from tests.reporting.reports import world as w
from tests.reporting.reports.asking import asked, table, written
from tests.reporting.reports.invented import midnight
from tests.reporting.reports.world import World

# In 2019 nothing else happens here.
DAYS = (date(2019, 3, 4), date(2019, 3, 11))
MADE = "SELECT activity_add_event_months('2019-03-05', '2019-03-05')"
FIND = "SELECT relname FROM pg_class WHERE relname LIKE 'activity%2019\\_03' AND relkind = 'r'"
WAITING = """
    SELECT count(*) FROM pg_locks JOIN pg_database AS d ON d.oid = database
     WHERE NOT granted AND d.datname = current_database()
"""


@pytest.fixture
def owner(committed: None) -> Iterator[psycopg.Connection[Any]]:
    """Who makes months; before and after the test there is none of that time."""
    with psycopg.connect(settings.DATABASE_OWNER_URL, autocommit=True) as found:
        unmake(found)
        yield found
        unmake(found)


def unmake(owner: psycopg.Connection[Any]) -> None:
    for [month] in owner.execute(FIND).fetchall():
        owner.execute(SQL("DROP TABLE {}").format(Identifier(month)))


def watched(tenant: Tenant) -> None:
    """Ten downloads, and two minutes of a view."""
    world = World()
    noon = midnight(DAYS[0]) + timedelta(hours=12)
    video = world.add(w.Video(id=uuid4(), name="Tides", made_at=noon))
    view = world.add(w.View(id=uuid4(), video_id=video.id, started_at=noon))
    for number in range(10):
        at = noon + timedelta(seconds=30 * number)
        world.add(w.Download(id=uuid4(), video_id=video.id, occurred_at=at))
        if number < 4:
            world.add(w.ViewEvent(id=uuid4(), view_id=view.id, occurred_at=at))
    world.store(tenant.pk, months=False)


def by_file(tenant: Tenant) -> tuple[str, str]:
    [row] = table(written(tenant, "assetbydate", DAYS))
    return row["downloads"], row["view_duration_in_minutes"]


def by_preview(tenant: Tenant) -> tuple[str, str]:
    with tenancy.use_institution(tenant.pk), transaction.atomic():
        [row] = preview(asked(tenant, "assetbydate", DAYS))
    return str(row[18]), str(row[19])


def by_chart(tenant: Tenant) -> tuple[str, str]:
    with tenancy.use_institution(tenant.pk), transaction.atomic():
        [point] = draw(asked(tenant, "assetbydate", DAYS), reports()["assetbydate"].charts[0])
    return "10", f"{point.value * 60:.0f}"


@pytest.mark.parametrize("look", [by_file, by_preview, by_chart])
def test_rows_that_move_to_a_new_month_are_found(
    tenant: Tenant, owner: psycopg.Connection[Any], look: Callable[[Tenant], tuple[str, str]]
) -> None:
    watched(tenant)
    assert look(tenant) == ("10", "2")
    with ThreadPoolExecutor(1) as beside:
        with owner.transaction():
            owner.execute(MADE)
            found = beside.submit(and_close, look, tenant)
            until_somebody_waits(tenant)
            assert not found.done()
        assert found.result(30) == ("10", "2")
    assert owner.execute(FIND).fetchall()
    assert look(tenant) == ("10", "2")


def and_close(look: Callable[[Tenant], tuple[str, str]], tenant: Tenant) -> tuple[str, str]:
    try:
        return look(tenant)
    finally:
        connections.close_all()


def until_somebody_waits(tenant: Tenant) -> None:
    until = time.monotonic() + 30
    while not tenant.query(WAITING)[0][0]:
        assert time.monotonic() < until
        time.sleep(0.02)
