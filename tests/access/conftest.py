from __future__ import annotations

from collections.abc import Iterator

import pytest
from pytest_django import DjangoDbBlocker

from tests.access.worlds import World, make_world


@pytest.fixture(scope="package")
def worlds(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[tuple[World, World]]:
    """With and without what lies beyond ORG-IN. Files are only planned there, so that all tests find the same."""
    with django_db_blocker.unblock():
        larger, smaller = make_world(beyond=True), make_world(beyond=False)
        smaller.names |= larger.names
        yield larger, smaller


@pytest.fixture
def larger(committed: None, worlds: tuple[World, World]) -> World:
    """The one with more in it."""
    return worlds[0]
