"""The samples of all types, loaded: for reading together, or for one test to change."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.db import connections
from pytest_django import DjangoDbBlocker

from tests.imports.formats.rows import sampled
from tests.imports.harness import Tenant


@pytest.fixture(scope="module")
def stock(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Tenant:
    """All samples, loaded once for the tests of this module, which leave them as they are."""
    with django_db_blocker.unblock():
        tenant = sampled()
        connections.close_all()
    return tenant


@pytest.fixture
def shared(committed: None, stock: Tenant) -> Iterator[Tenant]:
    before = stock.dump()
    yield stock
    assert stock.dump() == before


@pytest.fixture
def mine(committed: None) -> Tenant:
    """The samples for one test, which may change them."""
    return sampled()
