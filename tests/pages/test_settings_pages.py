"""Settings: one's own password, and the institution's API clients."""

from __future__ import annotations

import re
from uuid import uuid4

import pytest
from django.test import Client

from edu_csv.access import services as access
from edu_csv.access import tokens
from edu_csv.access.models import ApiClient, AuditEvent
from edu_csv.tenancy import use_institution
from tests.pages.house import PASSWORD, House, browser_of, new_house

NEW = "seven wet otters sing"


def test_the_password_is_changed_by_who_knows_it_and_other_browsers_are_logged_out(house: House) -> None:
    account = house.account(password=PASSWORD)
    here, elsewhere = browser_of(account), browser_of(account)
    answer = here.post("/settings/account/", {"current": PASSWORD, "new": NEW, "again": NEW})
    assert "Your password is changed." in answer.content.decode()
    assert here.get("/").status_code == 200
    assert elsewhere.get("/")["Location"] == "/login/"
    account.refresh_from_db()
    assert account.check_password(NEW)


def test_a_password_that_is_wrong_short_or_mistyped_is_answered_at_its_field(house: House) -> None:
    account = house.account(password=PASSWORD)
    client = browser_of(account)
    for current, new, again, said in (
        ("not it", NEW, NEW, "This is not your password now."),
        (PASSWORD, "short", "short", "This password is too short."),
        (PASSWORD, NEW, NEW + "s", "This differs from the new password."),
    ):
        answer = client.post("/settings/account/", {"current": current, "new": new, "again": again})
        assert answer.status_code == 422
        page = answer.content.decode()
        assert said in page
        assert NEW not in page
    account.refresh_from_db()
    assert account.check_password(PASSWORD)


def test_guessing_the_password_in_an_open_session_is_stopped(house: House) -> None:
    client = browser_of(house.account(password=PASSWORD))
    for _ in range(10):
        client.post("/settings/account/", {"current": "x", "new": NEW, "again": NEW})
    answer = client.post("/settings/account/", {"current": PASSWORD, "new": NEW, "again": NEW})
    assert "Too many wrong tries." in answer.content.decode()


def make(client: Client, **fields: str) -> tuple[str, str]:
    """A new API client's key and secret, as the page shows them."""
    answer = client.post(
        "/settings/api-clients/", {"name": "Banner nightly", "role": "integration", **fields}
    )
    assert answer.status_code == 201
    key, secret = re.findall(r'<dd class="id">([^<]+)</dd>', answer.content.decode())
    return key, secret


def test_a_secret_is_shown_once_works_and_ends_when_it_is_switched_off(house: House) -> None:
    client = house.browser()
    key, secret = make(client)
    page = client.get("/settings/api-clients/").content.decode()
    assert key in page
    assert secret not in page
    made = access.client_by_secret(key, secret)
    assert made is not None
    assert made.institution_id == house.pk
    with use_institution(house.pk):
        assert AuditEvent.objects.get(verb="create_api_client").detail["key"] == key
        assert secret not in str(list(AuditEvent.objects.values()))

    with use_institution(house.pk):
        given = tokens.issue(made)
    client.post(f"/settings/api-clients/{made.pk}/", {"active": ""})
    assert access.client_by_secret(key, secret) is None
    client.post(f"/settings/api-clients/{made.pk}/", {"active": "yes"})
    assert access.client_by_secret(key, secret) is not None
    # Whoever had stolen its tokens has nothing of it.
    assert tokens.client_by_token(given.access) is None
    assert tokens.refresh(key, given.refresh) is None


def test_no_select_of_the_settings_is_refused_by_a_browser_for_a_blank_answer(house: House) -> None:
    """A required select whose chosen option has a blank value sends nothing."""
    browser = house.browser()
    for address in ("institution", "access", "mappings", "api-clients"):
        page = browser.get(f"/settings/{address}/").content.decode()
        selects = re.findall(r"<select[^>]*>", page)
        assert not [each for each in selects if " required" in each], address
    assert 'name="org"' in page
    assert 'name="name" type="text" value="" autocomplete="off" required' in page


def test_clients_of_others_cannot_be_switched(house: House) -> None:
    key, secret = make(house.browser())
    made = access.client_by_secret(key, secret)
    assert made is not None
    stranger = new_house().browser()
    assert stranger.post(f"/settings/api-clients/{made.pk}/", {"active": ""}).status_code == 404
    assert access.client_by_secret(key, secret) is not None


def test_an_administrator_of_a_part_makes_no_clients_for_the_whole(house: House) -> None:
    unit = uuid4()
    house.query(
        "INSERT INTO roster_org_unit (id, institution_id, type, name, name_folded, parent_ids)"
        " VALUES (%s, %s, 'department', 'Arts', 'arts', '{}')",
        unit, house.pk,
    )  # fmt: skip
    part = house.browser("admin", unit)
    assert part.get("/settings/api-clients/").status_code == 404
    assert part.post("/settings/api-clients/", {"name": "x", "role": "admin"}).status_code == 404
    page = part.get("/settings/account/").content.decode()
    assert "Arts" in page
    assert "/settings/api-clients/" not in page


def test_a_client_needs_a_name_a_role_and_a_place_that_exist(house: House) -> None:
    answer = house.browser().post(
        "/settings/api-clients/", {"name": " ", "role": "emperor", "org": str(uuid4())}
    )
    assert answer.status_code == 422
    page = answer.content.decode()
    assert "Name is blank." in page
    assert "There is no such org unit." in page


def access_of(house: House, key: str) -> tuple[str, bool]:
    with use_institution(house.pk):
        client = ApiClient.objects.get(key=key)
    return client.xapi_access, client.may_use_xapi


def test_a_client_is_made_with_what_it_may_do_with_statements(house: House) -> None:
    client = house.browser()
    key, _ = make(client, xapi_access="isolated")
    assert access_of(house, key) == ("isolated", True)
    assert "Writes, reads its own" in client.get("/settings/api-clients/").content.decode()
    answer = client.post(
        "/settings/api-clients/", {"name": "x", "role": "integration", "xapi_access": "everything"}
    )
    assert answer.status_code == 422
    assert "Expected one of off, write, isolated, all, got" in answer.content.decode()


def test_what_a_client_may_do_with_statements_is_changed_and_the_page_says_what_its_role_leaves(
    house: House,
) -> None:
    client = house.browser()
    key, secret = make(client, role="analyst")
    made = access.client_by_secret(key, secret)
    assert made is not None
    url = f"/settings/api-clients/{made.pk}/statements/"
    said = {"": "Reads all", "all": "Reads all", "write": "Nothing", "off": "Nothing"}
    for wanted, words in said.items():
        assert client.post(url, {"xapi_access": wanted}).status_code == 302
        assert access_of(house, key) == (wanted, wanted != "off")
        assert f">{words}<form" in client.get("/settings/api-clients/").content.decode()
    with use_institution(house.pk):
        noted = AuditEvent.objects.filter(verb="set_xapi_access").order_by("at").last()
    assert noted is not None
    assert noted.detail == {"key": key, "before": "write", "after": "off"}
    assert client.post(url, {"xapi_access": "everything"}).status_code == 404
    assert new_house().browser().post(url, {"xapi_access": "all"}).status_code == 404
    assert access_of(house, key) == ("off", False)


# (part of the address, what it is called, field of the form, field of the client)
APIS = [
    ("csv-data-import", "CSV Data Import", "csv_data", "may_use_csv_data_import"),
    ("reporting", "Reporting", "reporting", "may_use_reporting"),
]
apis = pytest.mark.parametrize(("slug", "name", "asked", "field"), APIS)


def may_use(house: House, key: str, field: str) -> bool:
    with use_institution(house.pk):
        return bool(getattr(ApiClient.objects.get(key=key), field))


@apis
def test_each_api_is_on_for_a_new_client_and_can_be_made_off(
    house: House, slug: str, name: str, asked: str, field: str
) -> None:
    client = house.browser()
    assert may_use(house, make(client)[0], field)
    key, _ = make(client, **{asked: "off"})
    assert [may_use(house, key, each[3]) for each in APIS] == [each[3] != field for each in APIS]
    answer = client.post("/settings/api-clients/", {"name": "x", "role": "integration", asked: "sometimes"})
    assert answer.status_code == 422
    assert "Expected off or nothing, got" in answer.content.decode()


@apis
def test_each_api_is_switched_off_and_on_for_one_client(
    house: House, slug: str, name: str, asked: str, field: str
) -> None:
    client = house.browser()
    key, secret = make(client)
    other, _ = make(client)
    made = access.client_by_secret(key, secret)
    assert made is not None
    url = f"/settings/api-clients/{made.pk}/{slug}/"
    assert f'action="{url}"' in client.get("/settings/api-clients/").content.decode()
    for wanted, words in (("", f"Switch {name} on"), ("yes", f"Switch {name} off")):
        assert client.post(url, {"active": wanted}).status_code == 302
        assert may_use(house, key, field) is bool(wanted)
        assert may_use(house, other, field)
        assert words in client.get("/settings/api-clients/").content.decode()
    with use_institution(house.pk):
        verbs = (
            AuditEvent.objects.filter(target="Banner nightly").order_by("at").values_list("verb", flat=True)
        )
    verb = f"switch_{slug.replace('-', '_')}"
    assert list(verbs)[-2:] == [f"{verb}_off", f"{verb}_on"]
    assert new_house().browser().post(url, {"active": ""}).status_code == 404
    assert may_use(house, key, field)
