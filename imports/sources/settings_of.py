"""What can be set about a source in JSON, checked: switches, limits, expectation, watched places."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import fields
from typing import Any, get_args, get_type_hints

from edu_csv.errors import UnsafeKey
from edu_csv.storage.keys import check_key
from imports.formats.feed import Switches
from imports.models import Family, Limits
from imports.requests import BadRequest

DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
CLOCK = re.compile(r"([01]\d|2[0-3]):[0-5]\d")
LONGEST_GRACE = 24 * 60
# Which of the switches mean anything to a family; ``validate_only`` is what the mode says.
SWITCHES = {
    Family.ECHOVIDEO: frozenset[str](),
    Family.D2L: frozenset(
        {
            "user_key", "blank_means", "create_on_existing", "on_delete_with_enrollments", "on_user_delete",
            "org_name_characters",
        }
    ),
    Family.CIRCLEIN: frozenset({"tutor_means"}),
}  # fmt: skip
# The most that each may be: a year, everything, and what a database's number holds.
MOST = {"shrink_percent": 100, "unchanged_days": 366, "quota_bytes": 1 << 50, "max_file_bytes": 1 << 50}


def switches(family: str, given: Mapping[str, Any]) -> dict[str, Any]:
    """Switches of a feed, by formats.feed.Switches. Raises BadRequest."""
    known = get_type_hints(Switches)
    may = sorted(SWITCHES[Family(family)])
    for name, value in _members("switches", given).items():
        if name not in may:
            words = ", ".join(f"`{each}`" for each in may) or "none"
            raise BadRequest(
                "switches",
                "unknown_field",
                f"There is no switch `{name[:40]}`. Sources of this family have: {words}.",
            )
        if value not in get_args(known[name]):
            words = ", ".join(f"`{each}`" for each in get_args(known[name]))
            raise BadRequest("switches", "bad_enum", f"{name}: expected {words}; got `{str(value)[:40]}`.")
    return dict(given)


def limits(given: Mapping[str, Any]) -> dict[str, Any]:
    """Limits, by models.Limits. Raises BadRequest."""
    known = [each.name for each in fields(Limits)]
    for name, value in _members("limits", given).items():
        if name not in known:
            raise BadRequest(
                "limits", "unknown_field", f"There is no limit `{name[:40]}`. Use {', '.join(known)}."
            )
        if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= MOST[name]:
            raise BadRequest(
                "limits",
                "bad_value",
                f"{name}: expected a whole number from 0 to {MOST[name]:,}, got `{str(value)[:40]}`.",
            )
    return dict(given)


def expected(given: Mapping[str, Any] | None) -> dict[str, Any] | None:
    """When a file is expected: {"days": ["MO", …], "by": "07:00", "grace_minutes": 60}. Raises BadRequest."""
    if not given:
        return None
    for name in _members("expected", given):
        if name not in ("days", "by", "grace_minutes"):
            raise BadRequest(
                "expected",
                "unknown_field",
                f"Expected days, by and grace_minutes; there is no `{name[:40]}`.",
            )
    days, by, grace = given.get("days", list(DAYS)), given.get("by"), given.get("grace_minutes", 60)
    if not isinstance(days, list) or not days or any(day not in DAYS for day in days):
        raise BadRequest(
            "expected", "bad_enum", f"days: expected some of {', '.join(DAYS)}, got `{str(days)[:60]}`."
        )
    if not isinstance(by, str) or not CLOCK.fullmatch(by):
        raise BadRequest(
            "expected", "bad_value", f"by: expected a time of day such as 07:00, got `{str(by)[:20]}`."
        )
    if not isinstance(grace, int) or isinstance(grace, bool) or not 0 <= grace <= LONGEST_GRACE:
        raise BadRequest(
            "expected",
            "bad_value",
            f"grace_minutes: expected 0 to {LONGEST_GRACE:,} minutes, got `{str(grace)[:20]}`.",
        )
    return {"days": [day for day in DAYS if day in days], "by": by, "grace_minutes": grace}


def place(name: str, given: str) -> str:
    """The path of a watched folder or prefix below the institution's own. Raises BadRequest."""
    path = given.strip().strip("/")
    if not path:
        return ""
    try:
        return check_key(path)
    except UnsafeKey as unsafe:
        raise BadRequest(
            name,
            "bad_value",
            f"Expected a folder below the institution's own, such as banner or banner/nightly; got `{given[:80]}`:"
            f" {unsafe.reason}.",
        ) from None


def _members(name: str, given: Any) -> Mapping[str, Any]:
    if not isinstance(given, Mapping):
        raise BadRequest(name, "bad_value", f"Expected an object, got `{str(given)[:40]}`.")
    return given
