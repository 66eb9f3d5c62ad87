"""Every rule of a format as a folder of ``tests/cases``; ``casework`` says what is in one."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.imports.casework import Case, all_cases
from tests.imports.harness import Tenant

FOLDERS = all_cases()


@pytest.mark.parametrize("folder", FOLDERS, ids=[f"{path.parent.name}/{path.name}" for path in FOLDERS])
def test_case(folder: Path, tenant: Tenant) -> None:
    case = Case(folder)
    upload = case.run(tenant)
    told = case.told
    if refused := told.get("refused"):
        assert upload.job.status == "failed"
        assert upload.job.problem is not None
        assert {name: upload.job.problem[name] for name in ("code", "detail")} == refused
        assert upload.counts["rows"] == 0
        return
    found = case.found_rows(upload)
    assert found == case.expected_rows()
    assert case.found_files(upload) == told.get("files", {})
    assert case.found_notes(upload) == told.get("notes", {})
    any_failed = any(line[1] == "failed" for line in found) or "files" in told
    assert upload.job.status == told.get("status", "completed_with_errors" if any_failed else "completed")
    assert upload.effects == told.get("effects", {})
    assert upload.counts | told.get("counts", {}) == upload.counts
    assert upload.review | told.get("review", {}) == upload.review
    assert upload.seen | told.get("seen", {}) == upload.seen
    for noun, lines in case.expected_after().items():
        assert case.found_after(noun, lines[0]) == lines
