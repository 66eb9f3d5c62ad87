"""Real Chromium against the real product: a web server and a worker on the test database."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from playwright.sync_api import Browser, sync_playwright
from pytest_django import DjangoDbBlocker

from edu_csv.access import services as access
from edu_csv.access.roles import Role
from tests.browser.people import PASSWORD, Person, Watch
from tests.browser.serving import Worker, web
from tests.imports.harness import Tenant

PROGRAMS = ("chromium", "chromium-browser", "google-chrome")
# Nothing of the browser's own may look for the outside world.
FLAGS = (
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
)  # fmt: skip
WIDTH, HEIGHT = 1440, 1000

SitsDown = Callable[..., Person]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    program = next(filter(None, map(shutil.which, PROGRAMS)), None)
    assert program, "The browser tests need Chromium on PATH; `make browser` installs it."
    # Playwright runs an event loop in this thread, and Django would refuse to touch the database beside it.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=list(FLAGS))
        yield browser
        browser.close()
    del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


@pytest.fixture(scope="session")
def site(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[str]:
    """The address of a running web server."""
    usual = settings.PUBLIC_BASE_URL
    with django_db_blocker.unblock(), web() as address:
        # Links begin with it while a test of the browser runs; the server stays up for others of this process too.
        settings.PUBLIC_BASE_URL = usual
        yield address


@pytest.fixture(autouse=True)
def links_lead_to_the_site(site: str) -> Iterator[None]:
    usual, settings.PUBLIC_BASE_URL = settings.PUBLIC_BASE_URL, site
    yield
    settings.PUBLIC_BASE_URL = usual


@pytest.fixture
def worker(tenant: Tenant) -> Iterator[Worker]:
    """A worker that does what waits in the test's institution."""
    with Worker(tenant.pk) as working:
        yield working


@pytest.fixture
def sits_down(chromium: Browser, site: str, tenant: Tenant, tmp_path: Path) -> Iterator[SitsDown]:
    """A person with this role at a browser of their own, logged in; ``options`` as of a browser context.

    When the test ends, nothing may have been asked of another host, and no console may have complained.
    """
    watches: list[Watch] = []
    contexts: list[Any] = []

    def sit_down(role: str = Role.ADMIN, **options: Any) -> Person:
        options.setdefault("viewport", {"width": WIDTH, "height": HEIGHT})
        context = chromium.new_context(accept_downloads=True, locale="en-GB", **options)
        context.set_default_timeout(10_000)
        contexts.append(context)
        watch = Watch(site)
        watch.over(context)
        watches.append(watch)
        email = f"{role}-{len(watches)}@{tenant.slug}.example"
        access.create_account(
            institution=tenant.pk, email=email, role=role, password=PASSWORD, name="Maren Holt"
        )
        person = Person(context.new_page(), site, watch, tmp_path)
        # Analysts have no imports.
        person.log_in(email, "/" if role == Role.ANALYST else "/imports/")
        return person

    yield sit_down
    for context in contexts:
        context.close()
    assert [fault for watch in watches for fault in watch.faults] == []


@pytest.fixture
def person(sits_down: SitsDown) -> Person:
    """An administrator of the test's institution."""
    return sits_down()
