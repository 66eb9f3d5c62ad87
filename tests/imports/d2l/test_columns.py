"""Cells of D2L files: what each means, and what is said of those that mean nothing (d2l 5)."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

import pytest

from imports.formats.d2l.attributes import Value, Values
from imports.formats.d2l.columns import (
    Action,
    Address,
    Code,
    Codes,
    Flag,
    Moment,
    OneCode,
    OrgName,
    Secret,
    UserKey,
    Word,
    not_allowed,
)
from imports.formats.d2l.relationships import AS_JSON, PIPED, Relationships
from imports.formats.wire import NULL
from tests.imports.formats.contract import ColumnContract, sentence

FIFTY = "A" * 50


class TestAction(ColumnContract):
    column = Action("action")
    good: ClassVar = {"CREATE": "create", "update": "update", "Delete": "delete"}
    written: ClassVar = {"update": "UPDATE", "Delete": "DELETE"}
    bad: ClassVar = {
        "REMOVE": "action is `REMOVE`. Use CREATE, UPDATE or DELETE; a blank cell means UPDATE.",
        " UPDATE": "action is ` UPDATE`. Use CREATE, UPDATE or DELETE; a blank cell means UPDATE.",
    }

    def test_a_blank_cell_is_stored_as_nothing(self, committed: None) -> None:
        """It means UPDATE (5.2)."""
        self.column.__set_name__(type(self), "cell")
        assert self.column.wire("") == self.column.wire("UPDATE")


class TestFlag(ColumnContract):
    column = Flag("is_active")
    good: ClassVar = {"1": True, "0": False, "TRUE": True, "false": False, "True": True}
    written: ClassVar = {"TRUE": "1", "True": "1", "false": "0"}
    bad: ClassVar = {
        "yes": "is_active is `yes`. Use 1, 0, TRUE or FALSE.",
        "FALſE": "is_active is `FALſE`. Use 1, 0, TRUE or FALSE.",
        "1 ": "is_active is `1 `. Use 1, 0, TRUE or FALSE.",
    }


class TestWord(ColumnContract):
    column = Word("type", "user")
    good: ClassVar = {"user": "user"}
    bad: ClassVar = {"User": "type is `User`. Use user, in lower case."}


class TestMoment(ColumnContract):
    column = Moment("start_date")
    good: ClassVar = {
        "2027-09-06": datetime(2027, 9, 6),  # noqa: DTZ001  # local time of the institution, without a zone
        "2028-02-29T17:30:00.125": datetime(2028, 2, 29, 17, 30, 0, 125_000),  # noqa: DTZ001  # local time, without a zone
        "2028-01-31T00:00:00.000": datetime(2028, 1, 31),  # noqa: DTZ001  # local time, without a zone
    }
    written: ClassVar = {"2028-01-31T00:00:00.000": "2028-01-31"}
    _form = "Write a date like 2027-09-06, or a date and time like 2027-09-06T08:00:00.000"
    bad: ClassVar = {
        "2027-09-06T08:00:00": "start_date is `2027-09-06T08:00:00`, which is not a date we can be sure of."
        f" {_form}; spreadsheets often rewrite dates when they save.",
        "2027-09-06 08:00:00.000": "start_date is `2027-09-06 08:00:00.000`, which is not a date we can be sure of."
        f" {_form}; spreadsheets often rewrite dates when they save.",
        "2027-09-06T08:00:00.0000": "start_date is `2027-09-06T08:00:00.0000`, which is not a date we can be sure of."
        f" {_form}; spreadsheets often rewrite dates when they save.",
        "2027-02-30": f"start_date is `2027-02-30`, and there is no such day. {_form.replace('Write', 'Write a day of the calendar:')}.",
        "06/09/2027": "start_date is `06/09/2027`, which can be read in two ways. Write `2027-09-06` or `2027-06-09`;"
        " spreadsheets often rewrite dates when they save.",
    }


class TestCode(ColumnContract):
    column = Code("code")
    good: ClassVar = {
        "DEP-BIO": "DEP-BIO",
        "FAC_1 North": "FAC_1 North",
        # 5.4: cut after the 50th code point, which may be one that takes several bytes.
        FIFTY + "B": FIFTY,
        "Ä" * 49 + "😀B": "Ä" * 49 + "😀",
    }
    written: ClassVar = {FIFTY + "B": FIFTY, "Ä" * 49 + "😀B": "Ä" * 49 + "😀"}
    bad: ClassVar = {
        "A,B": "code is `A,B`, with `,`, which is not allowed there. Take it out.",
        "A:B#C": "code is `A:B#C`, with `:` and `#`, which is not allowed there. Take it out.",
        " A": "code is ` A`, with a space at the beginning, which is not allowed there. Take it out.",
        "A ": "code is `A `, with a space at the end, which is not allowed there. Take it out.",
    }


class TestCodes(ColumnContract):
    column = Codes("custom_code", most=3)
    good: ClassVar = {
        "A": ["A"],
        "FAC-SCI|FAC-ART": ["FAC-SCI", "FAC-ART"],
        "A|B|A": ["A", "B"],
        f"{FIFTY}1|{FIFTY}2": [FIFTY],
    }
    bad: ClassVar = {
        "A||B": "custom_code is `A||B`, with nothing at place 2 of its list. Write a value between each two pipes, and none at the"
        " ends.",
        "|A": "custom_code is `|A`, with nothing at place 1 of its list. Write a value between each two pipes, and none at the ends.",
        "A|": "custom_code is `A|`, with nothing at place 2 of its list. Write a value between each two pipes, and none at the ends.",
        "A | B": "custom_code has `A ` in its list, with spaces round it, and spaces count. Take them out.",
        "A|B|C|D": "custom_code has 4 values. At most 3 are read: take some out.",
    }

    written: ClassVar = {"A|B|A": "A|B", f"{FIFTY}1|{FIFTY}2": FIFTY}

    def test_a_blank_cell_is_stored_as_nothing(self, committed: None) -> None:
        """Not as an empty list: whether it empties what is stored is for the kinds to say."""
        self.column.__set_name__(type(self), "cell")
        assert self.column.wire("") == NULL


class TestOneCode(ColumnContract):
    column = OneCode("offering_code")
    good: ClassVar = {"OFF-1": "OFF-1", FIFTY + "X": FIFTY}
    written: ClassVar = {FIFTY + "X": FIFTY}
    bad: ClassVar = {
        "OFF-1|OFF-2": "offering_code is `OFF-1|OFF-2`, and a course section has one course offering. Write one code, without a"
        " pipe."
    }


class TestUserKey(ColumnContract):
    column = UserKey("username", folded=True)
    good: ClassVar = {"h.oduya": "h.oduya", "jan@fjord.example": "jan@fjord.example", "#7": "#7"}
    bad: ClassVar = {
        "O'Neill": "username is `O'Neill`, with `'`, which is not allowed there. Take it out.",
        "a/b;c": "username is `a/b;c`, with `/` and `;`, which is not allowed there. Take it out.",
        "x" * 257: "username has 257 characters. Shorten it to at most 256.",
    }


class TestAddress(ColumnContract):
    column = Address("email")
    good: ClassVar = {"Mei.Tan@fjord.example": "Mei.Tan@fjord.example"}
    bad: ClassVar = {
        "n/a": "email is `n/a`, which is not an e-mail address. Write an address such as mei.tan@fjord.example.",
        "a b@c.d": "email is `a b@c.d`, which is not an e-mail address. Write an address such as mei.tan@fjord.example.",
    }


class TestValue(ColumnContract):
    """9: at most 256 bytes."""

    column = Value("Team")
    good: ClassVar = {"Cell Lab": "Cell Lab", "é" * 128: "é" * 128}
    bad: ClassVar = {
        "é"
        * 129: "Team has a value of 258 bytes (letters beyond the English ones count for several). Shorten it to at most 256."
    }


VALUES = Values("Region")


def test_values_of_attributes_are_joined_by_pipes_and_kept_once() -> None:
    assert VALUES.parse("Coast|North|Coast") == ["Coast", "North"]
    assert sentence(VALUES, "Coast||North").startswith("Region is `Coast||North`, with nothing at place 2")


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("O'Neill Hall", "`'`"),
        ("Arts & Letters: Music", "`&` and `:`"),
        (" Music", "a space at the beginning"),
        ('"Music" ', '`"` and a space at the end'),
        ("Music, Dance/Theatre; 100", None),
    ],
)
def test_names_of_org_units_have_characters_that_are_not_allowed(name: str, told: str | None) -> None:
    assert not_allowed(name, ":%&#*?<>|\\\"'") == told
    # Whether it is a fault is asked of the row, so the cell can be read.
    assert OrgName("name").fault(name) is None


def test_names_longer_than_128_are_refused() -> None:
    assert sentence(OrgName("name"), "x" * 129) == "name has 129 characters. Shorten it to at most 128."


def test_a_password_is_never_read_so_that_no_problem_can_show_it() -> None:
    column = Secret("password")
    assert column.fault("x" * 51) is None
    assert column.wire("hunter2") == column.wire("")


RELATIONSHIPS = Relationships("relationships")


@pytest.mark.parametrize(
    ("cell", "found"),
    [
        ("Parent:P-3301|Auditor:T-0412", (PIPED, {"Parent": ["P-3301"], "Auditor": ["T-0412"]})),
        ("Parent:P-1|Parent:P-2|Parent:P-1", (PIPED, {"Parent": ["P-1", "P-2"]})),
        ("Guardian:P-1", (PIPED, {"Guardian": ["P-1"]})),
        (
            '[{"Type": "Parent", "Id": "P-3308"}, {"Type": "Guardian", "Id": "P-3309"}]',
            (AS_JSON, {"Parent": ["P-3308"], "Guardian": ["P-3309"]}),
        ),
        ("[]", (AS_JSON, {})),
    ],
)
def test_relationships_are_read_in_both_forms(cell: str, found: object) -> None:
    assert RELATIONSHIPS.parse(cell) == found


@pytest.mark.parametrize(
    ("cell", "said"),
    [
        ("P-3301", "relationships has `P-3301`. Write Parent:ID and Auditor:ID joined by pipes"),
        ("Parent:P-1||Parent:P-2", "relationships has ``. Write Parent:ID"),
        ("Parent: P-1", "relationships has `Parent: P-1`. Write Parent:ID"),
        ("parent:P-1", "relationships has `parent:P-1`, and relationships are `Parent`, `Auditor`, `Guardian`"),
        ("Friend:P-1", "relationships has `Friend:P-1`, and relationships are `Parent`, `Auditor`, `Guardian`"),
        ('[{"Type": "Auditor", "Id": "T-1"}]', "relationships has `Auditor`, and relationships are `Parent`, `Guardian`"),
        ('[{"Type": "Parent"}]', "relationships begins like JSON and cannot be read as such."),
        ("[{", "relationships begins like JSON and cannot be read as such."),
        ('{"Type": "Parent", "Id": "P-1"}', "relationships begins like JSON and cannot be read as such."),
        ("x" * 4_001, "relationships has 4,001 characters. Shorten it to at most 4,000."),
    ],
)  # fmt: skip
def test_of_bad_relationships_is_said_what_to_write(cell: str, said: str) -> None:
    assert sentence(RELATIONSHIPS, cell).startswith(said)
