"""Whose imports and exports one sees, and about which one decides (design section 6, echovideo.md 5.3)."""

from __future__ import annotations

from uuid import UUID

import pytest

from edu_csv import tenancy
from edu_csv.access.models import Institution
from edu_csv.roster.models import OrgUnit
from tests.api.caller import Caller, caller_in
from tests.imports.harness import csv_text

TERMS = "echovideo.terms.v1"
FILE = csv_text(["Name", "Start Date", "End Date"], ["Autumn", "2031-08-18", "2031-12-19"])


@pytest.fixture
def department(caller: Caller) -> UUID:
    with tenancy.use_institution(caller.tenant.pk):
        made = OrgUnit.objects.create(
            institution_id=caller.tenant.pk, type="department", name="Ocean", name_folded="ocean"
        )
    return made.pk


def designate(caller: Caller, on: bool) -> None:
    with tenancy.use_institution(caller.tenant.pk):
        Institution.objects.filter(pk=caller.tenant.pk).update(designated_administration=on)


def test_with_designated_administration_the_administrator_of_a_department_sees_only_their_own(
    caller: Caller, department: UUID
) -> None:
    below = caller_in(caller.tenant, "department_admin", department)
    theirs = caller.import_(FILE, format=TERMS, action="create", mode="preview")
    own = below.import_(FILE, format=TERMS, action="create", mode="preview")
    assert len(below.results("/imports")) == 2
    designate(caller, on=True)
    assert [each["id"] for each in below.results("/imports")] == [own["id"]]
    assert below.get(f"/imports/{theirs['id']}").status_code == 404
    assert len(caller.results("/imports")) == 2


def test_schedulers_and_integrations_see_only_their_own(caller: Caller) -> None:
    caller.import_(FILE, format=TERMS, action="create", mode="preview")
    caller.post("/exports", {"format": TERMS})
    for role in ("scheduler", "integration"):
        other = caller_in(caller.tenant, role)
        assert other.results("/imports") == []
        assert other.results("/exports") == []
        assert len(other.results("/imports", submitted_by="me")) == 0


def test_whoever_reaches_a_part_does_not_decide_about_the_import_of_another(
    caller: Caller, department: UUID
) -> None:
    below = caller_in(caller.tenant, "department_admin", department)
    waiting = caller.import_(FILE, format=TERMS, action="create", mode="preview")
    for verb in ("apply", "cancel"):
        refused = below.post(f"/imports/{waiting['id']}/{verb}", {})
        assert (refused.status_code, refused.json()["code"]) == (403, "not_permitted")
        assert "SIS nightly submitted" in refused.json()["detail"]
    assert caller.post(f"/imports/{waiting['id']}/apply", {}).status_code == 202
    caller.tenant.work()
    for body in ({}, {"preview": True}):
        assert below.post(f"/imports/{waiting['id']}/void", body).status_code == 403
    own = below.import_(FILE.replace("Autumn", "Winter"), format=TERMS, action="create", mode="preview")
    assert below.post(f"/imports/{own['id']}/apply", {}).status_code == 202


def test_an_administrator_of_the_institution_decides_about_all(caller: Caller, department: UUID) -> None:
    below = caller_in(caller.tenant, "department_admin", department)
    waiting = below.import_(FILE, format=TERMS, action="create", mode="preview")
    assert caller.post(f"/imports/{waiting['id']}/cancel", {}).status_code == 202


def test_the_statuses_that_imports_are_filtered_by_are_those_of_imports(caller: Caller) -> None:
    told = caller.get("/imports", status="bogus").json()["detail"]
    assert "voided" in told
    assert "expired" not in told
    assert caller.get("/imports", status="expired").status_code == 400
    assert caller.get("/imports", status="voided,failed").status_code == 200


def test_whoever_sees_the_export_of_another_deletes_it_only_with_the_whole_institution_in_reach(
    caller: Caller, department: UUID
) -> None:
    below = caller_in(caller.tenant, "department_admin", department)
    asked = caller.post("/exports", {"format": TERMS}).json()["id"]
    refused = below.delete(f"/exports/{asked}")
    assert (refused.status_code, refused.json()["code"]) == (403, "not_permitted")
    own = below.post("/exports", {"format": TERMS}).json()["id"]
    assert [below.delete(f"/exports/{own}").status_code, caller.delete(f"/exports/{asked}").status_code] == [
        204
    ] * 2
