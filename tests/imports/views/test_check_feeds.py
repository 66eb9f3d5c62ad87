"""The wizard's second step for feeds: files in the order of reading, no question about actions, no password shown."""

from __future__ import annotations

import io

from django.test import Client

from tests.imports.harness import Tenant
from tests.imports.packages.feeds import ENROLLED, ORGS, ORGS_2, USERS_3, d2l, header_of, package
from tests.imports.views.conftest import LogIn
from tests.imports.views.test_way_of_a_file import hidden_fields

PASSWORD = "s3cret-Qx"
USERS = f"{USERS_3}\r\nuser,,k.oduya,70021,Kwame,Oduya,{PASSWORD},1,Learner,k.oduya@fjord.example,,,,,\r\n"
PACKAGE = d2l({"08-Enrollments.csv": ENROLLED, "01-Departments.csv": ORGS, "07-Users.csv": USERS})


def sent(client: Client, data: bytes | str, name: str = "nightly.zip") -> str:
    """The address of the second step."""
    file = io.BytesIO(data.encode() if isinstance(data, str) else data)
    file.name = name
    answer = client.post("/imports/new/", {"file": file})
    assert answer.status_code == 302, answer.content.decode()
    return str(answer["Location"])


def shown(client: Client, data: bytes | str, name: str = "nightly.zip", query: str = "") -> str:
    answer = client.get(sent(client, data, name) + query)
    assert answer.status_code == 200
    return answer.content.decode()


def test_a_package_shows_its_files_in_the_order_in_which_they_are_read(person: Client) -> None:
    html = shown(person, PACKAGE)
    places = [html.index(name) for name in ("01-Departments.csv", "07-Users.csv", "08-Enrollments.csv")]
    assert places == sorted(places)
    assert "Files, in the order in which they are read" in html
    for words in ("D2L org units · 3.0", "D2L users · 3.0", "D2L enrollments · 3.0", "as manifest.json says"):
        assert words in html
    assert "D2L Standard CSV package" in html
    assert "3 files of its kinds" in html
    assert "Next we compare 3 files with the roster, as one." in html
    assert "Your columns, our fields" not in html


def test_no_action_is_asked_for(person: Client) -> None:
    html = shown(person, PACKAGE)
    assert "each row says what it does" in html
    assert "change-action" not in html
    assert hidden_fields(html) == {"format": "d2l.package"}


def test_a_package_goes_from_here_to_its_plan_and_its_result(tenant: Tenant, person: Client) -> None:
    step = sent(person, PACKAGE)
    answer = person.post(step, hidden_fields(person.get(step).content.decode()))
    assert answer.status_code == 302, answer.content.decode()
    tenant.work()
    address = str(answer["Location"])
    plan = person.get(address).content.decode()
    assert "Waiting for your approval" in plan
    assert person.post(f"{address}approve/", hidden_fields(plan)).status_code == 302
    tenant.work()
    assert tenant.query("SELECT count(*) FROM roster_membership") == [(1,)]
    # What was sent is an import now.
    assert person.get(step)["Location"] == address


def test_a_file_that_cannot_be_read_is_named_and_the_others_may_go_on(person: Client) -> None:
    html = shown(person, d2l({"01.csv": ORGS, "02.csv": f"{ORGS_2}\n", "03.csv": ENROLLED + "\n"}))
    assert "1 file cannot be read: 02.csv" in html
    assert "Cannot be read" in html
    assert "The manifest says version 3.0" in html
    assert "1 row cannot be read and will stand in the plan as failed." in html
    assert "Next we compare 2 files with the roster, as one." in html


def test_a_package_without_a_file_that_can_be_read_has_no_plan(person: Client) -> None:
    html = shown(person, d2l({"02.csv": f"{ORGS_2}\n"}))
    assert "No file of this package can be read." in html


def test_a_package_refused_as_a_whole_says_why(person: Client) -> None:
    html = shown(person, package({"07-Users.csv": USERS}))
    assert "This file was not read" in html
    assert "has a header of version 3.0, and a package without manifest.json" in html
    assert "This file cannot be read; send another one." in html


def test_a_layout_alone_shows_its_columns_and_no_password(person: Client) -> None:
    html = shown(person, USERS, "users.csv")
    assert "Your columns, our fields" in html
    assert "14 are matched and 1 is left out." in html
    assert "never kept: people are no log-ins" in html
    assert "by the header of the file" in html
    assert "k.oduya@fjord.example" in html
    assert PASSWORD not in html
    assert hidden_fields(html) == {"format": "d2l.users"}


def test_a_circlein_package_has_no_version(person: Client) -> None:
    html = shown(person, package({"Users.csv": header_of("circlein.users") + "\n"}))
    assert "CircleIn package" in html
    assert "CircleIn users" in html
    assert "<dt>Version" not in html


def test_what_a_person_says_it_is_counts(person: Client) -> None:
    html = shown(person, "Name,External ID\nA,B\n", "users.csv", "?format=d2l.users")
    assert "This file was not read" in html
    assert "D2L users" in html


def test_who_reaches_a_part_only_is_told_that_feeds_are_not_theirs(log_in: LogIn) -> None:
    html = shown(log_in("scheduler"), PACKAGE)
    assert "Your role does not import D2L Standard CSV package" in html
    assert "01-Departments.csv" in html


def test_a_manifest_with_a_number_is_told(person: Client) -> None:
    html = shown(person, d2l({"01.csv": ORGS}, '{"version": 3.0}'))
    assert "About the manifest" in html
    assert "says the version as a number" in html


def test_a_file_alone_that_cannot_be_read_to_its_end_has_no_plan(person: Client) -> None:
    html = shown(person, ENROLLED + 'enrollment,,"1,Learner,A\n', "enrollments.csv")
    assert "1 file cannot be read: enrollments.csv" in html
    assert "a double quote is opened and not closed again" in html
    assert "This file cannot be read; send another one." in html


def test_a_header_that_is_nearly_one_is_told_how_it_differs(person: Client) -> None:
    html = shown(person, USERS.replace("org_defined_id", "Org_Defined_Id", 1), "users.csv")
    assert "Which format is it?" in html
    assert "The nearest is D2L users (d2l.users). Column 4 is Org_Defined_Id" in html
    assert "The header does not fit a format yet." in html


def test_a_zip_of_files_that_make_no_package_is_told_what_packages_there_are(person: Client) -> None:
    html = shown(person, package({"a.csv": "x,y\n", "b.csv": "x,y\n"}))
    assert "none of its files (a.csv, b.csv) begins with a header of a package" in html
    assert "This file cannot be read; send another one." in html


def test_of_a_zip_that_cannot_be_read_nothing_is_to_be_matched_or_run(person: Client) -> None:
    for html in (
        shown(person, b"PK\x03\x04 and no zip", "broken.zip"),
        shown(person, b"PK\x03\x04 and no zip", "broken.zip", "?format=d2l.package"),
        shown(person, package({"07-Users.csv": USERS})),
    ):
        assert "This file was not read" in html
        assert '<span class="file-icon" aria-hidden="true">ZIP</span>' in html
        for absent in ("UTF-8, commas", "Your columns, our fields", "How to run it", 'name="mode"'):
            assert absent not in html
    assert "How to run it" in shown(person, PACKAGE)
