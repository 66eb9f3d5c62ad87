# ruff: noqa: RUF012  # tables of cells, which nobody changes
from __future__ import annotations

from django.db import transaction

from imports.formats.columns import Choice, Email, ExternalId, ListOf, Text, TimeZone
from imports.formats.text import fold
from imports.steps.workspace import raw_connection
from tests.imports.formats.contract import ColumnContract, copy_cells


class TestText(ColumnContract):
    column = Text("Section Name", max_length=12)
    good = {
        "01": "01",
        "Ebbe & Flut": "Ebbe & Flut",
        "Stéphane": "Stéphane",
        "Ste\u0301phane": "Ste\u0301phane",
        "潮汐": "潮汐",
        "مدّ وجزر": "مدّ وجزر",
        "two\nlines": "two\nlines",
        "a;b": "a;b",
        "=1+1": "=1+1",
        "'tis": "'tis",
        "x" * 12: "x" * 12,
        "🌊" * 12: "🌊" * 12,
    }
    bad = {
        "x" * 13: "Section Name has 13 characters. Shorten it to at most 12.",
        "潮" * 1_300: "Section Name has 1,300 characters. Shorten it to at most 12.",
    }


class TestFoldedText(ColumnContract):
    column = Text("Name", max_length=20, folded=True)
    good = {"Autumn 2031": "Autumn 2031", "STRASSE": "STRASSE"}
    bad = {"x" * 21: "Name has 21 characters. Shorten it to at most 20."}

    def test_names_that_differ_in_case_or_normal_form_meet(self, committed: None) -> None:
        cells = ["STÉPHANE", "Stéphane", "Ste\u0301phane", "Straße", "STRASSE"]
        with transaction.atomic():
            copy_cells(self.column, cells)
            folded = [row[0] for row in raw_connection().execute("SELECT f_cell FROM cells ORDER BY place")]
        assert folded == ["stéphane", "stéphane", "stéphane", "strasse", "strasse"]
        assert folded == [fold(cell) for cell in cells]


class TestExternalId(ColumnContract):
    column = ExternalId()
    good = {"T-2031A": "T-2031A", "00123": "00123", "t-2031a": "t-2031a", "a b/c,d": "a b/c,d"}
    bad = {
        "A;B": "External ID is `A;B`, with a semicolon, which separates the values of a list."
        " Use an id without one.",
        "x" * 256: "External ID has 256 characters. Shorten it to at most 255.",
    }


class TestEmail(ColumnContract):
    column = Email("Email")
    good = {
        "mei.tan@fjord.example": "mei.tan@fjord.example",
        "Mei.Tan@Fjord.Example": "Mei.Tan@Fjord.Example",
        "o'brien+ocean@sub.fjord.example": "o'brien+ocean@sub.fjord.example",
        "jörg@müller.example": "jörg@müller.example",
        "x" * 240 + "@fjord.example": "x" * 240 + "@fjord.example",
    }
    bad = {
        cell: f"Email is `{cell}`, which is not an e-mail address. Write an address such as mei.tan@fjord.example."
        for cell in (
            "mei.tan", "mei.tan@fjord", "@fjord.example", "mei.tan@", "mei tan@fjord.example", "a@b@c.example",
            "mei@fjord.example, tom@fjord.example", "mei@fjord.example;tom@fjord.example", "<mei@fjord.example>",
            "mei@fjord.", "n/a",
        )
    } | {"x" * 241 + "@fjord.example": "Email has 255 characters. Shorten it to at most 254."}  # fmt: skip


class TestTimeZone(ColumnContract):
    column = TimeZone("Time Zone")
    good = {zone: zone for zone in ("Europe/Oslo", "America/Argentina/Ushuaia", "Asia/Kathmandu", "UTC")}
    bad = {
        cell: f"Time Zone is `{cell}`. Write an IANA time zone such as Europe/Oslo."
        for cell in (
            "Oslo",
            "GMT+1:00",
            "Europe",
            "../../etc/passwd",
            "/etc/passwd",
            "CEST",
            "W. Europe Standard Time",
        )
    }


class TestChoice(ColumnContract):
    column = Choice(
        "Role", {"Teaching Assistant": "assistant", "Student": "student"}, also={"TA": "assistant"}
    )
    good = {
        "Student": "student",
        "STUDENT": "student",
        "teaching assistant": "assistant",
        "ta": "assistant",
    }
    written = {
        "STUDENT": "Student",
        "teaching assistant": "Teaching Assistant",
        "ta": "Teaching Assistant",
    }
    bad = {
        cell: f"Role is `{cell}`. Use Teaching Assistant or Student."
        for cell in ("Teacher", "assistant", "Student;TA", "S")
    }


class TestListOfChoices(ColumnContract):
    column = ListOf(
        "Role",
        Choice("", {"Instructor": "i", "Scheduler": "s", "Student": "t"}),
        sort_as=("s", "i", "t"),
    )
    good = {
        "Student": ["t"],
        "Student;Scheduler": ["s", "t"],
        " instructor ; ; INSTRUCTOR;Student;": ["i", "t"],
    }
    written = {
        "Student;Scheduler": "Scheduler;Student",
        " instructor ; ; INSTRUCTOR;Student;": "Instructor;Student",
    }
    bad = {
        "Student;Teacher": "Role has `Teacher`. Use Instructor, Scheduler or Student.",
        "Student,Instructor": "Role has `Student,Instructor`. Use Instructor, Scheduler or Student.",
    }


class TestListOfTexts(ColumnContract):
    column = ListOf("LMS Course IDs", Text("", max_length=10))
    good = {
        "lms-1": ["lms-1"],
        "b;a;b": ["b", "a"],
        '"quoted";{braces};back\\slash;NULL': ['"quoted"', "{braces}", "back\\slash", "NULL"],
    }
    written = {"b;a;b": "b;a"}
    bad = {"lms-1;" + "x" * 11: "LMS Course IDs has a value of 11 characters. Shorten it to at most 10."}


def test_a_list_of_separators_alone_says_nothing() -> None:
    assert TestListOfTexts.column.is_blank(" ; ;")
    assert not TestListOfTexts.column.is_blank("a;")
