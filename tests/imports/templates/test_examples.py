"""The example file: read as files of templates are, and cut down to rows that keep their numbers."""

from __future__ import annotations

import io

import pytest

from imports.problems import FileRejected
from imports.templates.examples import Example, read
from imports.templates.proposing import delimiter_of, key_columns, starter, uuid_call


def example(text: str, delimiter: str = ",") -> Example:
    return read(io.BytesIO(text.encode()), delimiter, institution=1)


def test_rows_have_the_numbers_of_a_spreadsheet_and_blank_lines_count() -> None:
    found = example('User, Video\nu-1,"two\nlines"\n\nu-2,v-2\n')
    assert found.header == ["User", "Video"]
    assert found.rows == {2: ["u-1", "two\nlines"], 4: ["u-2", "v-2"]}
    assert (found.beside(2), found.beside(4)) == ((None, 4), (2, None))


def test_a_part_of_it_is_a_file_whose_rows_keep_their_numbers() -> None:
    found = example('Name\na\n\n\n"b\nc"\né\n')
    assert found.rows == {2: ["a"], 5: ["b\nc"], 6: ["é"]}
    again = example(found.file(",", [5, 6]).decode())
    assert again.rows == {5: ["b\nc"], 6: ["é"]}


@pytest.mark.parametrize("text", ["User,User\na,b\n", "User,\na,b\n", ""])
def test_a_header_that_no_template_could_use_is_refused(text: str) -> None:
    with pytest.raises(FileRejected):
        example(text)


@pytest.mark.parametrize(
    ("text", "delimiter"),
    [("a,b;c\n1", ","), ("a;b;c,d\n", ";"), ("a\tb\n", "\t"), ("a|b\n", "|"), ("a\n", ",")],
)
def test_what_parts_cells_is_seen_in_the_header(text: str, delimiter: str) -> None:
    assert delimiter_of(text.encode()) == delimiter


def test_an_id_is_made_of_who_what_and_when() -> None:
    found = example("Nr,User ID,Course,When\n1,u-1,c-1,2025-09-03\n2,u-2,c-1,2025-09-03\n")
    assert key_columns(found) == ["User ID", "Course", "When"]
    assert uuid_call(found) == "{{uuid revision columns.[User ID] columns.Course columns.When}}"


@pytest.mark.parametrize(
    ("header", "cells", "when"),
    [
        ("E-Mail,Course,Completed on,Score", "a@b.example,c,03.09.2025,7", "Completed on"),
        ("E-Mail,Course,Enrolled on,Completed on", "a@b.example,c,2025-09-01,2025-09-03", "Completed on"),
        ("E-Mail,Course,Time zone,Seen", "a@b.example,c,UTC,2025-09-03T14:05Z", "Seen"),
        ("E-Mail,Course,Event time,Nr", "a@b.example,c,3 Sep 2025,1756900000", "Event time"),
    ],
)
def test_a_column_of_dates_is_part_of_the_id_whatever_it_is_called(
    header: str, cells: str, when: str
) -> None:
    found = example(f"{header}\n{cells}\n")
    assert set(key_columns(found)) == {"E-Mail", "Course", when}
    assert f"columns.[{when}]" in starter(found) or f" columns.{when}}}}}" in starter(found)
    assert "Look at the id" in starter(found)


def test_an_id_takes_more_columns_until_rows_differ() -> None:
    found = example("User ID,Course,When,Part,Note\nu-1,c-1,d,1,x\nu-1,c-1,d,2,x\n")
    assert key_columns(found) == ["User ID", "Course", "When", "Part"]


def test_a_text_to_begin_with_reads_times_as_the_example_writes_them() -> None:
    found = example("User,Video,Watched at\nu-1,v-1,2025-09-03 14:05:30\n")
    assert '{{toDateTime "yyyy-MM-dd HH:mm:ss" columns.[Watched at]}}' in starter(found)
