"""The sample files as they are served: create in order, update, delete in the order back (echovideo.md 5.5)."""

from __future__ import annotations

import pytest

from imports.formats.registry import formats
from tests.exports.doors import DOORS
from tests.exports.harness import cells
from tests.imports.harness import Tenant

EVERY = {key: fmt for key, fmt in formats().items() if fmt.family == "echovideo"}


def test_there_are_33_samples_one_for_each_type_action_and_version() -> None:
    assert sum(len(fmt.actions) for fmt in EVERY.values()) == 33
    without_delete = [key.split(".")[1] for key, fmt in EVERY.items() if "delete" not in fmt.actions]
    assert without_delete == ["campuses", "buildings", "users"]


@pytest.mark.timeout(300)
@pytest.mark.parametrize("name", DOORS)
def test_served_samples_create_update_and_delete_by_every_door(tenant: Tenant, name: str) -> None:
    door = DOORS[name](tenant)
    for key in EVERY:
        upload = door.load(sample := door.sample(key, "create"), key, "create")
        assert upload.counts["created"] == upload.counts["rows"] == len(cells(sample)) - 1 > 0, (
            key,
            upload.counts,
        )
        assert upload.counts["warnings"] == 0, key
    before = tenant.dump()
    for key in EVERY:
        upload = door.load(sample := door.sample(key, "update"), key, "update")
        assert upload.counts["unchanged"] == upload.counts["rows"] == len(cells(sample)) - 1 > 0, (
            key,
            upload.counts,
        )
    assert tenant.dump() == before
    for key in reversed([key for key, fmt in EVERY.items() if "delete" in fmt.actions]):
        upload = door.load(sample := door.sample(key, "delete"), key, "delete")
        assert upload.counts["deleted"] == upload.counts["rows"] == len(cells(sample)) - 1 > 0, (
            key,
            upload.counts,
        )
    assert tenant.query("SELECT count(*) FROM roster_occurrence") == [(0,)]
    left = {
        noun for noun, rows in tenant.dump().items() if any('"deleted_at": null' in text for (text,) in rows)
    }
    assert left == {"campus", "building", "person"}


def test_a_sample_of_an_update_has_every_column_and_of_a_delete_the_id_alone(loaded: Tenant) -> None:
    door = DOORS["REST"](loaded)
    for key, fmt in EVERY.items():
        for action in fmt.actions:
            header = cells(door.sample(key, action))[0]
            assert header == [column.header for column in fmt.columns_for(action)], (key, action)
