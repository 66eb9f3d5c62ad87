"""A whole D2L package of a large university, in one go, and again the next night."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.core.management import call_command

from tests.imports.harness import Tenant

FILES, ROWS = 9, 406_068


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_nine_files_of_400_000_rows_come_in_one_go_and_again_change_nothing(
    tenant: Tenant, tmp_path: Path
) -> None:
    size = {"people": 66_000, "offerings": 10_000, "sections": 20_000, "enrollments": 300_000}
    call_command("seed_roster", institution="fjord", format="d2l", output=tmp_path, **size)
    package = (tmp_path / "D2LStdCSV.zip").read_bytes()
    first = tenant.load(package, "d2l.package", "", file_name="D2LStdCSV.zip")
    assert first.job.status == "completed", first.job.problem
    assert first.counts["created"] == first.counts["rows"] == ROWS
    assert len(first.files) == FILES
    # Some are in departments and semesters.
    assert tenant.query(
        "SELECT (SELECT count(*) FROM roster_enrollment) + (SELECT count(*) FROM roster_membership)"
    ) == [(300_000,)]
    again = tenant.load(package, "d2l.package", "", file_name="D2LStdCSV.zip")
    assert again.counts["unchanged"] == again.counts["rows"] == ROWS
    assert again.effects == {}
