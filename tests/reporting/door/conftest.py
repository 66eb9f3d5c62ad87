from __future__ import annotations

import pytest

from edu_csv.access.models import Attempt
from tests.reporting.door.asker import Asker, new_asker


@pytest.fixture(autouse=True)
def no_wrong_tries(committed: None) -> None:
    """Wrong tokens of other tests came from this address too."""
    Attempt.objects.all().delete()


@pytest.fixture
def asker(committed: None) -> Asker:
    """An analyst's client in an empty institution."""
    return new_asker()


@pytest.fixture
def stranger(committed: None) -> Asker:
    """The same in another institution."""
    return new_asker()
