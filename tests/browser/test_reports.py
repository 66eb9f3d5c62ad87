"""Reports in a real browser: drawn at every width, asked for, watched, fetched, by keyboard and without script."""

from __future__ import annotations

import csv
import gzip
import io
import re
from datetime import UTC, date, datetime, timedelta

import pytest
from playwright.sync_api import expect

from edu_csv import tenancy
from edu_csv.access.roles import Role
from edu_csv.activity.events.seeding.plan import SeedPlan
from edu_csv.activity.events.seeding.seeding import seed
from tests.browser.conftest import SitsDown
from tests.browser.people import Person
from tests.browser.serving import Worker
from tests.browser.test_pages import LOOKS, OVERFLOW
from tests.imports.harness import Tenant

pytestmark = pytest.mark.slow


@pytest.fixture
def watched(tenant: Tenant) -> Tenant:
    """An institution in which a month of lectures was watched, until yesterday."""
    tenant.load_basics()
    yesterday = datetime.now(UTC).date() - timedelta(days=1)
    with tenancy.use_institution(tenant.pk):
        seed(tenant.pk, SeedPlan(until=yesterday, weeks=3, videos=30, view_events=6_000))
    return tenant


def settled(person: Person) -> None:
    """All that comes by itself is there."""
    expect(person.page.locator("[aria-busy]")).to_have_count(0)


def request(person: Person, name: str) -> None:
    person.go(f"/reports/{name}/")
    settled(person)
    person.page.get_by_role("button", name="Request report").click()


@pytest.mark.parametrize(("look", "options"), LOOKS, ids=[look for look, _ in LOOKS])
def test_no_page_of_reports_scrolls_sideways_or_complains(
    sits_down: SitsDown, watched: Tenant, worker: Worker, look: str, options: dict[str, object]
) -> None:
    person = sits_down(Role.ANALYST, **options)
    page = person.page
    person.go("/reports/requests/")
    person.picture(f"report-requests-none-{look}")
    request(person, "videoview")
    expect(page.get_by_role("link", name="Download")).to_be_visible()
    person.picture(f"report-request-{look}")
    worker.hold()
    request(person, "polling")
    expect(page.get_by_text("It waits for its turn.")).to_be_visible()
    names = ("videoview", "asset", "assetbydate", "presentation", "confused", "polling", "qanda", "notes")
    pages = {name: f"/reports/{name}/{'' if name == 'asset' else '?days=week'}" for name in names}
    pages |= {
        "other": "/reports/videoview/?days=other&first=2026-01-05&last=2026-01-31",
        "columns": "/reports/polling/columns/",
        "requests": "/reports/requests/",
        "no-match": "/reports/requests/?report=qanda",
        "today": "/",
    }
    for name, path in pages.items():
        person.go(path)
        expect(page.locator("h1")).to_be_visible()
        settled(person)
        person.picture(f"report-{name}-{look}")
        assert page.evaluate(OVERFLOW) <= 0, name
    # The figures of a picture, on demand.
    person.go("/reports/videoview/?days=week")
    page.get_by_text("Show as table").first.click()
    expect(page.locator(".as-table[open] tbody tr")).to_have_count(7)
    person.picture(f"report-table-{look}")
    assert page.evaluate(OVERFLOW) <= 0
    if look == "375":
        page.set_viewport_size({"width": 320, "height": 700})
        for name, path in pages.items():
            person.go(path)
            settled(person)
            assert page.evaluate(OVERFLOW) <= 0, name
    worker.go_on()


def test_a_report_is_asked_for_by_keyboard_watched_and_fetched(
    sits_down: SitsDown, watched: Tenant, worker: Worker
) -> None:
    person = sits_down(Role.ANALYST)
    page = person.page
    person.go("/reports/videoview/")
    page.get_by_role("radio", name="Last 7 days").focus()
    # Arrows choose, the part that hangs on the days comes anew, and the focus stays where it was.
    page.keyboard.press("ArrowRight")
    expect(page).to_have_url(f"{person.address}/reports/videoview/?days=week")
    expect(page.get_by_role("radio", name="Last week")).to_be_focused()
    page.keyboard.press("ArrowRight")
    expect(page).to_have_url(re.compile("days=other"))
    expect(page.get_by_role("radio", name="Other…")).to_be_focused()
    monday = date.fromisoformat(page.get_by_label("First day").input_value())
    page.get_by_label("Last day").fill((monday + timedelta(days=9)).isoformat())
    expect(page.get_by_text("These are 10 days; at most 7 can be asked for at once")).to_be_visible()
    page.get_by_label("Last day").fill((monday + timedelta(days=1)).isoformat())
    expect(page.get_by_text("These are 10 days")).to_have_count(0)
    said = page.locator("#ask-hint")
    expect(said).to_contain_text("rows")
    rows = int(re.findall(r", ([\d,]+) rows", said.inner_text())[0].replace(",", ""))
    settled(person)
    page.get_by_label("When ready").select_option("Do nothing")
    page.get_by_role("button", name="Request report").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Video views")
    # It asks for itself until the file is there.
    download = page.get_by_role("link", name="Download")
    expect(download).to_be_visible()
    expect(page.locator("#live")).to_have_text("Video views: Available")
    with page.expect_download() as started:
        download.click()
    assert started.value.suggested_filename.endswith(".csv.gz")
    kept = person.folder / "report.csv.gz"
    started.value.save_as(kept)
    told = list(csv.reader(io.StringIO(gzip.decompress(kept.read_bytes()).decode())))
    assert len(told) == rows + 1
    assert rows > 0


def test_a_chart_that_does_not_fit_opens_with_its_first_day_whole(
    sits_down: SitsDown, watched: Tenant
) -> None:
    person = sits_down(Role.ANALYST, viewport={"width": 375, "height": 800})
    page = person.page
    person.go("/reports/videoview/?days=week")
    settled(person)
    box = page.locator(".goes-on").first
    assert box.evaluate("each => each.scrollWidth > each.clientWidth")
    frame, first = box.bounding_box(), box.locator("rect").first.bounding_box()
    assert frame is not None
    assert first is not None
    assert frame["x"] <= first["x"] < first["x"] + first["width"] <= frame["x"] + frame["width"]
    box.scroll_into_view_if_needed()
    person.picture("report-chart-375")


def test_days_are_typed_key_by_key_and_stay_as_typed(sits_down: SitsDown, watched: Tenant) -> None:
    person = sits_down(Role.ANALYST)
    page = person.page
    person.go("/reports/videoview/?days=other")
    # A day that reads the same whichever of day and month comes first.
    wanted = datetime.now(UTC).date()
    while wanted.day != wanted.month:
        wanted -= timedelta(days=1)
    for label in ("First day", "Last day"):
        page.get_by_label(label).focus()
        # The browser tells of a change at each key that leaves a day.
        page.keyboard.type(f"{wanted:%d%m%Y}", delay=350)
    for label in ("First day", "Last day"):
        assert page.get_by_label(label).input_value() == wanted.isoformat()
    expect(page.locator("#ask-hint")).to_contain_text(f"{wanted.day} {wanted:%B %Y} (UTC), ")
    expect(page.get_by_label("Last day")).to_be_focused()
    # What cannot be asked for is told beside the field, and the field keeps it.
    page.get_by_label("Last day").fill((wanted + timedelta(days=400)).isoformat())
    expect(page.locator("#id_last_error")).to_contain_text("has not begun yet")
    expect(page.get_by_label("Last day")).to_have_attribute("aria-invalid", "true")
    expect(page.locator("#charts > *")).to_have_count(0)
    page.get_by_label("Last day").fill(wanted.isoformat())
    expect(page.locator("#id_last_error")).to_be_empty()
    assert page.get_by_label("Last day").get_attribute("aria-invalid") is None
    settled(person)
    page.get_by_role("button", name="Request report").click()
    expect(page.locator(".facts").first).to_contain_text(f"{wanted.day} {wanted:%B %Y} (UTC)")


def test_the_fourth_request_is_told_why_not(sits_down: SitsDown, watched: Tenant, worker: Worker) -> None:
    worker.hold()
    person = sits_down(Role.ANALYST)
    page = person.page
    for name in ("videoview", "asset", "notes"):
        request(person, name)
        expect(page.get_by_text("It waits for its turn.")).to_be_visible()
    person.watch.forgiven.append("status of 429")
    request(person, "polling")
    expect(page.get_by_role("alert")).to_contain_text(
        "3 requests are in flight, and 3 are all that can be at once"
    )
    expect(page.get_by_role("alert")).to_contain_text("Pending: Video views,")
    settled(person)
    person.picture("report-fourth")
    # The list below moves by itself.
    worker.go_on()
    expect(page.locator("#requests").get_by_role("link", name="Download")).to_have_count(3)
    request(person, "polling")
    expect(page.get_by_role("link", name="Download")).to_be_visible()


def test_without_script_a_report_is_read_and_asked_for(sits_down: SitsDown, watched: Tenant) -> None:
    person = sits_down(Role.ANALYST, java_script_enabled=False)
    page = person.page
    person.go("/reports/videoview/?days=week")
    page.get_by_role("link", name="Show charts and first rows").click()
    expect(page.locator("table.grid tbody tr").first).to_be_visible()
    expect(page.locator("svg.chart")).to_be_visible()
    person.go("/reports/videoview/")
    page.get_by_role("button", name="Request report").click()
    expect(page.get_by_text("It waits for its turn.")).to_be_visible()
