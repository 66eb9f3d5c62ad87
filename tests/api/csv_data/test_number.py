"""Each import has a number of its institution, whatever door it came by."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

from django.db import connection

from edu_csv.access import services as access
from tests.api.caller import Caller
from tests.imports.harness import Tenant, csv_text, new_tenant
from tests.imports.views.conftest import client_of

TERMS = "echovideo.terms.v1"
FILE = csv_text(["Name", "Start Date", "End Date"], ["Autumn", "2031-08-18", "2031-12-19"])


def test_imports_are_numbered_from_one_in_each_institution(tenant: Tenant) -> None:
    other = new_tenant()
    assert [tenant.receive(FILE, TERMS).number for _ in range(3)] == [1, 2, 3]
    assert other.receive(FILE, TERMS).number == 1
    assert tenant.receive(FILE, TERMS).number == 4


def test_the_number_stays_whatever_becomes_of_the_import(tenant: Tenant) -> None:
    tenant.receive(FILE, TERMS, mode="preview")
    upload = tenant.load(FILE, TERMS)
    assert (upload.number, upload.job.status) == (2, "completed")
    assert tenant.undo(upload).number == 2


def test_files_that_come_at_once_have_numbers_of_their_own(tenant: Tenant) -> None:
    def receive(_: int) -> int:
        try:
            return tenant.receive(FILE, TERMS).number
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        assert sorted(pool.map(receive, range(24))) == list(range(1, 25))


def test_the_application_counts_only_by_receiving(tenant: Tenant) -> None:
    [(may,)] = tenant.query(
        "SELECT has_table_privilege('edu_csv_app', 'imports_number', 'SELECT, INSERT, UPDATE, DELETE')"
    )
    assert may is False


def test_rest_shows_the_number(caller: Caller) -> None:
    first = caller.upload(FILE, format=TERMS, action="create").json()
    second = caller.upload(FILE, format=TERMS, action="create").json()
    assert (first["number"], second["number"]) == (1, 2)
    assert [one["number"] for one in caller.results("/imports")] == [2, 1]


def test_the_pages_of_imports_show_the_number(tenant: Tenant) -> None:
    email = f"{tenant.slug}@fjord.example"
    browser = client_of(access.create_account(institution=tenant.pk, email=email, role="admin"))
    waiting = tenant.receive(FILE, TERMS, mode="preview")
    assert "Import 1" in browser.get(f"/imports/{waiting.pk}/").content.decode()
    tenant.work()
    assert "Import 1" in browser.get(f"/imports/{waiting.pk}/").content.decode()
    done = tenant.load(FILE, TERMS)
    assert "Import 2" in browser.get(f"/imports/{done.pk}/").content.decode()
    # Of all that is there, the list shows first what waits.
    assert 'title="Import 1"' in browser.get("/imports/").content.decode()
