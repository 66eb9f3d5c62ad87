"""Recurring reports in a real browser: drawn at every width, made, paused and let go on, a webhook's secret shown once."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import expect
from pytest_django import Settings

from edu_csv import tenancy
from edu_csv.access.models import Institution
from edu_csv.access.roles import Role
from reporting.models import PauseReason, ReportSchedule
from reporting.schedules import running
from reporting.tasks import tell
from tests.browser.conftest import SitsDown
from tests.browser.test_pages import LOOKS, OVERFLOW
from tests.imports.harness import Tenant
from tests.reporting.recurring.harness import schedule, secret
from tests.reporting.recurring.receiver import receiving
from tests.reporting.requests.harness import with_videos, work

pytestmark = pytest.mark.slow


@dataclass
class Scene:
    """Three recurring reports: with results and notices, of a month, and one that paused itself."""

    weekly: str
    monthly: str
    paused: str


@pytest.fixture
def scene(tenant: Tenant, settings: Settings) -> Scene:
    settings.WEBHOOK_PRIVATE_ADDRESSES = True
    with_videos(tenant, 40)
    with tenancy.use_institution(tenant.pk):
        Institution.objects.filter(pk=tenant.pk).update(
            notify_domains=["fjord.example"], time_zone="Europe/Oslo"
        )
    with receiving() as receiver:
        secret(tenant, receiver.url)
        weekly = schedule(tenant, "weekly", "videoview", name="For the dean", webhook=receiver.url)
        monthly = schedule(
            tenant, "monthly", "confused", email=("geology@fjord.example", "registry@fjord.example")
        )
        paused = schedule(tenant, "daily", "asset")
        back = datetime.now(UTC) - timedelta(days=40)
        with tenancy.use_institution(tenant.pk):
            ReportSchedule.objects.update(next_start=back.date().replace(day=1), next_due=back)
            receiver.statuses = [204, 500, 302]
            for each in (weekly, monthly, paused):
                running.run(each.pk)
            ReportSchedule.objects.filter(pk=paused.pk).update(
                paused_at=datetime.now(UTC) - timedelta(hours=3), pause_reason=PauseReason.NOT_FETCHED
            )
        work(tenant)
        tell()
    return Scene(*(f"/reports/recurring/{each.pk}/" for each in (weekly, monthly, paused)))


@pytest.mark.parametrize(("look", "options"), LOOKS, ids=[look for look, _ in LOOKS])
def test_no_page_of_recurring_reports_scrolls_sideways_or_complains(
    sits_down: SitsDown, scene: Scene, look: str, options: dict[str, object]
) -> None:
    person = sits_down(Role.ADMIN, **options)
    pages = {
        "list": "/reports/recurring/",
        "new": "/reports/recurring/new/",
        "webhooks": "/reports/recurring/webhooks/",
        "weekly": scene.weekly,
        "monthly": scene.monthly,
        "paused": scene.paused,
        "notices": f"{scene.weekly}?tab=notices",
        "settings": f"{scene.weekly}?tab=settings",
    }
    for name, path in pages.items():
        person.go(path)
        assert person.page.evaluate(OVERFLOW) <= 0, path
        person.picture(f"recurring-{name}-{look}")
    if look == "375":
        person.page.set_viewport_size({"width": 320, "height": 700})
        for path in pages.values():
            person.go(path)
            assert person.page.evaluate(OVERFLOW) <= 0, path


def test_an_analyst_makes_one_pauses_it_and_lets_it_go_on(sits_down: SitsDown, tenant: Tenant) -> None:
    person = sits_down(Role.ANALYST)
    page = person.page
    person.watch.forgiven.append("status of 422")
    person.go("/reports/recurring/")
    page.get_by_role("link", name="New recurring report").click()
    page.get_by_label("Name").fill("Confusion, week by week")
    page.get_by_label("Report", exact=True).select_option(label="Confusion flags")
    page.get_by_label("Mail to").fill("a@elsewhere.example")
    page.get_by_role("button", name="Make it recur").click()
    expect(page.get_by_role("alert")).to_contain_text("No mail would reach a@elsewhere.example")
    page.get_by_label("Mail to").fill("")
    page.get_by_role("button", name="Make it recur").click()
    expect(page.get_by_role("heading", name="Confusion, week by week")).to_be_visible()
    expect(page.locator(".say")).to_contain_text("Next: ")
    page.get_by_role("button", name="Pause").click()
    expect(page.locator(".note")).to_contain_text("Paused by Maren Holt.")
    page.get_by_role("button", name="Let it go on").click()
    expect(page.locator(".say")).to_contain_text("Next: ")
    page.get_by_label("Parts of this recurring report").get_by_role("link", name="Settings").click()
    page.get_by_role("button", name="End this report").click()
    expect(page.get_by_role("heading", name="No recurring reports yet")).to_be_visible()


def test_the_secret_of_a_webhook_is_there_once(
    sits_down: SitsDown, tenant: Tenant, settings: Settings
) -> None:
    settings.WEBHOOK_PRIVATE_ADDRESSES = True
    person = sits_down(Role.ANALYST, java_script_enabled=False)
    page = person.page
    person.go("/reports/recurring/webhooks/")
    page.get_by_label("Address").fill("https://hooks.example/reports")
    page.get_by_role("button", name="Make a secret").click()
    expect(page.get_by_text(re.compile("whsec_"))).to_be_visible()
    person.go("/reports/recurring/webhooks/")
    expect(page.get_by_text(re.compile("whsec_"))).to_have_count(0)
    expect(page.get_by_role("rowheader", name="https://hooks.example/reports")).to_be_visible()
