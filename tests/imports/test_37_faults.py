"""A thousand rows with 37 different faults: each is told its row and how to mend it, all others are applied.

Then the file of the failed rows, corrected cell by cell, goes through as it is.
"""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass

import pytest

from edu_csv import storage
from edu_csv.access import tenancy
from imports.models import Import
from imports.steps.report import results_file
from tests.imports.formats.contract import UNSAID
from tests.imports.harness import Tenant, csv_text

SECTIONS = "echovideo.sections.v1"
HEADER = [
    "Course ID", "Term ID", "Section Name", "Description", "Instructor ID", "Secondary Instructor IDs",
    "LMS Course IDs", "External ID",
]  # fmt: skip
COURSE, TERM, NAME, DESCRIPTION, INSTRUCTOR, OTHERS, LMS, EXTERNAL = range(8)
USERS = ["First Name", "Last Name", "Email", "Role", "External ID"]
GOOD_ROWS = 963


@dataclass(frozen=True)
class Fault:
    """One way to spoil a row: a cell, or the whole line. said: by code, what its sender is told of it."""

    said: dict[str, str]
    place: int = NAME
    cell: str = ""
    line: bytes = b""


def faults(tenant: Tenant) -> list[Fault]:
    """The 37, over a roster with the samples in it. ``{row}`` and ``{first}``: row numbers known later."""
    ids = dict(
        tenant.query("SELECT external_id, id::text FROM roster_term WHERE institution_id = %s", tenant.pk)
    )
    [(section,)] = tenant.query(
        "SELECT id::text FROM roster_section WHERE institution_id = %s AND external_id = 'S-OCE210-31A-01'",
        tenant.pk,
    )
    twins = tenant.query(
        "SELECT concat_ws(' ', given_name, family_name), id::text FROM roster_person"
        " WHERE institution_id = %s AND email_folded = 'twin@fjord.example' ORDER BY id",
        tenant.pk,
    )
    both = ", ".join(f"{name} `{system_id}`" for name, system_id in twins)
    blank = "is blank. Every section needs one: fill the cell and send the row again."
    import_it = "Import it first, or correct the id."
    spoilt = "Format the column as text and export again."
    no_role = "does not hold the role Instructor. Give that person the role, or name somebody else."
    swallowed = "Shorten it; if it has swallowed other cells, close its double quotes."
    return [
        Fault({"required_blank": f"Course ID {blank}"}, COURSE),
        Fault({"required_blank": f"Term ID {blank}"}, TERM, "  "),
        Fault({"required_blank": f"Section Name {blank}"}, NAME),
        Fault(
            {"unknown_reference": f"There is no course `C-OCE21O`. The nearest is `C-OCE210`. {import_it}"},
            COURSE,
            "C-OCE21O",
        ),
        Fault({"unknown_reference": f"There is no course `Biology`. {import_it}"}, COURSE, "Biology"),
        Fault(
            {"wrong_type": f"`{ids['T-2031A']}` is the system id of another kind of object. Write the id of the course"
             " you mean."},
            COURSE,
            ids["T-2031A"],
        ),
        Fault({"too_long": "Course ID has 256 characters. Shorten it to at most 255."}, COURSE, "c" * 256),
        Fault(
            {"exponent": f"`1.2E+09` is what a spreadsheet made of a long number; the digits are gone. {spoilt}"},
            COURSE,
            "1.2E+09",
        ),
        Fault(
            {"date_for_id": f"`3-Apr` is what a spreadsheet makes of an id such as `3-4`. {spoilt}"}, COURSE, "3-Apr"
        ),
        Fault(
            {"unknown_reference": f"There is no term `t-2031a`. The nearest is `T-2031A`. {import_it}"}, TERM, "t-2031a"
        ),
        Fault({"unknown_reference": f"There is no term `Autumn`. {import_it}"}, TERM, "Autumn"),
        Fault({"unknown_reference": f"There is no user `nobody`. {import_it}"}, INSTRUCTOR, "nobody"),
        Fault({"unknown_reference": f"There is no user `no@body.example`. {import_it}"}, INSTRUCTOR, "no@body.example"),
        Fault(
            {"ambiguous_reference": f"`twin@fjord.example` can mean more than one user: {both}. Write the system id of"
             " the one you mean."},
            INSTRUCTOR,
            "twin@fjord.example",
        ),
        Fault({"not_instructor": f"`P-1002` {no_role}"}, INSTRUCTOR, "P-1002"),
        Fault({"unknown_reference": f"There is no user `P-77777`. {import_it}"}, OTHERS, "P-1001;P-77777"),
        Fault({"not_instructor": f"`mei.tan@fjord.example` {no_role}"}, OTHERS, "P-1001; mei.tan@fjord.example"),
        Fault(
            {"too_long": "Secondary Instructor IDs has 256 characters. Shorten it to at most 255."},
            OTHERS,
            "P-1001;" + "p" * 256,
        ),
        Fault({"too_long": "Section Name has 201 characters. Shorten it to at most 200."}, NAME, "n" * 201),
        Fault(
            {"too_long": "Description has 2,001 characters. Shorten it to at most 2,000."}, DESCRIPTION, "d" * 2_001
        ),
        Fault(
            {"too_long": "LMS Course IDs has a value of 256 characters. Shorten it to at most 255."}, LMS, "a;" + "l" * 256
        ),
        Fault({"too_long": "External ID has 256 characters. Shorten it to at most 255."}, EXTERNAL, "e" * 256),
        Fault(
            {"list_separator": "External ID is `S;1`, with a semicolon, which separates the values of a list. Use an id"
             " without one."},
            EXTERNAL,
            "S;1",
        ),
        Fault(
            {"exponent": f"`2,03E+11` is what a spreadsheet made of a long number; the digits are gone. {spoilt}"},
            EXTERNAL,
            "2,03E+11",
        ),
        Fault(
            {"external_id_conflict": f"External ID `{section}` is the system id of another section. Use another id."},
            EXTERNAL,
            section,
        ),
        Fault(
            {"duplicate_external_id": "External ID `S-OCE210-31A-01` already belongs to another section (01). Update"
             " that one, or use another id."},
            EXTERNAL,
            "S-OCE210-31A-01",
        ),
        Fault(
            {"duplicate_external_id": "Row 2 of this file has the External ID `G-0` too, and only one section can."
             " Correct one of the two rows."},
            EXTERNAL,
            "G-0",
        ),
        Fault(
            {"duplicate_object": "`02` already belongs to the section `S-OCE210-31A-02` of this course and term. Update"
             " that section, or use another value."},
            NAME,
            "02",
        ),
        Fault(
            {"duplicate_object": "Row 2 of this file has Section Name `GROUP 0` too, and only one section can."
             " Correct one of the two rows."},
            NAME,
            "GROUP 0",
        ),
        Fault(
            {"record_length": "This row has 9 cells, the header has 8. A comma inside a name may lack its quotes."},
            line=b"C-OCE210,T-2031A,Tides, ebb,,,,,X-{n}\n",
        ),
        Fault(
            {"bad_bytes": "This row has bytes that are not text in the file's encoding: `St\\xe9phane`. Save the file"
             " as “CSV UTF-8” and send the row again; all other rows were read."},
            line=b"C-OCE210,T-2031A,St\xe9phane,,,,,X-{n}\n",
        ),
        Fault(
            {"nul_byte": "This row has a NUL character, which no text has: `G\\x00`. Take it out and send the row"
             " again."},
            line=b"C-OCE210,T-2031A,G\0,,,,,X-{n}\n",
        ),
        Fault(
            {"stray_quote": 'This row goes on after a closing double quote: `C-OCE210,T-2031A,"G" x,,,,,X-{n}`. Write a'
             " double quote that belongs to the text twice, and close every quoted cell."},
            line=b'C-OCE210,T-2031A,"G" x,,,,,X-{n}\n',
        ),
        Fault(
            {"cell_too_long": f"Description has a cell of more than 1,000,000 characters, which is all that is read."
             f" {swallowed}"},
            line=b"C-OCE210,T-2031A,G," + b"x" * 1_000_001 + b",,,,X-{n}\n",
        ),
        Fault(
            {"row_too_long": "This row is longer than 4,000,000 characters, which is all that is read. Shorten it; if it"
             " has swallowed other rows, check the line ends."},
            line=b",".join([b"y" * 900_000] * 8) + b"\n",
        ),
        Fault(
            {
                "required_blank": f"Section Name {blank}",
                "too_long": "Description has 2,002 characters. Shorten it to at most 2,000.",
            },
            line=b"C-OCE210,T-2031A,," + b"d" * 2_002 + b",,,,X-{n}\n",
        ),
        Fault(
            {
                "unknown_reference": f"There is no term `T-2031X`. The nearest is `T-2031A`. {import_it}",
                "not_instructor": f"`P-1002` {no_role}",
            },
            line=b"C-OCE210,T-2031X,Two faults,,P-1002,,,X-{n}\n",
        ),
    ]  # fmt: skip


def good(number: int) -> list[str]:
    """A row that can be applied; one in a hundred has a line break in a cell."""
    description = "First line\nsecond line" if number % 100 == 3 else ""
    others = "P-1001" if number % 50 == 1 else ""
    return [
        "C-OCE210",
        "T-2031A",
        f"Group {number}",
        description,
        "P-1001",
        others,
        f"lms-{number}",
        f"G-{number}",
    ]


@pytest.fixture
def staffed(loaded: Tenant) -> Tenant:
    """The samples, and two people of one address (which other families allow)."""
    people = [[name, "Twin", f"{name}@fjord.example", "Instructor", f"P-{name}"] for name in ("Ada", "Ida")]
    loaded.load(csv_text(USERS, *people), "echovideo.users.v1")
    loaded.query(
        "UPDATE roster_person SET email = 'twin@fjord.example', email_folded = 'twin@fjord.example'"
        " WHERE institution_id = %s AND family_name = 'Twin'",
        loaded.pk,
    )
    return loaded


def file_of(spoilt: list[Fault]) -> tuple[bytes, dict[int, Fault]]:
    """1,000 rows with the faults among them; the row number of each as a spreadsheet shows it."""
    every = (GOOD_ROWS + len(spoilt)) // len(spoilt)
    lines = [csv_text(HEADER).encode()]
    rows: dict[int, Fault] = {}
    made = 0
    for number in range(GOOD_ROWS + len(spoilt)):
        if number % 333 == 100:
            # Blank to the eye: a row of the sheet, and none of the file.
            lines.append(b" ,,,,,,,\r\n")
        place, left = divmod(number, every)
        if left == every - 1 and place < len(spoilt):
            fault = spoilt[place]
            cells = [*good(made)[:NAME], f"Spoilt {place}", "", "P-1001", "", "", f"X-{place}"]
            cells[fault.place] = fault.cell
            line = fault.line.replace(b"{n}", str(place).encode()) or csv_text(cells).encode()
            rows[len(lines) + 1] = fault
            lines.append(line)
        else:
            lines.append(csv_text(good(made)).encode())
            made += 1
    assert len(rows) == len(spoilt)
    assert made == GOOD_ROWS
    return b"".join(lines), rows


def failed_csv(tenant: Tenant, upload: Import) -> list[dict[str, str]]:
    """Its rows by header; under ``beyond`` the cells that no column is left for."""
    with tenancy.use_institution(tenant.pk):
        kept = results_file(upload, only_failed=True)
        assert kept is not None
        with storage.open_file(kept.key) as stream:
            text = stream.read().decode("utf-8-sig")
    csv.field_size_limit(10_000_000)
    header, *rows = csv.reader(io.StringIO(text, newline=""))
    return [
        dict(zip(header, row, strict=False))
        | ({"beyond": row[len(header)]} if len(row) > len(header) else {})
        for row in rows
    ]


def test_37_faults_fail_37_rows_and_963_are_applied(staffed: Tenant) -> None:
    spoilt = faults(staffed)
    assert len(spoilt) == 37
    assert len({tuple(fault.said.values()) for fault in spoilt}) == 37
    data, rows = file_of(spoilt)
    upload = staffed.load(data, SECTIONS)

    assert upload.job.status == "completed_with_errors", upload.job.problem
    assert upload.counts | {"rows": 1_000, "created": GOOD_ROWS, "failed": 37} == upload.counts
    told = {row.row: row for row in staffed.plan(upload) if row.outcome == "failed"}
    assert list(told) == list(rows)
    for place, (number, fault) in enumerate(rows.items()):
        said = {code: sentence.replace("{n}", str(place)) for code, sentence in fault.said.items()}
        assert dict(zip(told[number].codes, told[number].sentences, strict=True)) == said
        for sentence in said.values():
            assert not any(word in sentence.lower() for word in UNSAID)
    made = staffed.query(
        "SELECT count(*) FROM roster_section WHERE institution_id = %s AND external_id LIKE 'G-%%'",
        staffed.pk,
    )
    assert made == [(GOOD_ROWS,)]


def test_the_failed_rows_go_through_once_they_are_corrected(staffed: Tenant) -> None:
    data, rows = file_of(faults(staffed))
    failed = failed_csv(staffed, staffed.load(data, SECTIONS))
    assert [int(line["_row"]) for line in failed] == list(rows)
    assert all(line["_outcome"] == "failed" and line["_problems"] for line in failed)

    # As they came they fail again, also those whose bytes no file of ours can hold; only the quotes of
    # the row that went on after a closing one are in order now.
    again = staffed.load(_written(failed), SECTIONS, mode="preview")
    assert (again.counts["created"], again.counts["failed"]) == (1, 36)
    lost = [row.sentences for row in staffed.plan(again) if row.codes == ["lost_text"]]
    assert len(lost) == 3
    assert lost[1] == [
        "Section Name is `G\ufffd`, where our \ufffd or … stands for what could not be read. Write what was meant."
    ]
    [readable] = [row for row in staffed.plan(again) if row.outcome == "created"]
    assert readable.cells is not None
    assert readable.cells[NAME] == "G x"

    for place, (line, fault) in enumerate(zip(failed, rows.values(), strict=True)):
        if fault.line:
            mended = [*good(0)[:NAME], f"Mended {place}", "", "", "", "", f"X-{place}"]
            line |= dict(zip(HEADER, mended, strict=True))
            line.pop("beyond", None)
        else:
            whole = [*good(0)[:NAME], f"Mended {place}", "", "P-1001", "", "", f"Y-{place}"]
            line[HEADER[fault.place]] = whole[fault.place]
    upload = staffed.load(_written(failed), SECTIONS)
    assert upload.job.status == "completed", [row for row in staffed.plan(upload) if row.codes]
    assert upload.counts["created"] == 37
    assert upload.seen["ignored"] == []


def _written(lines: list[dict[str, str]]) -> bytes:
    """What a spreadsheet saves of it."""
    return csv_text(list(lines[0]), *(list(line.values()) for line in lines)).encode()
