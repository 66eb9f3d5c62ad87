from __future__ import annotations

import pytest

from tests.api.csv_data.callers import Script, new_script


@pytest.fixture
def script(committed: None) -> Script:
    """An administrator's client in an institution that has the template “Lecture views”."""
    return new_script()


@pytest.fixture
def stranger(committed: None) -> Script:
    """The same in another institution."""
    return new_script()
