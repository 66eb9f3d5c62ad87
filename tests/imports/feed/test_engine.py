"""The engine of feeds: one upload, several files and kinds, one plan."""

from __future__ import annotations

from tests.imports.feed.packing import D2L_ORGS, ENROLLMENTS, ORGS, USERS, package
from tests.imports.harness import Tenant


def test_a_package_is_planned_and_applied_as_one(tenant: Tenant) -> None:
    done = tenant.load(package(D2L_ORGS), "d2l.package", "", file_name="feed.zip")
    assert done.job.status == "completed", (done.job.problem, [r.sentences for r in tenant.plan(done)])
    assert done.counts["created"] == done.counts["rows"]


def test_the_same_package_again_changes_nothing(tenant: Tenant) -> None:
    tenant.load(package(D2L_ORGS), "d2l.package", "", file_name="feed.zip")
    again = tenant.load(package(D2L_ORGS), "d2l.package", "", file_name="feed.zip")
    assert again.counts["unchanged"] == again.counts["rows"], [r.sentences for r in tenant.plan(again)]


__all__ = ["ENROLLMENTS", "ORGS", "USERS"]
