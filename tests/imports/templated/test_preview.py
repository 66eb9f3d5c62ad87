"""A preview is the upload up to the writing: both fail the same rows with the same texts (csv data import 4.3)."""

from __future__ import annotations

import io
import json
from typing import Any
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from edu_csv import tenancy
from edu_csv.templating import TemplateRefused
from imports.models import ImportTemplateVersion
from imports.problems import FileRejected
from imports.steps.templated.preview import Preview, preview
from tests.chance import examples
from tests.imports.harness import Tenant, csv_text
from tests.imports.templated.house import (
    HEADER,
    PLAIN,
    PLAIN_HEADER,
    load,
    make_template,
    plain,
    stored,
    told,
    view,
    views,
)

# Two statements a row, of which the second may lack.
TWO = """{"statements": [{
    "id": "{{columns.id}}", "actor": {"mbox": "mailto:{{columns.who}}"}, "verb": {"id": "http://adlnet.gov/expapi/verbs/asked"},
    "object": {"id": "https://lecture.example.edu/q/{{urlEncode columns.what}}"},
    "result": {"score": {"raw": {{number columns.score}}, "max": 10}}
  }, {{#if columns.also}}{
    "id": "{{uuid columns.also}}", "actor": {"mbox": "mailto:{{columns.who}}"}, "verb": {"id": "{{columns.verb}}"},
    "object": {"id": "https://lecture.example.edu/q/{{urlEncode columns.what}}"}
  }{{/if}}]}"""
TWO_HEADER = ["id", "who", "what", "score", "also", "verb"]
IDS = [str(UUID(int=n | 0x4000_8000_0000_0000_0000, version=4)) for n in range(3)]
rows_of_two = st.lists(
    st.tuples(
        st.sampled_from([*IDS, "", "some-invalid-id"]),
        st.sampled_from(["ana@example.edu", "ben@example.edu", "nobody", 'Ann "Q"']),
        st.sampled_from(["v", "w", "ü/1", ""]),
        st.sampled_from(["7", "10", "11", "many", ""]),
        st.sampled_from(["", "", "x", "y"]),
        st.sampled_from(["http://adlnet.gov/expapi/verbs/answered", "answered", ""]),
    ),
    min_size=1,
    max_size=12,
)


def previewed(tenant: Tenant, version: ImportTemplateVersion, file: str | bytes, **options: Any) -> Preview:
    data = file.encode() if isinstance(file, str) else file
    with tenancy.use_institution(tenant.pk):
        return preview(version, io.BytesIO(data), "upload.csv", institution=tenant.pk, **options)


@settings(
    max_examples=examples(6, 60), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(before=rows_of_two, rows=rows_of_two, widths=st.lists(st.integers(0, 7), max_size=3))
def test_preview_and_upload_agree_on_every_row(
    tenant: Tenant, before: list[tuple[str, ...]], rows: list[tuple[str, ...]], widths: list[int]
) -> None:
    agree(tenant, before, rows, widths)


def agree(
    tenant: Tenant, before: list[tuple[str, ...]], rows: list[tuple[str, ...]], widths: list[int]
) -> None:
    from tests.imports.harness import new_tenant

    tenant = new_tenant()
    version = make_template(tenant, TWO)
    load(tenant, version, csv_text(TWO_HEADER, *map(list, before)))
    there = len(stored(tenant))
    odd = [["cell"] * width for width in widths]
    file = csv_text(TWO_HEADER, *map(list, rows), *odd)
    seen = previewed(tenant, version, file)
    assert len(stored(tenant)) == there
    done = load(tenant, version, file)
    assert seen.failed_rows == told(tenant, done)
    assert len(seen.rows) == done.counts["rows"]
    outcomes = {row.row: row.outcome for row in tenant.plan(done)}
    assert {row.number for row in seen.rows if row.fault is None} == {
        n for n, it in outcomes.items() if it != "failed"
    }
    made = [(row, each["id"]) for row, statements in seen.statements.items() for each in statements]
    for row, id_ in tenant.query("SELECT row, id::text FROM activity_statement WHERE job_id = %s", done.pk):
        assert (row, id_) in made


def test_a_preview_shows_the_statements_of_each_row_in_order_and_stores_nothing(tenant: Tenant) -> None:
    version = make_template(tenant)
    seen = previewed(tenant, version, csv_text(HEADER, view(1), view(2, event_timestamp="soon"), view(3)))
    assert [row.number for row in seen.rows] == [2, 3, 4]
    assert list(seen.statements) == [2, 4]
    assert seen.failed_rows == {
        3: 'toDateTime: "soon" does not match "yyyy-MM-dd HH:mm:ss" (column "event_timestamp").'
    }
    assert seen.statements[2][0]["object"]["definition"]["name"] == {"en": "Lecture 1: Queues & Co"}
    assert (seen.rows_read, seen.truncated, seen.sections) == (3, False, ("statements",))
    assert stored(tenant) == []
    assert tenant.query("SELECT count(*) FROM imports_import") == [(0,)]


def test_a_row_with_no_statements_is_good_and_has_none(tenant: Tenant) -> None:
    seen = previewed(tenant, make_template(tenant, PLAIN), plain(("", "", "v")))
    assert (seen.failed_rows, seen.statements) == ({}, {2: []})


def test_a_preview_sees_the_store_and_says_nothing_of_duplicates(tenant: Tenant) -> None:
    version = make_template(tenant, PLAIN)
    first = load(tenant, version, plain((IDS[0], "ana@example.edu", "v")))
    seen = previewed(
        tenant, version, plain((IDS[0], "ana@example.edu", "v"), (IDS[0], "ana@example.edu", "w"))
    )
    assert list(seen.statements) == [2]
    assert list(seen.failed_rows) == [3]
    assert f"is already stored (import {first.number})" in seen.failed_rows[3]


def test_a_preview_ends_after_the_rows_that_it_was_asked_for_and_says_so(tenant: Tenant) -> None:
    version = make_template(tenant)
    file = csv_text(HEADER, *(view(number) for number in range(700)))
    short = previewed(tenant, version, file, most_rows=600)
    assert (short.rows_read, short.truncated, short.rows[-1].number) == (600, True, 601)
    whole = previewed(tenant, version, file, most_rows=700)
    assert (whole.rows_read, whole.truncated) == (700, False)


def test_a_preview_of_much_text_ends_before_the_memory_does(
    tenant: Tenant, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("imports.steps.templated.preview.MOST_BYTES", 100_000)
    version = make_template(
        tenant, PLAIN.replace('"verb":', '"result": {"response": "{{columns.what}}"}, "verb":')
    )
    rows = [
        [str(UUID(int=n | 0x8000_0000_0000_0000, version=4)), "ana@example.edu", "x" * 200]
        for n in range(1_500)
    ]
    seen = previewed(tenant, version, csv_text(PLAIN_HEADER, *rows))
    assert seen.truncated
    # Up to the row that crosses it, not to the end of some block of rows.
    assert 150 < seen.rows_read < 300


def test_a_few_bytes_that_make_much_text_are_answered_in_part(tenant: Tenant) -> None:
    body = PLAIN.replace('"verb":', '"result": {"response": "{{ljust columns.what size=900000}}"}, "verb":')
    rows = [[str(UUID(int=n | 0x8000_0000_0000_0000, version=4)), "ana@example.edu", "x"] for n in range(500)]
    seen = previewed(tenant, make_template(tenant, body), csv_text(PLAIN_HEADER, *rows))
    answer = b"".join(seen.answer())
    assert seen.truncated
    assert seen.rows_read == len(json.loads(answer)["statements"]) == 38
    assert len(answer) < 40_000_000


def test_a_preview_of_slow_rows_ends_before_the_patience_does(
    tenant: Tenant, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("imports.steps.templated.preview.MOST_SECONDS", 0)
    seen = previewed(tenant, make_template(tenant), views(1, 2, 3))
    assert (seen.truncated, seen.rows_read) == (True, 1)


def test_a_number_of_any_length_is_shown_as_the_upload_stores_it(tenant: Tenant) -> None:
    body = PLAIN.replace(
        '"verb":', '"result": {"extensions": {"https://x.example/n": {{{columns.what}}} }}, "verb":'
    ).replace("/media/{{columns.what}}", "/media/v")
    number = "1" + "0" * 4_000
    version, file = make_template(tenant, body), plain((IDS[0], "ana@example.edu", number))
    seen = previewed(tenant, version, file)
    assert seen.failed_rows == {}
    assert f'"https://x.example/n":{number}}}'.encode() in b"".join(seen.answer())
    done = load(tenant, version, file)
    assert done.counts["created"] == 1
    assert stored(tenant)[0]["result"] == seen.statements[2][0]["result"]


def test_a_file_that_fails_whole_says_why(tenant: Tenant) -> None:
    version = make_template(tenant)
    with pytest.raises(FileRejected) as lacking:
        previewed(tenant, version, "userid\nu-1\n")
    assert lacking.value.detail.startswith("The file lacks `VideoId`, ")
    with pytest.raises(FileRejected) as empty:
        previewed(tenant, version, ",".join(HEADER) + "\n")
    assert empty.value.detail.startswith("The file has a header and no row")


def test_a_template_that_is_not_saved_yet_can_be_previewed(tenant: Tenant) -> None:
    unsaved = ImportTemplateVersion(institution_id=tenant.pk, body=PLAIN, variables=[])
    assert list(previewed(tenant, unsaved, plain((IDS[0], "ana@example.edu", "v"))).statements) == [2]
    unsaved.body = "{{nobody}"
    with pytest.raises(TemplateRefused):
        previewed(tenant, unsaved, views(1))
