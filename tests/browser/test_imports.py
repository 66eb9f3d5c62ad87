"""The way of a file in a real browser."""

from __future__ import annotations

import re
from typing import Any

from playwright.sync_api import expect

from imports.formats.registry import formats
from tests.browser.conftest import SitsDown
from tests.browser.people import Person
from tests.browser.serving import Worker
from tests.imports.basics import BASICS
from tests.imports.harness import Tenant, csv_text, sample

TERMS, SECTIONS = "echovideo.terms.v1", "echovideo.sections.v1"
DROP = """
([name, text]) => {
  const files = new DataTransfer();
  files.items.add(new File([text], name, { type: "text/csv" }));
  for (const kind of ["dragenter", "dragover", "drop"])
    document.querySelector("[data-drop]").dispatchEvent(
      new DragEvent(kind, { dataTransfer: files, bubbles: true, cancelable: true }));
}
"""


def drop(person: Person, name: str, text: str) -> None:
    """Drag a file over the page and let go."""
    person.go("/imports/new/")
    person.page.evaluate(DROP, [name, text])
    expect(person.page.get_by_role("heading", name="Your columns, our fields")).to_be_visible()


def choose(person: Person, name: str, text: str) -> None:
    """Choose a file with the file input."""
    person.go("/imports/new/")
    person.page.locator("#upload-file").set_input_files(person.file(name, text))
    expect(person.page.get_by_role("heading", name="Your columns, our fields")).to_be_visible()


def make_plan(person: Person) -> None:
    person.page.get_by_role("button", name="Make the plan").click()
    expect(person.page.get_by_text("Waiting for your approval")).to_be_visible()


def approve(person: Person) -> None:
    person.page.get_by_role("button", name=re.compile("^Approve")).click()
    expect(person.page.get_by_text(re.compile("The count adds up"))).to_be_visible()


def test_files_are_dropped_in_order_and_applied(person: Person, tenant: Tenant, worker: Worker) -> None:
    for place, (key, text) in enumerate(BASICS.items()):
        send = drop if place % 2 == 0 else choose
        send(person, f"{key.split('.')[1]}.csv", text)
        person.picture(f"check-{place}")
        make_plan(person)
        person.picture(f"plan-{place}")
        approve(person)
        person.picture(f"result-{place}")
        expect(person.page.locator(".st-ok").first).to_contain_text("Completed")
    assert tenant.query("SELECT count(*) FROM roster_enrollment WHERE deleted_at IS NULL") == [
        (3,)
    ]  # two rows, and the instructor that a section names
    person.go("/imports/")
    expect(person.page.get_by_role("table", name="Imports, newest first").locator("tbody tr")).to_have_count(
        len(BASICS)
    )
    person.picture("list")


def test_faults_are_found_filtered_corrected_and_the_rest_undone(
    person: Person, loaded: Tenant, worker: Worker
) -> None:
    header = ["Section ID", "Course ID", "Term ID", "Section Name", "External ID", "Description"]
    good = ["S-OCE210-31A-01", "C-OCE210", "T-2031A", "01 renamed", "S-OCE210-31A-01", "Morning group"]
    bad = ["S-OCE210-31A-02", "C-OCE210", "T-2031", "02", "S-OCE210-31A-02", "<b>Evening</b>"]
    choose(person, "sections fix.csv", csv_text(header, good, bad))
    page = person.page
    expect(page.get_by_role("heading", name=re.compile("are not in your file"))).to_be_visible()
    person.picture("check-absent")
    make_plan(person)
    person.picture("plan-failed")

    page.get_by_role("link", name=re.compile("1 *Failed")).click()
    rows = page.locator("#rows tbody tr")
    expect(rows).to_have_count(1)
    expect(rows).to_contain_text("There is no term T-2031")
    expect(page).to_have_url(re.compile("outcome=failed"))
    page.get_by_role("link", name="Row 3").click()
    expect(page.locator("tr.detail")).to_contain_text("<b>Evening</b>")
    person.picture("plan-failed-open")
    page.get_by_role("link", name="Row 3").click()
    expect(page.locator("tr.detail")).to_have_count(0)
    page.get_by_role("link", name=re.compile("Remove the filter")).click()
    expect(rows).to_have_count(2)

    approve(person)
    expect(page.get_by_text("1 row waits for correction")).to_be_visible()
    person.picture("result-failed")
    result = page.url
    failed = person.download("failed.csv")
    assert "_problems" in failed.splitlines()[0]
    corrected = failed.replace("T-2031,", "T-2031A,")
    assert corrected != failed
    page.get_by_role("link", name="Send the corrected rows").click()
    page.locator("#upload-file").set_input_files(person.file("corrected.csv", corrected))
    make_plan(person)
    approve(person)
    assert loaded.query("SELECT description FROM roster_section WHERE external_id = 'S-OCE210-31A-02'") == [
        ("<b>Evening</b>",)
    ]
    page.goto(result)
    expect(page.get_by_role("heading", name="Made from its rows")).to_be_visible()
    page.get_by_role("link", name="Undo…").click()
    expect(page.get_by_text("Undoing takes back")).to_be_visible()
    person.picture("undo")
    page.get_by_role("button", name=re.compile("^Undo 1 change")).click()
    expect(page.get_by_text("Undone: 1 put back.")).to_be_visible()
    person.picture("undone")
    assert loaded.query("SELECT name FROM roster_section WHERE external_id = 'S-OCE210-31A-01'") == [("01",)]


def test_deletes_are_approved_by_typing_their_number(person: Person, loaded: Tenant, worker: Worker) -> None:
    page = person.page
    choose(person, "gone.csv", csv_text(["Section ID"], ["S-OCE210-31A-01"], ["S-OCE210-31A-02"]))
    make_plan(person)
    button = page.get_by_role("button", name="Approve 2 changes")
    expect(button).to_have_attribute("aria-disabled", "true")
    box = page.get_by_label(re.compile("to confirm the deletes"))
    box.fill("3")
    button.click(force=True)
    expect(box).to_be_focused()
    box.fill("2")
    person.picture("plan-deletes")
    approve(person)
    expect(page.get_by_text(re.compile("Done: 2 sections deleted"))).to_be_visible()


def test_an_import_that_runs_shows_how_far_it_is_and_becomes_its_plan_in_place(
    person: Person, tenant: Tenant, worker: Worker
) -> None:
    worker.hold()
    choose(person, "terms.csv", sample(formats()[TERMS]))
    person.page.get_by_role("button", name="Make the plan").click()
    expect(person.page.get_by_text("Nothing has changed yet.")).to_be_visible()
    person.picture("running")
    worker.go_on()
    expect(person.page.get_by_text("Waiting for your approval")).to_be_visible()
    person.page.get_by_role("button", name="Cancel import").click()
    expect(person.page.get_by_text("This import was cancelled.")).to_be_visible()


def test_the_pages_hold_in_the_dark_and_on_a_phone(
    sits_down: SitsDown, loaded: Tenant, worker: Worker
) -> None:
    kinds: dict[str, dict[str, Any]] = {
        "dark": {"color_scheme": "dark"},
        "phone": {"viewport": {"width": 375, "height": 800}},
    }
    for name, options in kinds.items():
        person = sits_down(**options)
        choose(person, f"{name}.csv", csv_text(["Section ID"], ["S-OCE210-31A-01"], ["S-OCE210-31A-99"]))
        person.picture(f"check-{name}")
        make_plan(person)
        person.picture(f"plan-{name}")
        wide = person.page.evaluate(
            "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        )
        assert wide <= 0, f"{name}: the page scrolls sideways by {wide} px"
        person.go("/imports/")
        person.picture(f"list-{name}")
        person.go("/imports/new/?format=echovideo.sections.v1")
        person.picture(f"new-{name}")
