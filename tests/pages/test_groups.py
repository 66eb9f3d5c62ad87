"""Pages of people and groups: personas, memberships, and who may view whose data (csv data import 2.1)."""

from __future__ import annotations

from tests.imports.groups.rows import group, load_rows, person, template
from tests.pages.house import House
from tests.pages.test_members import id_of, lines, text_of


def begin(house: House) -> None:
    load_rows(
        house,
        template(house),
        {
            "groups": [group("music", "Music", "Choir"), group("arts", "Arts", "Faculty")],
            "people": [
                person(
                    "p-11",
                    "Kofi Mensah",
                    personas=[
                        {"mbox": "mailto:kofi@example.edu"},
                        {"account": {"homePage": "https://lecture.example", "name": "u-204"}},
                    ],
                    groups=["music"],
                )
            ],
            "permissions": [
                {"person": "p-11", "canView": {"group": "arts"}},
                {"person": "p-11", "canView": {"everyone": True}},
                {"group": "music", "canView": {"group": "music"}},
            ],
        },
    )


def test_a_person_shows_personas_groups_and_what_they_may_view(house: House) -> None:
    begin(house)
    kofi = id_of(house, "person", "p-11")
    music, arts = id_of(house, "org_unit", "music"), id_of(house, "org_unit", "arts")
    client, page = house.browser(), f"/roster/people/{kofi}/"
    assert lines(text_of(client, f"{page}?tab=personas")) == {
        "u-204": f"/roster/people/{kofi}/",
        "kofi@example.edu": f"/roster/people/{kofi}/",
    }
    assert lines(text_of(client, f"{page}?tab=memberships")) == {"Music": f"/roster/org-units/{music}/"}
    assert lines(text_of(client, f"{page}?tab=views")) == {
        "Everyone": f"/roster/people/{kofi}/",
        "Arts": f"/roster/org-units/{arts}/",
        # As a member of a group.
        "Music": f"/roster/org-units/{music}/",
    }


def test_a_group_shows_members_and_who_may_view_it(house: House) -> None:
    begin(house)
    kofi = id_of(house, "person", "p-11")
    music, arts = id_of(house, "org_unit", "music"), id_of(house, "org_unit", "arts")
    client = house.browser()
    assert lines(text_of(client, f"/roster/org-units/{music}/?tab=members")) == {
        "Kofi Mensah": f"/roster/people/{kofi}/"
    }
    assert lines(text_of(client, f"/roster/org-units/{arts}/?tab=viewers")) == {
        "Kofi Mensah": f"/roster/people/{kofi}/"
    }
    assert lines(text_of(client, f"/roster/org-units/{music}/?tab=viewers")) == {
        "Music": f"/roster/org-units/{music}/"
    }
    assert list(lines(text_of(client, f"/roster/org-units/{music}/?tab=views"))) == ["Music"]


def test_the_history_of_a_person_tells_the_import(house: House) -> None:
    begin(house)
    page = text_of(house.browser(), f"/roster/people/{id_of(house, 'person', 'p-11')}/?tab=history")
    assert "People and groups" in page or "upload.csv" in page


def test_the_settings_say_what_units_of_a_type_are_called(house: House) -> None:
    load_rows(
        house,
        template(house),
        {"groups": [group("c", "Canticum", "", type={"name": "Choir", "pluralName": "Choirs of Fjord"})]},
    )
    page = text_of(house.browser(), "/settings/mappings/")
    assert "used by 1 org unit, called Choirs of Fjord" in page
