"""Settings of the whole institution: each says in numbers what it would do, is saved once confirmed, and noted."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from django.conf import settings
from django.test import Client

from edu_csv import tenancy
from edu_csv.access.models import AuditEvent, Institution
from edu_csv.roster import zones
from edu_csv.roster.models import Building, Campus, Room, Schedule
from imports.formats.registry import formats
from tests.imports.harness import sample
from tests.pages.house import House

TERMS = "echovideo.terms.v1"
ACCESS, INSTITUTION = "/settings/access/", "/settings/institution/"


def setting(house: House, name: str) -> object:
    with tenancy.use_institution(house.pk):
        return getattr(Institution.objects.get(pk=house.pk), name)


def text_of(answer: object) -> str:
    return " ".join(answer.content.decode().split())  # type: ignore[attr-defined]  # of a test's answer


def ask(client: Client, page: str, name: str, value: str) -> str:
    answer = client.post(page, {"setting": name, "value": value})
    assert answer.status_code == 200
    return text_of(answer)


def confirm(client: Client, page: str, name: str, value: str) -> str:
    answer = client.post(page, {"setting": name, "value": value, "confirm": "yes"}, follow=True)
    assert answer.redirect_chain == [(page, 302)]
    return text_of(answer)


def department(house: House) -> UUID:
    unit = uuid4()
    house.query(
        "INSERT INTO roster_org_unit (id, institution_id, type, name, name_folded, parent_ids)"
        " VALUES (%s, %s, 'department', 'Arts', 'arts', '{}')", unit, house.pk,
    )  # fmt: skip
    return unit


@pytest.mark.parametrize(
    ("page", "name"),
    [
        (ACCESS, "designated_administration"),
        (ACCESS, "shows_unpublished_captures"),
        (ACCESS, "reveal_anonymous"),
        (INSTITUTION, "rooms_need_device"),
    ],
)
def test_a_switch_is_flipped_once_confirmed_both_ways_and_the_audit_log_says_by_whom(
    house: House, page: str, name: str
) -> None:
    client = house.browser(name="Ingrid Solberg")
    for value in ("on", "off"):
        ask(client, page, name, value)
        assert setting(house, name) == (value == "off")
        said = confirm(client, page, name, value)
        assert setting(house, name) == (value == "on")
        assert f"is {value}." in said
        assert "Changed by <bdi>Ingrid Solberg</bdi>" in said
    with tenancy.use_institution(house.pk):
        noted = list(
            AuditEvent.objects.filter(verb="change_setting").order_by("at").values_list("target", "detail")
        )
    assert noted == [(name, {"before": False, "after": True}), (name, {"before": True, "after": False})]


def test_designated_administration_tells_how_many_would_see_how_much(house: House) -> None:
    client = house.browser()
    below = house.account("department_admin", department(house))
    house.account("department_admin", department(house))
    house.load(sample(formats()[TERMS]), TERMS)
    own = house.load(sample(formats()[TERMS]), TERMS)
    house.query("UPDATE jobs_job SET account_id = %s WHERE id = %s", below.pk, own.pk)
    page = ask(client, ACCESS, "designated_administration", "on")
    assert "2 administrators of organizations, departments and other parts will see only" in page
    assert "1 of the 2 imports and 0 exports they all see now" in page
    assert "1 administrator of the whole institution will go on seeing all." in page
    confirm(client, ACCESS, "designated_administration", "on")
    assert "will see all 2 imports and 0 exports" in ask(client, ACCESS, "designated_administration", "off")


def test_only_administrators_of_the_whole_institution_find_these_pages(house: House) -> None:
    part = house.browser("admin", department(house))
    for page in (ACCESS, INSTITUTION):
        assert part.get(page).status_code == 404
        sent = {"setting": "designated_administration", "value": "on", "confirm": "yes"}
        assert part.post(page, sent).status_code == 404
    assert setting(house, "designated_administration") is False


@pytest.mark.parametrize(
    ("page", "name", "value"),
    [
        (ACCESS, "roster_version", "on"),
        (ACCESS, "rooms_need_device", "on"),
        (INSTITUTION, "rooms_need_device", "2"),
    ],
)
def test_what_no_page_offers_is_not_there(house: House, page: str, name: str, value: str) -> None:
    sent = {"setting": name, "value": value, "confirm": "yes"}
    assert house.browser().post(page, sent).status_code == 404


# Far enough ahead of any zone is what lies a month from it.
TODAY = datetime.now(UTC).date()


def march() -> list[date]:
    """The next March to come in full."""
    year = TODAY.year + (TODAY.month >= 3)
    return [date(year, 3, day) for day in range(1, 32)]


class Rooms:
    """Two rooms, one on a campus with a zone of its own, and schedules that take place in them."""

    def __init__(self, house: House) -> None:
        self.house, of = house, {"institution_id": house.pk}
        with tenancy.use_institution(house.pk):
            home = Campus.objects.create(**of, name="Hill", name_folded="hill")
            away = Campus.objects.create(**of, name="Bay", name_folded="bay", time_zone="Asia/Tokyo")
            self.rooms = []
            for campus in (home, away):
                building = Building.objects.create(**of, campus_id=campus.pk, name="B", name_folded="b")
                self.rooms.append(
                    Room.objects.create(**of, building_id=building.pk, name="R1", name_folded="r1")
                )

    def schedule(self, name: str, at: str, room: int = 0, day: date | None = None) -> Schedule:
        """A capture of an hour on this day or in a month, its occurrence beside it as an import would write it."""
        day = day or TODAY + timedelta(days=30)
        zone = str(setting(self.house, "time_zone")) if room == 0 else "Asia/Tokyo"
        with tenancy.use_institution(self.house.pk):
            made = Schedule.objects.create(
                institution_id=self.house.pk, name=name, start_date=day, start_time=at, duration_minutes=60,
                room_id=self.rooms[room].pk, input_1="display", capture_quality="high", auto_publish=False,
                stream_live=False, caption=False,
            )  # fmt: skip
            self.house.query(
                "INSERT INTO roster_occurrence (institution_id, schedule_id, room_number, starts_at, ends_at)"
                " SELECT %s, %s, (SELECT number FROM roster_room WHERE id = %s), at, at + '1 h'"
                " FROM (SELECT (%s::date + %s::time) AT TIME ZONE %s) AS one (at)",
                self.house.pk, made.pk, made.room_id, day, at, zone,
            )  # fmt: skip
        return made

    def times(self, schedule: Schedule, zone: str) -> list[str]:
        found = self.house.query(
            "SELECT to_char(starts_at AT TIME ZONE %s, 'HH24:MI') FROM roster_occurrence WHERE schedule_id = %s",
            zone, schedule.pk,
        )  # fmt: skip
        return [row[0] for row in found]


def test_another_time_zone_moves_the_captures_of_campuses_without_one(house: House) -> None:
    rooms = Rooms(house)
    home, away = rooms.schedule("Tides", "09:00"), rooms.schedule("Waves", "09:00", room=1)
    version = setting(house, "roster_version")
    client = house.browser()
    page = ask(client, INSTITUTION, "time_zone", "America/Lima")
    assert "1 capture to come, of 1 schedule, keep their local time" in page
    assert setting(house, "time_zone") == "Europe/Oslo"
    assert rooms.times(home, "Europe/Oslo") == ["09:00"]
    assert setting(house, "roster_version") == version
    confirm(client, INSTITUTION, "time_zone", "America/Lima")
    assert setting(house, "time_zone") == "America/Lima"
    assert rooms.times(home, "America/Lima") == ["09:00"]
    assert rooms.times(away, "Asia/Tokyo") == ["09:00"]
    assert setting(house, "roster_version") != version


def test_a_time_zone_in_which_captures_would_clash_is_refused_and_they_are_named(house: House) -> None:
    rooms = Rooms(house)
    # On the last Sunday of March there is no 02:30 in Oslo: it is 03:30 by the clocks of that day.
    confirm(house.browser(), INSTITUTION, "time_zone", "America/Lima")
    sunday = max(day for day in march() if day.isoweekday() == 7)
    moving, _ = rooms.schedule("Tides", "02:30", day=sunday), rooms.schedule("Waves", "03:30", day=sunday)
    client = house.browser()
    for sent in ({}, {"confirm": "yes"}):
        answer = client.post(INSTITUTION, {"setting": "time_zone", "value": "Europe/Oslo", **sent})
        assert answer.status_code == 422
        assert "In this zone two schedules would take a room at once: R1, " in text_of(answer)
        assert f"{sunday} 03:30: Tides and Waves." in text_of(answer)
    assert setting(house, "time_zone") == "America/Lima"
    assert rooms.times(moving, "America/Lima") == ["02:30"]


@pytest.mark.parametrize("zone", ["Fjord", "", "europe/oslo", "../etc/passwd", "Europe/Oslo\0"])
def test_a_zone_that_does_not_exist_is_refused(house: House, zone: str) -> None:
    for change in (zones.look, zones.change_zone):
        with tenancy.use_institution(house.pk), pytest.raises(zones.NoSuchZone):
            change(house.pk, zone)
    answer = house.browser().post(INSTITUTION, {"setting": "time_zone", "value": zone})
    assert answer.status_code in (422, 302), "a NUL is taken out before it is looked at"
    if answer.status_code == 422:
        assert f"“{zone}” is no IANA time zone. Write one such as Europe/Oslo." in text_of(answer)


def test_rooms_without_a_device_are_counted_with_the_schedules_that_stay(house: House) -> None:
    rooms = Rooms(house)
    rooms.schedule("Tides", "09:00")
    house.query("UPDATE roster_room SET device_id = 'cam-1' WHERE id = %s", rooms.rooms[1].pk)
    page = ask(house.browser(), INSTITUTION, "rooms_need_device", "on")
    assert "1 of 2 rooms have no device." in page
    assert "1 schedule with captures to come in such a room will stay" in page


def test_schedules_without_a_section_are_counted(house: House) -> None:
    Rooms(house).schedule("Open Day", "09:00")
    house.account("org_admin", department(house))
    page = ask(house.browser(), ACCESS, "shows_unpublished_captures", "on")
    assert "1 administrator of organizations and departments will see 1 schedule without a section" in page


def test_anonymous_posts_are_counted_before_reports_name_who_wrote_them(house: House) -> None:
    house.query(
        "INSERT INTO activity_question (id, institution_id, body, is_anonymous) VALUES (%s, %s, 'Why?', true)",
        uuid4(), house.pk,
    )  # fmt: skip
    page = ask(house.browser(), ACCESS, "reveal_anonymous", "on")
    assert "will name who posted 1 anonymous question and 0 anonymous answers" in page


def test_mail_domains_tell_which_addresses_of_sources_they_let_be_mailed(house: House) -> None:
    client = house.browser()
    account = house.account("analyst")
    house.query(
        "INSERT INTO imports_source (id, institution_id, name, slug, login, family, action, is_enabled, mode, on_error,"
        " switches, limits, automation_enabled, notify, password, public_keys, watched_folder, watched_prefix,"
        " last_poll, last_problem, watched_since, created_at) VALUES (%s, %s, 'Nightly', 'n', %s, 'd2l', '', true,"
        " 'apply', 'skip', '{}', '{}', false, %s, '', '[]', '', '', '{}', '', now(), now())",
        uuid4(), house.pk, f"{house.slug}-n",
        f'["desk@nordic.example", "it@elsewhere.example", "{account.email}"]',
    )  # fmt: skip

    def ask_for(domains: str) -> tuple[int, str]:
        answer = client.post(INSTITUTION, {"setting": "notify_domains", "domains": domains})
        return answer.status_code, text_of(answer)

    status, page = ask_for("Nordic.example, @fjord.example")
    assert status == 200
    assert "1 address of sources will be mailed from now on: desk@nordic.example." in page
    assert "go to addresses in nordic.example and fjord.example, and to accounts of the institution." in page
    assert setting(house, "notify_domains") == []
    said = confirm(client, INSTITUTION, "notify_domains", "nordic.example, fjord.example")
    assert "Mail domains: nordic.example, fjord.example." in said
    assert setting(house, "notify_domains") == ["nordic.example", "fjord.example"]
    # Who has an account is mailed whatever the domains are.
    _, page = ask_for("")
    assert "1 address of sources will not be mailed any more: desk@nordic.example." in page
    assert "will go to accounts only." in page
    for wrong in ("nordic", "a b", "x@y.example", "*.example"):
        assert ask_for(wrong)[0] == 422, wrong
    confirm(client, INSTITUTION, "notify_domains", "")
    assert setting(house, "notify_domains") == []


def test_the_address_in_statements_is_changed_once_confirmed_and_can_be_given_back(house: House) -> None:
    client = house.browser()
    answer = client.post(INSTITUTION, {"setting": "xapi_base", "address": "https://Lecture.Fjord.example/x/"})
    page = text_of(answer)
    assert "will begin with https://lecture.fjord.example/x; now they begin with" in page
    assert "Statements that are stored keep their ids." in page
    assert setting(house, "xapi_base") == ""
    said = confirm(client, INSTITUTION, "xapi_base", "https://lecture.fjord.example/x")
    assert "Address in statements: https://lecture.fjord.example/x." in said
    assert setting(house, "xapi_base") == "https://lecture.fjord.example/x"
    with tenancy.use_institution(house.pk):
        assert Institution.objects.get(pk=house.pk).statements_base == "https://lecture.fjord.example/x"
    said = confirm(client, INSTITUTION, "xapi_base", "")
    assert "Address in statements: that of this site." in said
    with tenancy.use_institution(house.pk):
        house_now = Institution.objects.get(pk=house.pk)
    assert (house_now.xapi_base, house_now.statements_base) == ("", settings.PUBLIC_BASE_URL.rstrip("/"))


@pytest.mark.parametrize(
    "wrong",
    [
        "lecture.fjord.example",
        "ftp://fjord.example",
        "https://",
        "https://user:secret@fjord.example",
        "https://fjord.example/?a=b",
        "https://fjord.example/#a",
        "https://fjord.example/a b",
        "https://fjord.example:port",
        "https://fjord.example/" + "x" * 200,
    ],
)
def test_what_is_no_address_does_not_get_into_statements(house: House, wrong: str) -> None:
    client = house.browser()
    for sent in ({"address": wrong}, {"value": wrong, "confirm": "yes"}):
        answer = client.post(INSTITUTION, {"setting": "xapi_base", **sent})
        assert answer.status_code == 422
        assert "Expected" in text_of(answer)
    assert setting(house, "xapi_base") == ""
