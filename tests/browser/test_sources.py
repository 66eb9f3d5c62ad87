"""Sources in a real browser: drawn at every width and in both colours, set up by keys alone, without a script too."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from io import BytesIO
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from edu_csv import tenancy
from edu_csv.access.models import Institution
from imports.models import Door, Source
from imports.sources import feed_watch, inbox
from tests.browser.conftest import SitsDown
from tests.browser.people import Person
from tests.browser.test_pages import LOOKS, OVERFLOW
from tests.imports.harness import Tenant
from tests.imports.watch.feeds import came, new_source


@dataclass
class Fed:
    """Five feeds: late, well, smaller, paused, and one that waits for approval, with more files behind it."""

    late: UUID
    well: UUID
    waits: UUID


def midday() -> ZoneInfo:
    """A zone in which it is about noon now: a day is drawn, and hours ago must be of today."""
    ahead = 12 - datetime.now(UTC).hour
    # The sign of these names is that of the way to Greenwich.
    return ZoneInfo(f"Etc/GMT{-ahead:+d}" if ahead else "Etc/GMT")


def clock(hours: float) -> str:
    """The time of the clocks there so many hours from now."""
    at = timezone.now().astimezone(midday()) + timedelta(hours=hours)
    return f"{at:%H:%M}"


def every_day(by: str) -> dict[str, object]:
    return {"days": ["MO", "TU", "WE", "TH", "FR", "SA", "SU"], "by": by, "grace_minutes": 30}


@pytest.fixture
def fed(tenant: Tenant) -> Fed:
    now = timezone.now()
    late = new_source(tenant, expected=every_day(clock(-2)), family="circlein", public_keys=[KEY])
    well = new_source(
        tenant, "Banner nightly", expected=every_day(clock(-1)), family="d2l", public_keys=[KEY]
    )
    small = new_source(tenant, "Banner offerings", expected=every_day(clock(-1)), family="d2l")
    waits = new_source(tenant, "Summer school", expected=None, family="d2l")
    new_source(
        tenant, "Library groups", family="echovideo", action="update", paused_until=now + timedelta(days=5)
    )
    for days in range(9, 0, -1):
        before = now - timedelta(days=days, hours=1, minutes=5)
        for number, source in enumerate((late, well, small), 1):
            if source != late or days > 1:
                came(
                    tenant,
                    source,
                    before,
                    60_000 + number * 1_000 + days * 37,
                    key="d2l.package",
                    name="nightly.zip",
                )
    came(tenant, well, now - timedelta(hours=1, minutes=20), 61_999, key="d2l.package", name="nightly.zip")
    came(tenant, small, now - timedelta(hours=1, minutes=10), 22_000, key="d2l.package", name="nightly.zip")
    refused = {"code": "header_mismatch", "detail": "The header has no `Role`; it was expected as column 4."}
    came(tenant, waits, now - timedelta(days=1), status="failed", problem=refused, name="people.csv")
    came(tenant, waits, now - timedelta(minutes=50), 2_204, status="awaiting_approval", name="people.csv")
    with tenancy.use_institution(tenant.pk):
        Institution.objects.filter(pk=tenant.pk).update(time_zone=midday().key)
        for number in range(3):
            inbox.receive(waits, f"enrollments {number}.csv", BytesIO(b"a,b\n" * 900), door=Door.SFTP)
        feed_watch.look(tenant.pk)
        Source.objects.filter(pk=late.pk).update(limits={"unchanged_days": 3})
    return Fed(late.pk, well.pk, waits.pk)


KEY = {
    "name": "nightly@banner",
    "key": "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIGwfvzVkrlRYUi2wXcGVSHzMQ1mdDqfqYdNn1SYEE7bW",
    "fingerprint": "SHA256:2uVf3M0bq5v6iCwN4J3yqg3xYI5pGqkq7wRr0m8sX1c",
    "added_at": "2026-08-01T08:00:00+00:00",
}


@pytest.mark.parametrize(("look", "options"), LOOKS, ids=[look for look, _ in LOOKS])
def test_sources_fit_every_width_and_complain_of_nothing(
    sits_down: SitsDown, fed: Fed, look: str, options: dict[str, object]
) -> None:
    person = sits_down(**options)
    pages = {
        "today-feeds": "/",
        "sources": "/sources/",
        "source-new": "/sources/new/",
        "source-late": f"/sources/{fed.late}/",
        "source-well": f"/sources/{fed.well}/",
        "source-files": f"/sources/{fed.waits}/?tab=files",
        "source-settings": f"/sources/{fed.well}/?tab=settings",
        "source-doors": f"/sources/{fed.well}/?tab=doors",
    }
    for name, path in pages.items():
        person.go(path)
        expect(person.page.locator("h1")).to_have_count(1)
        assert person.page.evaluate(OVERFLOW) <= 0, path
        person.picture(f"{name}-{look}")
    if look == "375":
        # Lanes become text.
        person.page.set_viewport_size({"width": 320, "height": 700})
        for path in pages.values():
            person.go(path)
            assert person.page.evaluate(OVERFLOW) <= 0, path
            assert person.page.locator(".feeds .lane:visible").count() == 0


def test_a_dot_stands_where_its_hour_is(person: Person, fed: Fed) -> None:
    page = person.page
    person.go("/")
    row = page.locator(".feeds .row", has_text="Banner nightly")
    lane, dot = row.locator(".lane").bounding_box(), row.locator(".hit").last.bounding_box()
    assert lane is not None
    assert dot is not None
    at = timezone.now().astimezone(midday()) - timedelta(hours=1, minutes=20)
    wanted = lane["x"] + lane["width"] * (at.hour * 60 + at.minute) / 1_440
    assert abs(dot["x"] + dot["width"] / 2 - wanted) < lane["width"] / 200


def test_a_source_is_made_and_its_password_set_by_keys_alone(person: Person) -> None:
    page = person.page
    person.go("/")
    page.get_by_role("navigation", name="Main").get_by_role("link", name="Sources").press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Sources")
    page.get_by_role("link", name="New source").press("Enter")
    page.get_by_label("Name", exact=True).focus()
    page.keyboard.type("Banner nightly")
    page.keyboard.press("Tab")
    page.keyboard.type("banner")
    page.keyboard.press("Tab")
    page.keyboard.type("D2L")
    page.get_by_role("button", name="Make the source").press("Enter")
    expect(page.get_by_text("Banner nightly is made.")).to_be_visible()
    page.get_by_role("button", name="Make a password").press("Enter")
    expect(
        page.get_by_role("heading", name="The password of Banner nightly is shown only now")
    ).to_be_visible()
    page.get_by_role("navigation", name="Parts of this source").get_by_role("link", name="Settings").press(
        "Enter"
    )
    page.get_by_label("Mondays").focus()
    page.keyboard.press("Space")
    page.get_by_label("By", exact=True).fill("07:00")
    page.get_by_role("button", name="Save When a file is expected").press("Enter")
    expect(page.get_by_text("Saved.")).to_be_visible()
    expect(page.get_by_label("Mondays")).not_to_be_checked()
    expect(page.get_by_label("Tuesdays")).to_be_checked()


def test_a_file_is_put_in_by_hand_without_a_script(sits_down: SitsDown, fed: Fed) -> None:
    person = sits_down(java_script_enabled=False)
    person.go(f"/sources/{fed.well}/?tab=files")
    page = person.page
    page.get_by_label("File", exact=True).set_input_files(person.file("late.csv", "a,b\n1,2\n"))
    page.get_by_role("button", name="Send the file").click()
    expect(page.get_by_role("link", name="late.csv")).to_be_visible()
    expect(page.get_by_text("Waits its turn")).to_be_visible()
