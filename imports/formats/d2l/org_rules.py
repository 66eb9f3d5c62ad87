"""Rules over rows of orgs files, whatever their type, and what their kinds share (d2l 5, 6, 14)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from edu_csv.roster.nouns import COURSE, OFFERING, ORG_UNIT, SECTION, TERM, Noun
from imports.formats.d2l.columns import CODE
from imports.formats.d2l.family import BEFORE_2
from imports.formats.d2l.vocabulary import IS_UNIT, KNOWN_TYPES, SEMESTER, STANDARD_TYPES
from imports.formats.feed import Looks, Ref, RowRule, Set

# The nouns that have a code; it is unique over all of them (D-11).
CODED: Final = (ORG_UNIT, TERM, COURSE, OFFERING, SECTION)
DELETES: Final = "s.v_action = 'delete'"
# Places of columns in ``s.cells``.
CODE_CELL, DEPARTMENT_CELL, TEMPLATE_CELL, SEMESTER_CELL, OFFERING_CELL, CUSTOM_CELL = 3, 8, 9, 10, 11, 12

_STANDARD = ", ".join(f"'{each}'" for each in STANDARD_TYPES)
# Rows of the upload, each with the first good one of the same code that says otherwise; asked once, and in one pass
# however often a code is repeated. Whoever says what the first row of a code says differs from the first that does not.
_OTHERWISE = """
    WITH said AS MATERIALIZED (
        SELECT each.row, each.v_code AS code, {what} AS what,
               each.v_action IS DISTINCT FROM 'delete' AND each.row NOT IN (
                   SELECT p.row FROM problem AS p WHERE p.severity = 'error' AND p.row IS NOT NULL) AS counts
          FROM stage_orgs AS each WHERE each.v_code IS NOT NULL AND {what} IS NOT NULL),
    first AS MATERIALIZED (
        SELECT DISTINCT ON (said.code) said.code, said.row, said.what FROM said WHERE said.counts ORDER BY said.code, said.row),
    other AS (
        SELECT said.code, min(said.row) AS row FROM said JOIN first ON first.code = said.code AND first.what <> said.what
         WHERE said.counts GROUP BY said.code)
    SELECT said.row, CASE WHEN said.what <> first.what THEN first.row ELSE other.row END AS earlier
      FROM said JOIN first ON first.code = said.code LEFT JOIN other ON other.code = said.code
"""


def said_otherwise(what: str) -> str:
    """SQL over ``s``: a good row above has the same code, and another value there. what: SQL with ``{}`` for the row."""
    otherwise = _OTHERWISE.format(what=what.format("each"))
    return f"s.row IN (SELECT late.row FROM ({otherwise}) AS late WHERE late.earlier < late.row)"  # noqa: S608  # SQL of declarations


def where_said_otherwise(what: str) -> str:
    """SQL over ``s`` of such a row, the first: a JSON number, looked up in what was found once for all."""
    otherwise = _OTHERWISE.format(what=what.format("each"))
    return (
        f"(SELECT jsonb_object_agg(late.row, late.earlier) FROM ({otherwise}) AS late"  # noqa: S608  # SQL of declarations
        " WHERE late.earlier < late.row) -> s.row::text"
    )


_RAW = f"{{}}.cells[{CODE_CELL}]"


def is_cut(place: int, *, many: bool = False) -> str:
    """SQL over ``s``: a code in this cell is longer than the 50 characters that count (D-9)."""
    long = f"char_length(s.cells[{place}]) > {CODE}"
    return f"{long} AND s.cells[{place}] ~ '[^|]{{{CODE + 1}}}'" if many else long


def truncated(header: str, place: int, *, many: bool = True) -> RowRule:
    """The warning of a reference that was cut."""
    return RowRule(
        "code_truncated", header, is_cut(place, many=many), f"s.cells[{place}]",
        f"jsonb_build_object('limit', {CODE}, 'variant', 'reference')", "'warning'",
    )  # fmt: skip


OF_EVERY_ROW: Final = (
    RowRule("required_blank", "type", "s.v_type IS NULL", params="""'{"object": "row of org units"}'::jsonb""", on="both"),
    RowRule(
        "unmapped_type", "type", f"s.v_type NOT IN ({_STANDARD}) AND NOT {IS_UNIT}", "s.v_type",
        f"jsonb_build_object('expected', {KNOWN_TYPES}, 'variant',"
        f" CASE WHEN lower(s.v_type) IN ({_STANDARD}) THEN 'case' END, 'lower', lower(s.v_type))", on="both",
    ),
    # D-23, 6.1.
    RowRule(
        "unmapped_type", "type", f"s.v_type NOT IN ({_STANDARD}) AND {IS_UNIT} AND {BEFORE_2}", "s.v_type",
        "jsonb_build_object('version', s.version, 'variant', 'version')", on="both",
    ),
    RowRule(
        "code_truncated", "code", is_cut(CODE_CELL), f"s.cells[{CODE_CELL}]",
        f"jsonb_build_object('limit', {CODE}, 'read_as', s.v_code)", "'warning'", on="both",
    ),
)  # fmt: skip


def of_kind(noun: Noun) -> tuple[RowRule, ...]:
    """Rules that every kind of org row has, over what stands in the roster."""
    stored = f"SELECT FROM {noun.table} AS o WHERE o.institution_id = %(institution)s AND o.id = w._id"
    return (
        created_again("stage_orgs", "code", "v_code"),
        # D-9: another code that is the same when cut.
        RowRule(
            "code_collision", "code",
            f"char_length(s.cells[{CODE_CELL}]) >= {CODE} AND w._state = 1 AND EXISTS ({stored}"
            f" AND o.deleted_at IS NULL AND coalesce(o.code_original, o.external_id) <> s.cells[{CODE_CELL}])",
            f"s.cells[{CODE_CELL}]", f"jsonb_build_object('limit', {CODE})", on="both",
        ),
        RowRule(
            "code_collision", "code",
            f"char_length(s.cells[{CODE_CELL}]) >= {CODE} AND {said_otherwise(_RAW)}", f"s.cells[{CODE_CELL}]",
            f"jsonb_build_object('limit', {CODE}, 'variant', 'row', 'other_row', {where_said_otherwise(_RAW)})",
        ),
        # D-30.
        RowRule(
            "illegal_characters", "name", "s.x_org_name IS NOT NULL", "s.v_org_name",
            "jsonb_build_object('characters', s.x_org_name)",
            "CASE WHEN %(org_name_characters)s = 'warn' THEN 'warning' ELSE 'error' END",
        ),
    )  # fmt: skip


def created_again(stage: str, header: str, *key: str) -> RowRule:
    """CREATE of what is there, or of what an earlier row of the upload makes (D-12). key: columns; the first is told."""
    wanted = ", ".join(f"early.{each}" for each in key)
    same = " AND ".join(f"first.{each} = late.{each}" for each in key)
    return RowRule(
        "create_on_existing", header,
        # By the first of equal rows: pairs of them would be as many as their square.
        f"s.v_action = 'create' AND (w._state = 1 OR s.row IN ("  # noqa: S608  # SQL of declarations
        f"SELECT late.row FROM {stage} AS late JOIN (SELECT {wanted}, min(early.row) AS row FROM {stage} AS early"
        f" WHERE early.v_action IS DISTINCT FROM 'delete' GROUP BY {wanted}) AS first ON {same} AND first.row < late.row"
        f" WHERE late.v_action = 'create'))",
        f"s.{key[0]}", "jsonb_build_object('variant', CASE WHEN %(create_on_existing)s = 'error' THEN 'refused' END)",
        "CASE WHEN %(create_on_existing)s = 'error' THEN 'error' ELSE 'warning' END",
    )  # fmt: skip


def taken_by(noun: Noun) -> str:
    """Candidates of other kinds that have a code already (D-11)."""
    return Looks(tuple(each for each in CODED if each is not noun)).by("external_id")


def others(*nouns: Noun) -> str:
    """Candidates of the kinds that a reference may not mean (D-15)."""
    return Looks(tuple(each for each in CODED if each not in nouns)).by("external_id")


def parents(name: str, column: str, noun: Noun, *, where: str = "", what: str, own_kind: bool = False) -> Ref:
    """The list of a row's parents in one column. where: SQL over ``o`` of those that it may mean."""
    may = Looks((noun,), {noun.name: where} if where else {}).by("external_id")
    may_not = others(noun)
    if where:
        may_not += " UNION ALL " + Looks((noun,), {noun.name: f"NOT ({where})"}).by("external_id")
    return Ref(
        name,
        f"s.v_{column}",
        column,
        may,
        "unknown_parent",
        many=True,
        others=may_not,
        own_kind=own_kind,
        object=what,
    )


def customs(*, own_kind: bool = False) -> Ref:
    """Custom org units above the row's own (``custom_code``)."""
    return parents(
        "customs",
        "custom_code",
        ORG_UNIT,
        where="o.type <> 'department'",
        what="custom org unit",
        own_kind=own_kind,
    )


def identity(*more: Set) -> tuple[Set, ...]:
    """Fields that every org unit has from its row."""
    return (
        Set("external_id", "s.v_code", only_new=True, header="code"),
        Set("name", "s.v_org_name", header="name"),
        *more,
        Set(
            "code_original", f"CASE WHEN char_length(s.cells[{CODE_CELL}]) > {CODE} THEN s.cells[{CODE_CELL}] END",
            blank="keep", header="code",
        ),
    )  # fmt: skip


def folded_name() -> Set:
    return Set("name_folded", "s.f_org_name", header="name")


def uses(*columns: str) -> tuple[str, ...]:
    return ("type", "action", "code", "org_name", *columns)


USES_ON_DELETE: Final = ("type", "action", "code")
REQUIRED: Final = ("code", "org_name")


def is_of(*types: str) -> str:
    return f"s.v_type IN ({', '.join(f'{chr(39)}{each}{chr(39)}' for each in types)})"


def cuts(columns: Iterable[tuple[str, int]]) -> tuple[RowRule, ...]:
    return tuple(truncated(header, place) for header, place in columns)


IS_SEMESTER: Final = is_of(SEMESTER)
