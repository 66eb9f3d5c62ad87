"""What every declared format owes to those who read it: the wizard, the samples, the exporter, the docs."""

from __future__ import annotations

import pytest

from edu_csv.roster.nouns import NOUNS
from imports.formats.base import Format
from imports.formats.columns import CREATE, Ignored
from imports.formats.feed import Layout, Package
from imports.formats.registry import formats
from tests.imports.harness import Tenant, sample

# A package has no columns of its own.
ALL = [fmt for fmt in formats().values() if not issubclass(fmt, Package)]
by_key = pytest.mark.parametrize("fmt", ALL, ids=[fmt.key for fmt in ALL])


@by_key
def test_columns_have_headers_of_their_own_and_fill_fields_that_there_are(fmt: type[Format]) -> None:
    headers = [column.header for column in fmt.columns]
    assert len(set(headers)) == len(headers)
    for column in fmt.columns:
        # What columns of a feed fill is said by the kinds of objects that its rows speak of.
        for field, _, _ in () if issubclass(fmt, Layout) else column.values:
            assert field in fmt.target.columns, f"{column.header} fills {field}"
        assert set(column.required) <= set(column.actions) <= {*fmt.actions, *column.required}


@pytest.mark.parametrize("fmt", [fmt for fmt in ALL if issubclass(fmt, Layout)], ids=lambda fmt: fmt.key)
def test_kinds_of_a_feed_fill_fields_that_there_are_and_name_columns_of_it(fmt: type[Layout]) -> None:
    headers, names = {column.header for column in fmt.columns}, {column.name for column in fmt.columns}
    for kind in fmt.kinds:
        fields = {each.field: each for each in kind.fields}
        assert fields.keys() <= kind.noun.columns.keys(), kind.name
        assert set(kind.key) <= fields.keys(), kind.name
        assert {each.header for each in kind.fields} | {kind.header} <= headers | {""}, kind.name
        assert {each.column for each in kind.fields} <= names | {""}, kind.name
        assert set(kind.uses + kind.required + kind.uses_on_delete + kind.required_on_delete) <= names, (
            kind.name
        )
        told_at = (
            {ref.header for ref in kind.refs}
            | {rule.header for rule in kind.rules}
            | {only.header for only in kind.only}
        )
        assert told_at <= headers | {""}, kind.name


@by_key
def test_keys_rules_and_labels_name_columns_of_the_format(fmt: type[Format]) -> None:
    headers = {column.header for column in fmt.columns}
    fields = {field for column in fmt.columns for field, _, _ in column.values}
    for unique in fmt.uniques:
        assert unique.column in headers
        assert set(unique.fields) <= fields
    for rule in fmt.rules:
        assert rule.column in headers
        assert set(rule.actions) <= set(fmt.actions)
    assert set(fmt.label) <= {column.name for column in fmt.columns}
    assert set(fmt.natural_key) <= fields
    assert NOUNS[fmt.target.name] is fmt.target


@by_key
def test_every_optional_help_is_a_sentence(fmt: type[Format]) -> None:
    for column in fmt.columns:
        if not isinstance(column, Ignored) and column.help:
            assert column.help.endswith(".")
            assert column.help[0].isupper()


@by_key
def test_the_sample_has_two_rows_that_can_be_read(fmt: type[Format]) -> None:
    assert len(fmt.sample_rows) == 2
    action = CREATE if CREATE in fmt.actions else fmt.actions[0]
    columns = fmt.columns_for(action)
    for row in fmt.sample_rows:
        assert row.keys() <= {column.name for column in columns}
        for column in columns:
            cell = row.get(column.name, "")
            assert column.fault(cell) is None
            assert not (action in column.required and column.is_blank(cell)), column.header


@pytest.mark.parametrize("family", sorted({fmt.family for fmt in ALL}))
def test_the_samples_of_a_family_import_cleanly_in_its_order(family: str, tenant: Tenant) -> None:
    if family == "activity":
        # People act in a roster that is there.
        tenant.load_samples()
    for fmt in ALL:
        if fmt.family == family and CREATE in fmt.actions:
            upload = tenant.load(sample(fmt), fmt.key, "" if issubclass(fmt, Layout) else CREATE)
            assert upload.job.status == "completed", upload.job.problem or tenant.plan(upload)
            # Renames change what the samples before them made.
            done = upload.counts["updated" if fmt.key == "circlein.update-ids" else "created"]
            assert done == upload.counts["rows"] == 2
