"""Recognising a file by its first bytes alone."""

from __future__ import annotations

import gzip
import random
import struct
import zipfile

import pytest

from edu_csv.tabular import HEAD_BYTES, Head, TableRefused, sniff_head
from tests.tabular.reading import zipped
from tests.tabular.workbooks import inline, one_sheet

RANDOM = random.Random(7)  # noqa: S311 - rows that do not pack well, the same in each run
ROWS = b"".join(b"%x;%x\r\n" % (RANDOM.getrandbits(64), RANDOM.getrandbits(64)) for _ in range(100_000))
LONG = "Código;Náme\r\n".encode() + ROWS


@pytest.mark.parametrize(
    ("data", "packing", "member"),
    [
        (LONG, None, None),
        (gzip.compress(LONG), "gzip", "terms.csv"),
        (zipped({"data/terms.csv": LONG}), "zip", "data/terms.csv"),
        (zipped({"terms.csv": LONG}, method=zipfile.ZIP_STORED), "zip", "terms.csv"),
    ],
)
@pytest.mark.parametrize("length", [HEAD_BYTES, 100_003])
def test_the_beginning_of_a_long_file_tells_its_header(
    data: bytes, packing: str | None, member: str | None, length: int
) -> None:
    assert len(data) > HEAD_BYTES
    head = sniff_head(data[:length], name="terms.csv.gz")
    assert (head.kind, head.packing, head.member) == ("csv", packing, member)
    assert (head.encoding, head.delimiter) == ("utf-8", ";")
    assert (head.header, head.header_row, head.notes) == (["Código", "Náme"], 1, [])


def test_a_whole_file_is_opened_as_it_will_be_later() -> None:
    head = sniff_head(one_sheet(inline(1, "a", "b"), inline(2, "1")), whole=True)
    assert (head.kind, head.packing, head.member, head.header) == ("xlsx", None, "Sheet1", ["a", "b"])
    assert sniff_head(gzip.compress(b"a,b\n"), whole=True).header == ["a", "b"]


def test_of_a_long_workbook_only_its_kind_is_known() -> None:
    data = one_sheet(inline(1, "a"), *(inline(n, f"{n * 7919:x}") for n in range(2, 3_000)))
    assert sniff_head(data[: len(data) // 2]) == Head(kind="xlsx")


def test_a_quote_open_at_the_end_of_the_beginning_is_no_fault() -> None:
    assert sniff_head(b'a,b\n1,"two\nlines').header == ["a", "b"]


@pytest.mark.parametrize(
    "data",
    [b"PK\x03\x04", zipped({"terms.csv": LONG}, method=zipfile.ZIP_LZMA)[:1_000], b"PK\x05\x06" + b"\0" * 18],
)
def test_a_zip_whose_beginning_tells_nothing_is_only_known_as_one(data: bytes) -> None:
    assert sniff_head(data) == Head(packing="zip")


def test_a_gzip_cut_before_its_first_bytes_is_only_known_as_one() -> None:
    assert sniff_head(gzip.compress(LONG)[:10]) == Head(packing="gzip", member=None)
    assert sniff_head(b"\x1f\x8b\xff\xff" * 4, name="a.csv.gz") == Head(packing="gzip", member="a.csv")


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"%PDF-1.7\n", "not_a_table"),
        (b"", "empty_file"),
        (gzip.compress(zipped({"a.csv": LONG})), "nested_zip"),
        (zipped({"a.csv.gz": gzip.compress(LONG)}), "nested_zip"),
        (
            b"PK\x03\x04" + struct.pack("<5H3L2H", 20, 1, 8, 0, 0, 0, 9, 9, 5, 0) + b"a.csv" + b"x" * 99,
            "encrypted_zip",
        ),
        (b"a" * 40 + b",b\xff\n1,2\n", "bad_encoding"),
    ],
)
def test_what_will_be_refused_is_refused_at_once(data: bytes, code: str) -> None:
    with pytest.raises(TableRefused) as caught:
        sniff_head(data)
    assert caught.value.code == code


def test_what_was_asked_for_is_heeded() -> None:
    data = "Prénom|a;b\nZoë|1\n".encode("windows-1252")
    head = sniff_head(data, encoding="windows-1252", delimiter="|")
    assert (head.encoding, head.header) == ("windows-1252", ["Prénom", "a;b"])


def test_a_zip_that_begins_with_a_manifest_is_not_judged_by_it() -> None:
    """A package's tables come after it; a JSON document by itself is no table."""
    data = zipped({"manifest.json": b'{"version": "3.0"}', "1.csv": b"a,b\n1,2\n"})
    head = sniff_head(data)
    assert (head.packing, head.member, head.header) == ("zip", "manifest.json", None)
    with pytest.raises(TableRefused) as caught:
        sniff_head(zipped({"report.pdf": b"%PDF-1.7"}))
    assert caught.value.code == "not_a_table"
