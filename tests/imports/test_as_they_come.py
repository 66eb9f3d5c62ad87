"""Files as they really come: every encoding, delimiter and packing that is read, and headers with odd letters."""

from __future__ import annotations

import gzip
from typing import Any

import pytest

from tests.imports.harness import Tenant
from tests.imports.test_hostile import CSV, MADE, TERMS, terms
from tests.tabular.reading import zipped
from tests.tabular.workbooks import inline, one_sheet, styles


def workbook() -> bytes:
    """As a spreadsheet program saves it: dates are numbers with a format."""
    dates = "".join(
        f'<c r="{cell}" s="0"><v>{value}</v></c>' for cell, value in (("B3", 48078), ("C3", 48201))
    )
    return one_sheet(
        inline(1, "Name", "Start Date", "End Date", "External ID"),
        inline(2, "Été, early", "2031-06-01", "2031-08-01", "T-1"),
        f'<row r="3"><c r="A3" t="inlineStr"><is><t>Autumn 2031</t></is></c>{dates}'
        '<c r="D3" t="inlineStr"><is><t>T-2</t></is></c></row>',
        style=styles("yyyy-mm-dd"),
    )


SEPARATED = {
    sign: "\n".join(
        sign.join(cells)
        for cells in (
            ["Name", "Start Date", "End Date", "External ID"],
            ["Été, early" if sign != "," else '"Été, early"', "2031-06-01", "2031-08-01", "T-1"],
            ["Autumn 2031", "2031-08-18", "2031-12-19", "T-2"],
        )
    )
    for sign in ",;\t|"
}

AS_THEY_COME: dict[str, tuple[bytes, dict[str, Any], dict[str, Any]]] = {
    "plain": (CSV.encode(), {}, {"encoding": "utf-8", "delimiter": ","}),
    "with a byte-order mark": (b"\xef\xbb\xbf" + CSV.encode(), {}, {"encoding": "utf-8-sig"}),
    "UTF-16, little end first": (b"\xff\xfe" + CSV.encode("utf-16-le"), {}, {"encoding": "utf-16"}),
    "UTF-16, big end first": (b"\xfe\xff" + CSV.encode("utf-16-be"), {}, {"encoding": "utf-16"}),
    "Windows-1252 when asked": (
        CSV.encode("windows-1252"),
        {"encoding": "windows-1252"},
        {"encoding": "windows-1252"},
    ),
    "a mark outdoes what was asked": (
        b"\xef\xbb\xbf" + CSV.encode(),
        {"encoding": "windows-1252"},
        {"encoding": "utf-8-sig"},
    ),
    "semicolons": (SEPARATED[";"].encode(), {}, {"delimiter": ";"}),
    "tabs": (SEPARATED["\t"].encode(), {}, {"delimiter": "\t"}),
    "pipes": (SEPARATED["|"].encode(), {}, {"delimiter": "|"}),
    "a delimiter that was given": (SEPARATED["|"].encode(), {"delimiter": "|"}, {"delimiter": "|"}),
    "Excel's own separator line": (b"sep=;\r\n" + SEPARATED[";"].encode(), {}, {"delimiter": ";"}),
    "old line ends": (CSV.replace("\r\n", "\r").encode(), {}, {}),
    "mixed line ends": (CSV.replace("\r\n", "\n", 1).encode(), {}, {}),
    "no line end at the end": (CSV.rstrip().encode(), {}, {}),
    "blank lines everywhere": (("\r\n\r\n" + CSV.replace("\r\n", "\r\n\r\n , ,\r\n")).encode(), {}, {}),
    "gzip": (gzip.compress(CSV.encode()), {"file_name": "terms.csv.gz"}, {"packing": "gzip"}),
    "gzip by any name": (gzip.compress(CSV.encode()), {"file_name": "terms.csv"}, {"packing": "gzip"}),
    "zip of one": (zipped({"in/terms.csv": CSV.encode()}), {}, {"packing": "zip"}),
    "zip of one, and a computer's litter": (
        zipped({"terms.csv": CSV.encode(), "__MACOSX/._terms.csv": b"x", ".DS_Store": b"y"}),
        {},
        {"packing": "zip"},
    ),
    "a workbook": (workbook(), {"file_name": "terms.xlsx"}, {"kind": "xlsx"}),
    "blank headers and columns without a name": (
        b"Name,Start Date,,End Date,External ID,\n"
        + '"Été, early",2031-06-01,x,2031-08-01,T-1,y\nAutumn 2031,2031-08-18,,2031-12-19,T-2,\n'.encode(),
        {},
        {"ignored": []},
    ),
    "headers of no field, twice": (
        b"Notes,Name,Notes,Start Date,End Date,External ID\n"
        + 'a,"Été, early",b,2031-06-01,2031-08-01,T-1\nc,Autumn 2031,d,2031-08-18,2031-12-19,T-2\n'.encode(),
        {},
        {"ignored": ["Notes", "Notes"]},
    ),
    "the columns of failed.csv": (
        b"_row,Name,Start Date,End Date,External ID,_outcome,_object_id,_problems,_row\n"
        + '9,"Été, early",2031-06-01,2031-08-01,T-1,failed,,"[]",9\n'.encode()
        + b"10,Autumn 2031,2031-08-18,2031-12-19,T-2,,,,\n",
        {},
        {"ignored": []},
    ),
    "a path for a name": (CSV.encode(), {"file_name": "../../../etc/terms.csv"}, {}),
}


@pytest.mark.parametrize("name", AS_THEY_COME)
def test_files_are_read_as_they_come(name: str, tenant: Tenant) -> None:
    data, options, seen = AS_THEY_COME[name]
    upload = tenant.load(data, TERMS, **options)
    assert upload.job.status == "completed", upload.job.problem or tenant.plan(upload)
    assert upload.counts["created"] == 2
    assert terms(tenant) == MADE
    assert upload.seen | seen == upload.seen
    assert ".." not in upload.file_key


def test_invisible_letters_in_the_header_are_repaired_and_told(tenant: Tenant) -> None:
    # Accident 4: a mark in the middle, a zero-width space, a no-break space; nobody is gone for that.
    header = "\ufeff\ufeffName\u200b,Start\u00a0Date,\u200eEnd Date,External\u2009ID\u00ad"
    upload = tenant.load(CSV.replace("Name,Start Date,End Date,External ID", header), TERMS)
    assert upload.counts["created"] == 2
    assert terms(tenant) == MADE
    [note] = [note for note in upload.seen["notes"] if note["code"] == "header_repaired"]
    assert [cell["now"] for cell in note["cells"]] == ["Name", "Start Date", "End Date", "External ID"]


def test_the_wrong_encoding_costs_the_rows_it_spoils_and_removes_nobody(tenant: Tenant) -> None:
    # Accidents 4 and 13: the first accent ends no name, and no success is claimed for what was not read.
    tenant.load(CSV, TERMS)
    data = "Name,Start Date,End Date,External ID\nStéphane,2032-06-01,2032-08-01,T-3\nWinter,2032-12-20,2033-01-11,T-4\n"
    upload = tenant.load(data.encode("windows-1252"), TERMS)
    assert upload.job.status == "completed_with_errors"
    assert tenant.row(upload, 2).codes == ["bad_bytes"]
    assert tenant.row(upload, 2).columns == ["Name"]
    assert terms(tenant) == [MADE[0], ("Winter", "T-4"), MADE[1]]
    asked = tenant.load(data.encode("windows-1252"), TERMS, encoding="windows-1252")
    assert (asked.counts["created"], asked.counts["unchanged"]) == (1, 1)
    assert ("Stéphane", "T-3") in terms(tenant)


def test_a_file_in_which_most_rows_are_spoilt_is_noted_as_windows_1252(tenant: Tenant) -> None:
    rows = "".join(f"Été {year},{year}-06-01,{year}-08-01,T-{year}\n" for year in range(2031, 2041))
    upload = tenant.load(("Name,Start Date,End Date,External ID\n" + rows).encode("windows-1252"), TERMS)
    assert upload.counts["failed"] == 10
    assert "looks_like_windows_1252" in {note["code"] for note in upload.seen["notes"]}
    assert terms(tenant) == []
