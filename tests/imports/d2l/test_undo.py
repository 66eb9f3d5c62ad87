"""What D2L files do can be undone, field by field."""

from __future__ import annotations

from tests.imports.casework import BASE
from tests.imports.feed.packing import ENROLLMENTS, ORGS, USERS, package
from tests.imports.harness import Tenant

LOADED = {
    path.name: path.read_text().splitlines() for path in BASE.glob("d2l/*.csv") if "Other" not in path.name
}


def load(tenant: Tenant) -> None:
    """The samples, without custom org units, which nobody has mapped here."""
    bare = {
        name: [
            line.replace("FAC-SCI|FAC-ART", "").replace("FAC-SCI", "").replace("CAMP-N", "") for line in lines
        ]
        for name, lines in LOADED.items()
    }
    done = tenant.load(package(bare), "d2l.package", "", file_name="feed.zip")
    assert done.job.status == "completed", [row.sentences for row in tenant.plan(done)]


def test_a_deleted_user_comes_back_as_they_were(tenant: Tenant) -> None:
    load(tenant)
    before = tenant.dump()
    done = tenant.load(
        package(
            {
                "07-Users.csv": [
                    USERS,
                    "user,DELETE,,S-70021,,,,,,,,,,,",
                    "user,DELETE,,T-0412,,,,,,,,,,,",
                ]
            }
        ),
        "d2l.package", "", file_name="feed.zip",
    )  # fmt: skip
    assert done.counts["deleted"] == 2
    assert tenant.query(
        "SELECT is_active, parent_person_ids FROM roster_person WHERE external_id = 'S-70021'"
    ) == [(False, [])]
    undone = tenant.undo(done)
    assert undone.void is not None
    assert undone.void["conflicts_total"] == 0, undone.void
    assert tenant.dump() == before


def test_a_branch_that_was_deleted_and_an_offering_that_moved_come_back(tenant: Tenant) -> None:
    load(tenant)
    before = tenant.dump()
    done = tenant.load(
        package(
            {
                "02-Orgs.csv": [
                    ORGS,
                    "course section,DELETE,SEC-BIO110-27A-1,,,,,,,,,,",
                    "course offering,UPDATE,OFF-BIO110-27A,Moved,2027-09-06,,0,,TPL-DAT200,TRM-28S,,,0",
                    "department,UPDATE,DEP-DATA,Renamed,,,,,,,,,",
                ],
                "08-Enrollments.csv": [ENROLLMENTS, "enrollment,DELETE,T-0412,,DEP-BIO"],
            }
        ),
        "d2l.package", "", file_name="feed.zip",
    )  # fmt: skip
    assert done.job.status == "completed", [row.sentences for row in tenant.plan(done)]
    assert done.effects == {"section": {"updated": 1}, "enrollment": {"deleted": 2}}
    undone = tenant.undo(done)
    assert undone.void is not None
    assert undone.void["conflicts_total"] == 0, undone.void
    assert tenant.dump() == before
