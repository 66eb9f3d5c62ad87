"""What whoever scripts reports reads: the page of help, the drawn OpenAPI document, the switch of a client."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from edu_csv.access import services as access
from tests.browser.conftest import SitsDown
from tests.browser.test_pages import LOOKS, OVERFLOW
from tests.imports.harness import Tenant

pytestmark = pytest.mark.slow


@pytest.mark.parametrize(("look", "options"), LOOKS, ids=[look for look, _ in LOOKS])
def test_no_page_scrolls_sideways_or_complains(
    sits_down: SitsDown, tenant: Tenant, look: str, options: dict[str, object]
) -> None:
    access.create_api_client(institution=tenant.pk, name="Warehouse, every night", role="analyst")
    person = sits_down(**options)
    for name, path in {"help-reporting": "/help/reporting/", "clients": "/settings/api-clients/"}.items():
        person.go(path)
        expect(person.page.locator("h1")).to_have_count(1)
        person.picture(f"{name}-{look}")
        assert person.page.evaluate(OVERFLOW) <= 0, path


def test_the_document_is_drawn_with_each_call(sits_down: SitsDown) -> None:
    person = sits_down()
    person.go("/reporting/")
    for path in ("/reports", "/reports/{name}", "/requests", "/requests/{name}", "/request/{id}"):
        expect(person.page.locator(f'[data-path="{path}"]')).to_have_count(1)
    person.page.locator(".opblock-post .opblock-summary").click()
    expect(person.page.get_by_text("At most 3 requests of an institution may be pending")).to_be_visible()
    person.picture("reporting-document")


def test_a_client_is_kept_out_of_reports_by_its_switch(sits_down: SitsDown, tenant: Tenant) -> None:
    access.create_api_client(institution=tenant.pk, name="Warehouse", role="analyst")
    person = sits_down()
    person.go("/settings/api-clients/")
    expect(person.page.get_by_text("Reporting API: On")).to_be_visible()
    person.page.get_by_role("button", name="Switch Reporting off").click()
    expect(person.page.get_by_text("Reporting API: Off")).to_be_visible()
    expect(person.page.get_by_text("CSV Data Import API: On")).to_be_visible()
