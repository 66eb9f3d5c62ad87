"""Orgs: departments, custom org units, semesters, course templates, offerings and sections (d2l 6)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from edu_csv.roster.nouns import ORG_UNIT
from imports.formats.d2l import org_rules
from imports.formats.d2l.columns import Action, Code, Codes, D2LText, Flag, Moment, OneCode, OrgName
from imports.formats.d2l.courses import COURSE_KINDS
from imports.formats.d2l.family import D2LLayout
from imports.formats.d2l.units import UNIT_KINDS
from imports.formats.d2l.vocabulary import STANDARD_TYPES


class Orgs(D2LLayout):
    """One row, one org unit. Its type says of which kind it is, and which of the columns count."""

    key = "d2l.orgs"
    title = "D2L org units"
    target = ORG_UNIT
    order = 1
    called = (
        "orgs", "org", "other", "departments", "department", "semesters", "semester", "templates", "template", "offerings",
        "offering", "sections", "section",
    )  # fmt: skip
    widths: ClassVar[Mapping[str, int]] = {"1.0": 11, "1.1": 11, "2.0": 12, "2.1": 12, "3.0": 13}

    type = D2LText(
        "type", 128, required=True,
        help=f"In lower case: {', '.join(STANDARD_TYPES)}, or a type of your institution's own.",
    )  # fmt: skip
    action = Action("action", help="UPDATE creates what is not there, too.")
    code = Code("code", help="Identifies the org unit, whatever its type. Cut to 50 characters.")
    org_name = OrgName("name", required=("create", "update"))
    start_date = Moment("start_date", help="Of course offerings only; else read past.")
    end_date = Moment("end_date", help="Of course offerings only; else read past.")
    is_active = Flag("is_active", help="Of course offerings only; blank means 1.")
    department_code = Codes("department_code", help="Departments of a course template, joined by “|”.")
    template_code = Codes("template_code", help="Course templates of an offering, joined by “|”.")
    semester_code = Codes("semester_code", help="Semesters of an offering, joined by “|”.")
    offering_code = OneCode("offering_code", help="The one course offering of a section.")
    custom_code = Codes("custom_code", help="Custom org units above it, joined by “|”; blank in sections.")
    discover = Flag("discover", help="Of course offerings only; blank leaves it as it is.")

    kinds = (*UNIT_KINDS, *COURSE_KINDS)
    row_rules = org_rules.OF_EVERY_ROW
    label = ("code", "org_name")
    sample_rows = (
        {"type": "department", "action": "UPDATE", "code": "DEP-BIO", "org_name": "Biology"},
        {"type": "semester", "action": "UPDATE", "code": "TRM-27A", "org_name": "Autumn 2027"},
    )
