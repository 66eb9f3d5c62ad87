"""How many examples a property is tried with: few at each change, many when there is time."""

from __future__ import annotations

from hypothesis import settings


def examples(few: int, many: int) -> int:
    """``few`` by the profile of every change, ``many`` by any other (make test-all)."""
    return few if settings.get_current_profile_name() == "same" else many
