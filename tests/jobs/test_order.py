"""Many small files: a receipt for each, applied in the order received, none lost (accident 6)."""

from __future__ import annotations

from edu_csv import tenancy
from imports.models import Import
from tests.imports.harness import Tenant, csv_text

COURSES = "echovideo.courses.v1"
HEADER = ["Course ID", "Course Code", "Course Name", "Organization ID", "Department ID", "External ID"]


def test_one_row_files_are_applied_in_the_order_received(tenant: Tenant) -> None:
    tenant.load("Course Code,Course Name,External ID\nLAW101,0,C-LAW\n", COURSES)
    receipts = [
        tenant.receive(csv_text(HEADER, ["C-LAW", "LAW101", str(n), "", "", "C-LAW"]), COURSES, "update").pk
        for n in range(1, 31)
    ]
    tenant.work()
    with tenancy.use_institution(tenant.pk):
        done = Import.objects.select_related("job").filter(pk__in=receipts).order_by("job__received")
        assert [upload.pk for upload in done] == receipts
        assert {upload.counts["updated"] for upload in done} == {1}
    history = tenant.query("SELECT after ->> 'name' FROM roster_change ORDER BY id")
    assert [name for (name,) in history] == [str(n) for n in range(1, 31)]
