"""Sources: who sees and sets them up, how their feeds are shown, and every deed on their pages."""

from __future__ import annotations

import re
from datetime import timedelta
from html import unescape
from io import BytesIO
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from edu_csv.access.models import AuditEvent
from edu_csv.tenancy import use_institution
from imports.models import Door, InboxFile, Source
from imports.sftp.host_key import kept_host_key
from imports.sources import feed_watch, inbox, manage, settings_of
from tests.imports.watch.feeds import OSLO, came, new_source
from tests.pages.house import House, new_house

KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIGwfvzVkrlRYUi2wXcGVSHzMQ1mdDqfqYdNn1SYEE7bW nightly@banner"
NEW = {"name": "Banner nightly", "slug": "banner", "family": "d2l", "days": ["MO", "TU"], "by": "07:00"}


def text_of(answer: Any) -> str:
    return unescape(" ".join(answer.content.decode().split()))


def source_of(house: House) -> Source:
    with use_institution(house.pk):
        return Source.objects.get()


def mail_domain(house: House) -> None:
    house.query(
        "UPDATE access_institution SET notify_domains = '[\"fjord.example\"]' WHERE id = %s", house.pk
    )


def verbs(house: House) -> list[str]:
    with use_institution(house.pk):
        return list(AuditEvent.objects.order_by("at").values_list("verb", flat=True))


def late(house: House, **given: Any) -> Source:
    """A source whose file should have come every hour of today, and came last three days ago."""
    by = (timezone.now() - timedelta(hours=3)).astimezone(OSLO).strftime("%H:%M")
    expected = {"days": ["MO", "TU", "WE", "TH", "FR", "SA", "SU"], "by": by, "grace_minutes": 30}
    source = new_source(house, expected=expected, **given)
    for days in (6, 5, 4, 3):
        came(house, source, timezone.now() - timedelta(days=days, hours=3), 1_000 + days)
    return source


def test_the_first_source_is_made_and_its_doors_are_opened(house: House) -> None:
    mail_domain(house)
    client = house.browser()
    assert "No sources yet" in text_of(client.get("/sources/"))
    assert "Make the source" in text_of(client.get("/sources/new/"))
    answer = client.post(
        "/sources/new/", {**NEW, "notify": "desk@fjord.example, it@fjord.example"}, follow=True
    )
    page = text_of(answer)
    source = source_of(house)
    assert answer.redirect_chain == [(f"/sources/{source.pk}/?tab=doors", 302)]
    assert "Banner nightly is made." in page
    assert f"sftp -P 2222 {house.slug}-banner@" in page
    assert f"/api/v1/sources/{source.pk}/inbox/" in page
    assert source.expected == {"days": ["MO", "TU"], "by": "07:00", "grace_minutes": 60}
    assert source.notify == ["desk@fjord.example", "it@fjord.example"]
    page = text_of(client.get("/sources/"))
    assert "Mondays and Tuesdays by 07:00" in page
    assert "Nothing has come yet" in page
    assert verbs(house) == ["source.created"]


def test_what_cannot_be_is_said_at_its_field_and_nothing_is_made(house: House) -> None:
    client = house.browser()
    refused: list[tuple[dict[str, Any], str]] = [
        ({"name": " "}, "Write which system sends the files"),
        ({"slug": "a b"}, "Expected letters, digits and hyphens"),
        ({"by": "7 o'clock"}, "Expected a time of day such as 07:00"),
        ({"days": []}, "Expected some of MO"),
        ({"family": "echovideo"}, "Say what the rows of EchoVideo's files do"),
        ({"family": "elsewhere"}, "Expected echovideo, d2l, circlein"),
        ({"notify": "nobody"}, "Expected a mail address"),
        ({"notify": "me@away.example"}, "No mail would reach me@away.example: mail goes to accounts"),
        ({"grace_minutes": "soon"}, "Expected a whole number"),
    ]
    for wrong, said in refused:
        answer = client.post("/sources/new/", {**NEW, **wrong})
        assert answer.status_code == 422, wrong
        assert said in text_of(answer), wrong
    with use_institution(house.pk):
        assert not Source.objects.exists()


def test_a_late_feed_is_told_on_its_page_in_the_list_and_on_today(house: House) -> None:
    source = late(house)
    with use_institution(house.pk):
        feed_watch.look(house.pk)
    client = house.browser()
    for address in ("/sources/", f"/sources/{source.pk}/"):
        page = text_of(client.get(address))
        assert "Late by 2 days" in page
    assert "Nothing came" in page
    assert "CircleIn enrollments is 2 days late" in page
    today = text_of(client.get("/"))
    assert "Feeds today" in today
    assert "CircleIn enrollments is 2 days late" in today
    assert "CircleIn enrollments is late." in today
    assert f'href="/sources/{source.pk}/">See source' in today
    assert '<span class="count count-turn" title="1 waits for you">1</span>' in today


def test_arrivals_are_lanes_with_the_same_facts_as_text(house: House) -> None:
    source = new_source(house)
    now = timezone.now()
    for days, rows in ((4, 1_000), (3, 1_000), (2, 1_000), (1, 1_040), (0, 360)):
        came(house, source, now - timedelta(days=days, minutes=1), rows)
    page = text_of(house.browser().get(f"/sources/{source.pk}/"))
    assert page.count('<circle class="hit"') == 5
    assert "64 % smaller than usual" in page
    assert "360 rows · −64 %" in page
    assert "1,040 rows · +4 %" in page
    assert '<span class="o o-wrap o-failed">64 % smaller: 360 rows, usual are 1,000</span>' in page
    assert "style=" not in page
    # A lane is for the eye alone; its bar has its own words.
    assert 'aria-label="36 updated, 324 unchanged"' in page


def test_an_administrator_of_a_part_and_other_roles_set_nothing_up(house: House) -> None:
    source = late(house)
    unit = uuid4()
    house.query(
        "INSERT INTO roster_org_unit (id, institution_id, type, name, name_folded, parent_ids)"
        " VALUES (%s, %s, 'department', 'Arts', 'arts', '{}')", unit, house.pk,
    )  # fmt: skip
    url = f"/sources/{source.pk}/"
    doors = [
        ("new/", "/sources/new/", NEW), ("settings/", f"{url}settings/", {"section": "name", "name": "X"}),
        ("pause/", f"{url}pause/", {}), ("switch/", f"{url}switch/", {}), ("password/", f"{url}password/", {}),
        ("keys/", f"{url}keys/", {"key": KEY}), ("upload/", f"{url}upload/", {}),
        ("remove/", f"{url}files/{uuid4()}/remove/", {}),
    ]  # fmt: skip
    for role, place in [
        ("admin", unit),
        ("org_admin", None),
        ("department_admin", unit),
        ("integration", None),
    ]:
        client = house.browser(role, place)
        assert "No source mails to you" in text_of(client.get("/sources/"))
        assert client.get(url).status_code == 404
        for name, address, sent in doors:
            assert client.post(address, sent).status_code == 404, (role, name)
    for role in ("scheduler", "analyst"):
        client = house.browser(role)
        assert client.get("/sources/").status_code == 404
        assert 'href="/sources/"' not in client.get("/").content.decode()
    assert source_of(house).name == source.name


def test_whom_a_source_mails_sees_how_it_goes_and_no_more(house: House) -> None:
    account = house.account("department_admin")
    source = late(house, notify=[account.email.upper()])
    client = Client()
    client.force_login(account)
    url = f"/sources/{source.pk}/"
    assert source.name in text_of(client.get("/sources/"))
    page = text_of(client.get(url))
    assert "Late by 2 days" in page
    assert "Feeds today" in text_of(client.get("/"))
    for absent in ("Switch off", "Settings</a>", "?tab=", source.login, "Pause"):
        assert absent not in page.partition("<main")[2]
    for tab in ("files", "settings", "doors", "other"):
        assert client.get(f"{url}?tab={tab}").status_code == 404
    assert client.post(f"{url}switch/").status_code == 404


def test_sources_of_others_are_not_there(house: House) -> None:
    source = new_source(house)
    stranger = new_house().browser()
    assert stranger.get(f"/sources/{source.pk}/").status_code == 404
    assert stranger.post(f"/sources/{source.pk}/password/").status_code == 404
    assert source.name not in text_of(stranger.get("/sources/"))


def test_a_password_is_shown_once_works_and_is_changed_and_removed(house: House) -> None:
    source = new_source(house)
    client, url = house.browser(), f"/sources/{source.pk}/"
    found = []
    for _ in range(2):
        answer = client.post(f"{url}password/")
        assert answer.status_code == 201
        [_, secret] = re.findall(r'<dd class="id">([^<]+)</dd>', answer.content.decode())[:2]
        found.append(secret)
        assert manage.is_password(source_of(house), secret)
        assert secret not in text_of(client.get(f"{url}?tab=doors"))
    assert not manage.is_password(source_of(house), found[0])
    client.post(f"{url}password/", {"deed": "drop"})
    assert not manage.is_password(source_of(house), found[1])
    assert verbs(house) == ["source.new_password", "source.new_password", "source.password_removed"]
    with use_institution(house.pk):
        assert not any(secret in str(list(AuditEvent.objects.values())) for secret in found)


def test_keys_are_added_beside_each_other_and_removed(house: House) -> None:
    source = new_source(house)
    client, url = house.browser(), f"/sources/{source.pk}/"
    page = text_of(client.post(f"{url}keys/", {"key": KEY}, follow=True))
    assert "nightly@banner" in page
    [key] = source_of(house).public_keys
    assert key["fingerprint"] in page
    for wrong, said in [
        ("ssh-rsa", "The key is cut off or damaged"),
        ("-----BEGIN OPENSSH PRIVATE KEY-----\nsecret stuff", "This is a private key"),
    ]:
        answer = client.post(f"{url}keys/", {"key": wrong})
        assert answer.status_code == 422
        assert said in text_of(answer)
        assert "secret stuff" not in text_of(answer)
    client.post(f"{url}keys/", {"deed": "remove", "fingerprint": key["fingerprint"]})
    assert source_of(house).public_keys == []
    assert verbs(house) == ["source.key_added", "source.key_removed"]


def save(client: Client, source: Source, section: str, **sent: Any) -> Any:
    return client.post(f"/sources/{source.pk}/settings/", {"section": section, **sent}, follow=True)


def test_each_section_of_the_settings_is_saved_for_itself(house: House) -> None:
    source = new_source(house, name="Nightly", family="d2l", notify=[])
    client = house.browser()
    page = text_of(client.get(f"/sources/{source.pk}/?tab=settings"))
    for said in (
        "What does a blank cell mean for what is there?",
        "Only check it",
        "In the institution's time zone.",
    ):
        assert said in page
    sections: list[tuple[str, dict[str, Any]]] = [
        ("name", {"name": "Banner by night"}),
        ("mode", {"mode": "preview", "on_error": "abort"}),
        ("expected", {"days": ["SA"], "by": "04:30", "grace_minutes": "15"}),
        ("switches", {"blank_means": "clear", "user_key": "username"}),
        (
            "limits",
            {"quota_bytes": "1000", "max_file_bytes": "20", "shrink_percent": "30", "unchanged_days": "0"},
        ),
        ("notify", {"notify": "a@fjord.example\nb@fjord.example"}),
        ("places", {"watched_folder": "banner/nightly", "watched_prefix": ""}),
    ]
    for section, sent in sections:
        answer = save(client, source, section, **sent)
        assert "Saved." in text_of(answer), section
        assert "Nothing was different." in text_of(save(client, source, section, **sent)), section
    now = source_of(house)
    assert (now.name, now.mode, now.on_error) == ("Banner by night", "preview", "abort")
    assert now.expected == {"days": ["SA"], "by": "04:30", "grace_minutes": 15}
    assert now.switches == {"blank_means": "clear", "user_key": "username"}
    assert (now.limited.max_file_bytes, now.limited.shrink_percent) == (20_000_000, 30)
    assert now.notify == ["a@fjord.example", "b@fjord.example"]
    assert now.watched_folder == "banner/nightly"
    assert verbs(house) == ["source.changed"] * 7
    page = text_of(client.get(f"/sources/{source.pk}/?tab=settings"))
    assert re.search(r'name="blank_means" value="clear" checked', page)
    assert re.search(r'name="days" value="SA" checked', page)
    assert 'value="MO" checked' not in page


def test_settings_that_cannot_be_are_told_and_what_was_typed_is_kept(house: House) -> None:
    source = new_source(house)
    client = house.browser()
    refused: list[tuple[str, dict[str, Any], str]] = [
        ("expected", {"days": ["MO"], "by": "25:00"}, "Expected a time of day such as 07:00"),
        ("limits", {"quota_bytes": "much", "max_file_bytes": "1"}, "Expected a whole number"),
        ("notify", {"notify": "x@"}, "Expected a mail address"),
        ("notify", {"notify": "a@fjord.example\nme@away.example"}, "No mail would reach me@away.example"),
        ("places", {"watched_folder": "../etc"}, "Expected a folder below the institution's own"),
        ("name", {"name": ""}, "Write which system sends the files"),
        ("automation", {"automation_enabled": "yes"}, "has to end without errors"),
    ]
    for section, sent, said in refused:
        answer = save(client, source, section, **sent)
        assert answer.status_code == 422, section
        assert said in text_of(answer), section
    assert "../etc" in text_of(save(client, source, "places", watched_folder="../etc"))
    assert save(client, source, "password", password="x").status_code == 404
    assert verbs(house) == []


def test_pause_holds_the_feed_until_then_and_it_goes_on_when_asked(house: House) -> None:
    source = late(house)
    client, url = house.browser(), f"/sources/{source.pk}/"
    for wrong in ("soon", "2020-01-01T07:00", "2031-02-31T07:00"):
        answer = client.post(f"{url}pause/", {"until": wrong})
        assert answer.status_code == 422, wrong
    page = text_of(client.post(f"{url}pause/", {"until": "2099-08-21T07:00"}, follow=True))
    assert "Paused until 21 Aug 2099, 07:00" in page
    assert "Go on now" in page
    paused = source_of(house).paused_until
    assert paused is not None
    assert paused.isoformat() == "2099-08-21T05:00:00+00:00"
    page = text_of(client.post(f"{url}pause/", follow=True))
    assert "Go on now" not in page
    # What was due while it was paused is not missed.
    assert (
        "Late"
        not in page.partition("What the watch noticed")[0].partition("<h1>")[2].partition("</h1>")[2][:200]
    )
    assert verbs(house) == ["source.paused", "source.goes_on"]


def test_a_source_is_switched_off_and_on(house: House) -> None:
    source = late(house)
    client, url = house.browser(), f"/sources/{source.pk}/"
    page = text_of(client.post(f"{url}switch/", follow=True))
    assert "This source is switched off." in page
    assert source_of(house).is_enabled is False
    page = text_of(client.post(f"{url}switch/", {"on": "yes"}, follow=True))
    assert source_of(house).is_enabled is True
    assert "On time" in page


def put(house: House, source: Source, name: str, content: bytes = b"a,b\n") -> InboxFile:
    with use_institution(house.pk):
        return inbox.receive(source, name, BytesIO(content), door=Door.SFTP)


def test_a_file_is_put_in_by_hand_downloaded_and_taken_back(house: House) -> None:
    source = new_source(house)
    client, url = house.browser(), f"/sources/{source.pk}/"
    sent = SimpleUploadedFile("courses.csv", b"Course,Name\n1,Tides\n")
    page = text_of(client.post(f"{url}upload/", {"file": sent}, follow=True))
    assert "courses.csv is in incoming" in page
    assert "Waits its turn" in page
    with use_institution(house.pk):
        file = InboxFile.objects.get()
    assert (file.door, file.state, file.shown) == ("hand", "complete", "courses.csv")
    link = client.get(f"{url}files/{file.pk}/")
    assert link.status_code == 302
    body = b"".join(client.get(link["Location"]).streaming_content)  # type: ignore[attr-defined]  # of a test's answer
    assert body == b"Course,Name\n1,Tides\n"
    page = text_of(client.post(f"{url}files/{file.pk}/remove/", follow=True))
    assert "courses.csv is removed." in page
    assert client.get(f"{url}files/{file.pk}/").status_code == 404
    assert verbs(house) == ["source.file_sent", "source.file_downloaded", "source.file_removed"]


def test_a_file_that_is_not_taken_is_told_why_on_the_page(house: House) -> None:
    source = new_source(house, limits={"quota_bytes": 10})
    client, url = house.browser(), f"/sources/{source.pk}/"
    answer = client.post(f"{url}upload/", {"file": SimpleUploadedFile("a.csv", b"x" * 11)})
    assert answer.status_code == 422
    assert "may hold 10 bytes" in text_of(answer)
    assert "No file came with it." in text_of(client.post(f"{url}upload/"))
    with use_institution(house.pk):
        assert not InboxFile.objects.exists()


def test_files_of_another_source_are_not_this_ones(house: House) -> None:
    one, other = new_source(house, "One"), new_source(house, "Other")
    file = put(house, one, "a.csv")
    client = house.browser()
    assert client.get(f"/sources/{other.pk}/files/{file.pk}/").status_code == 404
    assert client.post(f"/sources/{other.pk}/files/{file.pk}/remove/").status_code == 404
    with use_institution(house.pk):
        assert InboxFile.objects.filter(pk=file.pk).exists()


@pytest.mark.parametrize("address", ["/sources/", "/", "/sources/{source}/", "/sources/{source}/?tab=files"])
def test_pages_ask_the_same_however_much_came(house: House, address: str) -> None:
    source = new_source(house)
    client, page = house.browser(), address.format(source=source.pk)

    def asked() -> int:
        with CaptureQueriesContext(connection) as queries:
            assert client.get(page).status_code == 200
        return len(queries)

    came(house, source, timezone.now() - timedelta(hours=2))
    put(house, source, "a.csv")
    asked()
    few = asked()
    for number in range(1, 8):
        came(house, source, timezone.now() - timedelta(days=number))
        put(house, source, f"{number}.csv", b"x" * number)
    if address in ("/", "/sources/"):
        came(house, new_source(house, "Another"), timezone.now())
    assert asked() == few


def test_a_refused_file_is_told_as_one_and_what_the_one_before_changed_stays_in_the_list(
    house: House,
) -> None:
    now = timezone.now()
    source = new_source(house, "Fresh Banner", expected={"days": list(settings_of.DAYS), "by": "00:00"})
    came(house, source, now - timedelta(hours=30), 1_000)
    refused = {"code": "header_mismatch", "detail": "The header lacks role."}
    came(house, source, now, status="failed", problem=refused)
    client = house.browser()
    page = text_of(client.get("/sources/"))
    assert "Fresh Banner: a file was refused" in page
    assert "A file was refused" in page
    assert 'aria-label="100 updated, 900 unchanged"' in page
    today = text_of(client.get("/"))
    assert "Fresh Banner: a file was refused" in today
    assert "has arrived" not in today
    for each in (page, today):
        assert "stopped" not in each


def test_an_address_that_is_mailed_no_more_is_named_in_the_settings(house: House) -> None:
    source = new_source(house, notify=["a@fjord.example", "gone@away.example"])
    page = text_of(house.browser().get(f"/sources/{source.pk}/?tab=settings"))
    assert "No mail reaches gone@away.example: mail goes to accounts of the institution" in page


def test_that_circlein_is_only_checked_is_told_with_what_has_to_come_first(house: House) -> None:
    source = new_source(house)
    client, said = house.browser(), "Files of CircleIn enrollments are only checked"
    page = text_of(client.get(f"/sources/{source.pk}/"))
    assert said in page
    assert "Before that an import of Courses and of Enrollments has to end without errors." in page
    assert f'href="/sources/{source.pk}/?tab=settings">Open its settings' in page
    for key in ("circlein.courses", "circlein.enrollments"):
        came(house, source, timezone.now(), key=key)
    assert "It may be: imports of Courses" in text_of(client.get(f"/sources/{source.pk}/"))
    with use_institution(house.pk):
        Source.objects.update(automation_enabled=True)
    assert said not in text_of(client.get(f"/sources/{source.pk}/"))
    assert said not in text_of(client.get(f"/sources/{new_source(house, 'Brightspace', family='d2l').pk}/"))


def test_the_host_key_and_the_help_are_told_where_doors_are_opened(
    house: House, settings: Any, tmp_path: Path
) -> None:
    settings.SFTP_HOST_KEY, settings.SFTP_HOST_KEY_FILE = "", tmp_path / "host-key"
    source, client = new_source(house), house.browser()
    doors = f"/sources/{source.pk}/?tab=doors"
    assert "is told by <span" in text_of(client.get(doors))
    assert not settings.SFTP_HOST_KEY_FILE.exists(), "a page makes no key"
    key = kept_host_key().get_fingerprint()
    assert f'id="host-key" value="{key}"' in unescape(client.get(doors).content.decode())
    for address in (doors, "/sources/", "/sources/new/"):
        assert 'href="/help/sources/"' in text_of(client.get(address)), address
    page = client.get("/help/sources/").content.decode()
    assert "<pre>sftp -P 2222 fjord-banner@edu.example\nsftp&gt; put" in page
    assert "A watched folder" in page


def test_answers_stand_beside_their_file_and_a_refused_import_says_why(house: House) -> None:
    source, now = new_source(house), timezone.now()
    problem = {"code": "header_mismatch", "detail": "The header lacks `role`."}
    upload = came(house, source, now, status="failed", problem=problem)
    with use_institution(house.pk):
        file = InboxFile.objects.get()
        for suffix in (".log", ".failed.csv"):
            InboxFile.objects.create(
                institution_id=house.pk, source=source, name="a", shown=f"{file.shown}{suffix}", folder=file.folder,
                key=f"inbox/{suffix}", bytes=638, sha256="", state="done", door=Door.ANSWER, upload=upload,
                arrived_at=now,
            )  # fmt: skip
    page = text_of(house.browser().get(f"/sources/{source.pk}/?tab=files"))
    [table] = re.findall(r"<tbody>.*?</tbody>", page)
    assert table.count("<tr>") == 1
    assert "The header lacks role." in table
    assert re.search(r'>log<span class="vh">.*?638 bytes.*?>failed rows<span class="vh">', table)


def test_nothing_was_expected_of_a_source_before_it_was_made(house: House) -> None:
    now = timezone.now()
    expected = {"days": list(settings_of.DAYS), "by": "00:00", "grace_minutes": 5}
    source = new_source(house, expected=expected, watched_since=now)
    came(house, source, now)
    client = house.browser()
    for address in (f"/sources/{source.pk}/", "/"):
        page = text_of(client.get(address))
        assert '<circle class="hit"' in page
        assert '<rect class="win"' not in page
    with use_institution(house.pk):
        Source.objects.update(watched_since=now - timedelta(days=3))
    assert '<rect class="win"' in text_of(client.get(f"/sources/{source.pk}/"))


def test_all_faults_of_a_new_source_are_told_at_once_and_its_short_name_may_be_left_out(house: House) -> None:
    client = house.browser()
    wrong = {"name": " ", "slug": "a b", "by": "7 o'clock", "notify": "nobody", "family": "echovideo"}
    page = text_of(client.post("/sources/new/", {**NEW, **wrong}))
    assert "5 answers cannot be used" in page
    for said in (
        "Write which system sends the files",
        "Expected letters, digits and hyphens",
        "Expected a time of day such as 07:00",
        "Expected a mail address",
        "Say what the rows of EchoVideo's files do",
    ):
        assert said in page, said
    assert "by: " not in page
    client.post("/sources/new/", {**NEW, "name": "Båner, nightly!", "slug": ""})
    assert source_of(house).login == f"{house.slug}-baner-nightly"
