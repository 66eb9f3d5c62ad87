"""A preview or chart that cannot be read in time is told so, whatever was in its way."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import OperationalError, connection, transaction

from reporting.views.drawing import TookTooLong, within
from tests.imports.harness import Tenant


def raising(state: str) -> Any:
    """A statement that the server ends with this SQLSTATE."""

    def make() -> None:
        with connection.cursor() as cursor:
            cursor.execute(f"DO $$ BEGIN RAISE EXCEPTION USING ERRCODE = '{state}'; END $$")

    return make


# Cancelled by the limit; two who wait for each other, while the table of a month is made; a lock not had in time.
@pytest.mark.parametrize("state", ["57014", "40P01", "55P03"])
def test_what_was_in_the_way_is_no_failure_of_the_page(tenant: Tenant, state: str) -> None:
    with pytest.raises(TookTooLong):
        within(1, raising(state))
    # The connection is of use afterwards.
    assert tenant.query("SELECT 1") == [(1,)]


def test_all_else_is(tenant: Tenant) -> None:
    with pytest.raises(OperationalError), transaction.atomic():
        within(1, raising("53100"))
