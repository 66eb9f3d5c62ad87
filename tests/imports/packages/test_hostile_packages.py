"""Packages that are no packages, or mean harm: refused as a whole, with a sentence (d2l 13.1, D-25; design section 11)."""

from __future__ import annotations

import io
import struct
import zipfile
from collections.abc import Callable
from typing import Any

import pytest

from tests.imports.packages.feeds import (
    CIRCLEIN,
    MANIFEST,
    ORGS,
    ORGS_1,
    ORGS_3,
    USERS,
    USERS_3,
    d2l,
    header_of,
    listed_twice,
    opened,
    package,
    refusal,
)

EXAMPLE = '`{"version": "3.0"}`'


def told(data: bytes, key: str = "d2l.package") -> tuple[str, str]:
    refused = refusal(data, key)
    return refused.code, refused.detail


REFUSED: dict[str, tuple[bytes, str, str]] = {
    "no manifest": (
        package({"07-Users.csv": USERS}),
        "manifest_missing",
        (
            "`07-Users.csv` has a header of version 3.0, and a package without `manifest.json` is read as version 1.0. Put a"
            f" `manifest.json` into it that says {EXAMPLE}."
        ),
    ),
    "no JSON": (
        d2l({"1.csv": ORGS}, "version=3.0"),
        "manifest_invalid",
        (
            "`manifest.json` is no JSON: Expecting value: line 1 column 1 (char 0). It should say"
            f" {EXAMPLE} and nothing else."
        ),
    ),
    "no UTF-8": (
        d2l({"1.csv": ORGS}, b'{"version": "\xe9"}'),
        "manifest_invalid",
        f"`manifest.json` is no JSON: it is not UTF-8. It should say {EXAMPLE} and nothing else.",
    ),
    "a name twice": (
        d2l({"1.csv": ORGS}, '{"version": "3.0", "version": "2.0"}'),
        "manifest_invalid",
        f"`manifest.json` is no JSON: a name occurs twice in it. It should say {EXAMPLE} and nothing else.",
    ),
    "a list": (
        d2l({"1.csv": ORGS}, '["3.0"]'),
        "manifest_invalid",
        f'`manifest.json` names no version: it holds `["3.0"]`. It should say {EXAMPLE} and nothing else.',
    ),
    "no version": (
        d2l({"1.csv": ORGS}, '{"Version": "3.0"}'),
        "manifest_invalid",
        (
            '`manifest.json` names no version: it holds `{"Version": "3.0"}`. It should say'
            f" {EXAMPLE} and nothing else."
        ),
    ),
    "an unknown version": (
        d2l({"1.csv": ORGS}, '{"version": "4.0"}'),
        "manifest_invalid",
        (
            "`manifest.json` says the version `4.0`, and versions are 1.0, 1.1, 2.0, 2.1, 3.0. It should say something"
            f" like {EXAMPLE}."
        ),
    ),
    "a huge number": (
        d2l({"1.csv": ORGS}, '{"version": 1e999}'),
        "manifest_invalid",
        (
            "`manifest.json` says the version `inf`, and versions are 1.0, 1.1, 2.0, 2.1, 3.0. It should say something"
            f" like {EXAMPLE}."
        ),
    ),
    "100 MB": (
        d2l({"1.csv": ORGS}, MANIFEST.ljust(100_000_000)),
        "suspicious_ratio",
        "The file unpacks to more than 200 times its size, which tables do not. Send it unpacked.",
    ),
    "too long a line": (
        d2l({"1.csv": ORGS}, MANIFEST.ljust(70_000)),
        "manifest_invalid",
        f"`manifest.json` has 70,000 bytes, and one line will do. It should say {EXAMPLE} and nothing else.",
    ),
    "two manifests": (
        d2l({"1.csv": ORGS, "MANIFEST.json": MANIFEST}),
        "manifest_invalid",
        "The package has 2 files named `manifest.json`, and nobody can tell which one counts. Keep one.",
    ),
    "a folder": (
        d2l({"feed/07-Users.csv": USERS}),
        "package_folder",
        (
            "`feed/07-Users.csv` lies in a folder of the zip, and packages have none. Pack the files themselves, not the"
            " folder that they are in."
        ),
    ),
    "a path outside": (
        d2l({"../07-Users.csv": USERS}),
        "unsafe_name",
        "The zip holds a file named '../07-Users.csv', which points outside of it. Pack the files anew, without paths.",
    ),
    "a name that cannot be seen": (
        d2l({"07\x1b-Users.csv": USERS}),
        "unsafe_name",
        (
            "The package holds a file whose name is longer than 255 letters, or has some that nobody can see:"
            " `07�-Users.csv`. Give it another."
        ),
    ),
    "a picture": (
        d2l({"07-Users.csv": USERS, "logo.png": b"\x89PNG\r\n"}),
        "package_member",
        (
            "The package holds `logo.png`, and may hold `.csv` files and `manifest.json` only. Take it out and send the"
            " package again."
        ),
    ),
    "a zip": (
        d2l({"07-Users.csv": USERS, "more.zip": package({"1.csv": ORGS})}),
        "nested_zip",
        (
            "The package holds `more.zip`, and may hold `.csv` files and `manifest.json` only: no packed file and no"
            " spreadsheet. Take it out and send the package again."
        ),
    ),
    "a name twice in the zip": (
        listed_twice({"manifest.json": MANIFEST, "1.csv": ORGS}, "1.csv"),
        "package_member",
        "The package holds two files named `1.csv`. Give each a name of its own.",
    ),
    "no CSV": (
        package({"manifest.json": MANIFEST}),
        "package_member",
        "The package holds no CSV file, so there is nothing to import.",
    ),
    "65 files": (
        package({f"{number:02}.csv": ORGS for number in range(65)}),
        "zip_many_members",
        "The package holds 65 files, and at most 64 are read. Split it into several.",
    ),
}


@pytest.mark.parametrize("name", REFUSED)
def test_it_is_refused_as_a_whole(name: str) -> None:
    data, code, sentence = REFUSED[name]
    assert told(data) == (code, sentence)


def test_63_files_and_a_manifest_are_read() -> None:
    found = opened(d2l({f"{number:02}.csv": ORGS for number in range(63)}))
    assert len(found.members) == 63


def test_a_manifest_in_a_family_without_one_is_no_csv() -> None:
    data = d2l({"Users.csv": header_of("circlein.users") + "\n"})
    assert told(data, CIRCLEIN) == (
        "package_member",
        "The package holds `manifest.json`, and may hold `.csv` files only. Take it out and send the package again.",
    )


def test_more_bytes_than_are_read_are_refused(settings: Any) -> None:
    data = d2l({"1.csv": ORGS})
    settings.MAX_PACKAGE_BYTES = 100
    assert told(data) == (
        "package_too_large",
        f"The package has {len(data):,} bytes, and at most 100 are read. Split it into several.",
    )


def test_more_bytes_in_it_than_are_read_are_refused(settings: Any) -> None:
    settings.MAX_PACKAGE_UNPACKED_BYTES = 100
    code, _ = told(d2l({"1.csv": ORGS}))
    assert code == "too_large_unpacked"


def test_a_password_is_refused() -> None:
    data = bytearray(d2l({"1.csv": ORGS}))
    # The flag of each entry, in its own header and in the directory.
    for at in _all(data, b"PK\x03\x04", 6) + _all(data, b"PK\x01\x02", 8):
        data[at] |= 1
    code, detail = told(bytes(data))
    assert (code, "password" in detail) == ("encrypted_zip", True)


@pytest.mark.parametrize("change", [-10, 10, 1_000_000])
def test_a_file_that_lies_about_its_size_refuses_the_package(change: int) -> None:
    """What the directory says is the sender's word."""

    def lie(entry: bytearray, at: int) -> None:
        (size,) = struct.unpack_from("<L", entry, at)
        struct.pack_into("<L", entry, at, size + change)

    data = _spoilt(d2l({"1.csv": ORGS * 20}), lie)
    assert told(data)[0] == "corrupt_archive"


def test_a_damaged_file_refuses_the_package_though_its_header_can_be_read() -> None:
    text = (
        ORGS_3
        + "\r\n"
        + "".join(f"department,,D-{n},Name {n * 7919 % 1000},,,,,,,,,\r\n" for n in range(99_999))
    )
    data = bytearray(d2l({"1.csv": text}))
    data[len(data) // 2] ^= 0xFF
    assert told(bytes(data))[0] == "corrupt_archive"


def test_a_zip_cut_short_is_refused() -> None:
    assert told(d2l({"1.csv": ORGS})[:-30])[0] == "corrupt_archive"


def test_a_bomb_is_refused_before_it_is_unpacked() -> None:
    data = d2l({"1.csv": ORGS_3 + "\n" + " " * 200_000_000})
    assert told(data)[0] == "suspicious_ratio"


def test_a_spreadsheet_is_no_package() -> None:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("xl/workbook.xml", "<workbook/>")
    assert told(file.getvalue())[0] == "not_a_table"


def test_names_in_another_encoding_are_shown_as_they_can_be_read() -> None:
    data = d2l({"Größe.csv": ORGS}).replace("Größe".encode(), "Größe".encode("latin-1") + b"\x8e\x8e")
    # Without the flag that says UTF-8 names are read as the letters of the first PCs.
    spoilt = bytearray(data)
    for at in _all(spoilt, b"PK\x03\x04", 7) + _all(spoilt, b"PK\x01\x02", 9):
        spoilt[at] &= ~0x08
    (member,) = opened(bytes(spoilt)).members
    assert member.problem is None
    assert member.name.endswith(".csv")


def test_a_package_of_version_1_0_needs_no_manifest() -> None:
    assert opened(package({"1.csv": ORGS_1 + "\n"})).version == "1.0"


def test_the_version_that_a_header_has_is_named_when_the_manifest_lacks() -> None:
    refused = refusal(package({"1.csv": f"{ORGS_1},custom_code\n", "2.csv": ORGS_1 + "\n"}))
    assert refused.params["version"] == "2.0 or 2.1"
    assert refused.params["file"] == "1.csv"
    assert USERS_3 not in refused.detail


def _all(data: bytes | bytearray, magic: bytes, offset: int) -> list[int]:
    found, at = [], bytes(data).find(magic)
    while at >= 0:
        found.append(at + offset)
        at = bytes(data).find(magic, at + 1)
    return found


def _spoilt(data: bytes, change: Callable[[bytearray, int], None]) -> bytes:
    """The zip with the size of its first entry changed, in both places."""
    spoilt = bytearray(data)
    change(spoilt, _all(spoilt, b"PK\x03\x04", 22)[0])
    change(spoilt, _all(spoilt, b"PK\x01\x02", 24)[0])
    return bytes(spoilt)
