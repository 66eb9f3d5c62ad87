"""What is exported and imported again, with the same format and as an update, changes nothing."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, note, settings
from hypothesis import strategies as st

from exports.services import Output
from imports.formats.exporting import sheets
from imports.formats.registry import formats
from tests.chance import examples
from tests.exports.harness import export, written
from tests.imports.harness import new_tenant
from tests.properties.rosters import Roster, put, rosters

OUTPUTS = st.builds(
    Output,
    compression=st.booleans(),
    delimiter=st.sampled_from([",", ";", "\t", "|"]),
    spreadsheet_safe=st.booleans(),
    byte_order_mark=st.booleans(),
)


@pytest.mark.timeout(400)  # an example is an export and an import of each format
@settings(
    max_examples=examples(4, 16),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(roster=rosters(), output=OUTPUTS)
def test_an_export_imported_again_plans_no_change(committed: None, roster: Roster, output: Output) -> None:
    tenant = new_tenant()
    there = put(tenant, roster)
    assert set(there) == {key for key, fmt in formats().items() if fmt.exportable and key not in sheets()}
    for key, objects in there.items():
        done = export(tenant, key, output=output)
        assert done.job.status == "completed", done.job.problem
        assert done.rows is not None
        # Whatever the format cannot express is counted, never silently gone.
        assert done.rows + sum(done.omitted.values()) == objects
        if not done.rows:
            continue
        upload = tenant.load(
            written(done), key, "update", delimiter=output.delimiter, mode="preview", file_name=done.file_name
        )
        note(
            f"{key}: {upload.counts} {upload.job.problem} {[row.sentences for row in tenant.plan(upload) if row.sentences]}"
        )
        assert upload.job.status == "awaiting_approval", upload.job.problem
        assert upload.counts["unchanged"] == upload.counts["rows"] == done.rows
        assert upload.review["clears"] == {}
