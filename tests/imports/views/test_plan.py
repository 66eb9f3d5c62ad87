"""The page of a plan: its filters, its causes, what must be typed, and what has moved since."""

from __future__ import annotations

import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.imports.harness import Tenant, csv_text
from tests.imports.views.test_way_of_a_file import hidden_fields

TERMS, SECTIONS = "echovideo.terms.v1", "echovideo.sections.v1"
SECTION_HEADER = ["Section ID", "Course ID", "Term ID", "Section Name", "External ID"]


def terms(number: int, faulty: int = 0) -> str:
    rows = [[f"Term {i:03}", "2031-08-18", "2031-12-19", f"T-{i:03}"] for i in range(number)]
    rows += [[f"Bad {i:03}", "soon", "2031-12-19", f"B-{i:03}"] for i in range(faulty)]
    return csv_text(["Name", "Start Date", "End Date", "External ID"], *rows)


def rows_shown(html: str) -> list[str]:
    return re.findall(r'<tr id="row-(\d+-\d+)"', html)


def page_of(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200, address
    return answer.content.decode()


def test_filters_stand_in_the_address_and_are_kept_together(tenant: Tenant, person: Client) -> None:
    upload = tenant.load(terms(3, faulty=2), TERMS, mode="preview")
    url = f"/imports/{upload.pk}/"
    assert len(rows_shown(page_of(person, url))) == 5
    assert rows_shown(page_of(person, f"{url}?outcome=failed")) == ["0-5", "0-6"]
    assert rows_shown(page_of(person, f"{url}?outcome=failed&q=B-001")) == ["0-6"]
    assert rows_shown(page_of(person, f"{url}?outcome=created&code=bad_date")) == []
    assert rows_shown(page_of(person, f"{url}?column=Start Date&code=bad_date")) == ["0-5", "0-6"]
    assert "outcome=failed&amp;q=B-001&amp;column=" in page_of(
        person, f"{url}?outcome=failed&q=B-001"
    ).replace("column=Start", "column=") or "q=B-001" in page_of(person, f"{url}?outcome=failed&q=B-001")


def test_many_failing_values_of_a_column_are_one_reason_that_shows_their_rows(
    tenant: Tenant, person: Client
) -> None:
    rows = [[f"Term {i}", f"soon{i}", "2031-12-19", f"T-{i}"] for i in range(6)]
    text = csv_text(
        ["Name", "Start Date", "End Date", "External ID"], *rows, ["", "2031-08-18", "2031-12-19", ""]
    )
    url = f"/imports/{tenant.load(text, TERMS, mode='preview').pk}/"
    html = page_of(person, url)
    assert "7 rows failed, for 2 reasons" in html
    assert "6 different values in Start Date, such as soon0, soon1 or soon2." in html
    assert f"{url}?outcome=failed&amp;code=bad_date&amp;column=Start+Date" in html
    shown = page_of(person, f"{url}?outcome=failed&code=bad_date&column=Start+Date")
    assert len(rows_shown(shown)) == 6


def test_unchanged_rows_are_hidden_until_asked_for(tenant: Tenant, person: Client) -> None:
    tenant.load(terms(2), TERMS)
    upload = tenant.load(terms(3), TERMS, mode="preview")
    url = f"/imports/{upload.pk}/"
    html = page_of(person, url)
    assert rows_shown(html) == ["0-4"]
    assert "Hidden: unchanged" in html
    assert len(rows_shown(page_of(person, f"{url}?outcome=all"))) == 3


def test_a_plan_of_unchanged_rows_alone_shows_them_and_has_nothing_to_approve(
    tenant: Tenant, person: Client
) -> None:
    tenant.load(terms(2), TERMS)
    upload = tenant.load(terms(2), TERMS, mode="preview")
    html = page_of(person, f"/imports/{upload.pk}/")
    assert "Nothing to do: all <b>2 rows</b> already say what the roster says." in html
    assert len(rows_shown(html)) == 2
    assert 'id="approve"' not in html


def test_pages_go_on_where_the_one_before_ended(tenant: Tenant, person: Client) -> None:
    upload = tenant.load(terms(120), TERMS, mode="preview")
    url, seen = f"/imports/{upload.pk}/", []
    while url:
        html = page_of(person, url)
        seen += rows_shown(html)
        found = re.search(r'href="([^"]+)" rel="next"', html)
        url = found[1].replace("&amp;", "&") if found else ""
    assert seen == [f"0-{row}" for row in range(2, 122)]
    assert "Rows 101 to 120 of 120" in html


def test_failed_rows_are_grouped_by_cause(tenant: Tenant, person: Client) -> None:
    upload = tenant.load(terms(1, faulty=3), TERMS, mode="preview")
    html = page_of(person, f"/imports/{upload.pk}/")
    assert "3 rows failed, for one reason" in html
    assert "Same in 2 more rows." in html


def test_rows_for_htmx_bring_the_tally_along_and_a_browser_gets_the_page(
    tenant: Tenant, person: Client
) -> None:
    upload = tenant.load(terms(2), TERMS, mode="preview")
    url = f"/imports/{upload.pk}/rows/?outcome=created"
    part = person.get(url, headers={"HX-Request": "true"}).content.decode()
    assert part.lstrip().startswith('<section id="rows"')
    assert 'hx-swap-oob="true"' in part
    assert "<h1>" in page_of(person, url)


def test_what_is_typed_in_a_cell_is_shown_and_not_run(tenant: Tenant, person: Client) -> None:
    upload = tenant.load(
        csv_text(["Name", "Start Date", "End Date"], ["<script>x()</script>", "2031-08-18", "2031-12-19"]),
        TERMS,
        mode="preview",
        name="<img src=x>",
        file_name='"><i>.csv',
    )
    url = f"/imports/{upload.pk}/"
    for address in (
        url,
        "/imports/",
        f"{url}rows/2/",
        f"{url}rows/2/cells/",
        f"{url}?q=<script>x()</script>",
    ):
        html = page_of(person, address)
        assert "<script>x()" not in html
        assert "<img src=x" not in html
        assert '"><i>' not in html


def test_deletes_are_typed_and_a_wrong_number_is_told(loaded: Tenant, person: Client) -> None:
    upload = loaded.load(csv_text(["Section ID"], ["S-OCE210-31A-01"]), SECTIONS, "delete", mode="preview")
    url = f"/imports/{upload.pk}/"
    fields = hidden_fields(page_of(person, url))
    wrong = person.post(f"{url}approve/", {**fields, "confirm": "13"})
    assert wrong.status_code == 400
    assert "You typed 13, the plan deletes 1." in wrong.content.decode()
    assert loaded.fresh(upload).job.status == "awaiting_approval"
    assert person.post(f"{url}approve/", {**fields, "confirm": " 1 "}).status_code == 302
    loaded.work()
    assert loaded.fresh(upload).job.status == "completed"


def test_a_delete_says_what_ends_with_it(loaded: Tenant, person: Client) -> None:
    upload = loaded.load(csv_text(["Section ID"], ["S-OCE210-31A-01"]), SECTIONS, "delete", mode="preview")
    html = page_of(person, f"/imports/{upload.pk}/")
    assert "2 enrollments end" in html
    assert "1 section goes" in html


def test_another_plan_than_was_seen_is_not_approved(tenant: Tenant, person: Client) -> None:
    upload = tenant.load(terms(1), TERMS, mode="preview")
    url = f"/imports/{upload.pk}/"
    seen = hidden_fields(page_of(person, url))
    assert person.post(f"{url}plan-again/").status_code == 302
    tenant.work()
    answer = person.post(f"{url}approve/", seen)
    assert "This is another plan than you saw" in answer.content.decode()
    assert tenant.fresh(upload).job.status == "awaiting_approval"


def test_a_roster_that_moved_sends_the_plan_back_with_its_rows(loaded: Tenant, person: Client) -> None:
    row = ["S-OCE210-31A-01", "C-OCE210", "T-2031A", "01", "S-OCE210-31A-01"]
    later = csv_text(SECTION_HEADER, [*row[:3], "Evening", row[4]])
    upload = loaded.load(later, SECTIONS, "update", mode="preview", keep_absent=True)
    url = f"/imports/{upload.pk}/"
    fields = hidden_fields(page_of(person, url))
    loaded.load(csv_text(SECTION_HEADER, [*row[:3], "Noon", row[4]]), SECTIONS, "update", keep_absent=True)
    assert "the roster has changed since" in page_of(person, url)
    person.post(f"{url}approve/", fields)
    loaded.work()
    html = page_of(person, url)
    assert "The roster has moved since this was approved" in html
    assert rows_shown(page_of(person, f"{url}?plan_changed=true")) == ["0-2"]


def test_absent_columns_are_told_and_kept_on_request(loaded: Tenant, person: Client) -> None:
    row = ["S-OCE210-31A-01", "C-OCE210", "T-2031A", "01", "S-OCE210-31A-01"]
    upload = loaded.load(csv_text(SECTION_HEADER, row), SECTIONS, "update")
    url = f"/imports/{upload.pk}/"
    html = page_of(person, url)
    assert (
        "Description, Instructor ID, Secondary Instructor IDs and LMS Course IDs are not in your file" in html
    )
    assert "1 section would lose its Description" in html
    assert person.post(f"{url}plan-again/", {"keep_absent": "yes"}).status_code == 302
    loaded.work()
    again = loaded.fresh(upload)
    assert (again.job.status, again.counts["unchanged"]) == ("awaiting_approval", 1)


@pytest.mark.parametrize("address", ["", "?outcome=failed", "rows/2/", "rows/2/cells/", "progress/"])
def test_a_page_asks_as_much_of_the_database_for_many_rows_as_for_one(
    tenant: Tenant, person: Client, address: str
) -> None:
    asked = []
    person.get("/imports/")  # the first page of a session also chooses the institution
    for number in (1, 40):
        upload = tenant.load(terms(number, faulty=number), TERMS, mode="preview")
        with CaptureQueriesContext(connection) as seen:
            person.get(f"/imports/{upload.pk}/{address}")
        asked.append(len(seen))
    assert asked[0] == asked[1]


def test_the_list_asks_as_much_of_the_database_for_many_imports_as_for_one(
    tenant: Tenant, person: Client
) -> None:
    asked = []
    person.get("/imports/")
    for _ in range(2):
        tenant.load(terms(1), TERMS)
        with CaptureQueriesContext(connection) as seen:
            person.get("/imports/")
        asked.append(len(seen))
    assert asked[0] == asked[1]


def test_the_result_marks_which_part_of_it_is_shown(tenant: Tenant, person: Client) -> None:
    upload = tenant.load(terms(2, faulty=1), TERMS)
    url = f"/imports/{upload.pk}/"

    def chosen(query: str = "") -> list[str]:
        tabs = page_of(person, f"{url}{query}").partition('<nav class="tabs"')[2].partition("</nav>")[0]
        return re.findall(r'aria-current="page">([^<]*)<', tabs)

    assert chosen() == ["All rows"]
    assert chosen("?outcome=failed") == ["Failed"]
    assert chosen("?outcome=changed") == ["What changed"]
