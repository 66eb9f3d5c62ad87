"""Every vector of csv data import 1.7 and 1.8, to the letter."""

from __future__ import annotations

import json
import uuid

import pytest

from edu_csv.templating import RowFault
from edu_csv.templating.functions.ids import NAMESPACE
from tests.templating.saying import worth

RESULTS = [
    ('toDateTime "dd-MMM-yy" "03-Sep-25"', "2025-09-03T00:00:00.000Z"),
    ('toDateTime "yyyy-MM-dd HH:mm:ss" "2025-09-03 14:05:30"', "2025-09-03T14:05:30.000Z"),
    ('toDateTime "yyyy-MM-dd\'T\'HH:mm:ssXXX" "2025-09-03T14:05:30+02:00"', "2025-09-03T12:05:30.000Z"),
    ('toDateTime "ISO" "2025-09-03T14:05:30.1234567Z"', "2025-09-03T14:05:30.123Z"),
    ('toDateTime "s" "1756908330"', "2025-09-03T14:05:30.000Z"),
    ('toDateTime "S" "1756908330"', "2025-09-03T14:05:30.000Z"),
    ('toDateTime "S" "1756908330000"', "2025-09-03T14:05:30.000Z"),
    ('excelDate "45000.5"', "2023-03-15T12:00:00.000Z"),
    ('datePlus "2025-01-31T00:00:00.000Z" "1" "month"', "2025-02-28T00:00:00.000Z"),
    ('toDuration "30000"', "PT30S"),
    ('toDuration (math "50" "*" "60000")', "PT50M"),
    ('toDuration "3723500"', "PT1H2M3.5S"),
    ('toDuration "0"', "PT0S"),
    ('toDuration "90061005"', "PT25H1M1.01S"),
    ('math "7" "/" "2"', "3.5"),
    ('math "10" "/" "5"', "2"),
    ('math "1" "/" "3"', "0.333333333333"),
    (r'regexReplace "45000.5" "^(\d+)\.(\d+)$" "$1"', "45000"),
    ('join "a" "b" "c" "-"', "a-b-c"),
    ('slugify " Week 12: Loops "', "week-12-loops"),
    ('urlEncode "a b/ü"', "a%20b%2F%C3%BC"),
]


@pytest.mark.parametrize(("expression", "result"), RESULTS)
def test_an_expression_gives_exactly_what_the_table_says(expression: str, result: str) -> None:
    assert worth(f"{{{{{expression}}}}}") == result


def test_a_time_without_zone_is_one_of_the_template_s_zone() -> None:
    given = '{{toDateTime "yyyy-MM-dd HH:mm:ss" "2025-09-03 14:05:30"}}'
    assert worth(given, time_zone="Europe/Berlin") == "2025-09-03T12:05:30.000Z"


@pytest.mark.parametrize(
    ("expression", "message"),
    [
        ('math "x" "+" "1"', 'math: "x" is not a number.'),
        ('math "1" "/" "0"', "math: 1 cannot be divided by 0."),
        ('toDuration "-1"', 'toDuration: "-1" is less than 0.'),
        ('toDuration ""', 'toDuration: "" is not a number.'),
        ('toDateTime "dd-MMM-yy" "2025"', 'toDateTime: "2025" does not match "dd-MMM-yy".'),
    ],
)
def test_an_expression_that_cannot_work_fails_the_row(expression: str, message: str) -> None:
    with pytest.raises(RowFault) as failed:
        worth(f"{{{{{expression}}}}}")
    assert failed.value.message == message


def test_a_fault_names_the_column_it_comes_from() -> None:
    """The sentence of 3.1."""
    with pytest.raises(RowFault) as failed:
        worth('{{toDateTime "dd/MM/yyyy" columns.[Watched at]}}', {"Watched at": "31/02/2025"})
    assert failed.value.message == (
        'toDateTime: "31/02/2025" does not match "dd/MM/yyyy" (column "Watched at").'
    )
    assert failed.value.column == "Watched at"


IDS = [
    (5664, ("view", "v-17", "u-204", "2025-09-03T14:05:30.000Z"), "dfed7137-d952-5d66-9008-b3864b857ef6"),
    (5664, ("a", "b"), "5a4b6684-c275-599a-88d2-66bc55bc87d6"),
    (5664, ("ab",), "b0d30624-e1ec-55bc-8df7-25d1bf451917"),
    (5664, ("a", ""), "2cc7f4bf-743f-5ad8-a782-1adb06468a8b"),
    (5665, ("a", "b"), "54568e7f-0331-5153-b5d8-5b9cd878c414"),
    (5664, ("Zoë", "x"), "05abaaf1-3f84-508a-8bcb-a2552f9e8198"),
    (5664, ("Zoe\u0308", "x"), "05abaaf1-3f84-508a-8bcb-a2552f9e8198"),
]


@pytest.mark.parametrize(("org", "arguments", "made"), IDS)
def test_an_id_is_made_of_the_org_and_the_arguments(org: int, arguments: tuple[str, ...], made: str) -> None:
    cells = {f"c{place}": text for place, text in enumerate(arguments)}
    assert worth(f"{{{{uuid {' '.join(f'columns.{name}' for name in cells)}}}}}", cells, org=org) == made


@pytest.mark.parametrize("arguments", [("x",), ('"', "\\"), ("\n\u0001", "é", "😀"), ("", "", "")])
def test_an_id_is_what_the_standard_library_makes_of_the_same_array(arguments: tuple[str, ...]) -> None:
    cells = {f"c{place}": text for place, text in enumerate(arguments)}
    name = json.dumps(["5664", *arguments], ensure_ascii=False, separators=(",", ":"))
    asked = f"{{{{uuid {' '.join(f'columns.{column}' for column in cells)}}}}}"
    assert worth(asked, cells) == str(uuid.uuid5(NAMESPACE, name))


def test_without_arguments_an_id_is_random() -> None:
    first, second = worth("{{uuid}}"), worth("{{uuid}}")
    assert first != second
    assert uuid.UUID(first).version == 4
