"""The samples of D2L's own pages, one coherent set for 3.0, each imported by itself, in order (d2l 6 to 9).

As one package they are the case ``d2l-packages/the_samples_as_printed``.
"""

from __future__ import annotations

import pytest

from edu_csv.access import tenancy
from edu_csv.roster.models import OrgUnitType
from tests.imports.casework import CASES
from tests.imports.harness import Tenant

SAMPLES = sorted((CASES / "d2l-packages" / "the_samples_as_printed" / "files").glob("*.csv"))

# d2l 6: "the DELETE rows give `delete_missing` warnings, and the DELETE of user S-69950 gives `unknown_user`".
TOLD = {
    "02-Departments.csv": {4: ["delete_missing"]},
    "06-Sections.csv": {4: ["delete_missing"]},
    "07-Users.csv": {7: ["unknown_user"]},
    "08-Enrollments.csv": {5: ["delete_missing"]},
}


@pytest.fixture
def mapped(tenant: Tenant) -> Tenant:
    """An institution that has the two custom types of the samples."""
    with tenancy.use_institution(tenant.pk):
        for name in ("campus", "faculty"):
            OrgUnitType.objects.create(institution_id=tenant.pk, name=name)
    return tenant


def test_each_sample_imports_by_itself_and_again_changes_nothing(mapped: Tenant) -> None:
    assert len(SAMPLES) == 9
    for path in SAMPLES:
        # Nobody says the format: the header does.
        done = mapped.load(path.read_bytes(), "", "", file_name=path.name)
        told = {row.row: row.codes for row in mapped.plan(done) if row.codes}
        assert told == TOLD.get(path.name, {}), path.name
        assert done.counts["created"] == done.counts["rows"] - len(told)
        assert done.job.status == ("completed_with_errors" if path.name == "07-Users.csv" else "completed")
    for path in SAMPLES:
        again = mapped.load(path.read_bytes(), "", "", file_name=path.name)
        assert again.counts["unchanged"] == again.counts["rows"] - again.counts["failed"]
        assert again.effects == {}
