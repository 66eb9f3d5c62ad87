"""No statement writes more rows than a slice has: a foreign key would queue them all in the server's memory."""

from __future__ import annotations

from typing import Any

import psycopg
import pytest

from imports.steps import slices
from imports.steps.workspace import Session, Statement, raw_connection
from tests.imports.harness import Tenant, csv_text

USERS, SECTIONS = "echovideo.users.v1", "echovideo.sections.v1"
SLICE = 100


@pytest.fixture
def written(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, int]]:
    """The statements that insert into or update the roster, and how many rows each wrote."""
    monkeypatch.setattr(slices, "MOST_ROWS", SLICE)
    found: list[tuple[str, int]] = []
    run = Session.run

    def noted(space: Session, statement: Statement, *args: Any, **extra: Any) -> psycopg.Cursor[Any]:
        cursor = run(space, statement, *args, **extra)
        text = statement if isinstance(statement, str) else statement.as_string(raw_connection())
        if "deleted_at = " not in text:
            for verb in ('INSERT INTO "roster_', 'UPDATE "roster_'):
                if verb in text:
                    found.append((text.split(verb)[1].split('"')[0], cursor.rowcount))
        return cursor

    monkeypatch.setattr(Session, "run", noted)
    return found


def sizes(written: list[tuple[str, int]], noun: str) -> list[int]:
    found = [rows for table, rows in written if table == noun]
    written.clear()
    return found


def users(count: int, *, key: str = "External ID", given: str = "Given", shift: int = 0) -> str:
    """shift: how far the external ids wander down the file, and round."""
    rows = [
        [
            f"N-{n}",
            f"{given} {n}",
            f"Family {n}",
            f"p{n}@fjord.example",
            "Instructor",
            f"N-{(n + shift) % count}",
        ]
        for n in range(count)
    ]
    if key == "External ID":
        header = ["First Name", "Last Name", "Email", "Role", "External ID"]
        return csv_text(header, *(row[1:] for row in rows))
    return csv_text(["User ID", "First Name", "Last Name", "Email", "Role", "External ID"], *rows)


def wandered(tenant: Tenant) -> set[int]:
    """How far the ids of 350 users have wandered: the first stands in row 2."""
    found = tenant.query("SELECT made_by_row, substr(external_id, 3)::integer FROM roster_person")
    return {(number - (row - 2)) % 350 for row, number in found}


def sections(count: int, instructor: int = 0, key: str = "") -> str:
    header = ["Course ID", "Term ID", "Section Name", "Instructor ID", "External ID"]
    rows = [["C-OCE210", "T-2031A", f"B{n}", f"N-{n + instructor}", f"S-B{n}"] for n in range(count)]
    if not key:
        return csv_text(header, *rows)
    return csv_text(["Section ID", *header], *([row[-1], *row] for row in rows))


def test_many_new_objects_go_in_by_slices_in_the_order_of_the_file(
    tenant: Tenant, written: list[tuple[str, int]]
) -> None:
    upload = tenant.load(users(350), USERS)
    assert upload.counts["created"] == 350
    assert sizes(written, "person") == [98, 100, 100, 52]  # the header is row 1
    ids = tenant.query("SELECT external_id FROM roster_person ORDER BY id")
    assert ids == [(f"N-{n}",) for n in range(350)]


def test_keys_may_wander_from_slice_to_slice(tenant: Tenant, written: list[tuple[str, int]]) -> None:
    tenant.load(users(350), USERS)
    written.clear()
    upload = tenant.load(users(350, key="User ID", shift=125), USERS, "update", confirm_clear=True)
    assert (upload.counts["updated"], upload.counts["failed"]) == (350, 0), tenant.plan(upload)[0]
    assert max(sizes(written, "person")) <= SLICE
    assert wandered(tenant) == {125}
    back = tenant.undo(upload)
    assert back.void is not None
    assert back.void["conflicts_total"] == 0
    assert max(sizes(written, "person")) <= SLICE
    assert wandered(tenant) == {0}


def test_what_rows_do_to_others_goes_by_slices_too(loaded: Tenant, written: list[tuple[str, int]]) -> None:
    loaded.load(users(300), USERS)
    written.clear()
    upload = loaded.load(sections(250), SECTIONS)
    assert upload.counts["created"] == 250, upload.counts
    # A section's instructor is enrolled in it.
    assert upload.effects["enrollment"]["created"] == 250
    by_table = {
        noun: [rows for table, rows in written if table == noun] for noun in ("section", "enrollment")
    }
    assert by_table == {"section": [98, 100, 52], "enrollment": [98, 100, 52]}
    written.clear()
    upload = loaded.load(
        sections(250, instructor=50, key="Section ID"), SECTIONS, "update", confirm_clear=True
    )
    assert upload.counts["updated"] == 250, upload.counts
    assert sizes(written, "section") == [98, 100, 52]


def test_few_rows_are_one_statement(tenant: Tenant, written: list[tuple[str, int]]) -> None:
    tenant.load(users(SLICE), USERS)
    assert sizes(written, "person") == [SLICE]
