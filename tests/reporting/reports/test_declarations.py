"""What a report declares is what reporting-api.md 3 lists, and its SQL gives just that."""

from __future__ import annotations

import io
from datetime import date
from uuid import UUID

import pytest

from edu_csv import tenancy
from edu_csv.access.policy import EVERYWHERE, Reach
from reporting.reports import RESERVED, reports
from reporting.steps.preview import draw, preview
from reporting.steps.select import Asked, Output
from reporting.steps.write import write
from tests.imports.harness import Tenant

NOWHERE = Reach((UUID(int=1),))
# reporting-api.md 3.0: column counts to test against.
COUNTS = {
    "asset": 25, "assetbydate": 25, "presentation": 14, "videoview": 14, "confused": 13, "polling": 20, "qanda": 20,
    "notes": 15,
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

    what = asked(name, tenant)
    with tenancy.use_institution(tenant.pk), connection.cursor() as cursor:
        statement, params = copying(what)
        assert "FORCE_QUOTE" in statement.as_string(None)
        assert params["institution"] == tenant.pk
        assert {column.type for column in what.report.columns} <= set(Type)
        assert cursor
