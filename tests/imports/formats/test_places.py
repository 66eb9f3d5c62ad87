"""What a cell's table of texts cannot say of campuses."""

from __future__ import annotations

import pytest

from imports.formats.columns import TimeZone
from tests.imports.harness import Tenant

CAMPUSES = "echovideo.campuses.v1"


def test_a_time_zone_that_only_the_database_lacks_is_refused(
    tenant: Tenant, monkeypatch: pytest.MonkeyPatch
) -> None:
    # The two lists of zones are of different makers, and may be of different years.
    monkeypatch.setattr(TimeZone, "parse", lambda column, text: text)
    upload = tenant.load("Name,Time Zone\nA,Atlantic/New_Island\nB,Europe/Oslo\n", CAMPUSES)
    [sentence] = tenant.row(upload, 2).sentences
    assert sentence == (
        "Time Zone is `Atlantic/New_Island`, a time zone that our database does not know. Use an IANA name such as"
        " `Europe/Oslo`."
    )
    assert tenant.row(upload, 3).outcome == "created"
