"""results.csv and failed.csv of files that went through a template, and what each of their rows is about."""

from __future__ import annotations

from uuid import uuid4

from edu_csv import tenancy
from edu_csv.access.policy import EVERYWHERE
from imports import plans
from imports.models import Import
from tests.imports.harness import Tenant, csv_text
from tests.imports.templated.house import (
    HEADER,
    PLAIN,
    download,
    live,
    load,
    make_template,
    plain,
    told,
    view,
    views,
)

A, B, C = (str(uuid4()) for _ in range(3))
ZERO = {"updated": 0, "deleted": 0, "held": 0, "superseded": 0, "warnings": 0}


def test_failed_rows_go_out_as_they_came_and_come_back_as_they_are(tenant: Tenant) -> None:
    version = make_template(tenant)
    done = load(tenant, version, csv_text(HEADER, view(1), view(2, event_timestamp="soon"), view(3)))
    failed = download(tenant, done, only_failed=True)
    assert failed[0] == [*HEADER, "_row", "_outcome", "_object_id", "_problems"]
    assert [row[: len(HEADER)] for row in failed[1:]] == [view(2, event_timestamp="soon")]
    assert failed[1][len(HEADER) :][:2] == ["3", "failed"]
    assert failed[1][-1] == told(tenant, done)[3]
    results = download(tenant, done)
    assert [row[len(HEADER) + 1] for row in results[1:]] == ["created", "failed", "created"]
    failed[1][HEADER.index("event_timestamp")] = "2025-09-03 14:05:30"
    again = load(tenant, version, csv_text(*failed))
    assert again.counts == {"rows": 1, "created": 1, "unchanged": 0, "failed": 0, **ZERO}


def test_the_surplus_of_a_row_is_said_where_it_stands(tenant: Tenant) -> None:
    version = make_template(tenant, PLAIN)
    done = load(tenant, version, f"id,who,what\n{A},ana@example.edu,v,behind\n{B},ana@example.edu,v,x,y\n")
    one, two = download(tenant, done, only_failed=True)[1:]
    assert one[-2:] == [
        (
            "This row has 4 cells, the header has 3. A delimiter inside a cell may lack its quotes."
            " What the row has too much stands behind this column, in a cell without a name."
        ),
        "behind",
    ]
    assert two[-3].endswith("stands behind this column, in 2 cells without a name.")
    assert two[-2:] == ["x", "y"]


def test_a_row_is_known_by_the_first_statement_that_it_stored(tenant: Tenant) -> None:
    version = make_template(tenant, PLAIN)
    rows = plain(
        (A.upper(), "ana@example.edu", "v"), (B, "nobody", "v"), ("", "", "v"), (A, "ana@example.edu", "v")
    )
    done = load(tenant, version, rows)
    again = load(tenant, version, rows)
    # The last row says what the first one has stored, in one file as in the next.
    assert [row[-2] for row in download(tenant, done)] == ["_object_id", A, "", "", A]
    assert [row[-2] for row in download(tenant, again)] == ["_object_id", A, "", "", A]
    assert objects(tenant, done) == [A, "", "", A]
    waits = load(tenant, version, plain((C, "ana@example.edu", "v")), mode="preview")
    assert download(tenant, waits)[1][-2] == ""
    assert objects(tenant, waits) == [""]


def objects(tenant: Tenant, upload: Import) -> list[str]:
    """What each row is about, as the API tells it."""
    with tenancy.use_institution(tenant.pk):
        found = plans.rows(upload, EVERYWHERE).rows
    assert {row.object_type for row in found} == {"statement"}
    return [str(row.object_id or "") for row in found]


def test_duplicates_that_a_large_plan_does_not_keep_have_their_statement_too(tenant: Tenant) -> None:
    version = make_template(tenant)
    first = load(tenant, version, views(1))
    large = load(tenant, version, views(*range(1, 10_002)))
    assert large.has_own_tables
    results = download(tenant, large)
    assert results[1][-2] == download(tenant, first)[1][-2]
    assert {row[-2] for row in results[1:]} == live(tenant)
