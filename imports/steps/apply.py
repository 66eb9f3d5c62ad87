"""Apply: write the plan into the roster. The caller holds the transaction and the roster's lock."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from uuid import UUID

import psycopg
from django.db import IntegrityError, connection, transaction
from psycopg.sql import SQL, Composable, Identifier, Literal
from psycopg.types.json import Jsonb

from edu_csv.roster import occurrences
from edu_csv.roster.nouns import BY_CODE, NOUNS, ORG_UNIT, POINTS_TO, SCHEDULE, WRITE_ORDER, Noun
from imports.formats.columns import CREATE, DELETE
from imports.problems import FileRejected
from imports.steps import slices
from imports.steps.resolve import written_fields
from imports.steps.workspace import Session, Workspace, names

# New main objects go in typed and in the order of their key: ids ascend with the rows.
INSERT = SQL("""
    INSERT INTO {table} (id, institution_id, made_by_job, made_by_row, created_at, updated_at{fields})
    SELECT w._id, %(institution)s, %(job)s, w._row, now(), now(){values}
      FROM act AS w WHERE {slice} ORDER BY w._row
""")

# Everything else is a set of changes, (object_type, object_id, operation, before, after, row, is_effect).
ALL_CHANGES = SQL("""
    CREATE TEMP TABLE change ON COMMIT DROP AS
    SELECT {code}::smallint AS object_type, c.object_id, 2::smallint AS operation, c.before, c.after, c.row,
           false AS is_effect
      FROM changed AS c
    UNION ALL
    SELECT {code}, w._id, 3, '{{}}', '{{}}', w._row, false
      FROM act AS w WHERE {deletes}
    UNION ALL
    SELECT e.object_type, e.object_id, e.operation, e.before, e.after, e.row, true FROM effect AS e
""")
TYPES = "SELECT object_type, operation, count(*) FROM change GROUP BY 1, 2"
# How many changes there are of a kind of object (its code), by operation.
Present = Mapping[tuple[int, int], int]
MADE = "SELECT w._id FROM act AS w"

CREATE_FROM_JSON = SQL("""
    INSERT INTO {table} (id, institution_id, made_by_job, made_by_row, created_at, updated_at, {fields})
    SELECT c.object_id, %(institution)s, %(job)s, c.row, now(), now(), {values}
      FROM change AS c CROSS JOIN LATERAL jsonb_populate_record(NULL::{table}, {defaults} || c.after) AS n
     WHERE c.object_type = {code} AND c.operation = 1 AND {slice} ORDER BY c.object_id
""")
UPDATE_FROM_JSON = SQL("""
    UPDATE {table} AS o SET updated_at = now(), ({fields}) = (
           SELECT {values} FROM jsonb_populate_record(o, c.after) AS n)
      FROM change AS c
     WHERE c.object_type = {code} AND c.operation = 2 AND o.id = c.object_id AND o.institution_id = %(institution)s
       AND {slice}
""")
NAMES_ITS_OWN = SQL("""
    SELECT EXISTS (SELECT FROM change AS c CROSS JOIN LATERAL unnest({lists}::text[]) AS list (name)
                    WHERE c.object_type = {code} AND c.after -> list.name <> '[]')
""")
DELETE_SOFTLY = SQL("""
    UPDATE {table} AS o SET deleted_at = now(), updated_at = now() FROM change AS c
     WHERE c.object_type = {code} AND c.operation = 3 AND o.id = c.object_id
       AND o.institution_id = %(institution)s AND o.deleted_at IS NULL
""")
REVIVE = SQL("""
    UPDATE {table} AS o SET deleted_at = NULL, updated_at = now() FROM change AS c
     WHERE c.object_type = {code} AND c.operation = 4 AND o.id = c.object_id
       AND o.institution_id = %(institution)s AND o.deleted_at IS NOT NULL
""")
# A few thousand objects are found sooner by their ids than by reading a table of millions; a million
# are not, and at this price the planner still sees that.
BY_ID = "SET LOCAL random_page_cost = 1.1"
JOURNAL = """
    INSERT INTO roster_change (at, institution_id, object_type, object_id, operation, before, after, job_id, row,
                               is_effect, undone_by)
    SELECT now(), %(institution)s, c.object_type, c.object_id, c.operation, c.before, c.after, %(job)s, c.row,
           c.is_effect, %(undone_by)s
      FROM change AS c WHERE c.operation <> 1 ORDER BY c.row
"""


def write_changes(space: Workspace) -> None:
    """All of the plan: deletions, updates, creations, the journal."""
    deletes = SQL("TRUE") if space.action == DELETE else SQL("FALSE")
    space.run(ALL_CHANGES.format(code=Literal(space.fmt.target.code), deletes=deletes), "apply")
    space.run("ANALYZE change")
    present = present_in(space)
    write_set(space, present)
    if space.action == CREATE:
        _insert(space)
    # Enrollments that a new section brings point to it, so they come after it.
    write_created(space, present)
    makes_schedules = space.action == CREATE and space.fmt.target == SCHEDULE
    occurrences.follow(space, present, made=MADE if makes_schedules else None)
    write_journal(space)


def keep_promises(space: Session) -> None:
    """Look at deferred keys now, inside the attempt, and not at a commit nobody watches.

    Raises FileRejected when two captures would be in one room: a plan has said so before, unless it and
    the roster disagree, and then nothing may be written.
    """
    try:
        # A savepoint, so that the words can still be asked for.
        with transaction.atomic():
            connection.check_constraints()
    except IntegrityError as error:
        cause = error.__cause__
        broken = cause.diag.constraint_name if isinstance(cause, psycopg.Error) else None
        if broken != occurrences.NO_OVERLAP:
            raise
        raise FileRejected("schedule_clash", variant="file", **(occurrences.overlap(space) or {})) from error


def present_in(space: Session) -> Present:
    """What ``change`` holds."""
    return {(code, operation): number for code, operation, number in space.fetch(TYPES)}


def write_journal(space: Session, *, undone_by: UUID | None = None) -> None:
    """Note every change but creations, which the new objects themselves know."""
    space.run(JOURNAL, "journal", undone_by=undone_by)


def _insert(space: Workspace) -> None:
    fields = [name for name, _ in written_fields(space)]
    fixed = space.fmt.target.fixed
    # Lists are never NULL; what no column of the format fills begins empty.
    lists = [n for n, kind in space.fmt.target.columns.items() if kind.endswith("[]") and n not in fields]
    columns = [*fields, *fixed, *lists]
    values: list[Composable] = [SQL("w.{}").format(Identifier(name)) for name in fields]
    values += [Literal(value) for value in fixed.values()]
    values += [Literal("{}")] * len(lists)
    rows = 0 if _points_to_itself(space.fmt.target) else space.rows
    for part in slices.by_rows(space, rows, SQL("w._row"), table="work", column="_row"):
        space.run(
            INSERT.format(
                table=Identifier(space.fmt.target.table),
                fields=SQL("").join(SQL(", {}").format(Identifier(name)) for name in columns),
                values=SQL("").join(SQL(", {}").format(value) for value in values),
                slice=part,
            ),
            "insert",
        )


def _points_to_itself(noun: Noun) -> bool:
    # Then a row may point to one of a later slice, so they are written as one.
    return noun.code == ORG_UNIT.code


def _slices(space: Session, noun: Noun, number: int) -> Iterator[Composable]:
    is_whole = _points_to_itself(noun) or (number > slices.MOST_ROWS and _names_its_own(space, noun))
    rows = 0 if is_whole else number
    return slices.by_rows(space, rows, SQL("c.row"), table="change", column="row")


def _names_its_own(space: Session, noun: Noun) -> bool:
    """Whether ``change`` fills a list of objects of the same kind: people may be parents of people."""
    lists = [name for name, kind in noun.columns.items() if kind == "uuid[]" and POINTS_TO.get(name) is noun]
    if not lists:
        return False
    return bool(space.fetch(NAMES_ITS_OWN.format(code=Literal(noun.code), lists=Literal(lists)))[0][0])


def write_set(space: Session, present: Present) -> None:
    """Deletions, revivals and updates that ``change`` holds, kind by kind."""
    space.run(BY_ID)
    end_and_revive(space, present)
    # An implicit offering that a moved section needs must be there before the section moves.
    _create(space, present, only="offering")
    write_updates(space, present)


def end_and_revive(space: Session, present: Present) -> None:
    """Deletions, then revivals."""
    for noun in WRITE_ORDER:
        table, code = Identifier(noun.table), Literal(noun.code)
        if (noun.code, 3) in present:
            space.run(DELETE_SOFTLY.format(table=table, code=code), "apply")
    for noun in WRITE_ORDER:
        table, code = Identifier(noun.table), Literal(noun.code)
        if (noun.code, 4) in present:
            space.run(REVIVE.format(table=table, code=code), "apply")


def write_updates(space: Session, present: Present) -> None:
    for noun in WRITE_ORDER:
        for part in _slices(space, noun, present[noun.code, 2]) if (noun.code, 2) in present else ():
            space.run(
                UPDATE_FROM_JSON.format(
                    table=Identifier(noun.table),
                    code=Literal(noun.code),
                    fields=names(list(noun.columns)),
                    values=SQL(", ").join(SQL("n.{}").format(Identifier(name)) for name in noun.columns),
                    slice=part,
                ),
                "apply",
            )


def write_created(space: Session, present: Present, *, offerings: bool = False) -> None:
    """Creations that ``change`` holds; ``offerings``: those too, which ``write_set`` has made else."""
    for noun in WRITE_ORDER:
        if offerings or noun.name != "offering":
            _create(space, present, only=noun.name)


def _create(space: Session, present: Present, only: str) -> None:
    noun = next(noun for noun in WRITE_ORDER if noun.name == only)
    if (noun.code, 1) not in present:
        return
    fields = list(noun.columns)
    for part in _slices(space, noun, present[noun.code, 1]):
        space.run(
            CREATE_FROM_JSON.format(
                table=Identifier(noun.table),
                code=Literal(noun.code),
                fields=names(fields),
                values=SQL(", ").join(SQL("n.{}").format(Identifier(name)) for name in fields),
                defaults=_defaults(noun),
                slice=part,
            ),
            "apply",
        )


def _defaults(noun: Noun) -> Composable:
    """Lists are never NULL, nor are some booleans."""
    empty: dict[str, object] = {name: [] for name, kind in noun.columns.items() if kind.endswith("[]")}
    empty |= dict.fromkeys(noun.never_null, False)
    pairs = SQL(", ").join(SQL("{}, {}").format(Literal(name), Jsonb(value)) for name, value in empty.items())
    return SQL("jsonb_build_object({})").format(pairs)


# From so many written rows on, and a tenth of the table, the planner must hear of them: it would think
# the table as it was. What is less, the server's own sampling finds in time.
STATISTICS_FROM, STATISTICS_SHARE = 2_000, 0.1
KNOWN_ROWS = SQL("SELECT reltuples FROM pg_class WHERE oid = {}::regclass")


def written_by(
    space: Workspace, counts: dict[str, int], effects: dict[str, dict[str, int]]
) -> dict[str, int]:
    """How many objects of each noun a plan writes."""
    written = {space.fmt.target.name: counts["created"] + counts["updated"] + counts["deleted"]}
    for name, operations in effects.items():
        written[name] = written.get(name, 0) + sum(operations.values())
    return written


def written_of(present: Present) -> dict[str, int]:
    """How many objects of each noun ``change`` writes."""
    written: dict[str, int] = {}
    for (code, _), number in present.items():
        written[BY_CODE[code].name] = written.get(BY_CODE[code].name, 0) + number
    return written


def refresh_statistics(space: Session, written: Mapping[str, int]) -> None:
    """Sample the tables that were written much, within the transaction that wrote them."""
    for name, rows in written.items():
        if rows < STATISTICS_FROM:
            continue
        table = NOUNS[name].table
        [(known,)] = space.fetch(KNOWN_ROWS.format(Literal(table)))
        if rows >= STATISTICS_SHARE * known:
            space.run(SQL("ANALYZE {}").format(Identifier(table)), "statistics")
