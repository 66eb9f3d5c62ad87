"""An institution whose people have done something: the samples of the roster, then those of activity."""

from __future__ import annotations

import pytest

from tests.imports.harness import Tenant


@pytest.fixture
def active(tenant: Tenant) -> Tenant:
    tenant.load_activity()
    return tenant
