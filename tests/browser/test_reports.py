"""Reports in a real browser: drawn at every width, asked for, watched, fetched, by keyboard and without script."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import expect

from edu_csv import tenancy
from edu_csv.access.roles import Role
from edu_csv.activity.events.seeding.plan import SeedPlan
from edu_csv.activity.events.seeding.seeding import seed
from tests.browser.conftest import SitsDown
from tests.browser.test_pages import LOOKS, OVERFLOW
from tests.imports.harness import Tenant

pytestmark = pytest.mark.slow


@pytest.fixture
def watched(tenant: Tenant) -> Tenant:
    """An institution in which a month of lectures was watched, until yesterday."""
    tenant.load_basics()
    yesterday = datetime.now(UTC).date() - timedelta(days=1)
    with tenancy.use_institution(tenant.pk):
        seed(tenant.pk, SeedPlan(until=yesterday, weeks=3, videos=8, view_events=3_000))
    return tenant


@pytest.mark.parametrize(("look", "options"), LOOKS, ids=[look for look, _ in LOOKS])
def test_no_page_of_reports_scrolls_sideways_or_complains(
    sits_down: SitsDown, watched: Tenant, look: str, options: dict[str, object]
) -> None:
    person = sits_down(Role.ANALYST, **options)
    for name in ("videoview", "asset", "assetbydate", "presentation", "confused", "polling", "qanda", "notes"):
        person.go(f"/reports/{name}/")
        expect(person.page.locator("[aria-busy]")).to_have_count(0)
        person.picture(f"report-{name}-{look}")
        assert person.page.evaluate(OVERFLOW) <= 0, name
    for name, path in {"columns": "/reports/polling/columns/", "requests-none": "/reports/requests/"}.items():
        person.go(path)
        person.picture(f"report-{name}-{look}")
        assert person.page.evaluate(OVERFLOW) <= 0, name
