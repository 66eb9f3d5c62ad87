"""Who sees whose requests: two institutions, and clients that reach one org unit (reporting-api.md 1, design 6)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from edu_csv import tenancy
from edu_csv.access.roles import Role
from edu_csv.activity.events.seeding import SeedPlan, seed
from edu_csv.roster.models import OrgUnit
from tests.access.grid import read_grid
from tests.activity.events.rosters import fill_roster
from tests.imports.harness import Tenant
from tests.reporting.door.asker import Asker, asker_in
from tests.reporting.door.test_codes import CALLS

WITH_REPORTS = [role for role in Role if role is not Role.SCHEDULER]


def department(tenant: Tenant) -> UUID:
    """One in which no section lies."""
    with tenancy.use_institution(tenant.pk):
        return OrgUnit.objects.create(
            institution_id=tenant.pk, type="department", name="Ocean", name_folded="ocean"
        ).pk


def ids(asker: Asker) -> list[str]:
    return [each["requestId"] for each in asker.get("/requests").json()["requests"]]


def test_nothing_of_another_institution_is_there(asker: Asker, stranger: Asker) -> None:
    mine = asker.made()
    assert ids(stranger) == []
    for path in (f"/request/{mine}", f"/requests/{mine}"):
        answer = stranger.get(path)
        assert (answer.status_code, answer.json()["error"]) == (404, "RequestNotFound")
        # As one that never was.
        other = mine[:-4] + "0000"
        never = stranger.get(f"/request/{other}").json()["message"]
        assert answer.json()["message"].replace(mine, "") == never.replace(other, "")


def test_those_pending_elsewhere_take_no_place_here(asker: Asker, stranger: Asker) -> None:
    for _ in range(3):
        stranger.submit()
    assert asker.post("/requests/asset").status_code == 200


# Which roles the door of reports lets in, for the whole institution and below an org unit (design 6).
ROLES = read_grid("""
                  whole  below
admin             yes    yes
org_admin         yes    yes
department_admin  yes    yes
scheduler         -      -
analyst           yes    yes
integration       yes    yes
""")


def test_every_door_opens_to_the_roles_of_the_table(asker: Asker) -> None:
    assert {role for role, _ in ROLES} == set(Role)
    unit = department(asker.tenant)
    for (role, reach), cell in ROLES.items():
        theirs = asker_in(asker.tenant, role, unit if reach == "below" else None)
        answers = {theirs.ask(method, path).status_code for method, path in CALLS}
        assert answers <= {200, 404, 429} if cell == "yes" else answers == {403}, (role, reach)
        asker.work()


@pytest.mark.parametrize("role", WITH_REPORTS)
def test_every_role_with_reports_asks_and_sees_all_of_the_institution(asker: Asker, role: Role) -> None:
    other = asker_in(asker.tenant, role)
    mine, theirs = asker.submit(), other.submit()
    assert ids(other) == [theirs, mine]
    assert other.look(mine)["status"] == "Pending"


def test_who_reaches_one_org_unit_sees_their_own_requests_alone(asker: Asker) -> None:
    below = asker_in(asker.tenant, org_unit=department(asker.tenant))
    of_whole, of_below = asker.made(), below.made()
    assert ids(below) == [of_below]
    assert below.look(of_below)["status"] == "Available"
    assert below.get(f"/request/{of_whole}").json()["error"] == "RequestNotFound"
    assert ids(asker) == [of_below, of_whole]


def test_two_who_reach_the_same_org_unit_do_not_see_each_other(asker: Asker) -> None:
    unit = department(asker.tenant)
    one, other = (asker_in(asker.tenant, org_unit=unit) for _ in range(2))
    made = one.submit()
    assert ids(other) == []
    assert other.get(f"/request/{made}").status_code == 404


def test_a_report_holds_what_its_client_reaches_and_nothing_else(asker: Asker) -> None:
    fill_roster(asker.tenant)
    yesterday = datetime.now(UTC).date() - timedelta(days=1)
    with tenancy.use_institution(asker.tenant.pk):
        seed(asker.tenant.pk, SeedPlan(until=yesterday, weeks=2, videos=4, view_events=500))
    # None of its sections lies in that department.
    below = asker_in(asker.tenant, org_unit=department(asker.tenant))
    for name in ("asset", "videoview"):
        rows = [each.look(each.made(name))["details"]["rows"] for each in (asker, below)]
        assert rows[0] > 0, name
        assert rows[1] == 0, name


def test_a_request_fails_when_its_client_is_switched_off_before_it_is_made(asker: Asker) -> None:
    other = asker_in(asker.tenant)
    made = other.submit()
    other.change(may_use_reporting=False)
    assert other.get(f"/request/{made}").json()["error"] == "Forbidden"
    asker.work()
    looked = asker.look(made)
    assert looked["status"] == "Failed"
    assert "administrator" in looked["details"]["error"]
