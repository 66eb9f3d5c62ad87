from __future__ import annotations

import pytest

from tests.pages.house import House, new_house


@pytest.fixture
def house(committed: None) -> House:
    """An institution of the test's own, and people who log in there."""
    return new_house()
