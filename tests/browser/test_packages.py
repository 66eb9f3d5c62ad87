"""Pages of packages in a real browser: every width, and the way from a file to its rows."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from imports.models import Import
from tests.browser.conftest import SitsDown
from tests.browser.people import Person
from tests.imports.feed.faulty import faulty
from tests.imports.harness import Tenant
from tests.imports.packages.feeds import ORGS_3

ENROLLED = "08-Enrollments.csv"
SIDEWAYS = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"


def load(tenant: Tenant, mode: str) -> Import:
    return tenant.load(faulty(), "d2l.package", "", file_name="night.zip", mode=mode)


@pytest.mark.parametrize(("width", "theme"), [(375, "light"), (768, "dark"), (1440, "light")])
def test_packages_fit_every_width(sits_down: SitsDown, tenant: Tenant, width: int, theme: str) -> None:
    waiting, done = load(tenant, "preview"), load(tenant, "apply")
    person = sits_down(viewport={"width": width, "height": 900}, color_scheme=theme)
    failed = next(row.row for row in tenant.plan(done) if row.outcome == "failed")
    pages = {
        "plan": f"/imports/{waiting.pk}/",
        "result": f"/imports/{done.pk}/?file={ENROLLED}&outcome=all",
        "row": f"/imports/{done.pk}/rows/{failed}/",
        "help": "/help/formats/d2l.package/",
        "layout": "/help/formats/d2l.users/",
        "formats": "/help/formats/",
    }
    for name, address in pages.items():
        person.go(address)
        person.picture(f"package-{name}-{width}")
        assert person.page.evaluate(SIDEWAYS) == 0, name


def test_from_a_file_of_a_package_to_its_failed_row(person: Person, tenant: Tenant) -> None:
    done = load(tenant, "apply")
    person.go(f"/imports/{done.pk}/")
    expect(person.page.get_by_role("heading", name="1 file was not read: 09-Other.csv")).to_be_visible()
    person.page.get_by_role("link", name=ENROLLED).first.click()
    expect(person.page.locator("tbody tr[id^=row-]")).to_have_count(5)
    person.page.get_by_role("link", name=re.compile(r"^2\s*Failed$")).click()
    expect(person.page.locator("tbody tr[id^=row-]")).to_have_count(2)
    person.page.get_by_role("link", name=f"Row 5 of {ENROLLED}").click()
    person.page.get_by_role("link", name="This row alone").click()
    expect(person.page.get_by_role("heading", name=f"Row 5 of {ENROLLED}")).to_be_visible()


@pytest.mark.parametrize("width", [375, 1280])
def test_one_long_word_of_a_file_breaks_no_page(sits_down: SitsDown, tenant: Tenant, width: int) -> None:
    refused = tenant.load(b"Type,Action,Code\norganization,UPDATE,X\n", "d2l.orgs", "", file_name="orgs.csv")
    long = "\n".join(f"department,UPDATE,{'C' * size},{'N' * 50},,,,,,,,," for size in (50, 60))
    done = tenant.load(f"{ORGS_3}\n{long}\n".encode(), "d2l.orgs", "", file_name="long.csv")
    assert (refused.job.status, done.counts["failed"]) == ("failed", 1)
    person = sits_down(viewport={"width": width, "height": 900})
    for name, address in {
        "today": "/",
        "imports": "/imports/",
        "refused": f"/imports/{refused.pk}/",
        "long": f"/imports/{done.pk}/",
    }.items():
        person.go(address)
        person.picture(f"long-{name}-{width}")
        assert person.page.evaluate(SIDEWAYS) == 0, name
        assert "`" not in person.page.locator("main").inner_text(), name
