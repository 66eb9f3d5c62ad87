"""An institution to project into."""

from __future__ import annotations

import pytest

from tests.activity.projection.house import furnish
from tests.imports.harness import Tenant


@pytest.fixture
def house(tenant: Tenant) -> Tenant:
    furnish(tenant)
    return tenant
