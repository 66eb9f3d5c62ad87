"""What an id may be, and what it then means (echovideo.md section 3): one table over every type.

Formats that name objects otherwise (schedules by name) have tests of their own for that.
"""

from __future__ import annotations

from uuid import uuid4

import pytest

from edu_csv.roster.nouns import NOUNS, PERSON, Noun
from imports.formats.base import Format
from imports.formats.columns import DELETE, UPDATE
from imports.formats.references import EMAIL, EXTERNAL_ID, SYSTEM_ID, OwnId, Reference
from imports.formats.registry import formats
from tests.imports.formats.rows import (
    Row,
    delete,
    external_id_of,
    first_sample,
    told,
    update,
    update_rows,
)
from tests.imports.harness import ECHOVIDEO, Tenant

BY_ID = (SYSTEM_ID, EXTERNAL_ID)
ALL = [formats()[key] for key in ECHOVIDEO]
# Whose objects have ids of their own, of either kind, in the file.
OWN = [fmt for fmt in ALL if (own := fmt.own_id()) is not None and own.by_in(UPDATE)[:2] == BY_ID]
REFERENCES = [
    (fmt, column)
    for fmt in ALL
    for column in fmt.references()
    if not isinstance(column, OwnId) and column.by[:2] == BY_ID
]
of_every_type = pytest.mark.parametrize("fmt", OWN, ids=[fmt.key for fmt in OWN])
of_every_reference = pytest.mark.parametrize(
    ("fmt", "column"), REFERENCES, ids=[f"{fmt.key}-{column.name}" for fmt, column in REFERENCES]
)
UNCHANGED: tuple[str, list[str]] = ("unchanged", [])


def own_of(fmt: type[Format]) -> OwnId:
    own = fmt.own_id()
    assert own is not None
    return own


def of_another_kind(tenant: Tenant, noun: Noun) -> str:
    """The system id of an object that is no such one; of the same table, where there is one."""
    table = noun.table if noun.fixed else next(n.table for n in NOUNS.values() if n.table != noun.table)
    other = " AND ".join(f"{name} <> '{value}'" for name, value in noun.fixed.items()) or "true"
    [(found,), *_] = tenant.query(f"SELECT id FROM {table} WHERE {other}")  # noqa: S608  # of declarations
    return str(found)


def names_of(tenant: Tenant, noun: Noun, system_id: str, unknown: str) -> dict[str, tuple[str, list[str]]]:
    """{cell: what becomes of a row that says the same as before, and names the object so}."""
    external_id = external_id_of(tenant, noun, system_id)
    return {
        system_id: UNCHANGED,
        system_id.upper(): UNCHANGED,
        external_id: UNCHANGED,
        f"  {external_id}\t": UNCHANGED,
        external_id.lower(): ("failed", [unknown]),
        system_id.replace("-", ""): ("failed", [unknown]),
        str(uuid4()): ("failed", [unknown]),
        "X-404": ("failed", [unknown]),
        of_another_kind(tenant, noun): ("failed", ["wrong_type"]),
    }


@of_every_type
def test_an_object_is_named_by_either_id_and_by_nothing_else(fmt: type[Format], shared: Tenant) -> None:
    own, row = own_of(fmt), first_sample(shared, fmt)
    for cell, outcome in names_of(shared, fmt.target, row[own.header], "unknown_own").items():
        assert told(shared, update(shared, fmt, {**row, own.header: cell})) == outcome, cell
        if DELETE in fmt.actions:
            codes = [] if outcome == UNCHANGED else outcome[1]
            found = told(shared, delete(shared, fmt, cell))[1]
            assert found == codes or (not codes and found == ["has_children"]), cell


@of_every_reference
def test_a_reference_is_to_either_id_and_to_nothing_else(
    fmt: type[Format], column: Reference, shared: Tenant
) -> None:
    row = next(row for row in update_rows(shared, fmt) if row[column.header])
    first, *others = row[column.header].split(";")
    for cell, outcome in names_of(shared, column.to, first, "unknown_reference").items():
        upload = update(shared, fmt, {**row, column.header: ";".join([cell, *others])})
        assert told(shared, upload) == outcome, cell
        if column.is_list and outcome == UNCHANGED:
            twice = update(shared, fmt, {**row, column.header: ";".join([first, cell, *others])})
            assert told(shared, twice) == UNCHANGED, "two names of one object are one value"


@of_every_type
def test_what_an_external_id_may_be(fmt: type[Format], shared: Tenant) -> None:
    own, row = own_of(fmt), first_sample(shared, fmt)
    other = next(each for each in update_rows(shared, fmt) if each != row)

    def given(text: str) -> tuple[str, list[str]]:
        return told(shared, update(shared, fmt, {**other, "External ID": text}, mode="preview"))

    assert given("A;B") == ("failed", ["list_separator"])
    assert given("x" * 256) == ("failed", ["too_long"])
    assert given(row[own.header].upper()) == ("failed", ["external_id_conflict"])
    assert given(row["External ID"]) == ("failed", ["duplicate_external_id"])
    # In other letters it is another id. Its own, or that of another kind of object, is never mistaken.
    for free in (row["External ID"].lower(), other[own.header], of_another_kind(shared, fmt.target)):
        assert given(free)[0] == "updated", free


@of_every_type
def test_an_external_id_set_by_an_update_is_used_by_the_next_file(fmt: type[Format], mine: Tenant) -> None:
    own, row = own_of(fmt), first_sample(mine, fmt)
    new: Row = {**row, "External ID": "NEW-1"}
    assert told(mine, update(mine, fmt, {**new, own.header: row["External ID"]})) == ("updated", [])
    assert told(mine, update(mine, fmt, {**new, own.header: "NEW-1"})) == UNCHANGED
    gone = update(mine, fmt, {**new, own.header: row["External ID"]})
    assert told(mine, gone) == ("failed", ["unknown_own"])
    for other, column in REFERENCES:
        pointing = update_rows(mine, other) if column.to is fmt.target else []
        for each in pointing:
            cell = each[column.header].replace(row[own.header], "NEW-1")
            if cell != each[column.header]:
                assert told(mine, update(mine, other, {**each, column.header: cell})) == UNCHANGED
    # No file can give an object another's system id; where it is so, the system id wins.
    second = next(each for each in update_rows(mine, fmt) if each != new)
    mine.query(
        f"UPDATE {fmt.target.table} SET external_id = %s WHERE id = %s",  # noqa: S608  # of declarations
        row[own.header],
        second[own.header],
    )
    assert told(mine, update(mine, fmt, new)) == UNCHANGED


def test_an_external_id_of_two_sections_is_ambiguous_and_names_both(mine: Tenant) -> None:
    # Sections alone may share one, in different terms: other families have it so (design section 2).
    sections, enrollments = formats()["echovideo.sections.v1"], formats()["echovideo.enrollments.v1"]
    row = first_sample(mine, sections)
    other = next(each for each in update_rows(mine, sections) if each != row)
    [(spring,)] = mine.query("SELECT id FROM roster_term WHERE external_id = 'T-2032S'")
    mine.query(
        "UPDATE roster_section SET external_id = %s, term_id = %s WHERE id = %s",
        row["External ID"],
        spring,
        other["Section ID"],
    )
    uploads = [
        update(mine, sections, {**row, "Section ID": row["External ID"]}),
        delete(mine, sections, row["External ID"]),
        update(mine, enrollments, {**update_rows(mine, enrollments)[0], "Section ID": row["External ID"]}),
    ]
    for upload in uploads:
        assert told(mine, upload) == ("failed", ["ambiguous_reference"])
        [sentence] = mine.row(upload, 2).sentences
        assert row["Section ID"] in sentence
        assert other["Section ID"] in sentence


@pytest.mark.parametrize("text", ["ingrid.solberg@fjord.example", "INGRID.SOLBERG@Fjord.Example"])
def test_people_are_named_by_their_address_too(text: str, shared: Tenant) -> None:
    by_address = [(fmt, column) for fmt in ALL for column in fmt.references() if EMAIL in column.by[:3]]
    assert all(column.to is PERSON for _, column in by_address)
    ingrid = first_sample(shared, formats()["echovideo.users.v1"])["User ID"]
    for fmt, column in by_address:
        if column.by[:2] != BY_ID:
            continue
        row = next(
            row
            for row in update_rows(shared, fmt)
            if ingrid in row[column.header].split(";") or column.is_list
        )
        cell = row[column.header].replace(ingrid, text)
        assert told(shared, update(shared, fmt, {**row, column.header: cell})) == UNCHANGED, column.header
