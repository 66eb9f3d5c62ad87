from __future__ import annotations

import pytest

from tests.api.caller import Caller, caller_in, new_caller
from tests.imports.harness import Tenant


@pytest.fixture
def caller(committed: None) -> Caller:
    """An administrator's client in an empty institution."""
    return new_caller()


@pytest.fixture
def stranger(committed: None) -> Caller:
    """An administrator's client in another institution."""
    return new_caller()


@pytest.fixture
def at_home(loaded: Tenant) -> Caller:
    """An administrator's client in an institution that has the five samples."""
    return caller_in(loaded)
