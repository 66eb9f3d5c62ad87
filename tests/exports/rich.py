"""A small roster that has something of everything: graphs, several terms and courses, memberships, attributes."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.db import transaction

from edu_csv import tenancy
from edu_csv.roster.models import (
    Course,
    Enrollment,
    Membership,
    Offering,
    OrgUnit,
    OrgUnitType,
    Person,
    PersonAttributes,
    Section,
    Term,
)
from edu_csv.roster.nouns import OFFERING, ORG_UNIT, TERM
from imports.formats.text import fold
from tests.imports.harness import Tenant


def named(name: str) -> dict[str, str]:
    return {"name": name, "name_folded": fold(name)}


def put(tenant: Tenant) -> dict[str, Any]:
    """Written straight to the tables; objects by external id."""
    made: dict[str, Any] = {}
    mine = {"institution_id": tenant.pk}

    def make(kind: type[Any], key: str, **fields: Any) -> Any:
        if kind not in (Enrollment, Membership, PersonAttributes):
            fields["external_id"] = key
        made[key] = kind.objects.create(**mine, **fields)
        return made[key]

    with tenancy.use_institution(tenant.pk), transaction.atomic():
        OrgUnitType.objects.create(**mine, name="faculty")
        campus = make(OrgUnit, "ORG-N", type="organization", **named("North, by the sea"))
        # "A-FAC" stands before its parents by code, and must not.
        science = make(OrgUnit, "SCI", type="faculty", **named("Science"), parent_ids=[campus.pk])
        arts = make(
            OrgUnit, "A-FAC", type="faculty", **named("Île des Arts"), parent_ids=[science.pk, campus.pk]
        )
        biology = make(
            OrgUnit, "DEP-BIO", type="department", **named("Biology"), parent_ids=[science.pk, arts.pk]
        )
        data = make(OrgUnit, "DEP-DAT", type="department", **named("Data"), parent_ids=[science.pk])
        autumn = make(Term, "27A", **named("Autumn 2027"), parent_ids=[campus.pk])
        spring = make(Term, "28S", **named("Spring 2028"))
        cell = make(
            Course, "TPL-BIO110", code="BIO 110", code_folded=fold("BIO 110"), name="Cell Biology",
            department_id=biology.pk, organization_id=campus.pk, parent_ids=[data.pk, science.pk],
        )  # fmt: skip
        drawing = make(
            Course,
            "TPL-ART015",
            code="TPL-ART015",
            code_folded=fold("TPL-ART015"),
            name="Drawing “From Life”",
        )
        both = make(
            Offering, "OFF-1", name="Cell Biology, two terms", course_ids=[cell.pk, drawing.pk],
            term_ids=[autumn.pk, spring.pk], parent_ids=[science.pk, arts.pk, campus.pk],
            start_at=datetime.fromisoformat("2027-09-06"), end_at=datetime.fromisoformat("2028-01-31T17:30"), is_active=True, discover=True,
        )  # fmt: skip
        short = make(
            Offering, "OFF-2", name="Drawing", course_ids=[drawing.pk], term_ids=[spring.pk], is_active=False
        )
        first = make(
            Section, "SEC-1", **named("Group 1"), offering_id=both.pk, course_id=cell.pk, term_id=autumn.pk
        )
        make(
            Section, "SEC-2", **named("Group 2; or 3"), offering_id=short.pk, course_id=drawing.pk,
            term_id=spring.pk, description="Evenings",
        )  # fmt: skip
        mother = _person(make, "P-1", "Hanna", "O'Duya", "observer", "h.oduya")
        teacher = _person(make, "T-1", "Dayo", "Achebe", "instructor", "d.achebe", pronouns="she/her")
        student = _person(
            make, "S-1", "Kwame", "Oduya, Jr.", "student", "k.oduya", preferred_given_name="Kay",
            parent_person_ids=[mother.pk], auditor_person_ids=[teacher.pk], sso_id="kay",
        )  # fmt: skip
        make(Enrollment, "e1", person_id=student.pk, section_id=first.pk, role="student")
        make(Enrollment, "e2", person_id=teacher.pk, section_id=first.pk, role="instructor")
        for key, noun, unit in (("m1", ORG_UNIT, biology), ("m2", TERM, autumn), ("m3", OFFERING, short)):
            make(
                Membership, key, person_id=teacher.pk, unit_type=noun.code, unit_id=unit.pk, role="instructor"
            )
        make(
            PersonAttributes, "a1", person_id=student.pk, team="Cell Lab", divisions=["Science", "Arts"],
            hired_date=date(2019, 2, 11), manager_id=teacher.pk, affiliated_units=[biology.pk, first.pk],
        )  # fmt: skip
    return made


def _person(make: Any, key: str, given: str, family: str, role: str, username: str, **more: Any) -> Any:
    email = f"{username}@example.edu"
    return make(
        Person, key, given_name=given, family_name=family, email=email, email_folded=email, username=username,
        username_folded=username, roles=[role], org_role=role, is_active=True, **more,
    )  # fmt: skip
