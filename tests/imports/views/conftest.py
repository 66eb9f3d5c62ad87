"""People at a browser: a client that is logged in, in an institution of the test's own."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.test import Client

from edu_csv.access import services as access
from edu_csv.access.models import Account
from tests.imports.harness import Tenant

LogIn = Callable[..., Client]


@pytest.fixture
def log_in(tenant: Tenant) -> LogIn:
    """A client of a new person with this role, in the test's institution or another."""

    def logged_in(role: str = "admin", *, at: Tenant | None = None) -> Client:
        where = at or tenant
        email = f"{role}@{where.slug}.example"
        account = access.create_account(
            institution=where.pk, email=email, role=role, password="p", name="Maren Holt"
        )
        return client_of(account)

    return logged_in


def client_of(account: Account) -> Client:
    """A client with a session of its own, as after the log-in page."""
    session = SessionStore()
    session[SESSION_KEY] = str(account.pk)
    session[BACKEND_SESSION_KEY] = "django.contrib.auth.backends.ModelBackend"
    session[HASH_SESSION_KEY] = account.get_session_auth_hash()
    session.create()
    client = Client()
    client.cookies[settings.SESSION_COOKIE_NAME] = session.session_key or ""
    return client


@pytest.fixture
def person(log_in: LogIn) -> Client:
    """An administrator of the test's institution."""
    return log_in()
