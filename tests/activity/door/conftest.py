from __future__ import annotations

from typing import Any

import pytest

from tests.activity.door.calling import Sender, sender_in
from tests.imports.harness import Tenant, new_tenant


@pytest.fixture(autouse=True)
def in_no_hurry(settings: Any) -> None:
    """On a fast machine a test would meet the limit of requests a second; that has a test of its own."""
    settings.XAPI_REQUESTS_PER_SECOND = 100_000


@pytest.fixture
def sender(tenant: Tenant) -> Sender:
    """A credential that may do everything, in an empty institution."""
    return sender_in(tenant)


@pytest.fixture
def stranger(committed: None) -> Sender:
    """The same in another institution."""
    return sender_in(new_tenant())
