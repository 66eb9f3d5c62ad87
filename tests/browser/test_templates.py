"""The template editor in a real browser: drawn at every width, columns by a click, faults at their place, no script too."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from edu_csv import tenancy
from imports.models import ImportTemplate
from imports.templates import gallery, manage
from imports.templates.content import Content
from tests.browser.conftest import SitsDown
from tests.browser.people import Person
from tests.browser.serving import Worker
from tests.browser.test_pages import LOOKS, OVERFLOW
from tests.imports.harness import Tenant

pytestmark = pytest.mark.slow

CSV = "User ID,Video,Watched at,Seconds\nu-204,Lecture 4: Queues,2025-09-03 14:05:30,30\nu-205,Lecture 4: Queues,2025-09-03 14:06:00,30\n"


def made(tenant: Tenant, key: str = "video_views") -> ImportTemplate:
    entry = gallery.entries()[key]
    with tenancy.use_institution(tenant.pk):
        return manage.make_ready_made(tenant.actor, entry, entry.name, "https://lecture.fjord.example")


def field(page: Page) -> str:
    return page.locator("#id_body").input_value()


@pytest.mark.parametrize(("look", "options"), LOOKS, ids=[look for look, _ in LOOKS])
def test_no_page_of_templates_scrolls_sideways_or_complains(
    sits_down: SitsDown, tenant: Tenant, look: str, options: dict[str, object]
) -> None:
    person = sits_down(**options)
    person.go("/templates/")
    person.picture(f"templates-none-{look}")
    template = made(tenant)
    draft = made(tenant, "notes")
    with tenancy.use_institution(tenant.pk):
        broken = gallery.entries()["notes"].body.replace("number columns", "nubmer columns")
        manage.change(tenant.actor, draft, Content(body=broken))
    pages = {
        "list": "/templates/",
        "new": "/templates/new/",
        "new-ready": "/templates/new/?ready=video_views",
        "editor": f"/templates/{template.pk}/",
        "editor-faults": f"/templates/{draft.pk}/",
        "versions": f"/templates/{draft.pk}/versions/",
        "help": "/help/templates/",
    }
    for name, path in pages.items():
        person.go(path)
        expect(person.page.locator("h1")).to_be_visible()
        person.picture(f"template-{name}-{look}")
        assert person.page.evaluate(OVERFLOW) <= 0, name


def test_a_template_is_made_of_a_file_and_comes_out_as_one_types(person: Person, tenant: Tenant) -> None:
    page = person.page
    person.go("/templates/new/")
    page.get_by_label("Name").fill("Lecture views")
    page.get_by_label("Example file").set_input_files(person.file("views.csv", CSV))
    page.get_by_role("button", name="Go on to the editor").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Lecture views")
    expect(page.locator("#ed-result")).to_contain_text("u-204 experienced Lecture 4: Queues")
    # What is typed is tried at once, and faults lead to their place.
    page.locator("#id_body").fill(field(page).replace("urlEncode", "urlEncod"))
    fault = page.locator("#ed-faults")
    expect(fault).to_contain_text('Did you mean "urlEncode"?')
    page.get_by_role("button", name="Line 10, column").click()
    assert page.evaluate("document.activeElement.id") == "id_body"
    at = page.evaluate("document.activeElement.selectionStart")
    assert field(page)[at:].startswith("urlEncod ")
    # Under the text, ready is refused in words; what was typed stays.
    person.watch.forgiven.append("status of 422")
    page.get_by_role("button", name="Save as ready").last.click()
    expect(page.get_by_text("It cannot be ready yet")).to_be_visible()
    page.locator("#id_body").fill(field(page).replace("urlEncod ", "urlEncode "))
    expect(fault).to_contain_text("It can be saved as ready.")
    page.get_by_role("button", name="Save as ready").last.click()
    expect(page.get_by_text("Version 2 is ready").first).to_be_visible()
    with tenancy.use_institution(tenant.pk):
        assert ImportTemplate.objects.get().ready_version == 2


def test_a_column_goes_into_the_text_where_one_was(person: Person, tenant: Tenant) -> None:
    template = made(tenant)
    page = person.page
    person.go(f"/templates/{template.pk}/")
    page.locator("#id_body").fill('{"statements": []}{{!--  --}}')
    page.evaluate("document.getElementById('id_body').setSelectionRange(23, 23)")
    page.get_by_role("button", name="Insert duration_Minute").click()
    assert field(page) == '{"statements": []}{{!--{{columns.duration_Minute}}  --}}'
    # A call is written with its arguments still to come: the caret stands before its end.
    page.locator("summary", has_text="Functions").click()
    page.get_by_role("button", name="Insert lower value").click()
    page.keyboard.type("x")
    assert "{{lower x}}" in field(page)


def test_rows_of_the_example_are_looked_at_one_by_one_and_all_together(
    person: Person, tenant: Tenant
) -> None:
    template = made(tenant)
    page = person.page
    person.go(f"/templates/{template.pk}/")
    result = page.locator("#ed-result")
    expect(result).to_contain_text("Ana Ruiz watched 30 seconds of Lecture 4: Queues")
    page.get_by_role("link", name="Row 3").click()
    page.get_by_role("link", name="Row 4").click()
    expect(result).to_contain_text("Zoë O'Neil watched 30 seconds of Lecture 4: Queues")
    expect(page.locator("#ed-columns")).to_contain_text("u-310")
    page.get_by_role("button", name="Try all 4 rows").click()
    expect(result).to_contain_text("4 of 4 rows come out, with 4 statements.")
    # Typing goes on with the row that is looked at.
    page.locator("#id_body").fill(field(page).replace("watched 30 seconds of", "saw"))
    expect(result).to_contain_text("Zoë O'Neil saw Lecture 4: Queues")


def test_variables_are_added_and_saved(person: Person, tenant: Tenant) -> None:
    template = made(tenant)
    page = person.page
    person.go(f"/templates/{template.pk}/")
    page.get_by_label("What variable 2 says").fill("Echo360")
    page.get_by_role("button", name="One more").click()
    page.get_by_label("Name of variable 7").fill("extra")
    page.get_by_label("What variable 7 says").fill("{{lower platform}}")
    expect(page.locator("#ed-result")).to_contain_text('"platform": "Echo360"')
    page.get_by_role("button", name="Save as draft").last.click()
    toast = page.get_by_text("files still go through version 1").first
    expect(toast).to_be_visible()
    bar, lies = page.locator(".ed-foot").bounding_box(), toast.bounding_box()
    assert bar is not None
    assert lies is not None
    # Nothing lies over its buttons.
    assert lies["y"] + lies["height"] <= bar["y"]
    with tenancy.use_institution(tenant.pk):
        pairs = manage.current(ImportTemplate.objects.get()).variables
    assert ["extra", "{{lower platform}}"] in pairs


def test_another_example_is_used_and_what_was_typed_stays(person: Person, tenant: Tenant) -> None:
    template = made(tenant)
    page = person.page
    person.go(f"/templates/{template.pk}/")
    page.locator("#id_body").fill("{{! mine }}" + field(page).replace("columns.VideoId", "columns.Film"))
    page.get_by_label("Example file").set_input_files(person.file("other.csv", CSV))
    # The version in use could not read that one.
    person.watch.forgiven.append("status of 422")
    page.get_by_role("button", name="Use this file").click()
    expect(page.get_by_text("This file lacks sectionId").first).to_be_visible()
    example = gallery.entries()["video_views"].example.decode()
    page.get_by_label("Example file").set_input_files(person.file("other.csv", example))
    page.get_by_role("button", name="Use this file").click()
    expect(page.get_by_role("heading", name="other.csv is the example now")).to_be_visible()
    assert field(page).startswith("{{! mine }}")
    expect(page.locator("#ed-faults")).to_contain_text('The example has no column "Film"')


def test_the_editor_saves_without_a_script(sits_down: SitsDown, tenant: Tenant) -> None:
    template = made(tenant)
    person = sits_down(java_script_enabled=False)
    person.go(f"/templates/{template.pk}/?row=4")
    page = person.page
    expect(page.locator("#ed-result")).to_contain_text("Zoë O'Neil")
    page.locator("#id_body").fill(field(page).replace("watched 30 seconds of", "saw"))
    page.get_by_role("button", name="Save as ready").click()
    expect(page.locator("#ed-result")).to_contain_text("saw Lecture 4: Queues")
    with tenancy.use_institution(tenant.pk):
        assert ImportTemplate.objects.get().ready_version == 2


def test_a_file_goes_through_a_template_that_is_chosen(
    person: Person, tenant: Tenant, worker: Worker
) -> None:
    made(tenant)
    page = person.page
    person.go("/imports/new/")
    page.get_by_label("Format").select_option("Video views")
    expect(page.locator("#format-help")).to_contain_text("the template says what its rows make")
    example = gallery.entries()["video_views"].example.decode() + "v-21,Bad,,,,,,yesterday,,u-1,,,,\n"
    page.locator("input[type=file]").set_input_files(person.file("views.csv", example))
    expect(page.get_by_text("4 of 5 rows come out, with 4 statements.")).to_be_visible()
    expect(page.get_by_text('toDateTime: "yesterday"')).to_be_visible()
    expect(page.get_by_text("Ana Ruiz watched 30 seconds of Lecture 4: Queues").first).to_be_visible()
    person.picture("template-wizard")
    page.get_by_role("button", name="Make the plan").click()
    expect(page.get_by_text("Waiting for your approval").first).to_be_visible()
    person.picture("template-plan")


def test_who_may_only_read_sees_all_and_changes_nothing(sits_down: SitsDown, tenant: Tenant) -> None:
    template = made(tenant)
    person = sits_down("org_admin")
    person.go("/templates/")
    expect(person.page.get_by_role("link", name="New template")).to_have_count(0)
    person.go(f"/templates/{template.pk}/")
    expect(person.page.locator("#ed-result")).to_contain_text("Ana Ruiz watched")
    expect(person.page.locator("#id_body")).not_to_be_editable()
    expect(person.page.get_by_role("button", name="Save as ready")).to_have_count(0)


def test_a_header_that_is_one_cell_breaks_and_the_cause_is_named(person: Person, tenant: Tenant) -> None:
    template = made(tenant)
    example = gallery.entries()["video_views"].example.decode().replace(",", ";")
    person.go(f"/imports/new/?format=watershed.{template.pk}")
    person.page.locator("input[type=file]").set_input_files(person.file("views.csv", example))
    expect(person.page.locator(".note")).to_contain_text("The separator is the likely cause")
    person.picture("template-one-cell")
    assert person.page.evaluate(OVERFLOW) <= 0
