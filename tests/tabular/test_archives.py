"""gzip and zip: what is opened, and what is refused as hostile, damaged or not asked for."""

from __future__ import annotations

import gzip
import io
import struct
import zipfile

import pytest

from edu_csv.tabular import Limits, open_table
from tests.tabular.reading import Unseekable, read, refusal, zipped

CSV = b"a,b\n1,2\n3,4\n"
ROWS = {2: ["1", "2"], 3: ["3", "4"]}


def test_gzip_is_unpacked() -> None:
    found = read(gzip.compress(CSV), name="terms.csv.gz")
    assert (found.table.kind, found.table.packing, found.table.member) == ("csv", "gzip", "terms.csv")
    assert found.rows == ROWS


def test_a_gzip_of_several_members_is_one_file() -> None:
    assert read(gzip.compress(CSV[:7]) + gzip.compress(CSV[7:])).rows == ROWS


@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_LZMA])
def test_a_zip_of_one_file_is_unpacked(method: int) -> None:
    found = read(zipped({"data/terms.csv": CSV}, method=method))
    assert (found.table.kind, found.table.packing, found.table.member) == ("csv", "zip", "data/terms.csv")
    assert found.rows == ROWS


def test_what_operating_systems_leave_in_a_zip_is_no_file() -> None:
    litter = {"data/": b"", "__MACOSX/data/._terms.csv": b"x", "data/.DS_Store": b"x", "Thumbs.db": b"x"}
    assert read(zipped({**litter, "data/terms.csv": CSV})).rows == ROWS


@pytest.mark.parametrize("data", [gzip.compress(CSV), zipped({"terms.csv": CSV}), CSV])
def test_a_stream_that_goes_forward_only_will_do(data: bytes) -> None:
    stream = Unseekable(data)
    with open_table(stream) as table:  # type: ignore[arg-type] # raw streams are binary streams too
        rows = [row for chunk in table.chunks() for row in chunk.rows]
    assert rows == list(ROWS.values())
    assert not stream.closed


def test_position_tells_how_much_of_the_packed_file_was_read() -> None:
    data = gzip.compress(b"a,b\n" + b"".join(b"%d,%d\n" % (n, n * 7919) for n in range(400_000)), 1)
    with open_table(io.BytesIO(data)) as table:
        seen = [table.position for _ in table.chunks(10_000)]
        assert seen == sorted(seen)
        assert 0 < seen[0] < seen[-1]
        assert table.position == len(data)


def test_a_zip_of_several_files_is_refused_with_their_names() -> None:
    refused = refusal(zipped({"a.csv": CSV, "b.csv": CSV}))
    assert refused.code == "zip_many_members"
    assert refused.detail == "The zip holds 2 files: a.csv, b.csv."
    assert refused.hint == "Send a zip with exactly one CSV in it, or send the files one by one."
    assert refused.params == {"count": 2, "members": ["a.csv", "b.csv"]}


def test_a_zip_without_a_file_is_empty() -> None:
    assert refusal(zipped({})).code == "empty_file"
    assert refusal(zipped({"folder/": b""})).code == "empty_file"


@pytest.mark.parametrize(
    "name",
    [
        "../x.csv",
        "/etc/x.csv",
        "a/../../x.csv",
        "..\\x.csv",
        "\\x.csv",
        "C:/x.csv",
        "c:x.csv",
        "..",
        "x.csv\0.png",
    ],
)
def test_a_zip_with_a_name_that_leads_elsewhere_is_refused(name: str) -> None:
    placeholder = "N" * len(name)
    data = zipped({placeholder: CSV, "terms.csv": CSV}).replace(placeholder.encode(), name.encode())
    assert refusal(data).code == "unsafe_name"


def test_a_zip_with_a_password_is_refused() -> None:
    data = bytearray(zipped({"terms.csv": CSV}))
    for magic, flags_at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        data[data.index(magic) + flags_at] |= 1
    assert refusal(bytes(data)).code == "encrypted_zip"


@pytest.mark.parametrize(
    ("outer", "inner"),
    [
        ("zip", zipped({"terms.csv": CSV})),
        ("zip", gzip.compress(CSV)),
        ("gzip", zipped({"terms.csv": CSV})),
        ("gzip", gzip.compress(CSV)),
    ],
)
def test_a_packed_file_in_a_packed_file_is_refused(outer: str, inner: bytes) -> None:
    data = zipped({"inner": inner}) if outer == "zip" else gzip.compress(inner)
    refused = refusal(data)
    assert (refused.code, refused.params) == ("nested_zip", {"packing": outer})


def test_a_foreign_file_inside_a_zip_is_told_apart() -> None:
    assert refusal(zipped({"terms.pdf": b"%PDF-1.7\n"})).params["looks_like"] == "a PDF document"


def test_a_method_that_is_not_known_is_refused() -> None:
    data = bytearray(zipped({"terms.csv": CSV}))
    for magic, method_at in ((b"PK\x03\x04", 8), (b"PK\x01\x02", 10)):
        data[data.index(magic) + method_at] = 9
    refused = refusal(bytes(data))
    assert (refused.code, refused.params) == ("corrupt_archive", {"method": 9})


LONG = b"a,b\n" + b"".join(b"%d,%d\n" % (n, n * n) for n in range(2_000))


@pytest.mark.parametrize(
    "data",
    [
        zipped({"terms.csv": LONG})[:-30],
        zipped({"terms.csv": LONG})[:2_000],
        b"PK\x03\x04" + b"x" * 100,
        zipped({"terms.csv": LONG}).replace(struct.pack("<L", len(LONG)), struct.pack("<L", len(LONG) // 2)),
        gzip.compress(LONG)[:-4],
        gzip.compress(LONG)[: len(LONG) // 8],
        gzip.compress(LONG)[:-8] + b"\0" * 8,
        gzip.compress(LONG)[:2_000] + b"\xff" * 100 + gzip.compress(LONG)[2_100:],
        b"\x1f\x8b\x08\x00",
        b"\x1f\x8b\x01\x00" + b"x" * 30,
    ],
)
def test_a_damaged_archive_is_refused(data: bytes) -> None:
    refused = refusal(data)
    assert refused.code == "corrupt_archive"
    assert refused.hint == "Pack it again, or send it unpacked."


def _bomb() -> bytes:
    """More than 64 MiB of blank lines, which pack to some thousandth."""
    return b"a,b\n" + (b" " * 1_023 + b"\n") * (70 * 1_024)


def test_a_gzip_that_unpacks_to_far_more_than_its_size_is_refused() -> None:
    assert refusal(gzip.compress(_bomb(), 9)).code == "suspicious_ratio"


def test_a_zip_that_unpacks_to_far_more_than_its_size_is_refused_before_it_is_unpacked() -> None:
    data = zipped({"terms.csv": _bomb()})
    assert refusal(data).code == "suspicious_ratio"


def test_a_zip_that_hides_its_size_is_refused_while_it_is_unpacked() -> None:
    bomb = _bomb()
    data = zipped({"terms.csv": bomb}).replace(struct.pack("<L", len(bomb)), struct.pack("<L", 1_000))
    assert refusal(data).code == "corrupt_archive"


@pytest.mark.parametrize("data", [CSV * 100, gzip.compress(CSV * 100), zipped({"terms.csv": CSV * 100})])
def test_a_file_is_refused_once_it_is_larger_than_allowed(data: bytes) -> None:
    refused = refusal(data, limits=Limits(unpacked_bytes=1_000))
    assert (refused.code, refused.params) == ("too_large_unpacked", {"limit": 1_000})
    assert read(data, limits=Limits(unpacked_bytes=1_200)).rows


def test_a_zip_of_very_many_files_is_refused_by_its_directory() -> None:
    data = zipped({f"{number}.csv": b"" for number in range(10_001)}, method=zipfile.ZIP_STORED)
    refused = refusal(data)
    assert (refused.code, refused.params) == ("zip_many_members", {"count": 10_001})


def test_a_zip_whose_directory_claims_to_be_huge_is_refused_unread() -> None:
    end = struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, 1, 1, 2**30, 0, 0)
    assert refusal(zipped({"terms.csv": CSV})[:-22] + end).code == "zip_many_members"


def test_a_zip_whose_64_bit_directory_contradicts_the_other_is_refused_unread() -> None:
    plain = zipped({"terms.csv": CSV})
    end64 = struct.pack("<4sQ2H2L4Q", b"PK\x06\x06", 44, 45, 45, 0, 0, 9, 9, 2**40, 0)
    locator = struct.pack("<4sLQL", b"PK\x06\x07", 0, len(plain) - 22, 1)
    assert refusal(plain[:-22] + end64 + locator + plain[-22:]).code == "zip_many_members"


@pytest.mark.parametrize(
    ("data", "looks_like"),
    [
        (b"%PDF-1.7\n", "a PDF document"),
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "a PNG picture"),
        (b"\xff\xd8\xff\xe0\0\x10JFIF", "a JPEG picture"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 500, "an Excel workbook of the old kind"),
        (b"<!DOCTYPE html><html></html>", "a web page"),
        (b"\xef\xbb\xbf\n <HTML>", "a web page"),
        (b"<?xml version='1.0'?><a/>", "an XML document"),
        (b'{"terms": []}', "a JSON document"),
        (b'[\n  {"a": 1}\n]', "a JSON document"),
        (b"[]", "a JSON document"),
        (b"{\\rtf1 x}", "a rich-text document"),
        (b"7z\xbc\xaf\x27\x1c\0\4", "a 7z archive"),
        (b"PAR1\0\0", "a Parquet file"),
        (b"SQLite format 3\0", "an SQLite database"),
        (b"a" * 257 + b"ustar\x0000", "a tar archive"),
        (bytes(range(256)) * 4, "binary data"),
        (b"a,b\n" + b"\0" * 300, "binary data"),
    ],
)
def test_what_is_no_table_is_refused_with_what_it_looks_like(data: bytes, looks_like: str) -> None:
    refused = refusal(data)
    assert refused.code == "not_a_table"
    assert refused.params["looks_like"].startswith(looks_like)
    assert refused.params["looks_like"] in refused.detail
    assert "CSV UTF-8" in refused.hint


@pytest.mark.parametrize(
    "data", [b"{name},b\n1,2\n", b"[id],b\n1,2\n", b"<name>,b\n1,2\n", b"a,b\n\1\2\3,\4\n"]
)
def test_a_table_is_not_taken_for_something_else(data: bytes) -> None:
    assert len(read(data).rows) == 1


@pytest.mark.parametrize(
    ("data", "code"), [(b"", "empty_file"), (b"\n\n", "no_header"), (b"\xef\xbb\xbf", "no_header")]
)
def test_a_file_without_a_header_is_refused(data: bytes, code: str) -> None:
    assert refusal(data).code == code
