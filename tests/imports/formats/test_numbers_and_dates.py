# ruff: noqa: RUF012  # tables of cells, which nobody changes
from __future__ import annotations

from datetime import UTC, date, datetime, time

from imports.formats.columns import Boolean, Integer, ListOf
from imports.formats.dates import Date, DateTime, Time
from tests.imports.formats.contract import ColumnContract

REWRITE = "spreadsheets often rewrite dates when they save."
ISO = "year, month and day like 2026-09-01"


class TestInteger(ColumnContract):
    column = Integer("Duration Minutes", 1, 2_000)
    good = {"1": 1, "90": 90, "2000": 2_000, "+5": 5, "007": 7}
    written = {"+5": "5", "007": "7"}
    bad = {
        cell: f"Duration Minutes is `{cell}`. Write a whole number from 1 to 2,000, in digits only."
        for cell in (
            "0",
            "2001",
            "-1",
            "1.0",
            "1,000",
            "1_000",
            "1e3",
            "९०",
            "９０",
            "ninety",
            "99999999999",
            "+-1",
            "+",
        )
    }


class TestAnyInteger(ColumnContract):
    column = Integer("Count")
    good = {"-2147483648": -(2**31), "2147483647": 2**31 - 1, "0": 0}
    bad = {
        "2147483648": "Count is `2147483648`. Write a whole number from -2,147,483,648 to 2,147,483,647, in digits"
        " only."
    }


class TestBoolean(ColumnContract):
    column = Boolean("Caption")
    good = {"TRUE": True, "true": True, "Yes": True, "1": True, "FALSE": False, "no": False, "0": False}
    written = {"true": "TRUE", "Yes": "TRUE", "1": "TRUE", "no": "FALSE", "0": "FALSE"}
    bad = {
        cell: f"Caption is `{cell}`. Write TRUE or FALSE (also Yes, No, 1, 0)."
        for cell in ("T", "y", "on", "2", "-1", "TRUE;FALSE", "wahr")
    }


class TestDate(ColumnContract):
    column = Date("Start Date")
    good = {
        "2026-09-01": date(2026, 9, 1),
        "2028-02-29": date(2028, 2, 29),
        "1999-12-31": date(1999, 12, 31),
        "0001-01-01": date(1, 1, 1),
        "9999-12-31": date(9999, 12, 31),
    }
    bad = {
        "08/09/2026": "Start Date is `08/09/2026`, which can be read in two ways. Write `2026-09-08` or"
        f" `2026-08-09`; {REWRITE}",
        "8.9.2026": "Start Date is `8.9.2026`, which can be read in two ways. Write `2026-09-08` or"
        f" `2026-08-09`; {REWRITE}",
        "08/08/2026": f"Start Date is `08/08/2026`. Write `2026-08-08`; {REWRITE}",
        "25/12/2026": f"Start Date is `25/12/2026`. Write `2026-12-25`; {REWRITE}",
        "12/25/2026": f"Start Date is `12/25/2026`. Write `2026-12-25`; {REWRITE}",
        "2026/9/1": f"Start Date is `2026/9/1`. Write `2026-09-01`; {REWRITE}",
        "2026-9-1": f"Start Date is `2026-9-1`. Write `2026-09-01`; {REWRITE}",
        "31/02/2026": f"Start Date is `31/02/2026`, and there is no such day. Write a day of the calendar: {ISO}.",
        "2026-02-30": f"Start Date is `2026-02-30`, and there is no such day. Write a day of the calendar: {ISO}.",
        "2027-02-29": f"Start Date is `2027-02-29`, and there is no such day. Write a day of the calendar: {ISO}.",
        "0000-01-01": f"Start Date is `0000-01-01`, and there is no such day. Write a day of the calendar: {ISO}.",
        "46266": "Start Date is `46266`, a spreadsheet's number for a day. Give the column the format yyyy-mm-dd"
        " there and save it again.",
    } | {
        cell: f"Start Date is `{cell}`, which is not a date we can be sure of. Write {ISO}; {REWRITE}"
        for cell in (
            "20260901", "2026-W36-2", "01/09/26", "1 Sep 2026", "2026-09-01T08:00", "2026-09-01 00:00:00", "soon",
            "٢٠٢٦-٠٩-٠١", "２０２６-０９-０１", "12026-09-01",
        )
    }  # fmt: skip


class TestTime(ColumnContract):
    column = Time("Start Time")
    good = {
        "08:30": time(8, 30),
        "8:30": time(8, 30),
        "00:00": time(0, 0),
        "23:59": time(23, 59),
        "14:30:00": time(14, 30),
        "14:30:15": time(14, 30, 15),
    }
    # echovideo.md 4.4: times are written by the minute.
    written = {"8:30": "08:30", "14:30:00": "14:30", "14:30:15": "14:30"}
    bad = {
        cell: f"Start Time is `{cell}`. Write a time of day like 08:30 or 14:30:00."
        for cell in (
            "24:00",
            "08:60",
            "8",
            "8.30",
            "08:30 PM",
            "8:3",
            "0.354",
            "08:30:60",
            "08:30:00.5",
            "०८:३०",
            "-1:00",
        )
    }


class TestDateTime(ColumnContract):
    column = DateTime("Viewed At")
    good = {
        "2026-09-01T08:30:00Z": datetime(2026, 9, 1, 8, 30, tzinfo=UTC),
        "2026-09-01T10:30:00+02:00": datetime(2026, 9, 1, 8, 30, tzinfo=UTC),
        "2026-09-01 08:30+00:00": datetime(2026, 9, 1, 8, 30, tzinfo=UTC),
        "1999-12-31T23:59:59-05:30": datetime(2000, 1, 1, 5, 29, 59, tzinfo=UTC),
    }
    written = {
        "2026-09-01T10:30:00+02:00": "2026-09-01T08:30:00Z",
        "2026-09-01 08:30+00:00": "2026-09-01T08:30:00Z",
        "1999-12-31T23:59:59-05:30": "2000-01-01T05:29:59Z",
    }
    bad = {
        cell: f"Viewed At is `{cell}`, which is not a date we can be sure of. Write a moment with its offset like"
        f" 2026-09-01T08:30:00Z; {REWRITE}"
        for cell in (
            "2026-09-01T08:30:00", "2026-09-01", "2026-09-01T25:00:00Z", "2026-02-30T08:30:00Z", "20260901T083000Z",
            "2026-09-01T08:30:00+99:00", "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00", "1756715400",
        )
    }  # fmt: skip


class TestListOfDates(ColumnContract):
    column = ListOf("Exclusion Dates", Date(""))
    good = {
        "2031-10-06": [date(2031, 10, 6)],
        "2031-10-07; 2031-10-06 ;2031-10-07;": [date(2031, 10, 7), date(2031, 10, 6)],
    }
    written = {"2031-10-07; 2031-10-06 ;2031-10-07;": "2031-10-07;2031-10-06"}
    bad = {
        "2031-10-06;06/10/2031": "Exclusion Dates has `06/10/2031`, which can be read in two ways. Write"
        f" `2031-10-06` or `2031-06-10`; {REWRITE}",
        "2031-10-06,2031-10-07": "Exclusion Dates has `2031-10-06,2031-10-07`, which is not a date we can be sure of."
        f" Write {ISO}; {REWRITE}",
        "2031-10-06;2031-02-29": "Exclusion Dates has `2031-02-29`, and there is no such day."
        f" Write a day of the calendar: {ISO}.",
    }
