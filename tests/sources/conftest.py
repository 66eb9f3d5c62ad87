from __future__ import annotations

import pytest

from tests.imports.harness import Tenant
from tests.sources.feeding import Feed, new_feed


@pytest.fixture
def feed(tenant: Tenant) -> Feed:
    """A source that sends files of EchoVideo, whose rows create."""
    return new_feed(tenant)
