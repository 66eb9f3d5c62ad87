"""Log in, log out, and what stands before every page."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest
from django.test import Client
from django.utils import timezone

from edu_csv import tenancy
from edu_csv.access import services as access
from edu_csv.access.attempts import WINDOW
from edu_csv.access.models import Attempt, AuditEvent
from edu_csv.pages.entry import TRIES_OF_ADDRESS, TRIES_OF_EMAIL, WRONG_PAIR
from tests.pages.house import PASSWORD, House, browser_of, new_house


def address() -> str:
    """A network address that no other test counts tries against."""
    digits = uuid4().hex
    return f"2001:db8::1{digits[:3]}:1{digits[3:6]}:1{digits[6:9]}"


def test_the_right_pair_leads_to_where_one_was_going_with_a_new_session(house: House) -> None:
    account = house.account(password=PASSWORD)
    client = Client()
    planted = client.session
    planted["planted"] = True
    planted.save()
    client.cookies["sessionid"] = str(planted.session_key)
    at = address()
    answer = client.post(
        "/login/", {"email": account.email.upper(), "password": PASSWORD, "next": "/imports/"}, REMOTE_ADDR=at
    )
    assert answer.status_code == 302
    assert answer["Location"] == "/imports/"
    assert client.cookies["sessionid"].value != planted.session_key
    with tenancy.use_institution(house.pk):
        event = AuditEvent.objects.get(verb="log_in")
    assert event.account_id == account.pk
    assert event.address == at


@pytest.mark.parametrize(
    "elsewhere", ["https://evil.example/", "//evil.example", "javascript:alert(1)", "/\\evil.example"]
)
def test_nobody_is_led_to_another_site(house: House, elsewhere: str) -> None:
    account = house.account(password=PASSWORD)
    answer = Client().post(
        "/login/", {"email": account.email, "password": PASSWORD, "next": elsewhere}, REMOTE_ADDR=address()
    )
    assert answer["Location"] == "/"


def test_every_wrong_pair_is_told_the_same(house: House) -> None:
    account = house.account(password=PASSWORD)
    pages = [
        Client().post("/login/", {"email": email, "password": password}, REMOTE_ADDR=address())
        for email, password in (
            (account.email, "not this one"),
            ("nobody@fjord.example", PASSWORD),
            ("no address \0 at all", PASSWORD),
            (account.email, ""),
        )
    ]
    assert {page.status_code for page in pages} == {422}
    assert all(WRONG_PAIR in page.content.decode() for page in pages)


def test_an_account_that_was_switched_off_is_a_wrong_pair(house: House) -> None:
    account = house.account(password=PASSWORD)
    account.is_active = False
    account.save()
    answer = Client().post("/login/", {"email": account.email, "password": PASSWORD}, REMOTE_ADDR=address())
    assert WRONG_PAIR in answer.content.decode()


def test_wrong_pairs_for_one_email_are_stopped_wherever_they_come_from(house: House) -> None:
    account = house.account(password=PASSWORD)
    for _ in range(TRIES_OF_EMAIL):
        answer = Client().post("/login/", {"email": account.email, "password": "x"}, REMOTE_ADDR=address())
        assert answer.status_code == 422
    answer = Client().post("/login/", {"email": account.email, "password": PASSWORD}, REMOTE_ADDR=address())
    assert answer.status_code == 429
    assert "Wait 15 minutes, then try again." in answer.content.decode()
    assert 0 < int(answer["Retry-After"]) <= WINDOW.total_seconds()

    Attempt.objects.update(at=timezone.now() - WINDOW - timedelta(seconds=1))
    answer = Client().post("/login/", {"email": account.email, "password": PASSWORD}, REMOTE_ADDR=address())
    assert answer.status_code == 302


def test_wrong_pairs_from_one_address_are_stopped_whomever_they_are_for(house: House) -> None:
    at = address()
    for number in range(TRIES_OF_ADDRESS):
        Client().post("/login/", {"email": f"{number}@fjord.example", "password": ""}, REMOTE_ADDR=at)
    account = house.account(password=PASSWORD)
    answer = Client().post("/login/", {"email": account.email, "password": PASSWORD}, REMOTE_ADDR=at)
    assert answer.status_code == 429


def test_who_logs_in_rightly_all_day_is_never_stopped(house: House) -> None:
    account = house.account(password=PASSWORD)
    at = address()
    for _ in range(TRIES_OF_EMAIL + 2):
        answer = Client().post("/login/", {"email": account.email, "password": PASSWORD}, REMOTE_ADDR=at)
        assert answer.status_code == 302


def test_log_out_ends_the_session_on_the_server(house: House) -> None:
    client = house.browser()
    assert client.get("/").status_code == 200
    copied = client.cookies["sessionid"].value
    assert client.get("/logout/").status_code == 405
    assert client.post("/logout/")["Location"] == "/login/"
    thief = Client()
    thief.cookies["sessionid"] = copied
    assert thief.get("/")["Location"] == "/login/"


def test_a_page_sends_to_log_in_and_back_and_a_part_answers_401(house: House) -> None:
    answer = Client().get("/roster/people/?q=tan")
    assert answer["Location"] == "/login/?next=%2Froster%2Fpeople%2F%3Fq%3Dtan"
    assert Client().get("/roster/people/", headers={"HX-Request": "true"}).status_code == 401


def test_an_account_without_a_role_is_told_so_and_stays_outside(house: House) -> None:
    account = house.account(password=PASSWORD)
    with tenancy.use_institution(house.pk):
        account.grants.all().delete()
    answer = Client().post("/login/", {"email": account.email, "password": PASSWORD}, REMOTE_ADDR=address())
    assert "has no role at any institution yet" in answer.content.decode()


def test_a_role_that_ended_ends_at_the_next_click(house: House) -> None:
    account = house.account()
    client = browser_of(account)
    assert client.get("/").status_code == 200
    with tenancy.use_institution(house.pk):
        account.grants.all().delete()
    assert client.get("/")["Location"] == "/login/"


def test_an_account_of_two_institutions_chooses_between_them_and_no_third(house: House) -> None:
    other, third = new_house("Harbour College"), new_house("Third School")
    account = house.account(password=PASSWORD)
    access.create_account(institution=other.pk, email=account.email, role="analyst")
    client = Client()
    answer = client.post(
        "/login/", {"email": account.email, "password": PASSWORD, "next": "/exports/"}, REMOTE_ADDR=address()
    )
    assert answer["Location"] == "/institution/?next=/exports/"
    page = client.get("/institution/").content.decode()
    assert "Harbour College" in page
    assert "Third School" not in page
    assert client.post("/institution/", {"institution": third.slug}).status_code == 400
    assert client.post("/institution/", {"institution": other.slug})["Location"] == "/"
    page = client.get("/").content.decode()
    assert "Harbour College" in page
    # An analyst there, whatever the account may do at home.
    assert client.get("/imports/").status_code == 404


def test_pages_are_kept_by_no_cache(house: House) -> None:
    assert house.browser().get("/")["Cache-Control"] == "private, no-store"
