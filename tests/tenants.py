"""Fixtures for tests that need an institution; a plugin of tests/conftest.py."""

from __future__ import annotations

import pytest

from tests.imports.harness import Tenant, new_tenant


@pytest.fixture
def tenant(committed: None) -> Tenant:
    """An empty institution; what the test commits stays its own."""
    return new_tenant()


@pytest.fixture
def loaded(tenant: Tenant) -> Tenant:
    """An institution with the small roster of ``tests.imports.basics`` in it."""
    tenant.load_basics()
    return tenant
