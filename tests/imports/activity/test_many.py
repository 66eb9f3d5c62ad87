"""Many events: the same statements for one and a thousand, tables for past months, and a million of them."""

from __future__ import annotations

import csv
import io
from datetime import UTC, datetime, timedelta

import psycopg
import pytest

from edu_csv import tenancy
from imports import undo
from imports.formats.registry import formats
from imports.models import Import
from imports.steps import months
from tests.imports.activity.acts import live, number
from tests.imports.harness import ACTIVITY, Tenant, csv_text, sample
from tests.imports.test_statements import counted, statements_of

EVENTS = "activity.view-events"


def rows_of(key: str, action: str, numbers: range) -> str:
    """A file of so many rows like the first of the sample; what tells them apart is counted up."""
    fmt = formats()[key]
    [header, first, *_] = csv.reader(io.StringIO(sample(fmt)))
    named = dict(zip(header, first, strict=True))
    own, at = (
        fmt.own_id(),
        next((c.header for c in fmt.columns if c.field == fmt.target.time), "Published At"),
    )
    lines = []
    for n in numbers:
        row = dict(named)
        if "External ID" in row:
            row["External ID"] = f"X-{n}"
        if at in row:
            row[at] = (datetime(2026, 10, 1, tzinfo=UTC) + timedelta(seconds=n)).isoformat()
        if "Position" in row:
            row["Position"] = str(10 + n)
        if own and action != "create":
            row[own.header] = f"X-{n}"
        if action == "update":
            for name in {"Media Name", "Presentation Name", "Prompt", "Question"} & row.keys():
                row[name] += " again"
        lines.append(row)
    columns = [column.header for column in fmt.columns_for(action)]
    return csv_text(columns, *([row[name] for name in columns] for row in lines))


def is_made(tenant: Tenant, day: datetime) -> bool:
    [(table,)] = tenant.query("SELECT to_regclass(%s)::text", day.strftime("activity_view_event_%Y_%m"))
    return table is not None


@pytest.mark.parametrize("key", ["activity.downloads", "activity.slides", "activity.publications"])
def test_one_row_and_some_hundred_take_the_same_statements(active: Tenant, key: str) -> None:
    one, many = range(1, 2), range(2, 302)
    for action in formats()[key].actions:
        # Months that are there already need no second look.
        few = counted(active, rows_of(key, action, one), key, action)
        assert counted(active, rows_of(key, action, many), key, action) == few, action


def test_undo_takes_the_same_statements_for_one_and_some_hundred(active: Tenant) -> None:
    few = active.load(rows_of(EVENTS, "create", range(1, 2)), EVENTS)
    many = active.load(rows_of(EVENTS, "create", range(2, 302)), EVENTS)

    def previewed(upload: Import) -> int:
        with tenancy.use_institution(active.pk):
            return statements_of(lambda: undo.preview(upload), active)

    assert previewed(few) == previewed(many)


def test_a_past_month_has_its_table_before_its_first_event_is_written(active: Tenant) -> None:
    years_ago = datetime.now(UTC) - timedelta(days=365 * 5)
    texts = [(years_ago + timedelta(days=31 * n)).isoformat() for n in range(3)]
    beyond = ["2002-05-05T00:00:00Z", "2098-05-05T00:00:00Z"]
    upload = active.load(
        csv_text(["View ID", "Watched At"], *(["V-90001", at] for at in [*texts, *beyond])), EVENTS
    )
    assert upload.counts["created"] == 5
    tables = active.query(
        "SELECT tableoid::regclass::text FROM activity_view_event WHERE made_by_job = %s ORDER BY occurred_at",
        upload.pk,
    )
    own = [(years_ago + timedelta(days=31 * n)).strftime("activity_view_event_%Y_%m") for n in range(3)]
    assert [table for (table,) in tables] == [
        "activity_view_event_other", *own, "activity_view_event_other",
    ]  # fmt: skip
    # None for the months between.
    assert not is_made(active, years_ago + timedelta(days=31 * 6))
    # Whatever their table: sent again all of them are there, and undo takes back all of them.
    again = active.load(
        csv_text(["View ID", "Watched At"], *(["V-90001", at] for at in [*texts, *beyond])), EVENTS
    )
    assert again.counts["unchanged"] == 5
    active.undo(upload)
    assert number(active, "view_event") == 2


def test_events_wait_in_the_common_table_for_a_month_that_cannot_be_made(
    active: Tenant, monkeypatch: pytest.MonkeyPatch
) -> None:
    def none(institution: int) -> None:
        raise psycopg.OperationalError("too many connections")

    # A month that no earlier run has made in this database.
    days = (datetime.now(UTC) - timedelta(days=30 * n) for n in range(75, 115))
    old = next(day for day in days if not is_made(active, day))
    text = csv_text(["View ID", "Watched At"], ["V-90001", old.isoformat()])
    with monkeypatch.context() as crowded:
        crowded.setattr(months, "direct_connection", none)
        upload = active.load(text, EVENTS)
    assert upload.counts["created"] == 1
    where = "SELECT tableoid::regclass::text FROM activity_view_event WHERE made_by_job = %s"
    assert active.query(where, upload.pk) == [("activity_view_event_other",)]
    # The next file of that month makes it, and finds what is there.
    assert active.load(text, EVENTS).counts["unchanged"] == 1
    assert active.query(where, upload.pk) == [(old.strftime("activity_view_event_%Y_%m"),)]


def test_a_preview_writes_no_event(active: Tenant) -> None:
    upload = active.load(rows_of(EVENTS, "create", range(5)), EVENTS, mode="preview")
    assert upload.job.status == "awaiting_approval"
    assert number(active, "view_event") == 2
    assert active.approve(upload).counts["created"] == 5
    assert number(active, "view_event") == 7


def test_bad_rows_of_each_layout_fail_alone(active: Tenant) -> None:
    for key in ACTIVITY:
        fmt = formats()[key]
        required = fmt.required_for("create")[0].header
        good = rows_of(key, "create", range(900, 901))
        [header, row] = csv.reader(io.StringIO(good))
        bad = ["" if name == required else cell for name, cell in zip(header, row, strict=True)]
        upload = active.load(csv_text(header, bad, row), key)
        outcomes = [(line.outcome, line.codes, line.columns) for line in active.plan(upload)]
        assert outcomes == [("failed", ["required_blank"], [required]), ("created", [], [])], key


@pytest.mark.slow
def test_a_hundred_thousand_events_come_come_again_and_go(active: Tenant) -> None:
    begin = datetime(2026, 10, 1, tzinfo=UTC)
    text = csv_text(
        ["View ID", "Watched At"],
        *(
            ["V-90001" if n % 2 else "V-90002", (begin + timedelta(seconds=30 * n)).isoformat()]
            for n in range(100_000)
        ),
    )
    first = active.load(text, EVENTS)
    assert first.counts["created"] == 100_000
    assert active.load(text, EVENTS).counts["unchanged"] == 100_000
    done = active.undo(first)
    assert done.void is not None
    assert (done.void["removed"], done.void["conflicts_total"]) == (100_000, 0)
    assert len(live(active, "view_event", "view_id", "occurred_at")) == 2
