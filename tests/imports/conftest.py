from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.db import connections
from pytest_django import DjangoDbBlocker

from tests.imports.harness import Tenant, new_tenant


@pytest.fixture
def committed(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """The database with real commits: workers, leases and COPY see each other's work.

    Nothing is truncated afterwards, for the application's role owns no table: a test works in an
    institution of its own, and nobody sees another's.
    """
    with django_db_blocker.unblock():
        yield
        connections.close_all()


@pytest.fixture
def tenant(committed: None) -> Tenant:
    """An empty institution; what the test commits stays its own."""
    return new_tenant()


@pytest.fixture
def loaded(tenant: Tenant) -> Tenant:
    """An institution with the five samples in it."""
    tenant.load_samples()
    return tenant
