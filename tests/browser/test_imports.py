"""The way of a file in a real browser."""

from __future__ import annotations

import re

from playwright.sync_api import expect

from imports.formats.registry import formats
from tests.browser.people import Person
from tests.browser.serving import Worker
from tests.imports.harness import ECHOVIDEO, Tenant, sample

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


def test_the_samples_are_dropped_in_order_and_applied(person: Person, tenant: Tenant, worker: Worker) -> None:
    for place, key in enumerate(ECHOVIDEO):
        send = drop if place % 2 == 0 else choose
        send(person, f"{key.split('.')[1]}.csv", sample(formats()[key]))
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
        5
    )
    person.picture("list")
