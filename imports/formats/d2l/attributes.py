"""Attributes of people for the Manager Dashboard and Learning Groups (d2l 9)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from edu_csv.roster.nouns import PERSON, PERSON_ATTRIBUTES
from imports.formats.columns import CellFault, Column
from imports.formats.d2l.columns import USER_KEY, Codes, D2LColumn, D2LText, parts
from imports.formats.d2l.family import VERSIONS, D2LLayout
from imports.formats.d2l.org_rules import CODED, truncated
from imports.formats.dates import Date
from imports.formats.feed import Kind, Looks, Ref, Set
from imports.problems import FileRejected

VALUE_BYTES, MOST_UNITS = 256, 10


class Value(D2LText):
    """One value, of at most 256 bytes."""

    def __init__(self, header: str, **options: Any) -> None:
        super().__init__(header, VALUE_BYTES, **options)

    def parse(self, text: str) -> str:
        refuse_long(text)
        return text


class Values(D2LColumn):
    """Several values joined by pipes (D-22), each of at most 256 bytes; repeats are dropped."""

    sql_type = "text[]"
    type_name = "list"
    is_list = True
    code = "bad_list"
    expected = "values joined by a pipe, without spaces round it, like Biology|Chemistry"

    def parse(self, text: str) -> list[str]:
        values = list(dict.fromkeys(parts(text)))
        for value in values:
            refuse_long(value)
        return values


class Day(Date):
    fills_field = False


def refuse_long(text: str) -> None:
    if (length := len(text.encode())) > VALUE_BYTES:
        raise CellFault("too_long", variant="bytes", length=length, limit=VALUE_BYTES)


HEADERS: Final = {
    "lms_username": "LMS Username",
    "company_employee_id": "Company Employee Id",
    "company_name": "Company Name",
    "department": "Department",
    "division": "Division",
    "employee_role": "Employee Role",
    "hired_date": "Hired Date",
    "location": "Location",
    "manager": "Manager",
    "region": "Region",
    "role_category": "Role Category",
    "team": "Team",
    "affiliated_org_units": "Affiliated Org Units",
}
# Field of the object by column: blank cells delete the value, and a file that lacks the column leaves it.
_PLAIN: Final = {
    "company_employee_id": ("company_employee_id", "text"),
    "company_name": ("company_name", "text"),
    "department": ("departments", "text[]"),
    "division": ("divisions", "text[]"),
    "employee_role": ("employee_role", "text"),
    "hired_date": ("hired_date", "date"),
    "location": ("locations", "text[]"),
    "region": ("regions", "text[]"),
    "role_category": ("role_category", "text"),
    "team": ("team", "text"),
}


def _by_username(name: str, column: str) -> Ref:
    lookup = Looks((PERSON,)).by("username_folded")
    return Ref(
        name, f"s.f_{column}", HEADERS[column], lookup, "unknown_user", object="user", said=f"s.v_{column}"
    )


ATTRIBUTES: Final = Kind(
    name="attributes",
    called="row of attributes",
    noun=PERSON_ATTRIBUTES,
    key=("person_id",),
    order=90,
    refs=(
        _by_username("user", "lms_username"),
        _by_username("manager", "manager"),
        Ref(
            "units", "s.v_affiliated_org_units", HEADERS["affiliated_org_units"], Looks(CODED).by("external_id"),
            "unknown_org_unit", many=True, object="org unit",
        ),
    ),
    uses=tuple(HEADERS),
    required=("lms_username",),
    fields=(
        Set("person_id", "r_user.id", "uuid", header=HEADERS["lms_username"]),
        *(
            Set(
                field, f"s.v_{name}", kind,
                header=HEADERS[name], column=name,
            )
            for name, (field, kind) in _PLAIN.items()
        ),
        Set("manager_id", "r_manager.id", "uuid", header=HEADERS["manager"], column="manager"),
        Set(
            "affiliated_units", "r_units.ids", "uuid[]", header=HEADERS["affiliated_org_units"],
            column="affiliated_org_units",
        ),
    ),
    rules=(truncated(HEADERS["affiliated_org_units"], 13),),
    header=HEADERS["lms_username"],
)  # fmt: skip


class Attributes(D2LLayout):
    """One row, all attributes of one person. One bad row, and nothing of the file is applied."""

    key = "d2l.attributes"
    title = "D2L attributes"
    target = PERSON_ATTRIBUTES
    order = 4
    called = ("attributes", "attribute")
    all_or_nothing = True

    lms_username = D2LText(
        HEADERS["lms_username"], USER_KEY, required=True, folded=True, help="The username of a person."
    )
    company_employee_id = Value(HEADERS["company_employee_id"], field="company_employee_id")
    company_name = Value(HEADERS["company_name"], field="company_name")
    department = Values(HEADERS["department"], field="departments")
    division = Values(HEADERS["division"], field="divisions")
    employee_role = Value(HEADERS["employee_role"], field="employee_role")
    hired_date = Day(HEADERS["hired_date"], field="hired_date")
    location = Values(HEADERS["location"], field="locations")
    manager = D2LText(
        HEADERS["manager"], USER_KEY, folded=True, field="manager_id", help="The username of a person."
    )
    region = Values(HEADERS["region"], field="regions")
    role_category = Value(HEADERS["role_category"], field="role_category")
    team = Value(HEADERS["team"], field="team")
    affiliated_org_units = Codes(
        "Affiliated Org Units",
        most=MOST_UNITS,
        field="affiliated_units",
        help="At most 10 codes, joined by “|”.",
    )

    kinds = (ATTRIBUTES,)
    label = ("lms_username",)
    sample_rows = (
        {
            "lms_username": "m.teravest", "company_employee_id": "E-2207", "company_name": "Northfield Institute",
            "department": "Biology", "division": "Science", "employee_role": "Senior Lecturer", "hired_date": "2019-02-11",
            "location": "North Campus", "region": "Coast", "role_category": "Academic", "team": "Cell Lab",
            "affiliated_org_units": "DEP-BIO",
        },
        {"lms_username": "k.oduya", "company_name": "Northfield Institute", "manager": "m.teravest"},
    )  # fmt: skip
    spaced = ("Affiliated Org Units", VERSIONS)

    @classmethod
    def header(cls, version: str) -> list[str]:
        return [column.header for column in cls.columns]

    @classmethod
    def fit(cls, header: Sequence[str], version: str | None = None) -> dict[Column, int]:
        """Columns but the first may be left out, none may be another or elsewhere (9, D-4)."""
        places = [place for place, name in enumerate(header) if not name.startswith("_")]
        found = cls._unspaced([header[place] for place in places], VERSIONS[-1])
        columns = [column for column in cls.columns if column.header in found]
        if found[:1] != [cls.columns[0].header] or found != [column.header for column in columns]:
            raise FileRejected(
                "header_mismatch", **cls._mismatch([header[place] for place in places], VERSIONS[-1])
            )
        return dict(zip(columns, places, strict=True))
