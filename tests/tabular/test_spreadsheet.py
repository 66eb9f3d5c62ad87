"""Excel workbooks: values as text, rows and their numbers, sheets, and hostile ones."""

from __future__ import annotations

import io
import tracemalloc

import pytest

from edu_csv.tabular import Limits, Note, open_table
from tests.tabular.reading import Unseekable, read, refusal, zipped
from tests.tabular.workbooks import inline, one_sheet, shared, sheet, styles, workbook_parts


def test_a_workbook_is_read_with_its_row_numbers() -> None:
    data = one_sheet(
        inline(2, " Code ", "Name"),
        inline(3, "A", "Ada"),
        inline(6, "B"),
        inline(7, "", " "),
        inline(8, "C", "x"),
    )
    found = read(data)
    table = found.table
    assert (table.kind, table.packing, table.member) == ("xlsx", None, "Sheet1")
    assert (table.header, table.header_row) == (["Code", "Name"], 2)
    assert found.rows == {3: ["A", "Ada"], 6: ["B", ""], 8: ["C", "x"]}
    assert found.blanks == [4, 5, 7]


def test_a_workbook_may_come_as_a_stream_that_goes_forward_only() -> None:
    stream = Unseekable(one_sheet(inline(1, "a"), inline(2, "1")))
    with open_table(stream) as table:  # type: ignore[arg-type] # raw streams are binary streams too
        assert [chunk.rows for chunk in table.chunks()] == [[["1"]]]


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        ("<c><v>123</v></c>", "123"),
        ("<c><v>123.0</v></c>", "123"),
        ("<c><v>-5</v></c>", "-5"),
        ("<c><v>1.2E+9</v></c>", "1200000000"),
        ("<c><v>1E20</v></c>", "100000000000000000000"),
        ("<c><v>0.30000000000000004</v></c>", "0.3"),
        ("<c><v>12345678901234567890</v></c>", "12345678901234567890"),
        ("<c><v>1.5</v></c>", "1.5"),
        ("<c><v>not a number</v></c>", "not a number"),
        ('<c t="b"><v>1</v></c>', "TRUE"),
        ('<c t="b"><v>0</v></c>', "FALSE"),
        ('<c t="e"><v>#N/A</v></c>', "#N/A"),
        ('<c t="d"><v>2026-09-01T00:00:00.000</v></c>', "2026-09-01"),
        ('<c t="d"><v>2026-09-01T08:30:00</v></c>', "2026-09-01T08:30:00"),
        ('<c t="str"><f>A1&amp;"x"</f><v>ax</v></c>', "ax"),
        ("<c><f>1+1</f><v>2</v></c>", "2"),
        ('<c t="s"><v>0</v></c>', "plain"),
        ('<c t="s"><v>1</v></c>', "rich text"),
        ('<c t="s"><v>2</v></c>', "東京"),
        ('<c t="s"><v>3</v></c>', "two\rlines_x000D_"),
        ('<c t="s"><v>4</v></c>', " kept "),
        ('<c t="inlineStr"><is><r><t>a</t></r><r><t>b</t></r><rPh><t>no</t></rPh></is></c>', "ab"),
        ('<c t="inlineStr"><is><t>_xD83C__xDF93_ _xyz</t></is></c>', "🎓 _xyz"),
    ],
)
def test_a_value_becomes_the_text_that_the_sheet_shows(cell: str, text: str) -> None:
    strings = shared(
        "<t>plain</t>",
        "<r><t>rich </t></r><r><t>text</t></r>",
        '<t>東京</t><rPh sb="0" eb="2"><t>トウキョウ</t></rPh>',
        "<t>two_x000D_lines_x005F_x000D_</t>",
        '<t xml:space="preserve"> kept </t>',
    )
    found = read(one_sheet(inline(1, "a"), f'<row r="2">{cell}</row>', strings=strings))
    assert found.rows == {2: [text]}


@pytest.mark.parametrize(
    ("code", "number", "text"),
    [
        (14, "46266", "2026-09-01"),
        (14, "46266.6", "2026-09-01"),
        (22, "46266.3541666667", "2026-09-01T08:30:00"),
        (22, "46266", "2026-09-01"),
        (22, "46266.5", "2026-09-01T12:00:00"),
        (20, "0.3541666667", "08:30:00"),
        (20, "46266.3541666667", "08:30:00"),
        (46, "1.5", "36:00:00"),
        (0, "46266", "46266"),
        (2, "46266.5", "46266.5"),
        ("yyyy\\-mm\\-dd", "46266", "2026-09-01"),
        ("[$-409]d mmm yy;@", "46266", "2026-09-01"),
        ("dd/mm/yyyy hh:mm", "46266.3541666667", "2026-09-01T08:30:00"),
        ("h:mm AM/PM", "0.75", "18:00:00"),
        ("mm:ss.000", "0.0000115740740740741", "00:00:01"),
        ("ss.000", "0.00001736111", "00:00:01.500"),
        ("[h]:mm", "1.25", "30:00:00"),
        ("mmmm", "46266", "2026-09-01"),
        ('0.0 "days"', "3.5", "3.5"),
        ('"due "0', "3", "3"),
        ("[Red]0", "3", "3"),
        ("General", "3.25", "3.25"),
        ("00000", "123", "00123"),
        ("00000", "1234567", "1234567"),
        ("00000", "1.5", "1.5"),
        ("yyyy", "1", "1900-01-01"),
        ("yyyy", "59", "1900-02-28"),
        ("yyyy", "60", "60"),
        ("yyyy", "61", "1900-03-01"),
        ("yyyy", "-1", "-1"),
        ("yyyy", "2958465", "9999-12-31"),
        ("yyyy", "2958465.9999999", "9999-12-31"),
        ("yyyy", "2958465.999999999", "2958466"),
        ("yyyy", "2958466", "2958466"),
        ("yyyy", "nan", "nan"),
        ("yyyy", "1e400", "1e400"),
    ],
)
def test_a_number_format_makes_days_and_times_of_numbers(code: str | int, number: str, text: str) -> None:
    row = f'<row r="2"><c r="A2" s="1"><v>{number}</v></c></row>'
    assert read(one_sheet(inline(1, "a"), row, style=styles(0, code))).rows == {2: [text]}


def test_a_workbook_may_count_its_days_from_1904() -> None:
    parts = workbook_parts(
        {"Sheet1": sheet(inline(1, "a"), '<row r="2"><c s="0"><v>44804</v></c></row>')},
        style=styles(14),
        properties='<workbookPr date1904="1"/>',
    )
    assert read(zipped(parts)).rows == {2: ["2026-09-01"]}
    late = dict.fromkeys(
        ["xl/worksheets/sheet1.xml"], parts["xl/worksheets/sheet1.xml"].replace(b"44804", b"2957004")
    )
    assert read(zipped({**parts, **late})).rows == {2: ["2957004"]}


def test_cells_stand_where_their_letters_say() -> None:
    row = '<row r="2"><c r="C2"><v>3</v></c><c r="A2"><v>1</v></c></row>'
    assert read(one_sheet(inline(1, "a", "b", "c"), row)).rows == {2: ["1", "", "3"]}


def test_names_with_a_prefix_are_read_too() -> None:
    data = workbook_parts({"S": sheet()})
    data["xl/worksheets/sheet1.xml"] = (
        b'<x:worksheet xmlns:x="http://purl.oclc.org/ooxml/spreadsheetml/main"><x:sheetData>'
        b'<x:row><x:c t="str"><x:v>a</x:v></x:c></x:row><x:row><x:c><x:v>1</x:v></x:c></x:row>'
        b"</x:sheetData></x:worksheet>"
    )
    assert read(zipped(data)).rows == {2: ["1"]}


def test_a_row_with_a_cell_beyond_the_header_is_a_fault() -> None:
    found = read(one_sheet(inline(1, "a", "b"), inline(2, "1", "2", "3"), inline(3, "1", "2", " ")))
    assert found.fault_codes == {2: "ragged_row"}
    assert found.rows == {3: ["1", "2"]}


def test_short_rows_are_filled_up_even_where_widths_must_be_exact() -> None:
    assert read(one_sheet(inline(1, "a", "b"), inline(2, "1")), fewer_cells="fault").rows == {2: ["1", ""]}


def test_a_formula_without_its_result_costs_its_row() -> None:
    row = '<row r="2"><c r="A2" t="inlineStr"><is><t>x</t></is></c><c r="B2"><f>SUM(C1:C9)</f><v/></c></row>'
    found = read(one_sheet(inline(1, "a", "b"), row, inline(3, "y", "z")))
    (fault,) = found.faults
    assert (fault.row, fault.code, fault.column, fault.excerpt) == (
        2,
        "formula_without_value",
        1,
        "=SUM(C1:C9)",
    )
    assert found.rows == {3: ["y", "z"]}


def test_a_formula_whose_result_is_no_text_is_blank() -> None:
    row = '<row r="2"><c t="inlineStr"><is><t>x</t></is></c><c t="str"><f>""</f><v></v></c></row>'
    assert read(one_sheet(inline(1, "a", "b"), row)).rows == {2: ["x", ""]}


def test_escaped_nul_and_half_characters_cost_their_row() -> None:
    found = read(one_sheet(inline(1, "a"), inline(2, "x_x0000_"), inline(3, "_xD83D_"), inline(4, "y")))
    assert found.fault_codes == {2: "nul_byte", 3: "bad_bytes"}
    assert found.rows == {4: ["y"]}
    shared_too = one_sheet(
        inline(1, "a"), '<row r="2"><c t="s"><v>0</v></c></row>', strings=shared("<t>x_x0000_</t>")
    )
    assert read(shared_too).fault_codes == {2: "nul_byte"}


def test_shared_texts_are_found_by_their_number_however_many_and_long() -> None:
    texts = ["", "x" * 5_000, *(f"text {number}" for number in range(40_000))]
    rows = [
        f'<row r="{number + 2}"><c t="s"><v>{number % len(texts)}</v></c></row>'
        for number in (*range(len(texts)), *range(len(texts), len(texts) + 3))
    ]
    data = one_sheet(inline(1, "a"), *rows, strings=shared(*(f"<t>{text}</t>" for text in texts)))
    found = read(data)
    assert found.rows == {
        number + 2: [texts[number % len(texts)]]
        for number in range(len(texts) + 3)
        if texts[number % len(texts)]
    }
    assert read(one_sheet(inline(1, "a"), inline(2, "x"), strings=shared("<t/>"))).rows == {2: ["x"]}


def test_the_first_shown_sheet_with_text_is_read_and_the_others_are_named() -> None:
    parts = workbook_parts(
        {
            "Empty": sheet('<row r="1"><c r="A1" s="3"/></row>'),
            "Secret": sheet(inline(1, "no")),
            "Terms": sheet(inline(1, "a"), inline(2, "1")),
            "More": sheet(inline(1, "b")),
        },
        hidden=["Secret"],
    )
    found = read(zipped(parts))
    assert found.table.member == "Terms"
    assert found.rows == {2: ["1"]}
    assert found.table.notes == [
        Note("other_sheets", {"read": "Terms", "others": ["Empty", "Secret", "More"]})
    ]


@pytest.mark.parametrize(
    "parts",
    [
        workbook_parts({"Sheet1": sheet()}),
        workbook_parts({"Secret": sheet(inline(1, "a"))}, hidden=["Secret"]),
        workbook_parts({}),
    ],
)
def test_a_workbook_without_text_is_empty(parts: dict[str, bytes]) -> None:
    assert refusal(zipped(parts)).code == "empty_file"


def test_blank_rows_behind_the_last_one_are_not_counted() -> None:
    rows = [f'<row r="{number}"><c r="A{number}" s="1"/></row>' for number in range(3, 5_000)]
    found = read(one_sheet(inline(1, "a"), inline(2, "1"), *rows))
    assert (found.rows, found.blanks) == ({2: ["1"]}, [])


GOOD = workbook_parts({"Sheet1": sheet(inline(1, "a"), inline(2, "1"))}, strings=shared("<t>x</t>"))
DOCTYPE = (
    b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]>'
    b"<worksheet><sheetData><row><c><v>&b;</v></c></row></sheetData></worksheet>"
)


@pytest.mark.parametrize(
    "spoilt",
    [
        {"xl/worksheets/sheet1.xml": DOCTYPE},
        {"xl/sharedStrings.xml": DOCTYPE},
        {"xl/workbook.xml": DOCTYPE},
        {"xl/worksheets/sheet1.xml": b"<worksheet><sheetData><row>"},
        {"xl/worksheets/sheet1.xml": b"no xml"},
        {"xl/worksheets/sheet1.xml": sheet(inline(2, "a"), inline(2, "b")).encode()},
        {"xl/worksheets/sheet1.xml": sheet(inline(1_048_577, "a")).encode()},
        {"xl/worksheets/sheet1.xml": sheet('<row r="x"><c><v>1</v></c></row>').encode()},
        {"xl/worksheets/sheet1.xml": sheet('<row><c r="XFE1"><v>1</v></c></row>').encode()},
        {"xl/worksheets/sheet1.xml": sheet('<row><c r="ABCDEF1"><v>1</v></c></row>').encode()},
        {"xl/worksheets/sheet1.xml": sheet('<row><c r="a1"><v>1</v></c></row>').encode()},
        {"xl/worksheets/sheet1.xml": sheet('<row><c t="s"><v>1</v></c></row>').encode()},
        {"xl/worksheets/sheet1.xml": sheet('<row><c t="s"><v>-1</v></c></row>').encode()},
        {"xl/worksheets/sheet1.xml": sheet('<row><c t="s"><v>x</v></c></row>').encode()},
        {"xl/styles.xml": b"<styleSheet>"},
    ],
)
def test_a_damaged_workbook_is_refused_with_the_part(spoilt: dict[str, bytes]) -> None:
    parts = workbook_parts({"Sheet1": sheet(inline(1, "a"))}, style=styles(0), strings=shared("<t>x</t>"))
    refused = refusal(zipped({**parts, **spoilt}))
    assert refused.code == "corrupt_spreadsheet"
    assert refused.params["part"] in (*spoilt, "sharedStrings")
    assert "save it again" in refused.hint


def test_a_workbook_without_its_main_part_is_refused() -> None:
    parts = {name: content for name, content in GOOD.items() if name != "xl/workbook.xml"}
    assert refusal(zipped(parts)).code == "corrupt_spreadsheet"


def test_one_cell_in_a_far_corner_takes_no_memory() -> None:
    """Read as a rectangle this sheet would be five thousand million cells."""
    data = one_sheet(inline(1, "a"), '<row r="300000"><c r="XFD300000"><v>1</v></c></row>')
    tracemalloc.start()
    with open_table(io.BytesIO(data)) as table:
        blanks = faults = 0
        for chunk in table.chunks(10_000):
            blanks += len(chunk.blanks)
            faults += len(chunk.faults)
        peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert (blanks, faults) == (299_998, 1)
    assert peak < 16 * 2**20


def test_rows_whose_only_cell_is_far_to_the_right_take_little_memory() -> None:
    rows = [f'<row><c r="XFD{number}"><v>1</v></c></row>' for number in range(2, 1_000)]
    data = one_sheet(inline(1, "a"), *rows)
    tracemalloc.start()
    with open_table(io.BytesIO(data)) as table:
        faults = sum(len(chunk.faults) for chunk in table.chunks(100_000))
        peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert faults == 998
    assert peak < 40 * 2**20, peak  # as a rectangle: 125 MiB of references alone


def test_a_header_far_to_the_right_has_too_many_columns() -> None:
    assert refusal(one_sheet('<row><c r="XFD1"><v>1</v></c></row>')).code == "too_many_columns"


def test_long_cells_and_rows_cost_their_row() -> None:
    limits = Limits(cell_chars=100, record_chars=150)
    data = one_sheet(
        inline(1, "a", "b"),
        inline(2, "x" * 101),
        inline(3, "y\n" * 80),
        inline(4, "z" * 90, "z" * 90),
        inline(5, "1"),
    )
    found = read(data, limits=limits)
    assert found.fault_codes == {2: "cell_too_long", 3: "cell_too_long", 4: "row_too_long"}
    assert found.rows == {5: ["1", ""]}


def test_a_workbook_that_unpacks_to_far_more_than_its_size_is_refused_unopened() -> None:
    parts = workbook_parts({"Sheet1": sheet(inline(1, "a"), " " * (70 * 2**20))})
    assert refusal(zipped(parts)).code == "suspicious_ratio"


def test_the_parts_of_a_workbook_together_have_a_limit() -> None:
    data = zipped(GOOD)
    total = sum(map(len, GOOD.values()))
    assert refusal(data, limits=Limits(unpacked_bytes=total - 1)).code == "too_large_unpacked"
    assert read(data, limits=Limits(unpacked_bytes=total)).rows == {2: ["1"]}


@pytest.mark.parametrize(
    ("parts", "looks_like"),
    [
        (["[Content_Types].xml", "word/document.xml"], "a Word document"),
        (["[Content_Types].xml", "ppt/presentation.xml"], "a PowerPoint presentation"),
        (["[Content_Types].xml", "xl/workbook.bin"], "a binary Excel workbook (.xlsb)"),
        (["mimetype", "content.xml"], "an OpenDocument file"),
    ],
)
def test_other_office_files_are_told_apart(parts: list[str], looks_like: str) -> None:
    refused = refusal(zipped(dict.fromkeys(parts, b"x")))
    assert (refused.code, refused.params["looks_like"]) == ("not_a_table", looks_like)


def test_a_workbook_inside_a_zip_is_refused() -> None:
    assert refusal(zipped({"terms.xlsx": zipped(GOOD)})).code == "nested_zip"


def test_position_moves_while_a_workbook_is_read() -> None:
    data = one_sheet(inline(1, "a"), *(inline(n, str(n * 7919)) for n in range(2, 20_000)))
    with open_table(io.BytesIO(data)) as table:
        seen = [table.position for _ in table.chunks(2_000)]
    assert seen == sorted(seen)
    assert 0 < seen[0] < seen[-1]
