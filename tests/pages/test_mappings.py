"""Words of the institution: types of org units and names of roles; who sets them, what keeps them, what is noted."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from edu_csv import tenancy
from edu_csv.access.models import AuditEvent
from edu_csv.roster import lock, vocabulary
from tests.pages.house import House, new_house

URL = "/settings/mappings/"


def text_of(answer: Any) -> str:
    return " ".join(answer.content.decode().split())


def do(client: Client, what: str, **fields: str) -> str:
    """A deed that is done, and what the page says then."""
    answer = client.post(URL, {"do": what, **fields}, follow=True)
    assert answer.redirect_chain == [(URL, 302)]
    return text_of(answer)


def refused(client: Client, what: str, **fields: str) -> str:
    answer = client.post(URL, {"do": what, **fields})
    assert answer.status_code == 422
    return text_of(answer)


def types(house: House) -> list[str]:
    with tenancy.use_institution(house.pk):
        return vocabulary.org_unit_types(house.pk)


def roles(house: House) -> dict[str, str]:
    with tenancy.use_institution(house.pk):
        return vocabulary.role_names(house.pk)


def unit(house: House, type_: str, external_id: str, *, deleted: bool = False) -> None:
    house.query(
        "INSERT INTO roster_org_unit (id, institution_id, external_id, type, name, name_folded, parent_ids, deleted_at)"
        " VALUES (uuidv7(), %s, %s, %s, 'Arts', 'arts', '{}', CASE WHEN %s THEN now() END)",
        house.pk, external_id, type_, deleted,
    )  # fmt: skip


def test_a_type_is_added_renamed_with_its_units_and_removed_when_unused(house: House) -> None:
    client = house.browser(name="Ingrid Solberg")
    assert "Files may name the type faculty" in do(client, "add_type", type="faculty")
    assert types(house) == ["organization", "department", "faculty"]
    unit(house, "faculty", "FAC-1")
    unit(house, "faculty", "FAC-2")
    unit(house, "faculty", "FAC-3", deleted=True)
    shown = text_of(client.get(URL))
    # Lists of phones write the column before a cell: not twice, and of a field as its label.
    assert "used by 2 org units" in shown
    assert 'data-l="used"' not in shown
    assert shown.count('data-l="New name"') == 1
    assert "2 org units have the type" in refused(client, "remove_type", type="faculty")
    with tenancy.use_institution(house.pk):
        before = lock.version(house.pk)
    assert "faculty is school now, with 2 org units." in do(
        client, "rename_type", type="faculty", name="school", at="name-2"
    )
    assert types(house) == ["organization", "department", "school"]
    assert house.query("SELECT DISTINCT type FROM roster_org_unit") == [("school",)]
    journal = house.query(
        "SELECT before ->> 'type', after ->> 'type', account_id IS NOT NULL FROM roster_change WHERE object_type = 1"
    )
    assert journal == [("faculty", "school", True)] * 3
    with tenancy.use_institution(house.pk):
        assert lock.version(house.pk) == before + 1
    house.query("UPDATE roster_org_unit SET deleted_at = now()")
    do(client, "remove_type", type="school")
    assert types(house) == ["organization", "department"]
    with tenancy.use_institution(house.pk):
        noted = list(
            AuditEvent.objects.order_by("at").values_list("verb", "target", "detail", "account__name")
        )
    assert noted == [
        ("add_org_unit_type", "faculty", {}, "Ingrid Solberg"),
        ("rename_org_unit_type", "faculty", {"after": "school", "org_units": 2}, "Ingrid Solberg"),
        ("remove_org_unit_type", "school", {}, "Ingrid Solberg"),
    ]


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("", "is blank"),
        ("Faculty", "Write “faculty”"),
        ("department", "There is a type “department” already"),
        ("campus", "There is a type “campus” already"),
        ("course offering", "D2L calls something else"),
        ("a|b", "the character &#x27;|&#x27;"),
        ("f" * 51, "51 characters"),
    ],
)
def test_a_type_is_one_that_files_can_name(house: House, name: str, said: str) -> None:
    client = house.browser()
    do(client, "add_type", type="campus")
    do(client, "add_type", type="school")
    assert said in refused(client, "add_type", type=name)
    assert said in refused(client, "rename_type", type="school", name=name, at="name-3")
    assert types(house) == ["organization", "department", "campus", "school"]


def test_types_that_are_always_there_are_neither_renamed_nor_removed(house: House) -> None:
    client = house.browser()
    assert "no type" in refused(client, "rename_type", type="department", name="institute", at="x")
    assert "no type" in refused(client, "remove_type", type="department")


def test_a_role_name_is_added_wins_over_a_built_in_one_and_is_removed(house: House) -> None:
    client = house.browser()
    assert roles(house)["Faculty"] == "instructor"
    assert "Dozent" not in roles(house)
    assert "Dozent means Instructor from now on." in do(
        client, "set_role_name", role_name="Dozent", role="instructor"
    )
    do(client, "set_role_name", role_name="Faculty", role="administrator")
    assert (roles(house)["Dozent"], roles(house)["Faculty"]) == ("instructor", "administrator")
    assert "instead of Instructor" in text_of(client.get(URL))
    # Letter for letter: another case is another name.
    assert "dozent" not in roles(house)
    assert "Faculty means Instructor again." in do(client, "remove_role_name", role_name="Faculty")
    do(client, "remove_role_name", role_name="Dozent")
    assert roles(house) == {name: str(role) for name, role in vocabulary.BUILT_IN_ROLE_NAMES.items()}
    with tenancy.use_institution(house.pk):
        noted = list(AuditEvent.objects.order_by("at").values_list("verb", "target", "detail"))
    assert noted == [
        ("set_role_name", "Dozent", {"before": None, "after": "instructor"}),
        ("set_role_name", "Faculty", {"before": "instructor", "after": "administrator"}),
        ("remove_role_name", "Faculty", {"before": "administrator"}),
        ("remove_role_name", "Dozent", {"before": "instructor"}),
    ]


@pytest.mark.parametrize(
    ("name", "role", "said"),
    [
        ("", "student", "is blank"),
        ("X", "emperor", "Expected one of student"),
        ("x" * 129, "student", "129 characters"),
    ],
)
def test_a_role_name_means_one_of_the_roles(house: House, name: str, role: str, said: str) -> None:
    assert said in refused(house.browser(), "set_role_name", role_name=name, role=role)
    assert "no name that could be removed" in refused(
        house.browser(), "remove_role_name", role_name="Student"
    )


def test_words_are_escaped_and_belong_to_one_institution(house: House) -> None:
    client = house.browser()
    do(client, "set_role_name", role_name="<script>x</script>", role="tutor")
    page = client.get(URL).content.decode()
    assert "<script>x" not in page
    assert "&lt;script&gt;x" in page
    other = new_house()
    do(client, "add_type", type="faculty")
    assert types(other) == ["organization", "department"]
    assert "<script>x</script>" not in roles(other)
    with tenancy.use_institution(other.pk):
        assert house.pk != other.pk
        assert vocabulary.org_unit_types(house.pk) == ["organization", "department"]


@pytest.mark.parametrize("role", ["org_admin", "department_admin", "scheduler", "analyst", "integration"])
def test_only_administrators_of_the_whole_institution_set_words(house: House, role: str) -> None:
    client = house.browser(role)
    assert client.get(URL).status_code == 404
    assert client.post(URL, {"do": "add_type", "type": "faculty"}).status_code == 404
    unit(house, "organization", "ORG-1")
    [(organization,)] = house.query("SELECT id FROM roster_org_unit")
    part = house.browser("admin", organization)
    assert part.get(URL).status_code == 404
    assert part.post(URL, {"do": "add_type", "type": "faculty"}).status_code == 404
    assert types(house) == ["organization", "department"]


def test_what_no_form_asks_for_is_not_there(house: House) -> None:
    assert house.browser().post(URL, {"do": "drop_types"}).status_code == 404
