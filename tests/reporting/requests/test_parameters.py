"""What a request may say, and how each fault is answered (reporting-api.md 2.3, 4.1, 4.2, 4.5)."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from pytest_django import Settings

from reporting.parameters import read_output, read_parameters, years_before
from reporting.problems import Fault, Refused
from reporting.reports import reports

TODAY = date(2031, 3, 12)
BOTH = {"start": "2031-03-03", "end": "2031-03-10"}


def faults(name: str, parameters: object, today: date = TODAY) -> list[tuple[str, str]]:
    """(code, path) of each fault, in the order of the answer."""
    found: list[Fault] = []
    read_parameters(reports()[name], parameters, today, found)
    return [(fault.code, fault.path) for fault in Refused(found).faults] if found else []


def of_output(output: object) -> tuple[Any, list[Fault]]:
    found: list[Fault] = []
    return read_output(output, found), found


@pytest.mark.parametrize("name", list(reports()))
def test_each_report_takes_what_it_needs_and_nothing_else(name: str) -> None:
    if name == "asset":
        assert faults(name, {}) == faults(name, None) == []
        assert faults(name, BOTH) == [
            ("UnknownParameter", "obj.parameters.start"),
            ("UnknownParameter", "obj.parameters.end"),
        ]
    else:
        assert faults(name, BOTH) == []
        assert faults(name, None) == [
            ("MissingParameter", "obj.parameters.start"),
            ("MissingParameter", "obj.parameters.end"),
        ]


def test_parameters_are_kept_as_supplied() -> None:
    assert read_parameters(reports()["notes"], BOTH, TODAY, []) == BOTH


@pytest.mark.parametrize(
    "value",
    [
        "2031-3-03", "03.03.2031", "2031-03-03T00:00:00Z", "2031-02-29", "2031-13-01", "0000-01-01", "", " 2031-03-03",
        "2031-03-03\n", "２０３１-03-03", 20310303, None, True, ["2031-03-03"], {"day": "2031-03-03"}, "9" * 5_000,
    ],
)  # fmt: skip
def test_only_a_day_of_the_calendar_is_a_date(value: object) -> None:
    assert faults("notes", {**BOTH, "start": value}) == [("InvalidParameter", "obj.parameters.start")]


@pytest.mark.parametrize("given", [[], "start", 7, True])
def test_parameters_are_an_object(given: object) -> None:
    assert ("InvalidParameter", "obj.parameters") in faults("notes", given)


@pytest.mark.parametrize(
    ("start", "end", "expected"),
    [
        # One day, exactly seven, today so far, and a day long past.
        ("2031-03-03", "2031-03-04", []),
        ("2031-03-03", "2031-03-10", []),
        ("2031-03-12", "2031-03-13", []),
        ("1999-12-31", "2000-01-01", []),
        ("2031-03-03", "2031-03-11", [("DateRangeTooLong", "end")]),
        ("2031-03-03", "2031-03-03", [("InvalidDateRange", "end")]),
        ("2031-03-04", "2031-03-03", [("InvalidDateRange", "end")]),
        ("2031-03-12", "2031-03-14", [("InvalidDateRange", "end")]),
        ("2031-03-13", "2031-03-14", [("InvalidDateRange", "start"), ("InvalidDateRange", "end")]),
        ("2031-03-01", "2031-04-01", [("InvalidDateRange", "end"), ("DateRangeTooLong", "end")]),
        ("9999-12-31", "0001-01-01", [("InvalidDateRange", "start"), ("InvalidDateRange", "end")]),
    ],
)
def test_ranges_follow_the_calendar_of_utc(start: str, end: str, expected: list[tuple[str, str]]) -> None:
    found = faults("videoview", {"start": start, "end": end})
    assert found == [(code, f"obj.parameters.{name}") for code, name in expected]


@pytest.mark.parametrize(
    ("today", "start", "is_refused"),
    [
        (date(2031, 3, 12), "2030-03-12", False),
        (date(2031, 3, 12), "2030-03-11", True),
        # A year before 29 February is the 28th.
        (date(2032, 2, 29), "2031-02-28", False),
        (date(2032, 2, 29), "2031-02-27", True),
    ],
)
def test_assetbydate_goes_back_one_year_and_the_others_for_ever(
    today: date, start: str, is_refused: bool
) -> None:
    end = (
        str(date.fromisoformat(start).replace(day=date.fromisoformat(start).day + 1))
        if start[-2:] != "28"
        else "2031-03-01"
    )
    parameters = {"start": start, "end": end}
    expected = [("DateRangeTooOld", "obj.parameters.start")] if is_refused else []
    assert faults("assetbydate", parameters, today) == expected
    assert faults("polling", parameters, today) == []


def test_a_year_before_the_first_year_stops_there() -> None:
    assert years_before(date(1, 1, 1), 1) == date(1, 1, 1)
    assert years_before(date(2032, 2, 29), 4) == date(2028, 2, 29)


def test_all_faults_are_told_and_the_first_of_the_order_names_the_answer() -> None:
    found: list[Fault] = []
    read_parameters(reports()["assetbydate"], {"start": "2020-01-01", "days": "7"}, TODAY, found)
    read_output({"delimiter": ";", "compression": "yes"}, found)
    refused = Refused(found)
    assert [fault.code for fault in refused.faults] == [
        "MissingParameter", "UnknownParameter", "DateRangeTooOld", "InvalidDelimiter", "InvalidOutput",
    ]  # fmt: skip
    assert refused.code == "MissingParameter"
    assert str(refused) == "The report “assetbydate” needs “end”, a day such as 2031-03-10."


def test_a_range_that_is_too_long_is_answered_as_the_source_shows() -> None:
    found: list[Fault] = []
    read_parameters(reports()["notes"], {"start": "2031-02-01", "end": "2031-02-13"}, TODAY, found)
    (fault,) = found
    assert fault.message == "The range covers 12 days; at most 7 are allowed."
    assert (fault.path, fault.msg, fault.args) == ("obj.parameters.end", "Range longer than 7 days", (12, 7))


def test_the_longest_range_is_a_setting(settings: Settings) -> None:
    settings.REPORT_LONGEST_DAYS = 1
    assert faults("notes", {"start": "2031-03-03", "end": "2031-03-04"}) == []
    assert faults("notes", {"start": "2031-03-03", "end": "2031-03-05"}) == [
        ("DateRangeTooLong", "obj.parameters.end")
    ]


def test_left_out_the_output_is_gzipped_and_separated_by_commas() -> None:
    for given in ({}, {"output": "csv", "format": "xlsx"}):
        output, found = of_output(given)
        assert found == []
        assert (output.compression, output.delimiter, output.spreadsheet_safe) == (True, ",", False)


@pytest.mark.parametrize(("given", "delimiter"), [(",", ","), ("\t", "\t"), ("|", "|"), ("\\t", "\t")])
def test_three_delimiters_and_the_escape_that_clients_confuse(given: str, delimiter: str) -> None:
    output, found = of_output({"delimiter": given, "compression": False, "spreadsheetSafe": True})
    assert found == []
    assert (output.compression, output.delimiter, output.spreadsheet_safe) == (False, delimiter, True)


@pytest.mark.parametrize("given", [";", "", ",,", "tab", None, 9, [","]])
def test_other_delimiters_are_refused_in_the_words_of_the_source(given: object) -> None:
    (fault,) = of_output({"delimiter": given})[1]
    assert (fault.code, fault.path, fault.msg) == (
        "InvalidDelimiter", "obj.output.delimiter", "Delimiter not supported",
    )  # fmt: skip
    assert fault.message == "Use a comma, a tab or a pipe."


@pytest.mark.parametrize(
    ("given", "path"),
    [
        ([], "obj.output"),
        ("csv", "obj.output"),
        ({"compression": "true"}, "obj.output.compression"),
        ({"compression": 1}, "obj.output.compression"),
        ({"compression": None}, "obj.output.compression"),
        ({"spreadsheetSafe": 0}, "obj.output.spreadsheetSafe"),
    ],
)
def test_switches_are_true_or_false(given: object, path: str) -> None:
    (fault,) = of_output(given)[1]
    assert (fault.code, fault.path) == ("InvalidOutput", path)


def test_what_came_is_repeated_only_so_far() -> None:
    found: list[Fault] = []
    read_parameters(reports()["notes"], {**BOTH, "x" * 5_000: "y", "start": "z" * 5_000}, TODAY, found)
    assert all(len(fault.path) < 130 and len(fault.message) < 300 for fault in found)
    assert all(len(str(fault.args)) < 200 for fault in found)
