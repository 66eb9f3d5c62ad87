"""Packages through every door: pages, REST, command; and how many statements they take."""

from __future__ import annotations

import html
import io
import re
import zipfile
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from edu_csv import tenancy
from edu_csv.access import services as access
from edu_csv.roster.models import Enrollment, Person
from tests.api.caller import caller_in
from tests.exports.doors import _fetched
from tests.exports.harness import export, work
from tests.exports.rich import put
from tests.imports.harness import Tenant, new_tenant
from tests.imports.test_statements import statements_of
from tests.imports.views.conftest import client_of


@pytest.fixture
def rich(committed: None) -> Tenant:
    tenant = new_tenant()
    put(tenant)
    return tenant


def names_in(data: bytes) -> list[str]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert archive.testzip() is None
        return archive.namelist()


def test_by_rest_a_package_tells_its_files_and_what_they_lack(rich: Tenant) -> None:
    caller = caller_in(rich)
    asked = caller.post("/exports", {"format": "d2l.package"})
    assert asked.status_code == 202, asked.content
    work(rich)
    done = caller.get(f"/exports/{asked.json()['id']}").json()
    assert (done["status"], done["rows"], done["omitted"]) == ("completed", 22, 3)
    assert [each["rows"] for each in done["files"]] == [3, 2, 2, 2, 2, 2, 3, 5, 1]
    assert {(each["what"], each["object_type"], each["column"]) for each in done["omitted_reasons"]} == {
        ("field", "course", "course code"), ("field", "section", "description"), ("field", "person", "SSO id"),
    }  # fmt: skip
    assert all(each["file"].endswith(".csv") and each["message"] for each in done["omitted_reasons"])
    data = _fetched(caller.client, done["signed_url"])
    assert [each["name"] for each in done["files"]] == names_in(data)[:-1]
    listed = _fetched(caller.client, done["omitted_url"]).decode()
    assert listed.startswith("File,Object type,Object ID,External ID,Name,Column,Reason\r\n")
    assert len(listed.splitlines()) == 4
    again = caller.import_(data, format="d2l.package", name="again.zip")
    assert (again["status"], again["counts"]["unchanged"]) == ("completed", 22), again


def test_by_rest_output_that_could_not_be_read_back_is_a_fault_of_the_request(rich: Tenant) -> None:
    caller = caller_in(rich)
    for output, field in (({"delimiter": ";"}, "delimiter"), ({"compression": True}, "compression")):
        answer = caller.post("/exports", {"format": "circlein.package", "output": output})
        assert (answer.status_code, answer.json()["errors"][0]["field"]) == (400, f"output.{field}")


def test_by_command_a_package_is_written_and_said(rich: Tenant, tmp_path: Path) -> None:
    said = io.StringIO()
    path = tmp_path / "package.zip"
    call_command("export_file", "d2l.package", "--institution", rich.slug, "--output", str(path), stderr=said)
    assert names_in(path.read_bytes())[-1] == "manifest.json"
    assert "22 rows" in said.getvalue()
    assert re.search(r"Lost in 07-Users-\d+\.csv: 1\. This format has no place for SSO id", said.getvalue())
    with pytest.raises(CommandError, match="is a zip already"):
        call_command(
            "export_file", "d2l.package", "--institution", rich.slug, "--output", str(tmp_path / "package.gz")
        )


def test_by_page_a_package_shows_its_files_and_what_has_no_place(rich: Tenant) -> None:
    account = access.create_account(institution=rich.pk, email=f"{rich.slug}@fjord.example", role="admin")
    client = client_of(account)
    form = client.get("/exports/form/", {"format": "d2l.package", "delimiter": ";", "compression": "yes"})
    text = form.content.decode()
    assert "about 22 rows" in text
    assert 'name="spreadsheet_safe"' not in text
    assert 'name="compression"' not in text
    assert 'name="byte_order_mark"' in text
    asked = client.post("/exports/", {"format": "d2l.package", "delimiter": ";", "compression": "yes"})
    assert asked.status_code == 302, asked.content.decode()
    work(rich)
    page = html.unescape(client.get(asked["Location"]).content.decode())
    assert "3 fields have no place in D2L" in page
    assert "This format has no place for SSO id" in page
    assert re.search(r"01-Other-\d{14}\.csv", page)
    assert "/imports/new/?format=d2l.package" in page
    assert "format=d2l.package&action" not in page
    listed = _fetched(client, client.get(f"{asked['Location']}omitted/")["Location"])
    assert listed.startswith(b"File,Object type")
    assert (
        names_in(_fetched(client, client.get(f"{asked['Location']}file/")["Location"]))[-1] == "manifest.json"
    )


@pytest.mark.parametrize("key", ["d2l.package", "circlein.package"])
def test_the_number_of_statements_does_not_depend_on_the_roster(rich: Tenant, key: str) -> None:
    few = statements_of(lambda: export(rich, key), rich)
    with tenancy.use_institution(rich.pk):
        section = Enrollment.objects.filter(institution_id=rich.pk).values_list("section_id", flat=True)[0]
        people = Person.objects.bulk_create(
            Person(
                institution_id=rich.pk, external_id=f"X-{n}", given_name="A", family_name="B", roles=["student"],
                org_role="student", username=f"x{n}", username_folded=f"x{n}", is_active=True, sso_id=f"X-{n}",
            )
            for n in range(500)
        )  # fmt: skip
        Enrollment.objects.bulk_create(
            Enrollment(institution_id=rich.pk, person_id=person.pk, section_id=section, role="student")
            for person in people
        )
    assert statements_of(lambda: export(rich, key), rich) == few
