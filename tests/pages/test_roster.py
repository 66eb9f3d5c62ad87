"""The roster browser: lists, search, filters, paging, one object with its history, and reach."""

from __future__ import annotations

import re
from uuid import UUID, uuid4

import pytest
from django.test import Client

from edu_csv.pages.paging import PAGE_SIZE
from tests.pages.house import House, new_house
from tests.roster.timetables import Timetable

PEOPLE = "echovideo.users.v1"
PEOPLE_HEADER = ["First Name", "Last Name", "Email", "Role", "External ID"]


@pytest.fixture
def loaded(house: House) -> House:
    house.load_basics()
    return house


def lines(client: Client, address: str) -> list[str]:
    """The names of the lines of a list, in their order."""
    page = client.get(address)
    assert page.status_code == 200
    return re.findall(r"data-row-link><bdi>(.*?)</bdi>", page.content.decode())


def id_of(house: House, table: str, external_id: str) -> UUID:
    statement = f"SELECT id FROM roster_{table} WHERE external_id = %s"  # noqa: S608  # of our own
    [(found,)] = house.query(statement, external_id)
    return UUID(str(found))


def people(house: House, *rows: list[str], action: str = "create") -> None:
    from tests.imports.harness import csv_text

    house.load(csv_text(PEOPLE_HEADER, *rows), PEOPLE, action)


@pytest.mark.parametrize(
    "kind",
    [
        "people",
        "courses",
        "sections",
        "terms",
        "org-units",
        "rooms",
        "buildings",
        "campuses",
        "schedules",
    ],
)
def test_every_kind_has_a_list_that_says_what_is_missing_when_it_is_empty(house: House, kind: str) -> None:
    page = house.browser().get(f"/roster/{kind}/").content.decode()
    assert f"No {kind.replace('-', ' ')} yet" in page


def test_a_list_tells_its_objects_with_the_numbers_that_lead_to_rows(loaded: House) -> None:
    page = loaded.browser().get("/roster/sections/").content.decode()
    section = id_of(loaded, "section", "S-OCE210-31A-01")
    assert f'<a href="/roster/sections/{section}/?tab=people"><bdi>' in page
    assert "Autumn 2031" in page
    assert "Ingrid Solberg" in page


@pytest.mark.parametrize(
    ("q", "found"),
    [
        ("P-1001", ["Ingrid Solberg"]),
        ("mei.tan", ["Mei Tan"]),
        ("MEI.TAN@FJORD", ["Mei Tan"]),
        ("solb ingr", ["Ingrid Solberg"]),
        ("100%", []),
        ("_", []),
        ("'; DROP TABLE", []),
        ("nobody", []),
    ],
)
def test_people_are_found_by_id_e_mail_and_any_part_of_their_name(
    loaded: House, q: str, found: list[str]
) -> None:
    assert lines(loaded.browser(), f"/roster/people/?q={q}") == found


def test_an_object_is_found_by_its_system_id(loaded: House) -> None:
    person = id_of(loaded, "person", "P-1001")
    assert lines(loaded.browser(), f"/roster/people/?q={person}") == ["Ingrid Solberg"]


def test_names_are_escaped(house: House) -> None:
    people(house, ["<script>", 'O\'Neil "x"', "x@fjord.example", "Student", "P-<b>"])
    client = house.browser()
    person = id_of(house, "person", "P-<b>")
    for address in ("/roster/people/", f"/roster/people/{person}/", "/roster/people/?q=%3Cscript%3E"):
        page = client.get(address).content.decode()
        assert "<script>" not in page.replace('<script src="', "")
        assert "&lt;script&gt;" in page


def test_pages_of_fifty_cover_everybody_once(house: House) -> None:
    rows = [[f"G{i % 7}", f"F{i % 11}", f"p{i}@fjord.example", "Student", f"P-{i}"] for i in range(120)]
    people(house, *rows)
    client = house.browser()
    address, seen = "/roster/people/", []
    for expected in (PAGE_SIZE, PAGE_SIZE, 20):
        page = client.get(address).content.decode()
        shown = re.findall(r'<span class="sub id">(P-\d+)</span>', page)
        assert len(shown) == expected
        assert "of 120" in page
        seen += shown
        following = re.search(r'href="([^"]+)" rel="next"', page)
        address = following[1].replace("&amp;", "&") if following else ""
    assert not address
    assert sorted(seen) == sorted(row[4] for row in rows)


@pytest.mark.parametrize("cursor", ["x", "W10", "WzUwLFsiYSIsImIiLCJjIl1d", "%00", "é", "W1tdLDFd"])
def test_a_broken_cursor_is_the_first_page(loaded: House, cursor: str) -> None:
    assert len(lines(loaded.browser(), f"/roster/people/?cursor={cursor}")) == 2


def test_filters_narrow_and_can_be_cleared(loaded: House) -> None:
    client = loaded.browser()
    term = id_of(loaded, "term", "T-2031A")
    other = id_of(loaded, "term", "T-2032S")
    everything = lines(client, "/roster/sections/")
    assert lines(client, f"/roster/sections/?term={term}") == everything
    assert lines(client, f"/roster/sections/?term={other}") == []
    assert lines(client, f"/roster/sections/?term={uuid4()}") == []
    assert lines(client, "/roster/people/?role=instructor") == ["Ingrid Solberg"]
    assert lines(client, "/roster/people/?state=gone") == []
    page = client.get("/roster/people/?role=instructor").content.decode()
    assert 'href="/roster/people/"' in page


def test_an_object_says_who_set_each_value_and_what_changed_it(loaded: House) -> None:
    person = id_of(loaded, "person", "P-1002")
    changed = loaded.load(
        "User ID,First Name,Last Name,Email,Role,External ID\r\n"
        f"{person},Mei,Tan-Berg,mei.tan@fjord.example,Student,P-1002\r\n",
        PEOPLE,
        "update",
        name="Married in June",
    )
    loaded.approve(changed)
    page = loaded.browser().get(f"/roster/people/{person}/").content.decode()
    assert "Married in June" in page
    assert f'href="/imports/{changed.pk}/"' in page
    assert "row 2" in page
    history = page[page.index('id="h-h"') :]
    assert history.index("Updated by") < history.index("Created by")
    assert "Last name" in history
    assert "<del>" in history
    # What nobody has touched since is told apart.
    assert "as created" in page


def test_an_object_that_was_deleted_is_still_explained(loaded: House) -> None:
    section = id_of(loaded, "section", "S-OCE210-31A-01")
    loaded.load(f"Section ID\r\n{section}\r\n", "echovideo.sections.v1", "delete", name="Cleared")
    client = loaded.browser()
    page = client.get(f"/roster/sections/{section}/").content.decode()
    assert "This section was deleted by Cleared" in page
    assert "Tides" not in "".join(lines(client, "/roster/sections/?q=S-OCE210-31A-01"))
    assert lines(client, "/roster/sections/?state=gone")


def test_tabs_list_what_hangs_on_an_object(loaded: House) -> None:
    client = loaded.browser()
    section = id_of(loaded, "section", "S-OCE210-31A-01")
    assert "Mei Tan" in lines(client, f"/roster/sections/{section}/?tab=people")
    person = id_of(loaded, "person", "P-1002")
    assert lines(client, f"/roster/people/{person}/?tab=sections")
    assert client.get(f"/roster/terms/{id_of(loaded, 'term', 'T-2031A')}/?tab=sections").status_code == 200


def test_what_is_absent_foreign_or_of_another_kind_is_not_there(loaded: House) -> None:
    other = new_house("Harbour College")
    person = id_of(loaded, "person", "P-1001")
    assert other.browser().get(f"/roster/people/{person}/").status_code == 404
    client = loaded.browser()
    assert client.get(f"/roster/people/{uuid4()}/").status_code == 404
    assert client.get(f"/roster/sections/{person}/").status_code == 404
    assert client.get("/roster/wizards/").status_code == 404
    assert client.get(f"/roster/wizards/{person}/").status_code == 404


def test_a_department_sees_its_own_courses_and_sections_and_everybody(loaded: House) -> None:
    unit, below, beside = (uuid4() for _ in range(3))
    for id_, name, parents in ((unit, "Sciences", []), (below, "Physics", [unit]), (beside, "Arts", [])):
        loaded.query(
            "INSERT INTO roster_org_unit (id, institution_id, type, name, name_folded, parent_ids)"
            " VALUES (%s, %s, 'department', %s, %s, %s)",
            id_, loaded.pk, name, name.casefold(), parents,
        )  # fmt: skip
    [(course,)] = loaded.query("SELECT course_id FROM roster_section WHERE external_id = 'S-OCE210-31A-01'")
    loaded.query("UPDATE roster_course SET department_id = %s WHERE id = %s", below, course)
    section = id_of(loaded, "section", "S-OCE210-31A-01")

    near, far = loaded.browser("department_admin", unit), loaded.browser("department_admin", beside)
    assert len(lines(near, "/roster/courses/")) == 1
    assert near.get(f"/roster/sections/{section}/").status_code == 200
    assert lines(far, "/roster/courses/") == []
    assert lines(far, "/roster/sections/") == []
    assert far.get(f"/roster/sections/{section}/").status_code == 404
    assert far.get(f"/roster/courses/{course}/").status_code == 404
    assert lines(near, "/roster/org-units/") == ["Physics", "Sciences"]
    assert lines(far, "/roster/org-units/") == ["Arts"]
    assert far.get(f"/roster/org-units/{unit}/").status_code == 404
    # People belong to the institution; their sections do not.
    assert len(lines(far, "/roster/people/")) == 2
    person = id_of(loaded, "person", "P-1002")
    assert lines(far, f"/roster/people/{person}/?tab=sections") == []
    assert lines(near, f"/roster/people/{person}/?tab=sections")
    # A filter by an org unit never widens.
    assert lines(far, f"/roster/courses/?org={unit}") == []
    assert len(lines(near, f"/roster/courses/?org={below}")) == 1


def test_a_schedule_is_told_as_files_tell_it_with_where_it_is_and_what_lies_ahead(loaded: House) -> None:
    timetable = Timetable.of(loaded)
    section = id_of(loaded, "section", "S-OCE210-31A-01")
    schedule = timetable.schedule(timetable.room(), name="Tides", section_ids=[section])
    timetable.take_place(schedule)
    client = loaded.browser()
    page = client.get(f"/roster/schedules/{schedule}/").content.decode()
    for header in ("Start Date", "Start Time", "Duration Minutes", "Input 1", "Capture Quality"):
        assert f'<th scope="row">{header}</th>' in page
    for value in ("09:00", "Display", "High", "FALSE"):
        assert f"<bdi>{value}</bdi>" in page
    assert re.search(r"<bdi>A1, [^<]+, [^<]+</bdi>", page)
    assert re.search(r"<bdi>OCE210 01, [^<]+</bdi>", page)
    assert "1 capture ahead" in page
    assert "times of Europe/Oslo" in page
    assert "OCE210 01" in client.get("/roster/schedules/").content.decode()


def test_schedules_are_listed_by_term_and_by_org_unit(loaded: House) -> None:
    timetable = Timetable.of(loaded)
    room, section = timetable.room(), id_of(loaded, "section", "S-OCE210-31A-01")
    timetable.schedule(room, name="Tides", section_ids=[section])
    timetable.schedule(room, name="Open Day")
    [(course,)] = loaded.query("SELECT course_id FROM roster_section WHERE id = %s", section)
    near, far = uuid4(), uuid4()
    for unit in (near, far):
        loaded.query(
            "INSERT INTO roster_org_unit (id, institution_id, type, name, name_folded, parent_ids)"
            " VALUES (%s, %s, 'department', 'Physics', 'physics', '{}')",
            unit, loaded.pk,
        )  # fmt: skip
    loaded.query("UPDATE roster_course SET department_id = %s WHERE id = %s", near, course)
    client = loaded.browser()
    assert lines(client, "/roster/schedules/") == ["Open Day", "Tides"]
    assert lines(client, f"/roster/schedules/?term={id_of(loaded, 'term', 'T-2031A')}") == ["Tides"]
    assert lines(client, f"/roster/schedules/?term={id_of(loaded, 'term', 'T-2032S')}") == []
    # What publishes to no section is below no unit.
    assert lines(client, f"/roster/schedules/?org={near}") == ["Tides"]
    assert lines(client, f"/roster/schedules/?org={far}") == []
    assert lines(client, "/roster/schedules/?q=tides a1") == ["Tides"]


def test_a_room_says_which_device_captures_there(loaded: House) -> None:
    room = Timetable.of(loaded).room()
    loaded.query("UPDATE roster_room SET device_id = 'POD-0117', device_type = 'Pod' WHERE id = %s", room)
    page = loaded.browser().get(f"/roster/rooms/{room}/").content.decode()
    assert "POD-0117" in page
    assert "Device software version" in page
