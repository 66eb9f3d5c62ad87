"""Wishes: what each row of a kind wants, and of which object.

``w_<kind>``: _row, _file, _deletes, _id, _state (0: not there, 1: alive, 2: deleted), then the fields.
"""

from __future__ import annotations

from psycopg.sql import SQL, Composable, Identifier, Literal

from imports.formats.feed import Kind, Layout, Ref, Set
from imports.steps.feed import known, refs, renames
from imports.steps.feed.good import GOOD, GOOD_ROW, deletes
from imports.steps.feed.space import FeedSpace
from imports.steps.workspace import fragment

WISHES = SQL("""
    CREATE TEMP TABLE {w} ON COMMIT DROP AS
    SELECT s.row AS _row, s.file AS _file, ({deletes}) AS _deletes, NULL::uuid AS _id, 0::smallint AS _state,
           s.lacks AS _lacks, {values}
      FROM {stage} AS s {joins}
     WHERE ({rows}) AND ({resolved}) AND {good}
""")
# An object that is alive, as earlier kinds of this upload leave it. Several: the file must say which.
FOUND = SQL("""
    CREATE TEMP TABLE found ON COMMIT DROP AS
    WITH k AS MATERIALIZED (SELECT DISTINCT {wanted} FROM {w} AS w WHERE {filled})
    SELECT {keys}, array_agg(DISTINCT k.id) AS ids, 1::smallint AS state
      FROM (SELECT k.*, o.id FROM k JOIN {table} AS o ON {same_o}
             WHERE o.institution_id = %(institution)s AND o.deleted_at IS NULL {fixed_o}
               AND NOT EXISTS (SELECT FROM {after} AS a WHERE a.id = o.id AND a.kind <> {kind})
             UNION ALL
            SELECT k.*, a.id FROM k JOIN {after} AS a ON {same_a} WHERE a.alive AND a.kind <> {kind} {fixed_a}) AS k
     GROUP BY {keys}
""")
NAMED = SQL("""
    UPDATE {w} AS w SET _id = found.ids[1], _state = found.state
      FROM found WHERE {match} AND cardinality(found.ids) = 1 AND w._id IS NULL
""")
AMBIGUOUS = SQL("""
    INSERT INTO problem
    SELECT w._row, 'error', {header}, 'ambiguous_reference', {label},
           jsonb_build_object('object', {object}::text, 'candidates', (
               SELECT string_agg('`' || c.id || '`', ', ' ORDER BY c.id) FROM unnest(found.ids[1:5]) AS c (id)))
      FROM {w} AS w JOIN found ON {match} WHERE cardinality(found.ids) > 1
""")
# Of several that were deleted, the one deleted last comes back: one that this very upload deletes before all others.
FOUND_DELETED = SQL("""
    CREATE TEMP TABLE found ON COMMIT DROP AS
    SELECT DISTINCT ON ({keys}) {keys}, ARRAY[o.id] AS ids, 2::smallint AS state
      FROM (SELECT DISTINCT {wanted} FROM {w} AS w WHERE {filled} AND w._id IS NULL) AS k
      JOIN (SELECT {keys_o}, o.id, o.deleted_at FROM {renamed} AS o
             WHERE o.institution_id = %(institution)s AND o.deleted_at IS NOT NULL {fixed_o}
             UNION ALL
            SELECT {keys_a}, a.id, 'infinity' FROM {after} AS a
             WHERE NOT a.alive AND NOT a.is_new AND a.kind <> {kind} {fixed_a}) AS o ON {same}
     ORDER BY {keys}, o.deleted_at DESC, o.id
""")
# Whoever has no id of the institution's own is known by the system's, which then is no new id.
BY_SYSTEM_ID = SQL("""
    UPDATE {w} AS w SET _id = o.id, _state = 1, external_id = NULL
      FROM {table} AS o
     WHERE w._id IS NULL AND w.external_id ~* {uuid_form} AND o.institution_id = %(institution)s
       AND o.id = CASE WHEN w.external_id ~* {uuid_form} THEN w.external_id::uuid END
       AND o.deleted_at IS NULL AND o.external_id IS NULL {others} {fixed_o}
""")
ANY_UNNAMED = SQL("SELECT EXISTS (SELECT FROM {w} AS w WHERE w._id IS NULL)")
TAKEN = SQL("""
    INSERT INTO problem
    WITH t AS MATERIALIZED (
        SELECT DISTINCT w.{key} AS text, NULL::uuid AS uuid FROM {w} AS w WHERE w._id IS NULL)
    SELECT w._row, 'error', {header}, 'wrong_type', w.{key},
           jsonb_build_object('object', {object}::text, 'other_row', taken.row,
                              'variant', CASE WHEN taken.row IS NULL THEN 'taken' ELSE 'taken_row' END)
      FROM {w} AS w
      JOIN (SELECT c.text, min(c.row) AS row FROM ({lookup}) AS c (text, object_type, id, row) GROUP BY c.text) AS taken
        ON taken.text = w.{key}
     WHERE w._id IS NULL
""")
# The first row that wants a new object gives it its id.
NEW = SQL("""
    UPDATE {w} AS w SET _id = (%(prefix_{noun})s || lpad(to_hex(first.row), 8, '0'))::uuid
      FROM (SELECT {keys}, min(k._row) AS row FROM {w} AS k WHERE k._id IS NULL AND NOT k._deletes GROUP BY {keys}) AS first
     WHERE w._id IS NULL AND {match}
""")
OWN_VALUES = SQL("""
    UPDATE {w} AS w SET {assignments} FROM {stage} AS s {joins} WHERE s.row = w._row
""")
OWN_PARENT = SQL("""
    INSERT INTO problem
    SELECT w._row, 'error', {header}, {code}, {label}, jsonb_build_object('object', {object}::text)
      FROM {w} AS w WHERE NOT w._deletes AND w._id {points}
""")
MISSING = SQL("""
    INSERT INTO problem
    SELECT w._row, 'error', {header}, {code}, {label}, jsonb_build_object('object', {object}::text, 'variant', 'delete')
      FROM {w} AS w
      LEFT JOIN (SELECT each._id, min(each._row) AS row FROM {w} AS each WHERE NOT each._deletes GROUP BY each._id
                ) AS made ON made._id = w._id
     WHERE w._deletes AND w._state <> 1 AND {good} AND (made.row IS NULL OR made.row > w._row)
""")


def make(space: FeedSpace, layout: type[Layout], kind: Kind) -> None:
    """Make ``w_<kind>``: rows, their fields, the objects that they are about."""
    refs.resolve(space, layout, kind, own=False)
    own = [ref for ref in kind.refs if ref.own_kind]
    w = Identifier(f"w_{kind.name}")
    names: dict[str, Composable] = {
        "w": w,
        "stage": Identifier(f"stage_{layout.slug()}"),
        "deletes": deletes(kind),
        "rows": fragment(kind.rows),
    }
    space.run(
        WISHES.format(
            values=SQL(", ").join(_value(each, own=[r.name for r in own]) for each in kind.fields),
            joins=refs.joined(kind, own=False),
            resolved=fragment(kind.resolved),
            good=GOOD_ROW,
            **names,
        ),
        "wishes",
    )
    space.analyze(f"w_{kind.name}")
    _identify(space, kind, w)
    # As long as no row was known to have an object, whatever came of these rows was looked for one row at a time.
    space.analyze(f"w_{kind.name}")
    if own:
        known.publish_soon(space, kind, GOOD)
        refs.resolve(space, layout, kind, own=True)
        assignments = [
            SQL("{} = ({})::{}").format(Identifier(each.field), fragment(each.value), fragment(each.type))
            for each in kind.fields
            if _mentions(each, [ref.name for ref in own])
        ]
        space.run(
            OWN_VALUES.format(
                assignments=SQL(", ").join(assignments), joins=refs.joined(kind, own=True), **names
            ),
            "wishes",
        )
        _refuse_own_parents(space, kind, own)
    code, severity = kind.missing
    if severity == "error":
        space.run(MISSING.format(code=Literal(code), good=GOOD, **_words(kind), w=names["w"]), "wishes")


def said_by(kind: Kind, ref: Ref) -> list[Set]:
    """The fields that a reference fills."""
    return [each for each in kind.fields if _mentions(each, [ref.name])]


def _mentions(each: Set, names: list[str]) -> bool:
    return any(f"r_{name}." in each.value for name in names)


def _value(each: Set, own: list[str]) -> Composable:
    value = SQL("NULL") if _mentions(each, own) else SQL("({})").format(fragment(each.value))
    return SQL("{}::{} AS {}").format(value, fragment(each.type), Identifier(each.field))


def _words(kind: Kind) -> dict[str, Composable]:
    return {
        "header": Literal(kind.header or None),
        "label": fragment(kind.label),
        "object": Literal(kind.noun.name.replace("_", " ")),
    }


def _identify(space: FeedSpace, kind: Kind, w: Identifier) -> None:
    noun = kind.noun
    keys = [Identifier(name) for name in kind.key]

    def pairs(left: str, right: str) -> Composable:
        each = SQL("{}.{f} = {}.{f}")
        return SQL(" AND ").join(each.format(Identifier(left), Identifier(right), f=key) for key in keys)

    given: dict[str, Composable] = {
        "w": w,
        "keys": SQL(", ").join(SQL("k.{}").format(key) for key in keys),
        "keys_o": SQL(", ").join(SQL("o.{}").format(key) for key in keys),
        "keys_a": SQL(", ").join(SQL("a.{}").format(key) for key in keys),
        "wanted": SQL(", ").join(SQL("w.{}").format(key) for key in keys),
        "filled": SQL(" AND ").join(SQL("w.{} IS NOT NULL").format(key) for key in keys),
        "match": pairs("found", "w"),
        "table": Identifier(noun.table),
        "renamed": renames.objects(space, noun),
        "after": known.after(noun),
        "kind": Literal(kind.name),
        "fixed_o": _fixed(kind, "o"),
        "fixed_a": _fixed(kind, "a"),
        **_words(kind),
    }
    space.run(FOUND.format(same_o=pairs("o", "k"), same_a=pairs("a", "k"), **given), "identity")
    space.run(NAMED.format(**given), "identity")
    space.run(AMBIGUOUS.format(**given), "identity")
    if "external_id" in kind.key:
        others = [key for name, key in zip(kind.key, keys, strict=True) if name != "external_id"]
        same = SQL("").join(SQL(" AND o.{k} = w.{k}").format(k=key) for key in others)
        space.run(BY_SYSTEM_ID.format(uuid_form=SQL(refs.UUID_FORM), others=same, **given), "identity")
    space.run("DROP TABLE found")
    [(any_unnamed,)] = space.fetch(ANY_UNNAMED.format(w=w), "identity")
    if not any_unnamed:
        return
    space.run(FOUND_DELETED.format(same=pairs("o", "k"), **given), "identity")
    space.run(NAMED.format(**given), "identity")
    space.run("DROP TABLE found")
    if kind.taken_by:
        [key] = kind.key
        space.run(
            TAKEN.format(
                key=Identifier(key),
                lookup=fragment(kind.taken_by),
                w=w,
                header=given["header"],
                object=given["object"],
            ),
            "identity",
        )
    space.run(NEW.format(w=w, noun=SQL(noun.name), keys=given["keys"], match=pairs("first", "w")), "identity")


def _fixed(kind: Kind, alias: str) -> Composable:
    """Conditions that tell this noun's objects from others of its table."""
    return SQL("").join(
        SQL(" AND {}.{} = {}").format(Identifier(alias), Identifier(name), Literal(value))
        for name, value in kind.noun.fixed.items()
    )


def _refuse_own_parents(space: FeedSpace, kind: Kind, own: list[Ref]) -> None:
    for each in kind.fields:
        for ref in own:
            if not _mentions(each, [ref.name]):
                continue
            points = SQL("= ANY (w.{})" if each.type.endswith("[]") else "= w.{}")
            space.run(
                OWN_PARENT.format(
                    w=Identifier(f"w_{kind.name}"),
                    code=Literal(ref.own_code),
                    points=points.format(Identifier(each.field)),
                    **{**_words(kind), "header": Literal(each.header or kind.header or None)},
                ),
                "wishes",
            )
