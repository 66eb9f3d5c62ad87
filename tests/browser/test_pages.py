"""The pages beside the way of a file, in a real browser: log in, Today, roster, exports, finder, settings."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from edu_csv.access import services as access
from edu_csv.access.roles import Role
from edu_csv.jobs.runners import work_one
from imports.formats.registry import formats
from tests.browser.conftest import SitsDown
from tests.browser.people import Person
from tests.imports.harness import Tenant, csv_text, sample

TERMS, USERS = "echovideo.terms.v1", "echovideo.users.v1"
USER_HEADER = ["First Name", "Last Name", "Email", "Role", "External ID"]
# A page may not scroll sideways, down to 320 px (ui.md section 11).
OVERFLOW = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
LOOKS = (
    ("1440-light", {"viewport": {"width": 1440, "height": 1000}, "color_scheme": "light"}),
    ("1440-dark", {"viewport": {"width": 1440, "height": 1000}, "color_scheme": "dark"}),
    ("375", {"viewport": {"width": 375, "height": 800}, "color_scheme": "light"}),
)


@pytest.fixture
def busy(tenant: Tenant) -> Tenant:
    """An institution with a roster, a changed person, failed rows, a plan that waits, an export and API clients."""
    tenant.load_basics()
    [(mei,)] = tenant.query("SELECT id FROM roster_person WHERE external_id = 'P-1002'")
    changed = tenant.load(
        csv_text(
            ["User ID", *USER_HEADER, "SSO Id"],
            [str(mei), "Mei", "Tan-Berg", "mei.tan@fjord.example", "Student", "P-1002", "mtan"],
        ),
        USERS,
        "update",
        name="Names after the summer",
    )
    assert changed.applied_at
    tenant.load(
        csv_text(
            USER_HEADER, ["Ada", "Berg", "ada@fjord.example", "Student", "P-2001"], ["", "x", "y", "z", ""]
        ),
        USERS,
        name="Late arrivals",
    )
    tenant.load(sample(formats()[TERMS]), TERMS, name="Terms 2031 again", mode="preview")
    for role in (Role.INTEGRATION, Role.ANALYST):
        access.create_api_client(institution=tenant.pk, name=f"Banner nightly, {role.label}", role=role)
    return tenant


def work(tenant: Tenant) -> None:
    while work_one(["exports"], only_institution=tenant.pk):
        pass


@pytest.mark.parametrize(("look", "options"), LOOKS, ids=[look for look, _ in LOOKS])
def test_no_page_scrolls_sideways_or_complains(
    sits_down: SitsDown, busy: Tenant, look: str, options: dict[str, object]
) -> None:
    person = sits_down(**options)
    [(mei,)] = busy.query("SELECT id FROM roster_person WHERE external_id = 'P-1002'")
    [(section,)] = busy.query("SELECT id FROM roster_section WHERE external_id = 'S-OCE210-31A-01'")
    pages = {
        "today": "/",
        "people": "/roster/people/",
        "sections": "/roster/sections/",
        "person": f"/roster/people/{mei}/",
        "section": f"/roster/sections/{section}/",
        "section-people": f"/roster/sections/{section}/?tab=people",
        "exports": "/exports/",
        "formats": "/help/formats/",
        "format": "/help/formats/echovideo.sections.v1/",
        "account": "/settings/account/",
        "institution": "/settings/institution/",
        "access": "/settings/access/",
        "api-clients": "/settings/api-clients/",
        "find": "/find/?q=tan",
    }
    for name, path in pages.items():
        person.go(path)
        expect(person.page.locator("h1")).to_have_count(1)
        assert person.page.evaluate(OVERFLOW) <= 0, path
        person.picture(f"{name}-{look}")
    if look == "375":
        person.page.set_viewport_size({"width": 320, "height": 700})
        for path in pages.values():
            person.go(path)
            assert person.page.evaluate(OVERFLOW) <= 0, path


def test_a_wrong_password_is_told_and_the_right_one_goes_where_one_was_going(
    sits_down: SitsDown, tenant: Tenant
) -> None:
    person = sits_down()
    person.watch.forgiven.append("status of 422")
    person.page.get_by_role("button", name=re.compile("Your account")).click()
    person.page.get_by_role("button", name="Log out").click()
    expect(person.page.get_by_role("heading", name="Log in")).to_be_visible()
    person.go("/roster/terms/")
    person.page.get_by_label("E-mail").fill(f"admin-1@{tenant.slug}.example")
    person.page.get_by_label("Password").fill("not this one")
    person.page.get_by_role("button", name="Log in").click()
    expect(person.page.get_by_role("alert")).to_have_text("This e-mail and password do not belong together.")
    person.picture("login-wrong")
    person.log_in(f"admin-1@{tenant.slug}.example")


def test_the_roster_narrows_while_typing_and_leads_to_a_persons_history(person: Person, busy: Tenant) -> None:
    person.go("/roster/people/")
    expect(person.page.get_by_role("row")).to_have_count(4)
    person.page.get_by_label("Find people").press_sequentially("tan", delay=30)
    expect(person.page.get_by_role("row")).to_have_count(2)
    person.page.get_by_role("link", name="Mei Tan-Berg").click()
    history = person.page.get_by_role("complementary", name="History")
    expect(history).to_contain_text("Names after the summer")
    history.get_by_role("link", name="Names after the summer").click()
    expect(person.page.get_by_role("heading", level=1)).to_contain_text("Names after the summer")


def test_control_k_finds_people_and_imports(person: Person, busy: Tenant) -> None:
    person.go("/")
    person.page.keyboard.press("Control+k")
    finder = person.page.get_by_role("dialog", name="Find anything")
    finder.get_by_role("textbox").press_sequentially("again", delay=20)
    expect(finder.get_by_role("link")).to_contain_text(["Terms 2031 again"])
    finder.get_by_role("textbox").fill("tan")
    expect(finder.get_by_role("link")).to_contain_text(["Mei Tan-Berg"])
    person.picture("finder")
    finder.get_by_role("link").first.click()
    expect(person.page.get_by_role("heading", level=1)).to_have_text("Mei Tan-Berg")


def test_an_export_is_asked_for_watched_and_fetched(person: Person, busy: Tenant) -> None:
    person.go("/exports/")
    person.page.get_by_label("Format").select_option("echovideo.sections.v1")
    # The form asks anew: a format brings its own filters and its own number.
    expect(person.page.get_by_role("button", name="Export about 2 rows")).to_be_visible()
    person.page.get_by_label("Term").select_option(label="Autumn 2031")
    person.page.get_by_role("button", name="Export about 2 rows").click()
    expect(person.page.get_by_text("It waits for its turn.")).to_be_visible()
    work(busy)
    expect(person.page.get_by_text("2 rows are ready.")).to_be_visible()
    person.picture("export")
    link = person.page.get_by_role("link", name=re.compile("^Download"))
    text = person.download(link.inner_text())
    assert text.count("\n") == 3
    person.page.get_by_role("button", name="Delete").click()
    expect(person.page.get_by_text("No exports yet")).to_be_visible()


def test_a_theme_stays_and_a_part_asked_after_the_log_in_ran_out_says_so(
    person: Person, tenant: Tenant
) -> None:
    person.watch.forgiven += ["status of 401", "Error Code 401"]
    person.page.get_by_role("button", name=re.compile("Your account")).click()
    person.page.get_by_role("button", name="Dark").click()
    expect(person.page.locator("html")).to_have_attribute("data-bs-theme", "dark")
    person.go("/roster/people/")
    expect(person.page.locator("html")).to_have_attribute("data-bs-theme", "dark")
    person.page.context.clear_cookies(name="sessionid")
    person.page.get_by_label("Find people").press_sequentially("tan")
    expect(person.page.get_by_role("dialog", name="You were logged out")).to_be_visible()


def test_pages_can_be_read_without_scripts(sits_down: SitsDown, busy: Tenant) -> None:
    person = sits_down(java_script_enabled=False)
    person.go("/roster/people/")
    person.page.get_by_label("Find people").fill("tan")
    person.page.get_by_role("button", name="Find", exact=True).click()
    person.page.get_by_role("link", name="Mei Tan-Berg").click()
    expect(person.page.get_by_role("heading", level=1)).to_have_text("Mei Tan-Berg")
    person.go("/exports/new/?format=echovideo.terms.v1")
    person.page.get_by_role("button", name=re.compile("^Export")).click()
    expect(person.page.get_by_text("It waits for its turn.")).to_be_visible()
