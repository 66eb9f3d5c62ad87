"""The samples of CircleIn's files, as they are printed, in the order of a package."""

from __future__ import annotations

from tests.imports.circlein import files
from tests.imports.harness import Tenant


def test_every_printed_sample_imports_in_order(tenant: Tenant) -> None:
    courses = tenant.load(files.SAMPLE_COURSES, "circlein.courses", "")
    assert [(row.row, row.outcome, row.codes) for row in tenant.plan(courses)] == [
        (2, "created", []),
        (3, "created", []),
        (4, "unchanged", ["delete_missing"]),
    ]
    users = tenant.load(files.SAMPLE_USERS, "circlein.users", "")
    assert [(row.outcome, row.codes) for row in tenant.plan(users)] == [
        ("created", []),
        ("created", []),
        ("unchanged", ["delete_missing"]),
    ]
    enrolled = tenant.load(files.SAMPLE_ENROLLMENTS, "circlein.enrollments", "")
    assert [(row.outcome, row.codes) for row in tenant.plan(enrolled)] == [
        ("created", []),
        ("created", []),
        ("created", []),
        ("unchanged", ["delete_missing"]),
        ("created", ["access_by_hand"]),
    ]
    renamed = tenant.load(files.SAMPLE_UPDATE_IDS, "circlein.update-ids", "")
    assert [(row.outcome, row.codes) for row in tenant.plan(renamed)] == [("updated", [])] * 3
    for done in (courses, users, enrolled, renamed):
        assert done.job.status == "completed"
