"""A package of whatever roster, imported again, changes nothing; in an empty institution every row of it is good."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, note, settings

from edu_csv import tenancy
from edu_csv.roster.models import OrgUnitType
from exports.models import Export
from exports.services import omitted_from
from imports.models import Import
from tests.chance import examples
from tests.exports.harness import export, written
from tests.imports.harness import Tenant, new_tenant
from tests.properties.feeds import Feeds, feeds, put

PACKAGES = ("d2l.package", "circlein.package")


@pytest.mark.timeout(400)  # an example is two exports and three imports
@settings(
    max_examples=examples(4, 16),
    phases=[Phase.generate],
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(roster=feeds())
def test_a_package_imported_again_plans_no_change(committed: None, roster: Feeds) -> None:
    tenant = new_tenant()
    there = put(tenant, roster)
    for key in PACKAGES:
        done = export(tenant, key)
        assert done.job.status == "completed", done.job.problem
        assert done.rows is not None
        # Whatever has no row is counted, never silently gone.
        left_out = sum(each.count for each in omitted_from(done) if each.what == "object")
        assert done.rows + left_out >= there[key]
        if not done.rows:
            continue
        upload = loaded(tenant, done, mode="preview")
        assert upload.job.status == "awaiting_approval", upload.job.problem
        assert upload.counts["unchanged"] == upload.counts["rows"] == done.rows, told(tenant, upload)
    done = export(tenant, "d2l.package")
    if done.rows:
        empty = new_tenant()
        _own_types(empty)
        upload = loaded(empty, done)
        assert upload.counts["created"] == upload.counts["rows"] == done.rows, told(empty, upload)


def loaded(tenant: Tenant, done: Export, **options: Any) -> Import:
    upload = tenant.load(written(done), done.format_key, "", file_name="package.zip", **options)
    note(f"{done.format_key}: {upload.counts} {upload.job.problem} {told(tenant, upload)}")
    return upload


def told(tenant: Tenant, upload: Import) -> list[Any]:
    return [
        (row.outcome, row.cells, row.sentences)
        for row in tenant.plan(upload)
        if row.sentences or row.outcome not in ("unchanged", "created")
    ]


def _own_types(tenant: Tenant) -> None:
    with tenancy.use_institution(tenant.pk):
        OrgUnitType.objects.create(institution_id=tenant.pk, name="faculty")
