"""Who sees which import, and what is not there for everybody else."""

from __future__ import annotations

import io
from uuid import uuid4

import pytest
from django.test import Client

from edu_csv.access.roles import Role
from imports.formats.registry import formats
from tests.imports.harness import Tenant, new_tenant, sample
from tests.imports.views.conftest import LogIn

TERMS, USERS = "echovideo.terms.v1", "echovideo.users.v1"
BELOW = ["", "progress/", "rows/", "rows/2/", "rows/2/cells/", "undo/", "file/", "results.csv", "failed.csv"]
POSTS = ["approve/", "cancel/", "plan-again/", "undo/"]


@pytest.mark.parametrize("address", BELOW)
def test_an_import_of_another_institution_is_not_there(tenant: Tenant, person: Client, address: str) -> None:
    elsewhere = new_tenant()
    foreign = elsewhere.load(sample(formats()[TERMS]), TERMS)
    foreign_page = person.get(f"/imports/{foreign.pk}/{address}")
    unknown_page = person.get(f"/imports/{uuid4()}/{address}")
    assert (foreign_page.status_code, unknown_page.status_code) == (404, 404)


@pytest.mark.parametrize("address", POSTS)
def test_nobody_decides_about_an_import_of_another_institution(
    tenant: Tenant, person: Client, address: str
) -> None:
    elsewhere = new_tenant()
    foreign = elsewhere.load(sample(formats()[TERMS]), TERMS, mode="preview")
    assert person.post(f"/imports/{foreign.pk}/{address}").status_code == 404
    assert elsewhere.fresh(foreign).job.status == "awaiting_approval"


def test_a_scheduler_sees_their_own_imports_only(tenant: Tenant, log_in: LogIn) -> None:
    of_others = tenant.load(sample(formats()[USERS]), USERS)
    scheduler = log_in(Role.SCHEDULER)
    assert scheduler.get(f"/imports/{of_others.pk}/").status_code == 404
    assert "No imports yet" in scheduler.get("/imports/").content.decode()


def test_an_analyst_finds_no_imports_at_all(log_in: LogIn) -> None:
    analyst = log_in(Role.ANALYST)
    assert [analyst.get(url).status_code for url in ("/imports/", "/imports/new/")] == [404, 404]


def test_a_scheduler_with_a_file_of_people_is_told_who_imports_those(log_in: LogIn) -> None:
    file = io.BytesIO(sample(formats()[USERS]).encode())
    file.name = "users.csv"
    html = log_in(Role.SCHEDULER).post("/imports/new/", {"file": file}, follow=True).content.decode()
    assert "Your role imports " in html
    assert "schedules. An administrator can import people." in html
    assert "Your role does not import people." in html
    assert "Not recognised" not in html


def test_a_scheduler_is_offered_what_schedulers_import(log_in: LogIn) -> None:
    html = log_in(Role.SCHEDULER).get("/imports/new/").content.decode()
    assert "echovideo.sections.v1" in html
    assert "echovideo.users.v1" not in html


def test_without_a_log_in_a_page_leads_to_it_and_a_part_is_refused(tenant: Tenant) -> None:
    client = Client()
    assert client.get("/imports/").status_code == 302
    assert client.get("/imports/", headers={"HX-Request": "true"}).status_code == 401


def test_a_file_in_waiting_is_its_sender_s_alone(tenant: Tenant, person: Client, log_in: LogIn) -> None:
    file = io.BytesIO(sample(formats()[TERMS]).encode())
    file.name = "terms.csv"
    step = person.post("/imports/new/", {"file": file})["Location"]
    assert person.get(step).status_code == 200
    assert log_in(Role.ORG_ADMIN).get(step).status_code == 404
