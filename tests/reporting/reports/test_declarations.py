"""What a report declares is what reporting-api.md 3 lists, and its SQL gives just that."""

from __future__ import annotations

import io
from datetime import UTC, date, datetime
from uuid import UUID

import pytest
from django.db import connection
from psycopg.sql import SQL

from edu_csv import tenancy
from edu_csv.access.policy import EVERYWHERE, Reach
from reporting.reports import RESERVED, reports
from reporting.reports.base import Type
from reporting.steps.complete import complete_through
from reporting.steps.preview import draw, preview
from reporting.steps.select import Asked, Output, raw
from reporting.steps.write import write
from tests.imports.harness import Tenant

NOWHERE = Reach((UUID(int=1),))
# reporting-api.md 3.0: column counts to test against.
COUNTS = {
    "asset": 25, "assetbydate": 25, "presentation": 14, "videoview": 14, "confused": 13, "polling": 20, "qanda": 20,
    "notes": 15,
}  # fmt: skip
# What PostgreSQL calls what the SQL gives.
GIVEN = {
    Type.UUID: "uuid", Type.TEXT: "text", Type.TS: "timestamptz", Type.DATE: "date", Type.INT: "int8",
    Type.DEC: "numeric", Type.FLAG: "int4", Type.JSON: "text",
}  # fmt: skip
RANGE = (date(2031, 8, 18), date(2031, 8, 25))


def asked(name: str, tenant: Tenant, reach: Reach = EVERYWHERE) -> Asked:
    report = reports()[name]
    start, end = RANGE if report.takes_dates else (None, None)
    return Asked(report, tenant.pk, reach, start, end)


def test_there_are_eight_in_the_order_of_the_list() -> None:
    assert {name: len(report.columns) for name, report in reports().items()} == COUNTS
    assert list(reports()) == list(COUNTS)
    assert not RESERVED & set(reports())


@pytest.mark.parametrize("name", COUNTS)
@pytest.mark.parametrize("reach", [EVERYWHERE, NOWHERE], ids=["everywhere", "nowhere"])
def test_nothing_happened_gives_a_header_and_no_row(tenant: Tenant, name: str, reach: Reach) -> None:
    out = io.BytesIO()
    what = asked(name, tenant, reach)
    with tenancy.use_institution(tenant.pk):
        assert write(what, Output(), out, lambda rows: None) == 0
        assert preview(what) == []
        assert [draw(what, chart) for chart in what.report.charts] == [[] for _ in what.report.charts]
    header = ",".join(f'"{column.header}"' for column in what.report.columns)
    assert out.getvalue() == f"{header}\r\n".encode()


@pytest.mark.parametrize("name", COUNTS)
def test_the_sql_gives_each_column_in_its_type_and_further_ones_last(tenant: Tenant, name: str) -> None:
    what = asked(name, tenant)
    with tenancy.use_institution(tenant.pk), connection.cursor() as cursor:
        cursor.execute(SQL("SELECT * FROM ({}) AS report LIMIT 0").format(raw(what)), what.params)
        types = connection.connection.adapters.types
        given = [(column.name, types[column.type_code].name) for column in cursor.description or ()]
    declared = [(column.header, GIVEN[column.type]) for column in what.report.columns]
    assert given[: len(declared)] == declared


@pytest.mark.parametrize("name", COUNTS)
def test_every_column_says_what_it_means_and_where_it_is_from(name: str) -> None:
    columns = reports()[name].columns
    assert all(column.meaning.endswith(".") and column.source for column in columns)
    assert all(column.unit for column in columns if column.type in (Type.INT, Type.DEC))


def test_the_last_complete_day_closed_two_days_ago() -> None:
    # The example of reporting-api.md 2.4.
    assert complete_through(datetime(2025, 3, 18, 14, 31, 12, tzinfo=UTC)) == date(2025, 3, 15)
    assert complete_through(datetime(2025, 3, 18, tzinfo=UTC)) == date(2025, 3, 15)
    assert complete_through(datetime(2025, 3, 17, 23, 59, 59, tzinfo=UTC)) == date(2025, 3, 14)
    assert complete_through(datetime.fromisoformat("2025-03-18T01:00:00+02:00")) == date(2025, 3, 14)
