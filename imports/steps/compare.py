"""Compare: what would really change, field by field, and what that does to other objects."""

from __future__ import annotations

from psycopg.sql import SQL, Composable, Identifier, Literal

from imports.formats.columns import UPDATE
from imports.steps.resolve import compares_in_work, ids_in_work, written_fields
from imports.steps.workspace import IS_GOOD, Workspace, fragment, raw_connection

# Fields that the file does not give, or gives as "leave it", are those of the object as it is.
KEEP = SQL("""
    UPDATE work AS w SET {assignments} FROM {table} AS o
     WHERE o.institution_id = %(institution)s AND o.id = w._id
""")

CHANGED = SQL("""
    CREATE TEMP TABLE changed ON COMMIT DROP AS
    SELECT w._row AS row, w._id AS object_id, {before} AS before, {after} AS after,
           o.made_by_job
      FROM {rows} AS w JOIN {table} AS o ON o.institution_id = %(institution)s AND o.id = w._id
     WHERE ({differs}) AND {good}
""")
NOTHING_CHANGED = """
    CREATE TEMP TABLE changed (row integer, object_id uuid, before jsonb, after jsonb, made_by_job uuid) ON COMMIT DROP
"""

# The rows that do something, as a view where that is all of them or none, else as a table of their
# own: what effects, the journal and the new objects start from.
ACT_ALL = SQL("CREATE TEMP VIEW act AS SELECT {columns} FROM work AS w")
ACT_NONE = SQL("CREATE TEMP VIEW act AS SELECT {columns} FROM work AS w WHERE FALSE")
ACT_SOME = SQL("""
    CREATE TEMP TABLE act ON COMMIT DROP AS
    SELECT {columns} FROM work AS w
     WHERE {good} AND NOT EXISTS (SELECT FROM twin AS t WHERE t.row = w._row)
""")
ACT_CHANGED = SQL(
    "CREATE TEMP TABLE act ON COMMIT DROP AS SELECT w.* FROM work AS w JOIN changed AS c ON c.row = w._row"
)
# Where ``work`` knows already what differs, nothing else is looked at again.
ACT_DIFFERING = SQL("""
    CREATE TEMP TABLE act ON COMMIT DROP AS
    SELECT w.* FROM work AS w WHERE w._differs AND w._id IS NOT NULL AND {good}
""")
STANDING = """
    SELECT (SELECT count(*) FROM work), EXISTS (SELECT FROM problem WHERE severity = 'error')
"""
NEW_ID = SQL("(%(prefix)s || lpad(to_hex(w._row), 8, '0'))::uuid AS _id")

CREATE_EFFECT = """
    CREATE TEMP TABLE effect (
        row integer, object_type smallint, object_id uuid, operation smallint, before jsonb, after jsonb
    ) ON COMMIT DROP
"""
EFFECT = SQL("INSERT INTO effect {effect}")

# How many objects lose the value of a field that the file does not have at all; what cannot be empty goes
# back to its default.
CLEARS = SQL("""
    SELECT {counts} FROM work AS w
      JOIN {table} AS o ON o.institution_id = %(institution)s AND o.id = w._id WHERE {good}
""")


def keep_stored(space: Workspace) -> None:
    """On update, fill what is to be left alone from the objects themselves, before keys are compared."""
    if space.action != UPDATE:
        return
    kept: list[tuple[str, bool]] = []
    if space.keep_absent:
        kept += [(name, True) for column in space.match.absent for name, _, _ in column.values]
    if space.fmt.blank_on_update == "keep":
        given = {name for column in space.columns for name, _, _ in column.values}
        kept += [(name, False) for name, _ in written_fields(space) if name in given]
    if kept:
        whole = SQL("{f} = o.{f}")
        blank = SQL("{f} = coalesce(w.{f}, o.{f})")
        assignments = SQL(", ").join(
            (whole if all_of_it else blank).format(f=Identifier(n)) for n, all_of_it in kept
        )
        space.run(KEEP.format(assignments=assignments, table=Identifier(space.fmt.target.table)), "compare")


def complete(space: Workspace) -> None:
    """Fill the fields that no column gives, by the format's own statements."""
    for statement in space.fmt.completions if space.action != "delete" else ():
        space.run(fragment(statement), "compare")


def compare(space: Workspace) -> None:
    """Fill ``changed``, ``act`` and ``effect``."""
    if space.action == UPDATE:
        fields = [name for name, _ in written_fields(space)]
        known = compares_in_work(space)
        if known:
            space.run(ACT_DIFFERING.format(good=IS_GOOD), "compare")
            space.run("ANALYZE act")
        space.run(
            CHANGED.format(
                before=changed_fields(fields, "o"),
                after=changed_fields(fields, "w"),
                table=Identifier(space.fmt.target.table),
                rows=Identifier("act" if known else "work"),
                differs=SQL("TRUE") if known else SQL(" OR ").join(map(differs_from_stored, fields)),
                good=SQL("TRUE") if known else IS_GOOD,
            ),
            "compare",
        )
    else:
        space.run(NOTHING_CHANGED)
    _choose(space)
    space.run(CREATE_EFFECT)
    for effect in space.fmt.effects:
        if space.action in effect.actions:
            space.run(EFFECT.format(effect=fragment(effect.sql)), "effects")


def _choose(space: Workspace) -> None:
    """Make ``act``."""
    if space.action == UPDATE:
        if not compares_in_work(space):
            space.run(ACT_CHANGED, "compare")
            space.run("ANALYZE act")
        return
    [(rows, any_bad)] = space.fetch(STANDING, "compare")
    acting: SQL = (
        ACT_ALL if not space.twins and not any_bad else ACT_NONE if space.twins == rows else ACT_SOME
    )
    columns: Composable = SQL("w.*")
    if not ids_in_work(space):
        others = [f"_o_{c.name}" for c in space.references] + [name for name, _ in written_fields(space)]
        columns = SQL(", ").join(
            [SQL("w._row"), NEW_ID, *(SQL("w.{}").format(Identifier(n)) for n in others)]
        )
    # A view keeps no parameters: the prefix goes in as a literal.
    statement = acting.format(columns=columns, good=IS_GOOD).as_string(raw_connection())
    space.run(_inlined(space, statement), "compare")
    if acting is ACT_SOME:
        space.run("ANALYZE act")


def _inlined(space: Workspace, statement: str) -> SQL:
    prefix = Literal(space.params["prefix"]).as_string(raw_connection())
    return fragment(statement.replace("%(prefix)s", prefix))


def differs_from_stored(name: str) -> Composable:
    """Whether the planned row ``w`` says a field otherwise than the object ``o``."""
    return SQL("o.{f} IS DISTINCT FROM w.{f}").format(f=Identifier(name))


def changed_fields(fields: list[str], alias: str) -> Composable:
    """A JSON object of the fields that differ, with this side's values."""
    each = SQL("CASE WHEN {differs} THEN jsonb_build_object({name}, {alias}.{field}) ELSE '{{}}' END")
    return SQL(" || ").join(
        each.format(
            differs=differs_from_stored(n), name=Literal(n), alias=Identifier(alias), field=Identifier(n)
        )
        for n in fields
    )


def clears(space: Workspace) -> dict[str, int]:
    """By header: how many objects would lose the value of an optional column that the file lacks."""
    columns = [column for column in space.match.absent if column.values]
    if space.action != UPDATE or space.keep_absent or not columns:
        return {}
    counts = [
        SQL("count(*) FILTER (WHERE {})").format(differs_from_stored(column.values[0][0]))
        for column in columns
    ]
    [row] = space.fetch(
        CLEARS.format(counts=SQL(", ").join(counts), table=Identifier(space.fmt.target.table), good=IS_GOOD)
    )
    return {column.header: count for column, count in zip(columns, row, strict=True)}
