"""Resolve: what each text of a reference column means, and ``work``, the rows with it filled in."""

from __future__ import annotations

from psycopg.sql import SQL, Composable, Identifier, Literal

from edu_csv.roster.nouns import SCHEDULE, Noun
from imports.formats.columns import CREATE, DELETE, UPDATE, Column
from imports.formats.named import NameReference, NameReferenceList
from imports.formats.references import EMAIL, EXTERNAL_ID, NAME, PARTS, SYSTEM_ID, OwnId, Reference
from imports.steps import naming, repair, unresolved
from imports.steps.months import in_span
from imports.steps.scope import in_sight, live, make_reach, writable
from imports.steps.workspace import Workspace, called, fragment

# Live objects of one kind. A key that this upload gives away is looked up in OBJECTS_AFTER.
OBJECTS = SQL("SELECT o.id, {keys} NULL::integer AS row FROM {table} AS o WHERE {live}")

# The roster as this upload leaves it: live, less what it deletes or re-keys, plus what it makes or re-keys.
OBJECTS_AFTER = SQL("""
    SELECT o.id, {keys} NULL::integer AS row FROM {table} AS o
     WHERE {live} AND NOT EXISTS (SELECT FROM work AS w WHERE w._id = o.id)
    UNION ALL
    SELECT w._id, {new_keys} w._row FROM work AS w WHERE %(action)s <> 'delete' AND {new_kind}
""")

# The kinds of key in order: of all that a text finds, only the first kind counts.
CANDIDATE = SQL("SELECT t.ordinal, {rank} AS rank, o.id, o.row FROM t JOIN objects AS o ON {match}")

RESOLVE = SQL("""
    CREATE TEMP TABLE {ref} ON COMMIT DROP AS
    WITH t AS MATERIALIZED (SELECT {texts} FROM texts WHERE col = {column}),
    objects AS NOT MATERIALIZED ({objects}),
    candidate AS ({candidates}),
    best AS (SELECT ordinal, min(rank) AS rank FROM candidate GROUP BY ordinal),
    found AS (
        SELECT candidate.ordinal, array_agg(DISTINCT candidate.id) AS ids, min(candidate.row) AS row
          FROM candidate JOIN best USING (ordinal, rank) GROUP BY candidate.ordinal)
    SELECT t.ordinal, t.text, t.uuid,
           CASE WHEN cardinality(found.ids) = 1 THEN found.ids[1] END AS id,
           found.ids, found.row, NULL::text AS read_as {parts}
      FROM t LEFT JOIN found USING (ordinal)
""")

PLAIN = SQL("ordinal, text, uuid, folded")
# Of cells that are read together, people are shown the last that says something.
COMBINED = SQL("""
    ordinal, coalesce(nullif(split_part(text, {separator}, -1), ''), split_part(text, {separator}, 1)) AS text,
    uuid, folded, string_to_array(text, {separator}) AS parts
""")

WORK = SQL("""
    CREATE TEMP TABLE work ON COMMIT DROP AS
    SELECT {columns} FROM stage AS s {joins}
""")

# Two names of one object are one value of the list.
LIST = SQL("""LEFT JOIN (
    SELECT listed.row, array_agg(listed.id ORDER BY listed.place) AS ids
      FROM (SELECT s.row, r.id, min(element.place) AS place
              FROM stage AS s CROSS JOIN LATERAL unnest(s.{staged}) WITH ORDINALITY AS element (ordinal, place)
              JOIN {ref} AS r ON r.ordinal = element.ordinal GROUP BY s.row, r.id) AS listed
     GROUP BY listed.row) AS {alias} ON {alias}.row = s.row""")

# References to objects that this upload itself makes or re-keys can be looked up only once ``work`` stands.
FILL_OWN_KIND = SQL("UPDATE work AS w SET {field} = {id} FROM {ref} AS r WHERE r.ordinal = w.{ordinal}")
FILL_OWN_KIND_LIST = SQL("""
    UPDATE work AS w SET {field} = listed.ids
      FROM (SELECT each._row, array_agg(each.id ORDER BY each.place) AS ids
              FROM (SELECT w._row, r.id, min(element.place) AS place
                      FROM work AS w CROSS JOIN LATERAL unnest(w.{ordinal}) WITH ORDINALITY AS element (ordinal, place)
                      JOIN {ref} AS r ON r.ordinal = element.ordinal GROUP BY w._row, r.id) AS each
             GROUP BY each._row) AS listed
     WHERE listed._row = w._row
""")
# A row whose reference is made by another row of this file lives and dies with it.
NEEDS_PARENT = SQL("""
    INSERT INTO needs
    SELECT DISTINCT w._row, r.row, {header}, 'parent_failed', r.text
      FROM {rows} WHERE r.row IS NOT NULL AND r.row <> w._row
""")

NEXT_ID = SQL("(%(prefix)s || lpad(to_hex(s.row), 8, '0'))::uuid")
# A new object whose id nothing in the plan asks for gets it when it is made (``act``).
NO_ID_YET = SQL("NULL::uuid")


def resolve(space: Workspace) -> None:
    """Fill ``ref_<column>`` and ``work``; rows whose references point nowhere get their problems."""
    space.run(
        "CREATE TEMP TABLE needs (row integer, on_row integer, col text, code text, value text) ON COMMIT DROP"
    )
    make_reach(space)
    own_kind = [c for c in space.references if _is_own_kind(space, c)]
    for column in space.references:
        if column not in own_kind:
            _resolve_texts(space, column, after=False)
    space.run(_work(space, own_kind), "work")
    space.run("ANALYZE work")
    for column in own_kind:
        _resolve_texts(space, column, after=True)
        _fill_own_kind(space, column)
    for column in space.references:
        unresolved.report(
            space, column, ref=_ref(column), rows=_rows(column), visible=_visible(space, column)
        )
        repair.tell_repairs(
            space, header=unresolved.told_at(space, column), called=called(column.to.name), rows=_rows(column)
        )
    repair.external_ids(space, live=live(space.fmt.target))


def _is_own_kind(space: Workspace, column: Reference) -> bool:
    """Whether a row may point to what another row of the file makes.

    Not by the table alone: a file of departments makes none of the organizations that stand beside them.
    """
    target, to = space.fmt.target, column.to
    may_be = to.table == target.table and all(
        target.fixed.get(name, value) == value for name, value in to.fixed.items()
    )
    return may_be and not isinstance(column, OwnId) and space.action != DELETE


def ids_in_work(space: Workspace) -> bool:
    """Whether new objects need their ids while planning: where rows may point to each other, or take place."""
    if space.fmt.target == SCHEDULE:
        return True
    return space.action != CREATE or any(_is_own_kind(space, column) for column in space.references)


def compares_in_work(space: Workspace) -> bool:
    """Whether the object that a row updates is at hand when ``work`` is made, and nothing is filled in later.

    Then the comparison costs no join of its own: the object was found by its natural key.
    """
    fmt = space.fmt
    plain = not fmt.completions and fmt.blank_on_update == "clear" and not space.keep_absent
    return space.action == UPDATE and bool(fmt.natural_key) and plain and fmt.own_id() is None


def _differs_from_found(space: Workspace, values: dict[str, Composable]) -> Composable:
    others = [name for name in values if name not in space.fmt.natural_key]
    pairs = [SQL("o.{} IS DISTINCT FROM {}").format(Identifier(name), values[name]) for name in others]
    return SQL(" OR ").join(pairs)


def _ref(column: Column) -> Identifier:
    return Identifier(f"ref_{column.name}")


def _ordinal(column: Column) -> Identifier:
    return Identifier(f"_o_{column.name}")


def _resolve_texts(space: Workspace, column: Reference, *, after: bool) -> None:
    noun = column.to
    keys = {
        SYSTEM_ID: SQL("o.id = t.uuid"),
        EXTERNAL_ID: SQL("o.external_id = t.text"),
        EMAIL: SQL("o.email_folded = t.folded"),
        NAME: SQL("o.key = t.folded"),
    }
    by = column.by_in(space.action)
    wanted = [key for key in by if key not in (SYSTEM_ID, NAME)]
    stored = {EXTERNAL_ID: "external_id", EMAIL: "email_folded"}
    plain = SQL("").join(SQL("o.{}, ").format(Identifier(stored[key])) for key in wanted)
    alive = SQL("{} AND {}").format(live(noun), _visible(space, column))
    if isinstance(column, (NameReference, NameReferenceList)):
        objects = naming.objects(space, column)
    elif after:
        fields = {name for name, _ in _fields(space)}
        new = SQL("").join(
            SQL("w.{}, ").format(Identifier(stored[key])) if stored[key] in fields else SQL("NULL, ")
            for key in wanted
        )
        objects = OBJECTS_AFTER.format(
            keys=plain,
            new_keys=new,
            table=Identifier(noun.table),
            live=alive,
            new_kind=_makes(fields, noun),
        )
    else:
        objects = OBJECTS.format(keys=plain, table=Identifier(noun.table), live=alive)
    candidates = SQL(" UNION ALL ").join(
        CANDIDATE.format(rank=Literal(rank), match=keys[key]) for rank, key in enumerate(by)
    )
    is_combined = bool(column.beside(space.action))
    space.run(
        RESOLVE.format(
            ref=_ref(column),
            column=Literal(column.name),
            texts=COMBINED.format(separator=Literal(PARTS)) if is_combined else PLAIN,
            parts=SQL(", t.parts") if is_combined else SQL(""),
            objects=objects,
            candidates=candidates,
        ),
        "references",
    )
    if column.is_list:
        # The texts of a row's list are looked up row by row where the plan is recorded.
        space.run(SQL("CREATE INDEX ON {} (ordinal)").format(_ref(column)), "references")
    space.run(SQL("ANALYZE {}").format(_ref(column)))
    if EXTERNAL_ID in by:
        repair.fit_texts(space, ref=_ref(column), objects=objects)


def _makes(fields: set[str], noun: Noun) -> Composable:
    """Whether a row of ``work`` makes an object of this kind, where its file may make several."""
    kinds = [
        SQL("w.{} = {}").format(Identifier(name), Literal(value))
        for name, value in noun.fixed.items()
        if name in fields
    ]
    return SQL(" AND ").join(kinds) if kinds else SQL("TRUE")


def _visible(space: Workspace, column: Reference) -> Composable:
    """Over alias ``o``: what a cell of this column may mean. What a row is about, it must be allowed to write."""
    return (writable if isinstance(column, OwnId) else in_sight)(space, column.to)


def _fields(space: Workspace) -> list[tuple[str, str]]:
    """The fields that a row writes, with their SQL types, in order."""
    columns = [c for c in space.fmt.columns_for(space.action) if c.field]
    if space.action == DELETE:
        columns = [c for c in columns if c.field in space.fmt.natural_key]
    fields = [(name, kind) for column in columns for name, _, kind in column.values]
    if space.action != DELETE:
        fields += list(space.fmt.derived)
    return fields


def written_fields(space: Workspace) -> list[tuple[str, str]]:
    """What creating or updating by this format sets: (field, SQL type)."""
    return _fields(space)


def _work(space: Workspace, own_kind: list[Reference]) -> Composable:
    """One row per staged row: what it is about, what its references are, what it sets."""
    present = set(space.columns)
    joins: list[Composable] = []
    for column in space.references:
        if column in own_kind or column not in present:
            continue
        staged, alias = Identifier(f"v_{column.name}"), Identifier(f"r_{column.name}")
        if column.is_list:
            joins.append(LIST.format(staged=staged, ref=_ref(column), alias=Identifier(f"l_{column.name}")))
        else:
            joins.append(
                SQL("LEFT JOIN {ref} AS {alias} ON {alias}.ordinal = s.{staged}").format(
                    ref=_ref(column), alias=alias, staged=staged
                )
            )
    values: dict[str, Composable] = {}
    for filling in space.fmt.columns_for(space.action):
        for name, given, kind in filling.values:
            if filling not in present or filling in own_kind:
                empty = Literal("{}" if kind.endswith("[]") else filling.default)
                values[name] = SQL("{}::{}").format(empty, fragment(kind))
            else:
                values[name] = fragment(given)
    for name, kind in space.fmt.derived if space.action != DELETE else ():
        values[name] = SQL("NULL::{}").format(fragment(kind))
    values = {name: values[name] for name, _ in _fields(space)}
    identity, identity_join = _identity(space, values)
    if identity_join is not None:
        joins.append(identity_join)
    columns = [SQL("s.row AS _row"), SQL("{} AS _id").format(identity)]
    if compares_in_work(space):
        columns.append(SQL("({}) AS _differs").format(_differs_from_found(space, values)))
    for column in space.references:
        kind = "integer[]" if column.is_list else "integer"
        source = (
            SQL("s.{}").format(Identifier(f"v_{column.name}"))
            if column in present
            else SQL("NULL::{}").format(fragment(kind))
        )
        columns.append(SQL("{} AS {}").format(source, _ordinal(column)))
    columns += [SQL("{} AS {}").format(source, Identifier(name)) for name, source in values.items()]
    return WORK.format(columns=SQL(", ").join(columns), joins=SQL(" ").join(joins))


def _identity(space: Workspace, values: dict[str, Composable]) -> tuple[Composable, Composable | None]:
    """SQL of the object that a row is about, and the join it needs."""
    own = space.fmt.own_id()
    if space.action == CREATE:
        return (NEXT_ID if ids_in_work(space) else NO_ID_YET), None
    if own is not None:
        return SQL("{}.id").format(Identifier(f"r_{own.name}")), None
    equal, alike = SQL("o.{} = {}"), SQL("o.{} IS NOT DISTINCT FROM {}")
    pairs = [
        (alike if name in space.fmt.key_may_lack else equal).format(Identifier(name), values[name])
        for name in space.fmt.natural_key
    ]
    join = SQL("LEFT JOIN {table} AS o ON {live} AND {pairs}").format(
        table=Identifier(space.fmt.target.table),
        live=SQL("{} AND {}").format(live(space.fmt.target), in_span(space)),
        pairs=SQL(" AND ").join(pairs),
    )
    return SQL("o.id"), join


def _fill_own_kind(space: Workspace, column: Reference) -> None:
    field, ordinal = Identifier(column.field or ""), _ordinal(column)
    filling = FILL_OWN_KIND_LIST if column.is_list else FILL_OWN_KIND
    stored = fragment(column.stored("r.id"))
    space.run(filling.format(field=field, ref=_ref(column), ordinal=ordinal, id=stored))
    space.run(
        NEEDS_PARENT.format(header=Literal(column.header), rows=_rows(column)),
        "references",
    )


def _rows(column: Reference) -> Composable:
    """Rows of ``work`` as w with what each of their texts means, as r."""
    if column.is_list:
        rows = SQL(
            "work AS w CROSS JOIN LATERAL unnest(w.{}) AS element (ordinal) JOIN {} AS r USING (ordinal)"
        )
    else:
        rows = SQL("work AS w JOIN {1} AS r ON r.ordinal = w.{0}")
    return rows.format(_ordinal(column), _ref(column))
