"""The roster browser of what D2L tells: offerings, memberships, relationships, attributes, further parents."""

from __future__ import annotations

import re
from uuid import UUID

import pytest
from django.test import Client

from tests.pages.house import House


@pytest.fixture
def loaded(house: House) -> House:
    """The basics with an offering of two terms below a school, of which Ingrid is a member."""
    house.load_basics()
    school = put(
        house,
        "org_unit",
        "SCH-1",
        type="school",
        name="School of Life",
        name_folded="school of life",
        parent_ids=[],
    )
    term = put(
        house,
        "term",
        "T-2",
        name="Winter 2032",
        name_folded="winter 2032",
        exclusion_dates=[],
        parent_ids=[school],
    )
    course, first = id_of(house, "course", "C-OCE210"), id_of(house, "term", "T-2031A")
    offering = put(
        house, "offering", "OFF-1", name="Tides all year", course_ids=[course], term_ids=[first, term], is_implicit=False,
        parent_ids=[school], start_at="2031-09-01 08:00", is_active=True,
    )  # fmt: skip
    house.query("UPDATE roster_course SET parent_ids = %s WHERE id = %s", [school], course)
    person, mei = id_of(house, "person", "P-1001"), id_of(house, "person", "P-1002")
    for code, unit in ((1, school), (2, term), (3, course), (4, offering)):
        house.query(
            "INSERT INTO roster_membership (id, institution_id, person_id, unit_type, unit_id, role)"
            " VALUES (uuidv7(), %s, %s, %s, %s, 'teaching_assistant')",
            house.pk, person, code, unit,
        )  # fmt: skip
    house.query(
        "UPDATE roster_person SET preferred_given_name = 'Inga', pronouns = 'she/her', is_active = false,"
        " auditor_person_ids = ARRAY[%s] WHERE id = %s",
        mei,
        person,
    )
    house.query(
        "INSERT INTO roster_person_attributes (id, institution_id, person_id, employee_role, departments, manager_id,"
        " affiliated_units) VALUES (uuidv7(), %s, %s, 'Senior Lecturer', '{Biology,Ice}', %s, %s)",
        house.pk,
        person,
        mei,
        [school, offering],
    )
    return house


def put(house: House, noun: str, external_id: str, **values: object) -> UUID:
    columns = {"external_id": external_id, **values}
    statement = (
        f"INSERT INTO roster_{noun} (id, institution_id, {', '.join(columns)})"  # noqa: S608  # of our own words
        f" VALUES (uuidv7(), %s, {', '.join(['%s'] * len(columns))}) RETURNING id"
    )
    [(id_,)] = house.query(statement, house.pk, *columns.values())
    return UUID(str(id_))


def id_of(house: House, noun: str, external_id: str) -> UUID:
    [(id_,)] = house.query(f"SELECT id FROM roster_{noun} WHERE external_id = %s", external_id)  # noqa: S608  # names of this test
    return UUID(str(id_))


def text_of(client: Client, address: str) -> str:
    page = client.get(address)
    assert page.status_code == 200, address
    return page.content.decode()


def field(page: str, label: str) -> str:
    """What a page says of a field, without its marks."""
    found = re.search(rf'<th scope="row">{label}</th><td class="wide">(.*?)</td>', page, re.DOTALL)
    return re.sub(r"<[^>]+>", "", found[1]).strip() if found else "(none)"


def lines(page: str) -> dict[str, str]:
    """Name -> address of each line of a tab."""
    return {
        name: href for href, name in re.findall(r'<a href="([^"]+)" data-row-link><bdi>(.*?)</bdi>', page)
    }


def test_a_person_tells_names_relationships_and_attributes(loaded: House) -> None:
    page = text_of(loaded.browser(), f"/roster/people/{id_of(loaded, 'person', 'P-1001')}/")
    told = {
        label: field(page, label)
        for label in (
            "Preferred first name",
            "Pronouns",
            "Active",
            "Auditors",
            "Employee role",
            "Departments",
        )
    }
    assert told == {
        "Preferred first name": "Inga",
        "Pronouns": "she/her",
        "Active": "no",
        "Auditors": "Mei Tan",
        "Employee role": "Senior Lecturer",
        "Departments": "Biology; Ice",
    }
    assert field(page, "Manager") == "P-1002 Mei Tan"
    assert field(page, "Affiliated units") == "School of Life; Tides all year"
    # What nobody said takes no room.
    assert field(page, "Guardians") == "(none)"
    assert field(page, "Marked as administrator") == "(none)"


def test_a_person_of_echovideo_tells_what_it_did(loaded: House) -> None:
    page = text_of(loaded.browser(), f"/roster/people/{id_of(loaded, 'person', 'P-1002')}/")
    for label in ("Pronouns", "Active", "Parents", "Role in the institution", "Employee role"):
        assert field(page, label) == "(none)"


def test_memberships_lead_to_their_units(loaded: House) -> None:
    person = id_of(loaded, "person", "P-1001")
    page = text_of(loaded.browser(), f"/roster/people/{person}/?tab=memberships")
    found = lines(page)
    assert list(found) == ["School of Life", "Winter 2032", "Tides and Currents", "Tides all year"]
    client = loaded.browser()
    for name, href in found.items():
        unit = text_of(client, href)
        assert name in unit
        members = lines(text_of(client, f"{href}?tab=members"))
        assert members == {"Ingrid Solberg": f"/roster/people/{person}/"}
    assert page.count("teaching assistant") >= 4


def test_who_is_named_auditor_finds_whose(loaded: House) -> None:
    mei = id_of(loaded, "person", "P-1002")
    page = text_of(loaded.browser(), f"/roster/people/{mei}/?tab=learners")
    assert list(lines(page)) == ["Ingrid Solberg"]


def test_an_offering_tells_its_terms_sections_and_people(loaded: House) -> None:
    client = loaded.browser()
    found = lines(text_of(client, "/roster/offerings/"))
    assert "Tides all year" in found
    page = text_of(client, found["Tides all year"])
    assert field(page, "Terms") == "Autumn 2031; Winter 2032"
    assert field(page, "Belongs to") == "School of Life"
    assert field(page, "Begins") == "2031-09-01T08:00:00"
    [(own,)] = loaded.query("SELECT offering_id FROM roster_section WHERE external_id = 'S-OCE210-31A-01'")
    implicit = f"/roster/offerings/{own}/"
    assert len(lines(text_of(client, f"{implicit}?tab=sections"))) == 2
    # A view of who is in its sections, each once.
    [(people,)] = loaded.query(
        "SELECT count(DISTINCT person_id) FROM roster_enrollment WHERE deleted_at IS NULL"
    )
    assert len(lines(text_of(client, f"{implicit}?tab=people"))) == people


def test_a_section_leads_to_its_offering(loaded: House) -> None:
    section = id_of(loaded, "section", "S-OCE210-31A-01")
    page = text_of(loaded.browser(), f"/roster/sections/{section}/")
    assert "/roster/offerings/" in page


def test_a_unit_lists_courses_that_belong_to_it_as_well(loaded: House) -> None:
    school = id_of(loaded, "org_unit", "SCH-1")
    client = loaded.browser()
    assert list(lines(text_of(client, f"/roster/org-units/{school}/?tab=courses"))) == ["Tides and Currents"]
    assert list(lines(text_of(client, f"/roster/org-units/{school}/?tab=offerings"))) == ["Tides all year"]
    course = id_of(loaded, "course", "C-OCE210")
    assert field(text_of(client, f"/roster/courses/{course}/"), "Belongs to as well") == "School of Life"


def test_people_are_found_by_the_name_they_prefer(loaded: House) -> None:
    assert list(lines(text_of(loaded.browser(), "/roster/people/?q=inga"))) == ["Ingrid Solberg"]


def test_who_reaches_one_unit_is_not_told_of_memberships_elsewhere(loaded: House) -> None:
    other = put(
        loaded,
        "org_unit",
        "ORG-9",
        type="organization",
        name="Elsewhere",
        name_folded="elsewhere",
        parent_ids=[],
    )
    person = id_of(loaded, "person", "P-1001")
    page = text_of(loaded.browser("org_admin", org_unit=other), f"/roster/people/{person}/?tab=memberships")
    # Terms belong to the institution, all others to units beyond.
    assert list(lines(page)) == ["Winter 2032"]
    said = field(
        text_of(loaded.browser("org_admin", org_unit=other), f"/roster/people/{person}/"), "Affiliated units"
    )
    assert said == "another org unit; another offering"


def test_who_reaches_a_further_unit_sees_the_course(loaded: House) -> None:
    school = id_of(loaded, "org_unit", "SCH-1")
    client = loaded.browser("org_admin", org_unit=school)
    assert list(lines(text_of(client, "/roster/courses/"))) == ["Tides and Currents"]
    assert len(lines(text_of(client, "/roster/sections/"))) == 2
