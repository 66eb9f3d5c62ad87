"""The REST API's documentation, drawn by a real browser under the content policy of all pages."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.browser.people import Person


def test_the_api_is_read_and_tried_without_another_host(person: Person) -> None:
    # What the fixture watches: no other host, no complaint of the content policy, no broken script.
    page = person.page
    page.goto(f"{person.address}/api/v1/docs/")
    expect(page.get_by_role("heading", name="edu-csv")).to_be_visible()
    operation = page.locator("#operations-terms-terms_list")
    operation.scroll_into_view_if_needed()
    operation.locator(".opblock-summary-control").click()
    operation.get_by_role("button", name="Try it out").click()
    operation.get_by_role("button", name="Execute").click()
    expect(operation.locator(".live-responses-table td.response-col_status").nth(1)).to_contain_text("200")
