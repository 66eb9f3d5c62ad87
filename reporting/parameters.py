"""What a request says beside the name of the report: ``parameters`` and ``output`` (reporting-api.md 2.3, 4.1, 4.5)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import MAXYEAR, date, timedelta
from typing import Any

from django.conf import settings

from reporting.problems import Fault
from reporting.reports.base import Report
from reporting.steps.select import Output

DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)
# 4.2: clients confuse the escape of JSON with the two characters.
DELIMITERS = {",": ",", "\t": "\t", "|": "|", "\\t": "\t"}
LONGEST_ECHO = 100
PARAMETERS = "obj.parameters"
OUTPUT = "obj.output"


def names_of(report: Report) -> tuple[str, ...]:
    """The parameters that a report needs."""
    return ("start", "end") if report.takes_dates else ()


def read_parameters(report: Report, given: object, today: date, faults: list[Fault]) -> dict[str, str]:
    """The parameters as they are kept; adds what is wrong with them to ``faults``.

    given: the member as it came; None when it was left out. today: the day of the request, UTC.
    """
    if given is None:
        given = {}
    if not isinstance(given, Mapping):
        message = '“parameters” is an object, such as {"start": "2031-03-10", "end": "2031-03-17"}.'
        faults.append(Fault("InvalidParameter", PARAMETERS, "Not an object", (_echo(given),), message))
        return {}
    names = names_of(report)
    days: dict[str, date] = {}
    for name in names:
        if name not in given:
            message = f"The report “{report.name}” needs “{name}”, a day such as 2031-03-10."
            faults.append(Fault("MissingParameter", _path(name), "Parameter missing", (name,), message))
        elif (day := _day(given[name])) is None:
            message = (
                f"Write “{name}” as a day of the calendar, YYYY-MM-DD, without a time; such as 2031-03-10."
            )
            faults.append(
                Fault(
                    "InvalidParameter", _path(name), "Not a date", (_echo(given[name]), "YYYY-MM-DD"), message
                )
            )
        else:
            days[name] = day
    for unknown in [name for name in given if name not in names]:
        takes = " and ".join(f"“{name}”" for name in names) or "no parameters"
        message = f"The report “{report.name}” takes {takes}; leave “{_echo(unknown)}” out."
        fault = Fault(
            "UnknownParameter", _path(_echo(unknown)), "Parameter not known", (list(names),), message
        )
        faults.append(fault)
    _check_days(report, days.get("start"), days.get("end"), today, faults)
    return {name: day.isoformat() for name, day in days.items()}


def _check_days(
    report: Report, start: date | None, end: date | None, today: date, faults: list[Fault]
) -> None:
    """The rules of 4.1 (3) to (5), as far as the days are there."""

    def add(code: str, name: str, msg: str, args: tuple[Any, ...], message: str) -> None:
        faults.append(Fault(code, _path(name), msg, args, message))

    tomorrow = today + timedelta(days=1)
    if start is not None and start > today:
        add(
            "InvalidDateRange", "start", "Start in the future", (str(start), str(today)),
            f"{start} has not begun yet; today is {today} (UTC).",
        )  # fmt: skip
    if end is not None and end > tomorrow:
        add(
            "InvalidDateRange", "end", "End after tomorrow", (str(end), str(tomorrow)),
            f"{end} is later than tomorrow; “end” is at most {tomorrow} (UTC), which asks for today so far.",
        )  # fmt: skip
    if start is not None and end is not None:
        days = (end - start).days
        longest = settings.REPORT_LONGEST_DAYS
        if days < 1:
            add(
                "InvalidDateRange", "end", "End not after start", (str(end), str(start)),
                f"“end” must be after “start”, for the day it names is not reported; for {start} alone write"
                f" {_next_day(start)}.",
            )  # fmt: skip
        elif days > longest:
            add(
                "DateRangeTooLong", "end", f"Range longer than {_days(longest)}", (days, longest),
                f"The range covers {days} days; at most {longest} {'is' if longest == 1 else 'are'} allowed.",
            )  # fmt: skip
    if start is not None and report.oldest_years is not None:
        oldest = years_before(today, report.oldest_years)
        if start < oldest:
            add(
                "DateRangeTooOld", "start", "Start too far back", (str(start), str(oldest)),
                f"The report “{report.name}” goes back to {oldest}; {start} is before that.",
            )  # fmt: skip


def read_output(given: object, faults: list[Fault]) -> Output:
    """How the file is written; adds what is wrong with it to ``faults``. Members not known are passed over (G25)."""
    if not isinstance(given, Mapping):
        message = '“output” is an object, such as {"compression": true, "delimiter": ","}.'
        faults.append(Fault("InvalidOutput", OUTPUT, "Not an object", (_echo(given),), message))
        return Output()
    default = Output()
    delimiter = given.get("delimiter", default.delimiter)
    if not isinstance(delimiter, str) or delimiter not in DELIMITERS:
        faults.append(
            Fault(
                "InvalidDelimiter", f"{OUTPUT}.delimiter", "Delimiter not supported", (_echo(delimiter),),
                "Use a comma, a tab or a pipe.",
            )
        )  # fmt: skip
        delimiter = default.delimiter
    return Output(
        compression=_switch(given, "compression", default.compression, faults),
        delimiter=DELIMITERS[delimiter],
        spreadsheet_safe=_switch(given, "spreadsheetSafe", default.spreadsheet_safe, faults),
    )


def _switch(given: Mapping[Any, Any], name: str, default: bool, faults: list[Fault]) -> bool:
    value = given.get(name, default)
    if isinstance(value, bool):
        return value
    message = f"“{name}” is true or false, without quotes."
    faults.append(Fault("InvalidOutput", f"{OUTPUT}.{name}", "Not a boolean", (_echo(value),), message))
    return default


def years_before(day: date, years: int) -> date:
    """The same day of the calendar so many years before; 29 February becomes the 28th (4.1 (4))."""
    year = max(day.year - years, 1)
    try:
        return day.replace(year=year)
    except ValueError:
        return day.replace(year=year, day=28)


def _next_day(day: date) -> date:
    return day + timedelta(days=1) if day.year < MAXYEAR else day


def _day(value: object) -> date | None:
    if not isinstance(value, str) or not DAY.fullmatch(value):
        return None
    try:
        return date.fromisoformat(value)
    except ValueError:
        return None


def _path(name: str) -> str:
    return f"{PARAMETERS}.{name}"


def _days(number: int) -> str:
    return "1 day" if number == 1 else f"{number} days"


def _echo(value: object) -> Any:
    """What came, as far as it may be repeated in an answer."""
    if value is None or isinstance(value, bool | int | float):
        return value
    text = value if isinstance(value, str) else type(value).__name__
    return text if len(text) <= LONGEST_ECHO else text[: LONGEST_ECHO - 1] + "…"
