"""Which files a feed has, in which order they are read, and how each is told by its header (d2l 2, 3; circlein 7)."""

from __future__ import annotations

import gzip

import pytest

from imports.steps.packages import Opened
from tests.imports.packages.feeds import (
    CIRCLEIN,
    D2L,
    ENROLLED,
    ENROLLMENTS,
    ORGS,
    ORGS_1,
    ORGS_2,
    ORGS_3,
    USERS,
    USERS_1,
    d2l,
    header_of,
    layout_key,
    opened,
    package,
    read,
)


def names(found: Opened) -> list[str]:
    return [member.name for member in found.members]


def test_files_are_read_by_name_whatever_the_zip_lists_first() -> None:
    found = opened(d2l({"08-Enrollments.csv": ENROLLED, "01-Other.csv": ORGS, "07-Users.csv": USERS}))
    assert [(m.number, m.name, layout_key(m)) for m in found.members] == [
        (1, "01-Other.csv", "d2l.orgs"),
        (2, "07-Users.csv", "d2l.users"),
        (3, "08-Enrollments.csv", "d2l.enrollments"),
    ]


def test_names_are_compared_folded_then_as_they_are_and_digits_are_letters() -> None:
    found = opened(d2l(dict.fromkeys(["b.csv", "B.csv", "a.csv", "2-x.csv", "10-x.csv", "C.csv"], ORGS)))
    assert names(found) == ["10-x.csv", "2-x.csv", "a.csv", "B.csv", "b.csv", "C.csv"]


def test_circlein_files_are_read_by_what_they_are_then_by_name() -> None:
    files = {
        "A-enrollments.csv": header_of("circlein.enrollments") + "\n",
        "Users.csv": header_of("circlein.users") + "\n",
        "zz.csv": header_of("circlein.update-ids") + "\n",
        "Courses-2.csv": header_of("circlein.courses") + "\n",
        "Courses-1.csv": header_of("circlein.courses") + "\n",
    }
    found = opened(package(files), CIRCLEIN)
    assert names(found) == ["zz.csv", "Courses-1.csv", "Courses-2.csv", "Users.csv", "A-enrollments.csv"]
    assert found.version is None


def test_rows_keep_the_numbers_of_their_file_and_all_may_be_read_again() -> None:
    found = opened(d2l({"1.csv": ORGS, "2.csv": USERS}))
    first = read(found)
    assert [list(by_number) for by_number in first.values()] == [[2], [2]]
    assert first["1.csv"][2][:4] == ["department", "UPDATE", "DEP-BIO", "Biology"]
    assert read(found) == first


def test_one_file_is_open_at_a_time() -> None:
    seen = []
    for member in opened(d2l({"1.csv": ORGS, "2.csv": USERS})):
        seen.append(member)
        assert sum(bool(list(each.chunks())) for each in seen if each is member) == 1


@pytest.mark.parametrize(
    ("header", "manifest", "version"),
    [
        (ORGS_1, None, "1.0"),
        (ORGS_1, '{"version": "1.1"}', "1.1"),
        (ORGS_2, '{"version": "2.0"}', "2.0"),
        (ORGS_2, '{"version": "2.0.0"}', "2.0"),
        (ORGS_2, '{"version": "2.1"}', "2.1"),
        (ORGS_3, '{"version": "3.0"}', "3.0"),
    ],
)
def test_the_manifest_says_the_version(header: str, manifest: str | None, version: str) -> None:
    found = opened(d2l({"1.csv": header + "\n"}, manifest))
    (member,) = found.members
    assert (found.version, member.version, member.problem) == (version, version, None)


def test_a_manifest_may_begin_with_a_byte_order_mark_and_be_written_in_capitals() -> None:
    data = package({"1.csv": ORGS, "Manifest.JSON": b"\xef\xbb\xbf" + b'{"version": "3.0"}'})
    assert opened(data).version == "3.0"


@pytest.mark.parametrize("number", ["2.0", "2.1", "3.0", "3"])
def test_a_version_that_is_a_number_is_taken_with_a_warning(number: str) -> None:
    version = "3.0" if number == "3" else number
    header = ORGS_3 if version == "3.0" else ORGS_2
    found = opened(d2l({"1.csv": f"{header}\n"}, f'{{"version": {number}}}'))
    assert found.version == version
    assert [str(note) for note in found.notes] == [
        f'`manifest.json` says the version as a number. It was read as "{version}"; write it in quotes.'
    ]
    assert found.notes[0].severity == "warning"


def test_a_csv_alone_is_a_feed_of_one_file_whose_header_says_the_version() -> None:
    found = opened(USERS, "d2l.users", "users.csv")
    (member,) = found.members
    assert (member.number, member.name, member.version) == (0, "users.csv", "3.0")
    assert not found.is_package
    assert list(read(found)["users.csv"]) == [2]


def test_of_several_versions_that_have_the_header_it_is_the_newest() -> None:
    (member,) = opened(f"{ORGS_2}\n", "d2l.orgs", "orgs.csv").members
    assert (member.version, member.versions) == ("2.1", ["2.0", "2.1"])
    (member,) = opened(f"{ENROLLMENTS}\n", "d2l.enrollments", "e.csv").members
    assert member.version == "3.0"


def test_a_csv_alone_is_recognised_by_its_package_too_and_may_be_gzipped() -> None:
    found = opened(gzip.compress(USERS.encode()), D2L, "users.csv.gz")
    assert [layout_key(member) for member in found.members] == ["d2l.users"]
    assert list(read(found)["users.csv.gz"]) == [2]
    assert found.packing == "gzip"


def test_columns_of_ours_are_taken_away_before_the_header_is_judged() -> None:
    text = f"_row,{USERS_1},_problems\n2,user,,x,1,A,B,,1,Learner,,oh\n"
    found = opened(text, "d2l.users", "failed.csv")
    (member,) = found.members
    places = {column.header: place for column, place in member.places.items()}
    assert (places["type"], places["email"]) == (1, 10)
    assert "_row" not in places


@pytest.mark.parametrize(
    "ghost",
    [
        "__MACOSX/._01-Other.csv",
        ".DS_Store",
        "~$07-Users.xlsx",
        ".~lock.07-Users.csv#",
        "Thumbs.db",
        "._07-Users.csv",
        "desktop.ini",
    ],
)
def test_what_computers_leave_in_a_zip_is_passed_over(ghost: str) -> None:
    assert names(opened(d2l({"1.csv": ORGS, ghost: b"\0\1"}))) == ["1.csv"]


def test_a_name_that_speaks_of_another_kind_is_told_and_the_header_counts() -> None:
    first, second = opened(d2l({"07-Users.csv": ENROLLED, "extra.csv": USERS})).members
    assert layout_key(first) == "d2l.enrollments"
    assert [str(note) for note in first.notes] == [
        (
            "`07-Users.csv` has the header of D2L enrollments, though its name speaks of D2L users. It was read as D2L"
            " enrollments."
        )
    ]
    assert second.notes == []


def test_a_file_of_a_header_alone_is_told_once_it_was_read() -> None:
    (member,) = opened(d2l({"1.csv": f"{ORGS_3}\r\n"}))
    assert list(member.chunks()) == []
    assert [str(note) for note in member.notes] == [
        "`1.csv` has a header and no row below it, so there was nothing to do."
    ]


def test_what_was_seen_is_said_for_the_page() -> None:
    assert opened(d2l({"1.csv": ORGS})).seen() == {
        "kind": "package", "packing": "zip", "encoding": "utf-8", "delimiter": ",", "header": [], "header_row": 1,
        "columns": [], "ignored": [], "absent": [], "via_alias": {}, "own_id_ignored": None, "version": "3.0",
        "manifest": "manifest.json", "notes": [], "secrets": {},
    }  # fmt: skip
    seen = opened(f"{ENROLLMENTS}\n", "d2l.enrollments", "e.csv").seen()
    assert (seen["kind"], seen["header"][0], seen["columns"][2]) == ("csv", "type", "child_code")
