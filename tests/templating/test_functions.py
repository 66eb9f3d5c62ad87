"""Each function with what it gives, and what fails the row (csv data import 1.5)."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from edu_csv.templating import FUNCTIONS, RowFault, compile_template
from tests.templating.saying import in_json, worth

TEXTS = [
    ('lower "ÄB c"', "äb c"),
    ('upper "straße"', "STRASSE"),
    ('trim "  a b\t"', "a b"),
    ('capitalize "hello wide WORLD"', "Hello Wide WORLD"),
    ('capitalize "hello WORLD" fully=true', "Hello World"),
    ('capitalizeFirst "hello world"', "Hello world"),
    ('capitalizeFirst ""', ""),
    ('substring "Handlebars" 3', "dlebars"),
    ('substring "Handlebars" 3 6', "dle"),
    ('substring "Handlebars" 3 99', "dlebars"),
    ('substring "Handlebars" 99', ""),
    ('substring "Handlebars" "-5" "2"', "Ha"),
    ('replace "a.b.c" "." "-"', "a-b-c"),
    ('replace "abc" "" "-"', "abc"),
    ('cut "a b  c"', "abc"),
    ('cut "a-b" what="-"', "ab"),
    ('cut "a-b" "-"', "ab"),
    ('defaultIfEmpty "" "none"', "none"),
    ('defaultIfEmpty "0" "none"', "0"),
    ('defaultIfEmpty "" "" "third"', "third"),
    ('coalesce "" "b" "c"', "b"),
    ('coalesce "" ""', ""),
    ('abbreviate "Handlebars.java" 10', "Handleb..."),
    ('abbreviate "short" 10', "short"),
    ('ljust "ab" 5 pad="."', "ab..."),
    ('rjust "ab" size=5', "   ab"),
    ('rjust "7" 3 pad="0"', "007"),
    ('center "ab" size=5 pad="*"', "*ab**"),
    ('wordWrap "one two three" 7', "one two\nthree"),
    ('wordWrap "incomprehensible it is" 5', "incomprehensible\nit is"),
    ('stripTags "<p class=x>a <b>b</b></p> 1 < 2"', "a b 1 < 2"),
    ('slugify "Über den  Wolken! (2)"', "über-den-wolken-2"),
    ('slugify "a_b-c/d"', "a_b-cd"),
    ('startsWith "abc" "ab"', "true"),
    ('endsWith "abc" "ab"', "false"),
    ('yesno "Y"', "yes"),
    ('yesno "0" yes="on" no="off"', "off"),
    ('yesno "" maybe="?"', "?"),
    ('regexReplace "2025-09-03" "(\\d+)-(\\d+)-(\\d+)" "$3.$2.$1"', "03.09.2025"),
    ('regexReplace "a1b22" "[0-9]+" "#"', "a#b#"),
    ('regexReplace "abc" "(?<first>a)" "${first}$1"', "aabc"),
    ('regexReplace "a" "a" "\\$1"', "$1"),
    ('regexReplace "aXb" "(?i)x" ""', "ab"),
    ('regexReplace "ab" "(a)|(b)" "[$1$2]"', "[a][b]"),
    ('regexReplace "ab" "(a)" "$12"', "a2b"),
    ('regexReplace "abc" "x*" "-"', "-a-b-c-"),
]
NUMBERS = [
    ('number " 007.50 "', "7.50"),
    ('number "-.5"', "-0.5"),
    ('number "+5."', "5"),
    ('number "1e5"', "1e5"),
    ('boolean "Yes"', "true"),
    ('boolean "0"', "false"),
    ('math "0.1" "+" "0.2"', "0.3"),
    ('math "2" "/" "3"', "0.666666666667"),
    ('math "-7" "%" "3"', "-1"),
    ('math "1" "-" "1.0"', "0"),
    ('math "1e20" "*" "10"', "1000000000000000000000"),
    ('math "-0.0000000000001" "*" "1"', "0"),
    ('math 2 "*" (math 3 "+" 4)', "14"),
    ('round "2.5"', "3"),
    ('round "-2.5"', "-3"),
    ('round "3.14159" 2', "3.14"),
    ('abs "-3.50"', "3.5"),
    ('min "10" "9" "9.5"', "9"),
    ('max "10" "9"', "10"),
    ('max (split "4,40,5" ",")', "40"),
    ('numberFormat "1234567.891"', "1,234,567.891"),
    ('numberFormat "1234.5" "#,##0.00"', "1,234.50"),
    ('numberFormat "-0.125" "0.##"', "-0.12"),
    ('numberFormat "0.256" "percent"', "26%"),
    ('numberFormat "5" "currency"', "$5.00"),
    ('numberFormat "7" "000"', "007"),
    ('numberFormat "1234.5" "integer"', "1,234"),
    ('numberFormat ".5" "#.#"', ".5"),
    ('stringFormat "%s has %d of %05d" "Ana" "7" 42', "Ana has 7 of 00042"),
    ('stringFormat "%.2f|%5s|%-5s|%S" "2.345" "a" "b" "c"', "2.35|    a|b    |C"),
    ('stringFormat "%2$s %1$s %%" "a" "b"', "b a %"),
    ('stringFormat "%,d %x %+d" "1234567" "255" 5', "1,234,567 ff +5"),
    ('length "häß"', "3"),
    ('stringFormat "%e %b %B %c %o" "12345.678" "x" "" "abc" 8', "1.234568e+04 true FALSE a 10"),
    ('stringFormat "[%-6d|% d|%.3s]%n" 42 7 "abcdef"', "[42    | 7|abc]\n"),
    ('numberFormat "1234567" "#,####"', "123,4567"),
    ('numberFormat "0" "#.#"', "0"),
    ('numberFormat "0.5" "\'#\'0.0 ‰"', "#500.0 ‰"),
    ('length (split "a|b|c" "|")', "3"),
]
DATES = [
    ('toDateTime "d.M.yyyy H:mm" "3.9.2025 4:05"', "2025-09-03T04:05:00.000Z"),
    ('toDateTime "M/d/yy h:mm a" "9/3/25 2:05 pm"', "2025-09-03T14:05:00.000Z"),
    ('toDateTime "M/d/yy h:mm a" "9/3/25 12:05 AM"', "2025-09-03T00:05:00.000Z"),
    ('toDateTime "M/d/yy h:mm a" "9/3/25 12:05 PM"', "2025-09-03T12:05:00.000Z"),
    ('toDateTime "yyyyMMddHHmmss" "20250903140530"', "2025-09-03T14:05:30.000Z"),
    (
        'toDateTime "EEE, dd MMM yyyy HH:mm:ss Z" "Wed, 03 sep 2025 14:05:30 +0200"',
        "2025-09-03T12:05:30.000Z",
    ),
    ('toDateTime "MMMM d, yyyy" "SEPTEMBER 3, 2025"', "2025-09-03T00:00:00.000Z"),
    ('toDateTime "dd-MMM-yy" "03-Sep-68"', "2068-09-03T00:00:00.000Z"),
    ('toDateTime "dd-MMM-yy" "03-Sep-69"', "1969-09-03T00:00:00.000Z"),
    ('toDateTime "dd-MMM-yy" "03-Sep-2025"', "2025-09-03T00:00:00.000Z"),
    ('toDateTime "yyyy-MM-dd HH:mm:ss.SSS" "2025-09-03 14:05:30.5"', "2025-09-03T14:05:30.500Z"),
    ('toDateTime "yyyy-MM-dd HH:mm z" "2025-09-03 14:05 CEST"', "2025-09-03T12:05:00.000Z"),
    ('toDateTime "yyyy-MM-dd HH:mm z" "2025-07-03 14:05 Europe/Berlin"', "2025-07-03T12:05:00.000Z"),
    ('toDateTime "yyyy-MM-dd HH:mm z" "2025-09-03 14:05 GMT+2"', "2025-09-03T12:05:00.000Z"),
    ('toDateTime "yyyy-MM-dd\'T\'HH:mm:ssX" "2025-09-03T14:05:30Z"', "2025-09-03T14:05:30.000Z"),
    ('toDateTime "yyyy-MM-dd\'T\'HH:mm:ssX" "2025-09-03T14:05:30-0730"', "2025-09-03T21:35:30.000Z"),
    ("toDateTime \"h 'o''clock'\" \"3 o'clock\"", "1970-01-01T03:00:00.000Z"),
    ('toDateTime "d/MM/yyyy H:m" "45000/01/1900 00:720"', "2023-03-16T12:00:00.000Z"),
    ('toDateTime "d/MM/yyyy" "32/01/2025"', "2025-02-01T00:00:00.000Z"),
    ('toDateTime "HH:mm:ss" "24:00:90"', "1970-01-02T00:01:30.000Z"),
    ('toDateTime "ISO" "2025-09-03"', "2025-09-03T00:00:00.000Z"),
    ('toDateTime "ISO" "2025-09-03 14:05+02"', "2025-09-03T12:05:00.000Z"),
    ('toDateTime "ISO" " 2025-09-03t14:05:30z "', "2025-09-03T14:05:30.000Z"),
    ('toDateTime "s" "1756908330.25"', "2025-09-03T14:05:30.250Z"),
    ('toDateTime "s" "-1"', "1969-12-31T23:59:59.000Z"),
    ('toDateTime "S" "99999999999"', "5138-11-16T09:46:39.000Z"),
    ('toDateTime "S" "100000000000"', "1973-03-03T09:46:40.000Z"),
    ('unixTime "1756908330123"', "2025-09-03T14:05:30.123Z"),
    ('excelDate "1"', "1900-01-01T00:00:00.000Z"),
    ('excelDate "59"', "1900-02-28T00:00:00.000Z"),
    ('excelDate "61"', "1900-03-01T00:00:00.000Z"),
    ('datePlus "2024-01-31T10:00:00Z" 1 "months"', "2024-02-29T10:00:00.000Z"),
    ('datePlus "2025-09-03T14:05:30Z" 90 "minutes"', "2025-09-03T15:35:30.000Z"),
    ('datePlus "2025-09-03T14:05:30Z" "1.5" "hour"', "2025-09-03T15:35:30.000Z"),
    ('dateMinus "2025-03-31T00:00:00Z" 1 "month"', "2025-02-28T00:00:00.000Z"),
    ('dateMinus "2025-01-01T00:00:00Z" 1 "millisecond"', "2024-12-31T23:59:59.999Z"),
    ('datePlus "2024-02-29T00:00:00Z" 1 "year"', "2025-02-28T00:00:00.000Z"),
    ('toDuration "3600000"', "PT1H"),
    ('toDuration "4.9"', "PT0S"),
    ('toDuration "5"', "PT0.01S"),
    ('toDuration "59995"', "PT1M"),
    ('dateFormat "2025-09-03T14:05:30Z" "EEEE, d MMMM yyyy"', "Wednesday, 3 September 2025"),
    (
        'dateFormat "2025-09-03T14:05:30Z" "yy-MM-dd hh:mm:ss.SSS a Z XXX" tz="Europe/Berlin"',
        ("25-09-03 04:05:30.000 PM +0200 +02:00"),
    ),
    ('dateFormat "2025-09-03T14:05:30Z"', "Sep 3, 2025"),
    ('dateFormat "2025-09-03T14:05:30Z" "short"', "9/3/25"),
    ('dateFormat "2025-09-03T14:05:30Z" "H z X" tz="+05:30"', "19 GMT+05:30 +0530"),
]
LOGIC = [
    ('eq "1" 1', "true"),
    ('eq "1.0" "1"', "false"),
    ('neq "a" "b"', "true"),
    ('gt "10" "9"', "true"),
    ('gt "b10" "b9"', "false"),
    ('gte "1.0" "1"', "true"),
    ('lt "" "a"', "true"),
    ('lte "2" "1"', "false"),
    ('and "a" "0"', "true"),
    ('and "a" ""', "false"),
    ('or "" 0', "false"),
    ('not ""', "true"),
    ('eq "a" "a" yes="Y" no="N"', "Y"),
    ('eq "a" "b" yes="Y"', ""),
]
LISTS = [
    ('join "a" "b" ", " prefix="[" suffix="]"', "[a, b]"),
    ('join (split "a|b" "|") "-"', "a-b"),
    ('join (split "a|b" "\\|") "-"', "a-b"),
    ('join (split "" "|") "-"', ""),
    ('join (list "x" 1 true) "/"', "x/1/true"),
    ('join "only" "-"', "only"),
    ('contains "abc" "bc"', "true"),
    ('contains (split "a|b" "|") "b"', "true"),
    ('contains (split "ab|b" "|") "a"', "false"),
    ('lookup (split "a|b" "|") 1', "b"),
    ('json (split "a|\\"" "|")', '["a","\\""]'),
    ("json 12", "12"),
    ("json true", "true"),
    ('jsonPath \'{"choices":[{"text":"Yes"}]}\' "choices.0.text"', "Yes"),
    ("jsonPath '[1.50, 2]' \"0\"", "1.5"),
    ("jsonPath '[1, 2]' \"$.1\"", "2"),
    ("jsonPath '[1, 2]' \"$\"", "1,2"),
    ('jsonPath \'{"a":1}\' "b.c"', ""),
    ('jsonPath "no JSON" "a"', ""),
    ('jsonPath "" "a"', ""),
    ('jsonPath \'{"a":{"b":[]}}\' "a"', '{"b":[]}'),
]
ENCODINGS = [
    ('urlEncode "a+b&c=d~e-f_g.h"', "a%2Bb%26c%3Dd~e-f_g.h"),
    ('urlDecode "a%20b%2F%C3%BC+"', "a b/ü+"),
    ('base64 "Zoë"', "Wm/Dqw=="),
    ('sha1 "abc"', "a9993e364706816aba3e25717850c26c9cd0d89d"),
    ('sha256 "abc"', "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
    ('md5 "abc"', "900150983cd24fb0d6963f7d28e17f72"),
    ('mboxSha1 "a@B.org"', "7844c23e3402b74795cd843f8e3321ebf70f33c2"),
]
TABLE = [*TEXTS, *NUMBERS, *DATES, *LOGIC, *LISTS, *ENCODINGS]


@pytest.mark.parametrize(("expression", "result"), TABLE)
def test_a_function_gives(expression: str, result: str) -> None:
    assert worth(f"{{{{{expression}}}}}") == result


def test_each_function_has_its_test_here_or_in_the_vectors() -> None:
    from tests.templating.test_vectors import RESULTS

    called = " ".join(expression for expression, _ in [*TABLE, *RESULTS])
    words = set(called.replace("(", " ").split())
    assert set(FUNCTIONS) - words == {"uuid", "now", "column"}


@pytest.mark.parametrize(
    ("expression", "message"),
    [
        ('number "1,5"', 'number: "1,5" is not a number.'),
        ('number ""', 'number: "" is not a number.'),
        ('boolean "perhaps"', 'boolean: "perhaps" is not one of true, false, yes, no, y, n, 1, 0.'),
        ('math "1e50" "*" "1e50"', "math: the result is too large."),
        ('math "1" (lower "X") "1"', 'math: "x" is not one of + - * / %.'),
        ('round "1" 99', "round: digits must be 0 to 12."),
        ('abbreviate "abc" 3', "abbreviate: the length must be 4 or more."),
        ('substring "abc" "x"', 'substring: "x" is not a number.'),
        ('substring "abc" "1.5"', 'substring: "1.5" is not a whole number.'),
        ('ljust "a"', "ljust: a size is needed, as in size=20."),
        ('ljust "a" 5 pad="ab"', 'ljust: pad must be one character, not "ab".'),
        ('rjust "a" 99999999', "rjust: the result would have more than 1,048,576 characters."),
        ('split "a" ""', "split: the separator is empty."),
        ('min (split "" ",")', "min: the list is empty."),
        ('urlDecode "%FF"', 'urlDecode: "%FF" is not UTF-8 when decoded.'),
        ('mboxSha1 "nobody"', 'mboxSha1: "nobody" is not an e-mail address.'),
        ('excelDate "60"', 'excelDate: "60" is no day of Excel.'),
        ('excelDate "1e9"', 'excelDate: "1e9" is no time that can be written.'),
        ('toDateTime "s" "soon"', 'toDateTime: "soon" does not match "s", a Unix stamp.'),
        (
            'toDateTime "ISO" "2025-02-30"',
            'toDateTime: "2025-02-30" does not match "ISO", as in 2025-09-03T14:05:30Z.',
        ),
        ('toDateTime "dd/MM/yyyy" "00/01/2025"', 'toDateTime: "00/01/2025" does not match "dd/MM/yyyy".'),
        ('toDateTime "dd/MM/yyyy" "01/13/2025"', 'toDateTime: "01/13/2025" does not match "dd/MM/yyyy".'),
        ('toDateTime "d MMM yyyy" "1 Foo 2025"', 'toDateTime: "1 Foo 2025" does not match "d MMM yyyy".'),
        ('toDateTime "h a" "13 am"', 'toDateTime: "13 am" does not match "h a".'),
        ('toDateTime "H z" "1 Nowhere/Land"', 'toDateTime: "1 Nowhere/Land" does not match "H z".'),
        (
            'toDateTime "d/M/yyyy" "999999999/1/2025"',
            'toDateTime: "999999999/1/2025" does not match "d/M/yyyy".',
        ),
        ('datePlus "soon" 1 "day"', 'datePlus: "soon" is not a date-time such as 2025-09-03T14:05:30Z.'),
        ('datePlus "2025-01-01" "1.5" "month"', 'datePlus: "1.5" is not a whole number.'),
        ('datePlus "9999-12-31" 1 "week"', "datePlus: the result is no time that can be written."),
        ('datePlus "2025-01-01" 99999 "years"', "datePlus: the result is no time that can be written."),
        (
            'dateFormat "2025-01-01" "d" tz="Mars"',
            'dateFormat: "Mars" is no time zone such as Europe/Berlin.',
        ),
        ('stringFormat "%d" "x"', 'stringFormat: "x" is not a number.'),
        ('stringFormat "%s %s" "x"', 'stringFormat: there is no value for "%s".'),
        ('toDateTime "s" "1e30"', 'toDateTime: "1e30" does not match "s", a Unix stamp.'),
        ('unixTime "1e30"', 'unixTime: "1e30" is no time that can be written.'),
        (
            'dateFormat "9999-12-31T23:00:00Z" "yyyy" tz="+14:00"',
            "dateFormat: it is no time that can be written there.",
        ),
        (
            'toDateTime "yyyy-MM-dd z" "0001-01-01 +14:00"',
            'toDateTime: "0001-01-01 +14:00" does not match "yyyy-MM-dd z".',
        ),
        (
            'datePlus "2025-01-01T00:00:00+19:00" 1 "day"',
            ('datePlus: "2025-01-01T00:00:00+19:00" is not a date-time such as 2025-09-03T14:05:30Z.'),
        ),
        (
            "stringFormat columns.F 1",
            'stringFormat: "%q" is not one of %s %d %f %e %x %o %b %c %n %% (column "F").',
        ),
        (
            'numberFormat "1" columns.F',
            (
                'numberFormat: "%q" is no pattern for numbers, such as #,##0.00, percent or '
                'integer (column "F").'
            ),
        ),
        (
            'dateFormat "2025-01-01" columns.F',
            'dateFormat: "q" in "%q" is not one of y M d H h a m s S E z Z X (column "F").',
        ),
        ('abs "1e60"', 'abs: "1e60" is too large.'),
        ('yesno "perhaps"', 'yesno: "perhaps" is not one of true, false, yes, no, y, n, 1, 0.'),
    ],
)
def test_what_cannot_be_done_fails_the_row_and_says_why(expression: str, message: str) -> None:
    with pytest.raises(RowFault) as failed:
        worth(f"{{{{{expression}}}}}", {"F": "%q"})
    assert failed.value.message == message


def test_now_is_the_import_s_time_in_iso_or_by_a_pattern() -> None:
    now = datetime(2026, 3, 29, 0, 30, tzinfo=UTC)
    assert worth("{{now}}", now=now) == "2026-03-29T00:30:00.000Z"
    assert worth('{{now "yyyy-MM-dd HH:mm" tz="Europe/Berlin"}}', now=now) == "2026-03-29 01:30"
    assert worth('{{now "H"}}', now=now, time_zone="America/New_York") == "20"


def test_an_excel_date_is_a_wall_clock_of_the_template_s_zone() -> None:
    assert worth('{{excelDate "45000.5"}}', time_zone="Europe/Berlin") == "2023-03-15T11:00:00.000Z"


def test_a_date_format_is_in_the_template_s_zone() -> None:
    assert worth('{{dateFormat "2025-09-03T14:05:30Z" "HH:mm"}}', time_zone="Asia/Tokyo") == "23:05"


def test_a_time_in_the_hour_that_a_summer_skips_is_moved_by_that_hour() -> None:
    given = '{{toDateTime "yyyy-MM-dd HH:mm" "2025-03-30 02:30"}}'
    assert worth(given, time_zone="Europe/Berlin") == "2025-03-30T01:30:00.000Z"


def test_a_computed_column_is_one_of_the_file_or_an_optional_one() -> None:
    template = compile_template('{"people":[]}', [("x", '{{column (join "Score" columns.N " ")}}')])
    assert template.has_computed_columns
    renderer = template.bind(["N", "Score 1"], org=1, optional=["Score 2"])
    assert renderer.variables(2, ["1", "97"])["x"] == "97"
    assert renderer.variables(2, ["2", "97"])["x"] == ""
    assert str(renderer.variables(2, ["3", "97"])["x"]) == 'column: the file has no column "Score 3".'


def test_a_column_by_a_literal_name_is_a_column_like_any_other() -> None:
    template = compile_template(
        '{"people":[]}', [("x", '{{column "Last Name"}}'), ("y", '{{lookup columns "A"}}')]
    )
    assert template.columns == {"Last Name", "A"}
    assert not template.has_computed_columns


def test_numbers_true_and_json_stand_bare_in_the_json() -> None:
    cells = {"Score": " 097.5", "Done": "Yes", "Note": 'say "hi"\n'}
    assert in_json("{{number columns.Score}}", cells) == 97.5
    assert in_json("{{boolean columns.Done}}", cells) is True
    assert in_json("{{json columns.Note}}", cells) == 'say "hi"\n'
    assert in_json("{{length columns.Done}}", cells) == 3
    assert in_json('{{json (split columns.Done "e")}}', cells) == ["Y", "s"]


def test_a_list_made_of_a_cell_is_gone_through() -> None:
    body = '[{{#each (split columns.Tags "|")}} {"id": "{{@root.base}}/tag/{{slugify this}}"}, {{/each}}]'
    assert in_json(body, {"Tags": "Red Wine|b"}, base="https://x") == [
        {"id": "https://x/tag/red-wine"},
        {"id": "https://x/tag/b"},
    ]


def test_every_usage_says_what_the_function_takes() -> None:
    for name, function in FUNCTIONS.items():
        assert function.usage.split()[0] == name
        assert function.says.endswith(".")
        assert function.least <= (function.most if function.most is not None else function.least)
