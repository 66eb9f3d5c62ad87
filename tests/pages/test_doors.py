"""Every page door × every role, against one table; and what a page costs the database."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import get_resolver

from edu_csv.access.policy import ABILITIES, Ability
from edu_csv.access.roles import Role
from edu_csv.front import urls as front
from edu_csv.pages import urls as pages
from imports.formats.registry import formats
from reporting import urls as reporting
from tests.imports.harness import csv_text, sample
from tests.pages.house import House

TERMS, PEOPLE = "echovideo.terms.v1", "echovideo.users.v1"
EVERYBODY = frozenset(Role)
READERS = EVERYBODY
EXPORTERS = EVERYBODY
ADMINS = frozenset({Role.ADMIN})
REPORTERS = EVERYBODY - {Role.SCHEDULER}
FEEDERS = EVERYBODY - {Role.SCHEDULER, Role.ANALYST}

# Design section 6 and ui.md section 4, for pages that exist for everybody's own institution.
DOORS: dict[str, frozenset[Role]] = {
    "/": EVERYBODY,
    "/today/running/": EVERYBODY,
    "/find/": EVERYBODY,
    "/find/?q=tan": EVERYBODY,
    "/institution/": EVERYBODY,
    "/help/formats/": EVERYBODY,
    "/help/formats/echovideo.sections.v1/": EVERYBODY,
    "/exports/": EXPORTERS,
    "/exports/new/": EXPORTERS,
    "/exports/form/": EXPORTERS,
    "/exports/lines/": EXPORTERS,
    "/reports/": REPORTERS,
    "/reports/videoview/": REPORTERS,
    "/reports/videoview/part/": REPORTERS,
    "/reports/asset/estimate/": REPORTERS,
    "/reports/asset/charts/": REPORTERS,
    "/reports/asset/rows/": REPORTERS,
    "/reports/asset/requests/": REPORTERS,
    "/reports/asset/columns/": REPORTERS,
    "/reports/asset/schema.json": REPORTERS,
    "/reports/requests/": REPORTERS,
    "/reports/requests/lines/": REPORTERS,
    "/reports/recurring/": REPORTERS,
    "/reports/recurring/new/": REPORTERS,
    "/reports/recurring/webhooks/": REPORTERS,
    "/roster/people/": READERS,
    "/roster/people/lines/": READERS,
    "/roster/courses/": READERS,
    "/roster/offerings/": READERS,
    "/roster/sections/": READERS,
    "/roster/terms/": READERS,
    "/roster/org-units/": READERS,
    "/roster/rooms/": READERS,
    "/roster/buildings/": READERS,
    "/roster/campuses/": READERS,
    "/roster/schedules/": READERS,
    "/calendar/": READERS,
    "/calendar/?q=tan": READERS,
    "/imports/": EVERYBODY - {Role.ANALYST},
    "/imports/new/": EVERYBODY - {Role.ANALYST},
    "/sources/": FEEDERS,
    "/sources/new/": ADMINS,
    "/templates/": FEEDERS,
    "/templates/new/": ADMINS,
    "/templates/ready/notes/example.csv": FEEDERS,
    "/help/templates/": EVERYBODY,
    "/help/activity/": EVERYBODY,
    "/help/reporting/": EVERYBODY - {Role.SCHEDULER},
    "/help/recurring-reports/": REPORTERS,
    "/settings/account/": EVERYBODY,
    "/settings/institution/": ADMINS,
    "/settings/access/": ADMINS,
    "/settings/mappings/": ADMINS,
    "/settings/api-clients/": ADMINS,
}
# Doors for people who are not logged in yet, or that need no one to be.
OPEN = {"/login/", "/logout/", "/theme/", "/styleguide/", "/help/"}


@pytest.mark.parametrize("role", list(Role))
def test_each_role_finds_what_the_table_says_and_nothing_else(house: House, role: Role) -> None:
    client = house.browser(role)
    found = {address: client.get(address).status_code for address in DOORS}
    assert found == {address: 200 if role in roles else 404 for address, roles in DOORS.items()}


def test_nobody_gets_in_without_logging_in(house: House) -> None:
    for address in DOORS:
        answer = Client().get(address)
        assert answer.status_code == 302, address
        assert answer["Location"].startswith("/login/"), address


def test_no_navigation_leads_to_a_closed_door(house: House) -> None:
    for role in Role:
        client = house.browser(role)
        shell = client.get("/").context["shell"]
        for group in shell["nav"]:
            for item in group["items"]:
                assert client.get(item["href"]).status_code == 200, (role, item["href"])


@pytest.mark.parametrize("urls", [front, pages, reporting])
def test_every_address_is_behind_the_door_or_known_to_be_open(urls: Any) -> None:
    """A view without ``doors.page`` would show itself to anybody."""
    unguarded = {
        f"/{pattern.pattern}" for pattern in urls.urlpatterns if not hasattr(pattern.callback, "ability")
    }
    assert unguarded <= OPEN


def test_the_abilities_of_doors_are_those_of_the_table(house: House) -> None:
    for address, roles in DOORS.items():
        match = get_resolver().resolve(address.partition("?")[0])
        ability: Ability | None = getattr(match.func, "ability", None)
        able = {role for role in Role if ability is None or ability in ABILITIES[role]}
        assert able == roles, address


def people(house: House, numbers: range) -> None:
    rows = [[f"Ada {n}", "Berg", f"ada{n}@fjord.example", "Student", f"P-{n}"] for n in numbers]
    house.load(csv_text(["First Name", "Last Name", "Email", "Role", "External ID"], *rows), PEOPLE)


def asked(client: Client, address: str) -> int:
    with CaptureQueriesContext(connection) as queries:
        assert client.get(address).status_code == 200
    return len(queries)


@pytest.mark.parametrize(
    "address",
    ["/", "/roster/people/", "/roster/people/?q=ada", "/find/?q=ada", "/roster/terms/", "/exports/"],
)
def test_a_page_asks_the_database_the_same_number_of_times_whatever_it_shows(
    house: House, address: str
) -> None:
    client = house.browser()
    house.load(sample(formats()[TERMS]), TERMS, mode="preview")
    people(house, range(2))
    client.get(address)
    few = asked(client, address)
    house.load(sample(formats()[TERMS]), TERMS, mode="preview")
    people(house, range(2, 60))
    people(house, range(60, 62))
    assert asked(client, address) == few
    assert few <= 36


def test_an_object_asks_the_same_however_long_its_history_is(house: House) -> None:
    people(house, range(1))
    [(person,)] = house.query("SELECT id FROM roster_person")
    client = house.browser()
    address = f"/roster/people/{person}/"

    def rename(name: str) -> None:
        house.query(
            "INSERT INTO roster_change (at, institution_id, object_type, object_id, operation, before, after,"
            " account_id) VALUES (now(), %s, 6, %s, 2, '{}', jsonb_build_object('given_name', %s::text), 1)",
            house.pk, person, name,
        )  # fmt: skip

    rename("Eva")
    client.get(address)
    few = asked(client, address)
    for name in ("Ida", "Ada", "Uma"):
        rename(name)
    assert asked(client, address) == few
