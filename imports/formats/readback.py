"""What a format cannot give back: values that an import would refuse, or read otherwise than they are.

An export leaves such objects out and says so, for the file it writes must mean no change when it is
imported again (rest-api.md section 5). Each column class says here what it would trip over.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import singledispatch

from imports.formats.base import Format
from imports.formats.columns import UPDATE, Choice, Column, Email, Ignored, Integer, ListOf, Text
from imports.formats.dates import Date, Time
from imports.formats.references import OnlyReference, OwnId, Reference, ReferenceList

# What ``str.strip`` takes away: no-break and other wide blanks too.
BLANKS = "".join(letter for letter in map(chr, range(0x3001)) if letter.isspace())
# ``columns.EMAIL`` for PostgreSQL, where \s would depend on the database's locale.
EMAIL = f'^[^{BLANKS}@,;<>"]+@[^{BLANKS}@,;<>"]+[.][^{BLANKS}@,;<>".]+$'


@dataclass(frozen=True, slots=True)
class Unreadable:
    """Objects that this format cannot express. when: SQL over alias ``o``, true for them.

    code: why, a key of ``exports.omissions``; column: the header of the cell at fault.
    """

    code: str
    column: str
    when: str


def unreadable(fmt: type[Format]) -> list[Unreadable]:
    """All that an update by this format would trip over, in the order of its columns and rules."""
    found = []
    for column in fmt.columns_for(UPDATE):
        if column.field is None or isinstance(column, (OwnId, Ignored)):
            continue
        source = f"o.{column.field}"
        if UPDATE in column.required:
            found.append(Unreadable("required_blank", column.header, _is_blank(column, source)))
        found += [Unreadable(code, column.header, when) for code, when in faults(column, source)]
    for rule in fmt.rules:
        if UPDATE in rule.actions and rule.severity == "error" and rule.exported != "FALSE":
            # The rule is written over the planned row, whose fields are those of the object.
            when = rule.exported or f"EXISTS (SELECT FROM (SELECT o.*) AS w WHERE {rule.when})"
            found.append(Unreadable(rule.code, rule.column, when))
    found += [Unreadable(*omitted) for omitted in fmt.omits]
    return found


def _is_blank(column: Column, source: str) -> str:
    return f"cardinality({source}) = 0" if column.is_list else f"{source} IS NULL"


@singledispatch
def faults(column: Column, source: str) -> Iterator[tuple[str, str]]:
    """(code, SQL that is true when this value cannot be read back). source: the field, as SQL."""
    yield from ()


@faults.register
def _(column: Text, source: str) -> Iterator[tuple[str, str]]:
    yield "edge_blank", f"{source} = '' OR {source} <> btrim({source}, '{BLANKS}')"
    yield "too_long", f"char_length({source}) > {column.max_length}"
    if column.is_key:
        yield "list_separator", f"strpos({source}, '{ListOf.separator}') > 0"
    if isinstance(column, Email):
        yield "bad_email", f"{source} !~ '{EMAIL}'"


@faults.register
def _(column: Integer, source: str) -> Iterator[tuple[str, str]]:
    yield "outside_range", f"{source} NOT BETWEEN {column.low} AND {column.high}"


@faults.register
def _(column: Date, source: str) -> Iterator[tuple[str, str]]:
    yield "outside_range", f"{source} NOT BETWEEN '0001-01-01' AND '9999-12-31'"


@faults.register
def _(column: Time, source: str) -> Iterator[tuple[str, str]]:
    # A time that is not kept as one (when a capture ends) has no seconds of its own.
    if column.whole_minutes and all(sql_type == column.sql_type for _, _, sql_type in column.values):
        yield "outside_range", f"extract(second FROM {source}) <> 0"


@faults.register
def _(column: Choice, source: str) -> Iterator[tuple[str, str]]:
    words = ", ".join(f"'{value}'" for value in column.choices.values())
    yield "no_word", f"{source} NOT IN ({words})"


@faults.register
def _(column: Reference, source: str) -> Iterator[tuple[str, str]]:
    yield from _other_kind(column, f"ARRAY[{source}]")


@faults.register
def _(column: OnlyReference, source: str) -> Iterator[tuple[str, str]]:
    yield "several_values", f"cardinality({source}) > 1"
    yield from _other_kind(column, source)


def _other_kind(column: Reference, source: str) -> Iterator[tuple[str, str]]:
    """Of kinds that share a table, the object pointed to may be of one that this column cannot name."""
    if column.to.fixed:
        kind = " AND ".join(f"target.{name} = '{value}'" for name, value in column.to.fixed.items())
        yield (
            "other_kind",
            (
                f"EXISTS (SELECT FROM unnest({source}) AS pointed (id) JOIN {column.to.table} AS target"
                f" ON target.institution_id = o.institution_id AND target.id = pointed.id WHERE NOT ({kind}))"
            ),
        )


@faults.register
def _(column: ReferenceList, source: str) -> Iterator[tuple[str, str]]:
    yield "repeated_value", _repeats(source)


@faults.register
def _(column: ListOf, source: str) -> Iterator[tuple[str, str]]:
    element = f"SELECT FROM unnest({source}) AS element (value) WHERE"
    if isinstance(column.item, Text):
        yield "list_separator", f"EXISTS ({element} strpos(element.value, '{column.separator}') > 0)"
    for code, when in faults(column.item, "element.value"):
        yield code, f"EXISTS ({element} {when})"
    yield "repeated_value", _repeats(source)
    if column.sort_as:
        # An import would put them in order, and so change them.
        words = ", ".join(f"'{value}'" for value in column.sort_as)
        yield (
            "out_of_order",
            (
                f"cardinality({source}) > 0 AND {source} <> (SELECT array_agg(element.value ORDER BY"  # noqa: S608  # ours
                f" array_position(ARRAY[{words}]::text[], element.value)) FROM unnest({source}) AS element (value))"
            ),
        )


def _repeats(source: str) -> str:
    return f"cardinality({source}) <> (SELECT count(DISTINCT element) FROM unnest({source}) AS element)"  # noqa: S608  # of declarations
