"""The frame: navigation by what a person may do, colours by cookie, the content policy."""

from __future__ import annotations

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import AsyncRequestFactory, Client, RequestFactory
from pytest_django import Settings

from edu_csv.access.actors import Actor, Granted
from edu_csv.access.policy import Ability, may
from edu_csv.access.roles import Role
from edu_csv.pages.csp import HEADER, ContentSecurityPolicy
from edu_csv.pages.navigation import navigation
from edu_csv.pages.shell import initials, shell, theme_of
from tests.coroutines import run_apart

ROSTER = ["people", "courses", "sections", "terms", "org-units", "rooms", "calendar"]


def keys(role: Role) -> list[str]:
    actor = Actor(1, "Maren Holt", account=1, grants=(Granted(role, None),))
    abilities = [ability for ability in Ability if may(actor, ability)]
    return [item["key"] for group in navigation(abilities) for item in group["items"]]


@pytest.mark.parametrize("role", [Role.ADMIN, Role.ORG_ADMIN, Role.DEPARTMENT_ADMIN, Role.SCHEDULER])
def test_whoever_imports_sees_imports_exports_and_roster(role: Role) -> None:
    sources = [] if role is Role.SCHEDULER else ["sources", "templates"]
    reports = [] if role is Role.SCHEDULER else ["reports"]
    assert keys(role) == ["today", "imports", "exports", *reports, *ROSTER, *sources, "settings", "formats"]


def test_an_analyst_has_no_imports() -> None:
    assert keys(Role.ANALYST) == ["today", "exports", "reports", *ROSTER, "settings", "formats"]


def test_without_any_grant_only_today_settings_and_help_are_left() -> None:
    assert [item["key"] for group in navigation([]) for item in group["items"]] == [
        "today",
        "settings",
        "formats",
    ]


def test_a_badge_counts_what_waits_for_this_person() -> None:
    imports = navigation([Ability.IMPORT], {"imports": 1})[0]["items"][1]
    assert (imports["turn"], imports["turn_title"]) == (1, "1 waits for you")


@pytest.mark.parametrize(
    ("cookie", "theme"), [("", "auto"), ("dark", "dark"), ("light", "light"), ('"><script>', "auto")]
)
def test_the_theme_is_one_we_know(cookie: str, theme: str) -> None:
    request = RequestFactory().get("/")
    request.COOKIES["theme"] = cookie
    assert theme_of(request) == theme


def test_before_log_in_there_is_no_navigation() -> None:
    frame = shell(RequestFactory().get("/"))["shell"]
    assert (frame["person"], frame["institution"], frame["may_import"]) == (None, "", False)


@pytest.mark.parametrize(
    ("name", "letters"), [("Maren Holt", "MH"), ("Mei", "M"), ("Ana de la Cruz", "AC"), ("", "")]
)
def test_initials_are_of_the_first_and_last_name(name: str, letters: str) -> None:
    assert initials(name) == letters


def test_choosing_a_theme_sets_the_cookie_and_goes_back() -> None:
    answer = Client().post("/theme/", {"theme": "dark", "next": "/imports/?outcome=failed"})
    assert answer.status_code == 302
    assert answer["Location"] == "/imports/?outcome=failed"
    assert answer.cookies["theme"].value == "dark"
    assert answer.cookies["theme"]["httponly"]


@pytest.mark.parametrize(
    "elsewhere", ["https://elsewhere.example/", "//elsewhere.example/", "javascript:alert(1)"]
)
def test_choosing_a_theme_never_leads_to_another_host(elsewhere: str) -> None:
    assert Client().post("/theme/", {"theme": "dark", "next": elsewhere})["Location"] == "/"


def test_an_unknown_theme_is_refused_with_those_we_know() -> None:
    answer = Client().post("/theme/", {"theme": "purple"})
    assert answer.status_code == 400
    assert "auto, light, dark" in answer.content.decode()


def test_the_styleguide_is_shown_while_developing_only(settings: Settings) -> None:
    assert Client().get("/styleguide/").status_code == 404
    settings.DEBUG = True
    answer = Client().get("/styleguide/")
    assert answer.status_code == 200
    assert "Components" in answer.content.decode()


def test_a_page_that_is_not_there_looks_like_ours() -> None:
    answer = Client().get("/nowhere/")
    assert answer.status_code == 404
    assert "Nothing here, or not for you." in answer.content.decode()


def test_every_answer_carries_the_policy_without_inline_code() -> None:
    policy = Client().get("/nowhere/").headers[HEADER]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy


def test_storage_elsewhere_may_be_sent_files(settings: Settings) -> None:
    settings.CSP_CONNECT_SRC = ["https://files.fjord.example"]
    middleware = ContentSecurityPolicy(lambda request: HttpResponse())
    answer = middleware(RequestFactory().get("/"))
    assert isinstance(answer, HttpResponse)
    assert "connect-src 'self' https://files.fjord.example;" in answer.headers[HEADER]


def test_a_view_may_carry_a_policy_of_its_own() -> None:
    middleware = ContentSecurityPolicy(lambda request: HttpResponse(headers={HEADER: "default-src 'self'"}))
    answer = middleware(RequestFactory().get("/"))
    assert isinstance(answer, HttpResponse)
    assert answer.headers[HEADER] == "default-src 'self'"


def test_the_policy_also_stands_on_asynchronous_answers() -> None:
    async def view(request: HttpRequest) -> HttpResponse:
        return HttpResponse()

    async def ask() -> object:
        answer = ContentSecurityPolicy(view)(AsyncRequestFactory().get("/"))
        assert not isinstance(answer, HttpResponse)
        return (await answer).headers[HEADER]  # type: ignore[misc]

    assert "default-src 'none'" in str(run_apart(ask()))
