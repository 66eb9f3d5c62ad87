"""Pages of packages: files, rows of files, what each row did, where it is found again."""

from __future__ import annotations

import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from imports.models import Import
from tests.imports.feed.faulty import FILES, faulty
from tests.imports.feed.packing import D2L_ORGS, ENROLLMENTS, package
from tests.imports.harness import Tenant

ENROLLED = "08-Enrollments.csv"


def load(tenant: Tenant, upload: bytes, **options: str) -> Import:
    return tenant.load(upload, "d2l.package", "", file_name="night.zip", **options)


def page_of(client: Client, url: str) -> str:
    answer = client.get(url)
    assert answer.status_code == 200, answer.content
    return answer.content.decode()


def words(html: str) -> str:
    """What a page says, without marks."""
    text = re.sub(r"<(style|script|svg)\b.*?</\1>", " ", html, flags=re.S)
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", text)).replace(" .", ".").replace(" ,", ",")


def rows_shown(html: str) -> list[str]:
    return re.findall(r'<tr id="row-([^"]+)"', html)


def test_a_plan_tells_files_and_kinds_of_objects(tenant: Tenant, person: Client) -> None:
    upload = load(tenant, faulty(), mode="preview")
    said = words(page_of(person, f"/imports/{upload.pk}/"))
    assert "1 file of 9 was not read. If you approve the other 8 files, 4 people, 2 sections" in said
    for name in FILES:
        assert name in said
    assert "1 file was not read: 09-Other.csv" in said
    assert "D2L enrollments · 3.0" in said
    assert "Approving creates 4 people" in said


def test_a_result_tells_what_was_done_by_kind_of_object(tenant: Tenant, person: Client) -> None:
    upload = load(tenant, package(D2L_ORGS))
    said = words(page_of(person, f"/imports/{upload.pk}/"))
    assert "Done, 7 files: 3 people, 2 sections" in said
    assert "1 membership created" in said
    assert "results.zip" in said


def test_rows_are_filtered_by_file_and_shown_with_its_rows(tenant: Tenant, person: Client) -> None:
    upload = load(tenant, faulty())
    html = page_of(person, f"/imports/{upload.pk}/?file={ENROLLED}&outcome=all")
    numbers = [int(row.partition("-")[2]) for row in rows_shown(html)]
    assert len(numbers) == 5
    assert numbers == sorted(numbers)
    assert [int(n) for n in re.findall(rf'aria-label="Row (\d+) of {ENROLLED}"', html)] == [2, 3, 4, 5, 6]
    assert "= 5 rows in the file." in words(html)
    assert rows_shown(page_of(person, f"/imports/{upload.pk}/?file=nothing.csv")) == []
    part = person.get(
        f"/imports/{upload.pk}/rows/?file={ENROLLED}&outcome=failed", headers={"HX-Request": "true"}
    )
    assert len(rows_shown(part.content.decode())) == 2


def test_a_row_has_one_address_and_is_called_by_its_file(tenant: Tenant, person: Client) -> None:
    upload = load(tenant, faulty())
    html = page_of(person, f"/imports/{upload.pk}/?file={ENROLLED}&outcome=failed")
    [href, *_] = re.findall(rf'href="(/imports/{upload.pk}/rows/\d+/)"', html)
    assert not href.endswith("/rows/5/")
    own = page_of(person, href)
    assert f"<h1>Row 5 of {ENROLLED}</h1>" in own
    said = words(own)
    assert "SEC-NONE" in said
    assert "D2L enrollments" in said
    assert "parent_code" in said
    assert "SEC-NONE" in page_of(person, f"{href}cells/")
    before = re.search(r'href="([^"]+)" rel="prev"', own)
    assert before
    assert "Row 4 of" in page_of(person, before[1])


def test_an_object_tells_the_file_and_row_that_made_and_changed_it(tenant: Tenant, person: Client) -> None:
    load(tenant, package(D2L_ORGS))
    load(
        tenant,
        package(
            {"03-Semesters.csv": [D2L_ORGS["03-Semesters.csv"][0], "semester,UPDATE,TRM-27A,Fall,,,,,,,,,"]}
        ),
    )
    [(term,)] = tenant.query("SELECT id FROM roster_term")
    html = page_of(person, f"/roster/terms/{term}/")
    assert "row 2 of 03-Semesters.csv" in words(html)


def test_a_package_without_a_good_file_says_why_each_was_refused(tenant: Tenant, person: Client) -> None:
    upload = load(tenant, package({"a.csv": ["x,y", "1,2"], "b.csv": [ENROLLMENTS + ",more"]}))
    assert upload.job.status == "failed"
    said = words(page_of(person, f"/imports/{upload.pk}/"))
    assert "Not read" in said
    assert "a.csv" in said
    assert "b.csv" in said


@pytest.mark.parametrize("address", ["", "?outcome=failed", f"?file={ENROLLED}"])
def test_a_page_asks_as_much_of_the_database_for_many_rows_as_for_few(
    tenant: Tenant, person: Client, address: str
) -> None:
    person.get("/imports/")
    asked = []
    for number in (1, 60):
        more = [f"enrollment,UPDATE,S-{n},Student,SEC-NONE" for n in range(number)]
        upload = load(tenant, package({**D2L_ORGS, ENROLLED: [*D2L_ORGS[ENROLLED], *more]}), mode="preview")
        with CaptureQueriesContext(connection) as seen:
            person.get(f"/imports/{upload.pk}/{address}")
        asked.append(len(seen))
    assert asked[0] == asked[1]
