"""Personas and viewing permissions through the API (csv data import 2.1)."""

from __future__ import annotations

import pytest

from tests.api.caller import Caller, caller_in
from tests.imports.groups.rows import group, load_rows, person, template
from tests.imports.harness import Tenant


@pytest.fixture
def made(tenant: Tenant) -> Caller:
    load_rows(
        tenant,
        template(tenant),
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
                ),
                person("p-12", "Lena Vogt"),
            ],
            "permissions": [
                {"person": "p-11", "canView": {"group": "arts"}},
                {"person": "p-11", "canView": {"everyone": True}},
                {"group": "music", "canView": {"group": "music"}},
            ],
        },
    )
    return caller_in(tenant)


def test_a_person_says_personas_and_whose_data_they_may_view(made: Caller) -> None:
    [kofi] = made.results("/people", external_id="p-11")
    [arts] = made.results("/org-units", external_id="arts")
    assert kofi["personas"] == [
        {"identifier": "account", "value": "u-204", "home_page": "https://lecture.example"},
        {"identifier": "mbox", "value": "mailto:kofi@example.edu", "home_page": None},
    ]
    assert kofi["may_view"] == [
        {"id": None, "external_id": None},
        {"id": arts["id"], "external_id": "arts"},
    ]
    assert made.get(f"/people/{kofi['id']}").json() == kofi
    [lena] = made.results("/people", external_id="p-12")
    assert (lena["personas"], lena["may_view"]) == ([], [])


def test_personas_and_permissions_are_objects_with_a_history(made: Caller) -> None:
    found = made.results("/personas", person="p-11", q="u-204")
    assert [(one["identifier"], one["person"]["external_id"]) for one in found] == [("account", "p-11")]
    assert "key" not in found[0]
    events = made.get(f"/personas/{found[0]['id']}/history").json()["results"]
    assert [(event["operation"], event["row"]) for event in events] == [("created", 2)]
    [by_group] = made.results("/viewing-permissions", org_unit="music")
    assert by_group["grantee"] == by_group["org_unit"] | {"object_type": "org_unit"}
    assert len(made.results("/viewing-permissions", person="p-11")) == 2
    assert len(made.results("/viewing-permissions", q="Kofi")) == 2


def test_a_type_that_came_with_groups_can_be_used_by_other_files(made: Caller) -> None:
    [music] = made.results("/org-units", external_id="music")
    assert (music["type"], music["last_import_row"]) == ("choir", 2)
