"""What holds for the exports of all types alike (echovideo.md 2, 5.2)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from random import Random

import pytest
from django.db import connections
from pytest_django import DjangoDbBlocker

from edu_csv import tenancy
from exports import omissions, services
from imports.formats.columns import DELETE, UPDATE, Ignored
from imports.formats.exporting import sheets
from imports.formats.readback import unreadable
from imports.formats.references import OwnId
from imports.formats.registry import formats
from tests.exports.doors import DOORS, Pages
from tests.exports.harness import cells, export, lines, written
from tests.exports.stock import SIZE, stocked
from tests.imports.harness import Tenant, csv_text, new_tenant

# Feeds write several kinds of objects into one file: ``test_feeds``.
EVERY = {key: fmt for key, fmt in formats().items() if fmt.exportable and key not in sheets()}
BY_TERM = [
    "echovideo.sections.v1",
    "echovideo.enrollments.v1",
    "echovideo.schedules.v1",
    "echovideo.schedules.v2",
]
ENROLLMENTS = "echovideo.enrollments.v1"
SYSTEM_ID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")

every_type = pytest.mark.parametrize("key", EVERY)


@pytest.fixture(scope="module")
def stock(
    django_db_setup: None, django_db_blocker: DjangoDbBlocker, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Tenant]:
    """An institution with objects of every type, which the tests here only read."""
    with django_db_blocker.unblock():
        yield stocked(new_tenant(), tmp_path_factory.mktemp("stock"))
        connections.close_all()


def without_system_ids(data: bytes) -> str:
    """What would be the same in every institution."""
    return SYSTEM_ID.sub("*", data.decode())


@every_type
def test_columns_that_only_exports_have_come_last(key: str) -> None:
    kinds = [isinstance(column, Ignored) for column in EVERY[key].columns]
    assert kinds == sorted(kinds)


@every_type
def test_the_own_id_comes_first(key: str) -> None:
    own = [place for place, column in enumerate(EVERY[key].columns) if isinstance(column, OwnId)]
    assert own == ([] if key == ENROLLMENTS else [0])


@every_type
def test_an_empty_export_has_its_header_and_is_named_by_type_version_and_time(
    tenant: Tenant, key: str
) -> None:
    done = export(tenant, key)
    assert cells(written(done)) == [[column.header for column in EVERY[key].columns]]
    type_and_version = "_".join(key.split(".")[1:])
    assert re.fullmatch(rf"edu-csv_{type_and_version}_\d{{8}}-\d{{4}}\.csv", done.file_name)


@every_type
def test_every_reason_to_leave_an_object_out_has_words_of_its_own(key: str) -> None:
    reasons = {reason.code for reason in unreadable(EVERY[key])}
    assert reasons <= set(omissions.SENTENCES)


def test_two_exports_of_one_roster_are_the_same_to_the_byte(stock: Tenant) -> None:
    for key in EVERY:
        first = written(export(stock, key))
        assert first == written(export(stock, key)), key
        assert first.count(b"\r\n") > 2, f"{key}: hardly anything to compare"


def test_rows_are_in_the_order_of_their_names_and_not_in_which_they_came(
    stock: Tenant, tmp_path: Path
) -> None:
    other = stocked(new_tenant(), tmp_path, backwards=True)
    for key, fmt in EVERY.items():
        if key == ENROLLMENTS:
            # By section and person: ids that stay, and a million rows need not be sorted by names.
            pairs = [(line["Section ID"], line["User ID"]) for line in lines(export(stock, key))]
            assert pairs == sorted(pairs)
            continue
        here, there = (without_system_ids(written(export(each, key))) for each in (stock, other))
        assert fmt.own_id() is None or "*" in here, key
        assert here == there, key


def test_trimmed_to_the_imports_columns_in_any_order_they_change_nothing(stock: Tenant) -> None:
    before = stock.dump()
    for key, fmt in EVERY.items():
        header, *rows = cells(written(export(stock, key)))
        kept = [header.index(column.header) for column in fmt.columns_for(UPDATE)]
        Random(key).shuffle(kept)  # noqa: S311  # any order at all
        upload = stock.load(
            csv_text([header[place] for place in kept], *([row[place] for place in kept] for row in rows)),
            key,
            "update",
        )
        assert upload.job.status == "completed", (key, upload.job.problem)
        assert upload.counts["unchanged"] == upload.counts["rows"] == len(rows), (key, upload.counts)
    assert stock.dump() == before


def test_a_filter_takes_several_terms_and_leaves_the_others_out(stock: Tenant) -> None:
    for key in BY_TERM:
        whole, one, two = (
            [tuple(line.items()) for line in lines(export(stock, key, filters))]
            for filters in ({}, {"term": ["T-001"]}, {"term": ["T-001", "T-002"]})
        )
        assert 0 < len(one) < len(two) <= len(whole), key
        assert one == [line for line in whole if line in one], f"{key}: in another order"
        assert {names_of_terms(line) for line in one} <= {"Spring 2031", ""}, key
    every_term = {"term": ["T-001", "T-002", "T-003"]}
    # A capture without a section is in no term.
    with_sections = SIZE["schedules"] - SIZE["schedules"] // 10
    assert len(lines(export(stock, "echovideo.schedules.v1", every_term))) == with_sections


def test_every_door_gives_the_same_file_for_the_same_terms(stock: Tenant) -> None:
    two = stock.query("SELECT id::text FROM roster_term WHERE external_id IN ('T-001', 'T-002') ORDER BY 1")
    for key in BY_TERM:
        files = {make(stock).export(key, {"term": [id_ for (id_,) in two]}) for make in DOORS.values()}
        assert files == {written(export(stock, key, {"term": ["T-001", "T-002"]}))}, key


def test_the_form_tells_for_every_type_how_many_rows_it_will_have(stock: Tenant) -> None:
    client = Pages(stock).client
    for key in EVERY:
        rows = export(stock, key).rows
        part = client.get("/exports/form/", {"format": key}).content.decode()
        assert f"Export about {rows} row" in part, key
    [(spring,)] = stock.query("SELECT id::text FROM roster_term WHERE external_id = 'T-001'")
    for key in BY_TERM:
        rows = export(stock, key, {"term": [spring]}).rows
        part = client.get("/exports/form/", {"format": key, "term": spring}).content.decode()
        assert f"Export about {rows} row" in part, key


def names_of_terms(line: Sequence[tuple[str, str]]) -> str:
    return ";".join(dict.fromkeys(dict(line)["Term Name"].split(";")))


@pytest.mark.parametrize("key", [key for key in EVERY if key not in BY_TERM])
def test_other_types_are_exported_whole_and_say_so(tenant: Tenant, key: str) -> None:
    with tenancy.use_institution(tenant.pk), pytest.raises(services.BadRequest) as refused:
        services.request_export(tenant.actor, key, {"term": ["T-001"]})
    assert (refused.value.field, refused.value.code) == ("filters.term", "unknown_filter")
    assert "exported whole" in refused.value.detail


@pytest.mark.parametrize("key", BY_TERM)
def test_a_filter_that_is_none_is_refused_with_those_there_are(tenant: Tenant, key: str) -> None:
    with tenancy.use_institution(tenant.pk), pytest.raises(services.BadRequest) as refused:
        services.request_export(tenant.actor, key, {"semester": ["T-001"]})
    assert refused.value.code == "unknown_filter"
    assert "`term`" in refused.value.detail


@every_type
def test_an_export_serves_as_a_delete_file_of_the_same_objects(key: str) -> None:
    """Delete needs the id alone, and other columns may stay (echovideo.md 4.3)."""
    fmt = EVERY[key]
    if DELETE in fmt.actions:
        exported = {column.header for column in fmt.columns}
        assert {column.header for column in fmt.required_for(DELETE)} <= exported
