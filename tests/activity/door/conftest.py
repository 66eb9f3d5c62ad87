from __future__ import annotations

import pytest

from tests.activity.door.calling import Sender, sender_in
from tests.imports.harness import Tenant, new_tenant


@pytest.fixture
def sender(tenant: Tenant) -> Sender:
    """A credential that may do everything, in an empty institution."""
    return sender_in(tenant)


@pytest.fixture
def stranger(committed: None) -> Sender:
    """The same in another institution."""
    return sender_in(new_tenant())
