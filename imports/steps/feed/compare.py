"""Compare: what objects will really become, what that does to others, and what each row comes to."""

from __future__ import annotations

from psycopg.sql import SQL, Composable, Identifier, Literal

from edu_csv.roster.nouns import Noun
from imports.formats.feed import Ends, Kind, Layout
from imports.models import Outcome
from imports.steps.compare import changed_fields, differs_from_stored
from imports.steps.feed import known, renames
from imports.steps.feed.good import GOOD, GOOD_ROW
from imports.steps.feed.space import FeedSpace
from imports.steps.workspace import called, fragment

TABLES = """
    CREATE TEMP TABLE outcome (row integer, file smallint, outcome smallint, object_type smallint, object_id uuid) ON COMMIT DROP;
    CREATE TEMP TABLE held (row integer, file smallint, object_type smallint) ON COMMIT DROP;
    CREATE TEMP TABLE change_raw (place integer, object_type smallint, object_id uuid, operation smallint, before jsonb,
                                  after jsonb, row integer, is_effect boolean) ON COMMIT DROP
"""
HELD = SQL("""
    INSERT INTO held SELECT s.row, s.file, NULL FROM {stage} AS s WHERE {good} {which}
""")
OF_FAILED_FILES = SQL("""
    AND s.file IN (SELECT each.file FROM {stage} AS each
                    WHERE each.row IN (SELECT p.row FROM problem AS p WHERE p.severity = 'error')
                    UNION SELECT bad.file FROM bad_row AS bad)
""")
STANDS = SQL("w._row NOT IN (SELECT h.row FROM held AS h)")

GONE = SQL("""
    CREATE TEMP TABLE {gone} ON COMMIT DROP AS
    SELECT w._gone_row AS row, w._id AS id FROM {f} AS w WHERE w._gone_row IS NOT NULL AND w._state = 1 AND {stands}
""")
ANY = SQL("SELECT EXISTS (SELECT FROM {})")
# What goes with another is not there any more when a row of its own deletes it (d2l 11.3).
GONE_BEFORE = SQL("""
    UPDATE {f} AS w SET _state = 2 FROM {gone} AS gone WHERE w._deletes AND w._state = 1 AND w.{field} = gone.id
""")
MISSING = SQL("""
    INSERT INTO problem
    SELECT w._row, 'warning', {header}, {code}, {label}, jsonb_build_object('object', {object}::text)
      FROM {rows} AS w WHERE w._deletes AND {which} AND {good}
""")

CREATED = SQL("""
    INSERT INTO change_raw
    SELECT {place}, {code}, w._id, 1, '{{}}', {after}, w._first, {is_effect}
      FROM {f} AS w WHERE NOT w._deletes AND w._state = 0 AND {stands}
""")
UPDATED = SQL("""
    INSERT INTO change_raw
    SELECT {place}, {code}, w._id, 2, {before}, {after}, w._row, {is_effect}
      FROM {f} AS w JOIN {b} AS o ON o.id = w._id
     WHERE NOT w._deletes AND w._state <> 0 AND ({differs}) AND {stands}
""")
REVIVED = SQL("""
    INSERT INTO change_raw
    SELECT {place}, {code}, w._id, 4, '{{}}', '{{}}', w._row, {is_effect}
      FROM {f} AS w WHERE NOT w._deletes AND w._state = 2 AND {stands}
""")
DELETED = SQL("""
    INSERT INTO change_raw
    SELECT {place}, {code}, w._id, 3, '{{}}', '{{}}', w._row, {is_effect}
      FROM {f} AS w WHERE w._deletes AND w._state = 1 AND {stands}
""")
OUTCOMES = SQL("""
    INSERT INTO outcome
    SELECT w._row, w._file, CASE WHEN c.operations IS NULL THEN {unchanged} WHEN 3 = ANY (c.operations) THEN {deleted}
                                 WHEN 1 = ANY (c.operations) THEN {created} ELSE {updated} END, {code}, w._id
      FROM {f} AS w
      LEFT JOIN (SELECT each.object_id, array_agg(each.operation) AS operations FROM change_raw AS each
                  WHERE each.place = {place} GROUP BY each.object_id) AS c ON c.object_id = w._id
     WHERE {stands}
""")
NOTHING_THERE = SQL("""
    INSERT INTO outcome
    SELECT w._row, w._file, {unchanged}, {code}, NULL FROM {w} AS w WHERE w._id IS NULL AND w._deletes AND {good} AND {stands}
""")
OTHERS = SQL("""
    INSERT INTO outcome SELECT s.row, s.file, {superseded}, NULL, s.object_id FROM superseded AS s
     WHERE s.row NOT IN (SELECT h.row FROM held AS h);
    INSERT INTO outcome SELECT h.row, h.file, {held}, h.object_type, NULL FROM held AS h
""")

END_DELETED = SQL("""
    INSERT INTO change_raw
    SELECT {place}, {code}, o.id, 3, '{{}}', '{{}}', min(gone.row), true
      FROM {gone} AS gone JOIN {table} AS o ON o.institution_id = %(institution)s AND o.deleted_at IS NULL AND {points}
     WHERE NOT EXISTS (SELECT FROM {after} AS a WHERE a.id = o.id AND a.alive)
     GROUP BY o.id
""")
# Who says the field anew in this upload says it of what came back.
END_CLEARED = SQL("""
    INSERT INTO change_raw
    SELECT {place}, {code}, o.id, 2, jsonb_build_object({name}, o.{field}), jsonb_build_object({name}, {left}), min(gone.row), true
      FROM {gone} AS gone JOIN {view} AS o ON {points}
     WHERE NOT EXISTS (SELECT FROM {after} AS a WHERE a.id = o.id AND a.alive AND a.kind = ANY ({saying}))
     GROUP BY o.id, o.{field}
""")
WITHOUT = SQL(
    "(SELECT coalesce(jsonb_agg(e.id ORDER BY e.place), '[]') FROM unnest(o.{field}) WITH ORDINALITY AS e (id, place)"
    " WHERE e.id NOT IN (SELECT g.id FROM {gone} AS g))"
)
EFFECT = SQL("""
    INSERT INTO change_raw SELECT {place}, e.object_type, e.object_id, e.operation, e.before, e.after, e.row, true
      FROM ({effect}) AS e (row, object_type, object_id, operation, before, after)
""")
ACT = SQL("""
    CREATE TEMP VIEW act AS SELECT w.* FROM {f} AS w
     WHERE NOT w._deletes AND {stands} AND w._id IN (SELECT c.object_id FROM change_raw AS c WHERE c.place = {place})
""")

# Several changes of one object become one: what it was before all of them, and what it is after all of them.
CHANGE = """
    CREATE TEMP TABLE change ON COMMIT DROP AS
    WITH several AS (
        SELECT c.object_type, c.object_id FROM change_raw AS c GROUP BY 1, 2 HAVING count(*) > 1),
    net AS (
        SELECT c.object_type, c.object_id, bool_and(c.is_effect) AS is_effect,
               (array_agg(c.row ORDER BY c.is_effect, c.place, c.row))[1] AS row,
               bool_or(c.operation = 1) AS made, bool_or(c.operation = 3) AS gone, bool_or(c.operation = 4) AS back,
               (array_agg(c.operation ORDER BY c.place DESC) FILTER (WHERE c.operation IN (1, 3, 4)))[1] AS last
          FROM change_raw AS c JOIN several USING (object_type, object_id) GROUP BY 1, 2),
    field AS (
        SELECT c.object_type, c.object_id, f.key,
               (array_agg(c.before -> f.key ORDER BY c.place, c.row))[1] AS before,
               (array_agg(f.value ORDER BY c.place DESC, c.row DESC))[1] AS after
          FROM change_raw AS c JOIN several USING (object_type, object_id) CROSS JOIN LATERAL jsonb_each(c.after) AS f
         GROUP BY 1, 2, 3),
    fields AS (
        SELECT object_type, object_id, coalesce(jsonb_object_agg(key, coalesce(before, 'null')), '{}') AS before,
               coalesce(jsonb_object_agg(key, after), '{}') AS after
          FROM field GROUP BY 1, 2)
    SELECT c.object_type, c.object_id, c.operation, c.before, c.after, c.row, c.is_effect
      FROM change_raw AS c WHERE NOT EXISTS (
           SELECT FROM several AS s WHERE s.object_type = c.object_type AND s.object_id = c.object_id)
    UNION ALL
    SELECT net.object_type, net.object_id, 1, '{}', coalesce(fields.after, '{}'), net.row, net.is_effect
      FROM net LEFT JOIN fields USING (object_type, object_id) WHERE net.made AND net.last <> 3
    UNION ALL
    SELECT net.object_type, net.object_id, 3, '{}', '{}', net.row, net.is_effect
      FROM net WHERE net.last = 3 AND NOT net.made AND NOT net.back
    UNION ALL
    SELECT net.object_type, net.object_id, 4, '{}', '{}', net.row, net.is_effect
      FROM net WHERE net.back AND net.last = 4 AND NOT net.gone
    UNION ALL
    SELECT net.object_type, net.object_id, 2, fields.before, fields.after, net.row, net.is_effect
      FROM net JOIN fields USING (object_type, object_id)
     WHERE NOT net.made AND fields.before <> fields.after
"""
# A row whose own object stays as it is, and that changes another; or one before it about the same object did, as
# when it brings back what that one deleted.
BY_THE_WAY = SQL("""
    UPDATE outcome AS o SET outcome = {updated}
     WHERE o.outcome = {unchanged}
       AND (o.row IN (SELECT c.row FROM change AS c)
            OR o.row IN (SELECT s.by_row FROM superseded AS s JOIN change AS c ON c.row = s.row))
""")
# What was only to be checked has been planned like any other, and changes nothing after all.
HOLD_ALL = SQL("""
    UPDATE outcome SET outcome = {held}, object_type = NULL, object_id = NULL WHERE outcome <> {superseded};
    TRUNCATE change, change_raw
""")


def compare(space: FeedSpace) -> None:
    """Fill ``outcome`` and ``change``. Where only cells are looked at nothing changes, and good rows are held."""
    space.run(TABLES)
    _hold(space)
    if not space.looks_at_cells_only:
        renames.compare(space)
        _make_gone(space)
        for place, (layout, kind) in enumerate(space.kinds, 1):
            _of_kind(space, layout, kind, place)
        space.analyze("change_raw")
        for place, (_, kind) in enumerate(space.kinds, 1):
            _effects(space, kind, place)
    space.run(
        OTHERS.format(superseded=Literal(int(Outcome.SUPERSEDED)), held=Literal(int(Outcome.HELD))), "compare"
    )
    space.run(CHANGE, "compare")
    space.run("CREATE INDEX ON change (row)")
    space.analyze("change")
    space.run(
        BY_THE_WAY.format(updated=Literal(int(Outcome.UPDATED)), unchanged=Literal(int(Outcome.UNCHANGED))),
        "compare",
    )


def hold_all(space: FeedSpace) -> None:
    """Whatever rows come to, they do nothing: it was to be checked only."""
    space.run(
        HOLD_ALL.format(held=Literal(int(Outcome.HELD)), superseded=Literal(int(Outcome.SUPERSEDED))),
        "compare",
    )


def _hold(space: FeedSpace) -> None:
    for layout in space.layouts:
        stage = Identifier(f"stage_{layout.slug()}")
        if space.looks_at_cells_only:
            space.run(HELD.format(stage=stage, good=GOOD_ROW, which=SQL("")), "compare")
        elif layout.all_or_nothing:
            space.run(
                HELD.format(stage=stage, good=GOOD_ROW, which=OF_FAILED_FILES.format(stage=stage)), "compare"
            )
    space.analyze("held")


def _make_gone(space: FeedSpace) -> None:
    """Make ``gone_<kind>``; a row that deletes what goes with another finds it gone."""
    kinds = space.all_kinds()
    for kind in kinds:
        given = {"gone": Identifier(f"gone_{kind.name}"), "f": Identifier(f"f_{kind.name}")}
        space.run(GONE.format(stands=STANDS, **given), "compare")
        for ends in kind.ends:
            for child in kinds:
                if ends.how == "delete" and child.noun == ends.noun:
                    space.run(
                        GONE_BEFORE.format(
                            f=Identifier(f"f_{child.name}"), gone=given["gone"], field=Identifier(ends.field)
                        ),
                        "compare",
                    )


def _names(layout: type[Layout], kind: Kind, place: int) -> dict[str, Composable]:
    return {
        "f": Identifier(f"f_{kind.name}"),
        "w": Identifier(f"w_{kind.name}"),
        "b": Identifier(f"b_{kind.name}"),
        "gone": Identifier(f"gone_{kind.name}"),
        "stage": Identifier(f"stage_{layout.slug()}"),
        "place": Literal(place),
        "code": SQL("{}::smallint").format(Literal(kind.noun.code)),
        "is_effect": Literal(not kind.is_main),
        "stands": STANDS,
        "good": GOOD,
    }


def _of_kind(space: FeedSpace, layout: type[Layout], kind: Kind, place: int) -> None:
    names = _names(layout, kind, place)
    fields = list(kind.noun.columns)
    space.run(CREATED.format(after=_whole(kind.noun), **names), "compare")
    space.run(
        UPDATED.format(
            before=changed_fields(fields, "o"),
            after=changed_fields(fields, "w"),
            differs=SQL(" OR ").join(map(differs_from_stored, fields)),
            **names,
        ),
        "compare",
    )
    space.run(REVIVED.format(**names), "compare")
    space.run(DELETED.format(**names), "compare")
    if not kind.is_main:
        return
    _tell_missing(space, kind, names)
    space.run(
        OUTCOMES.format(
            unchanged=Literal(int(Outcome.UNCHANGED)),
            deleted=Literal(int(Outcome.DELETED)),
            created=Literal(int(Outcome.CREATED)),
            updated=Literal(int(Outcome.UPDATED)),
            **names,
        ),
        "compare",
    )
    space.run(NOTHING_THERE.format(unchanged=Literal(int(Outcome.UNCHANGED)), **names), "compare")


def _tell_missing(space: FeedSpace, kind: Kind, names: dict[str, Composable]) -> None:
    code, severity = kind.missing
    if severity != "warning":
        return
    words = {
        "header": Literal(kind.header or None),
        "code": Literal(code),
        "label": fragment(kind.label),
        "object": Literal(kind.called or called(kind.noun.name)),
    }
    # What an earlier row of the upload makes was there when this one deletes it.
    for rows, which in (("f", "w._state <> 1 AND w._first = w._row"), ("w", "w._id IS NULL")):
        space.run(MISSING.format(rows=names[rows], which=SQL(which), good=GOOD, **words), "compare")


def _effects(space: FeedSpace, kind: Kind, place: int) -> None:
    gone = Identifier(f"gone_{kind.name}")
    [(any_gone,)] = space.fetch(ANY.format(gone), "effects")
    for ends in kind.ends if any_gone else ():
        saying = [
            each.name
            for each in space.all_kinds()
            if each.noun == ends.noun and any(given.field == ends.field for given in each.fields)
        ]
        space.run(_end(ends, gone, place, saying), "effects")
    if not kind.effects:
        return
    space.run("DROP VIEW IF EXISTS act CASCADE; DROP VIEW IF EXISTS gone CASCADE")
    space.run(ACT.format(f=Identifier(f"f_{kind.name}"), stands=STANDS, place=Literal(place)))
    space.run(SQL("CREATE TEMP VIEW gone AS SELECT * FROM {}").format(gone))
    for effect in kind.effects:
        space.run(EFFECT.format(place=Literal(place), effect=fragment(effect)), "effects")


def _end(ends: Ends, gone: Identifier, place: int, saying: list[str]) -> Composable:
    field = Identifier(ends.field)
    is_list = ends.noun.columns[ends.field].endswith("[]")
    points = SQL("gone.id = ANY (o.{})" if is_list else "o.{} = gone.id").format(field)
    given: dict[str, Composable] = {
        "place": Literal(place),
        "code": SQL("{}::smallint").format(Literal(ends.noun.code)),
        "gone": gone,
        "points": points,
        "field": field,
        "after": known.after(ends.noun),
    }
    if ends.how == "delete":
        return END_DELETED.format(table=Identifier(ends.noun.table), **given)
    left = WITHOUT.format(field=field, gone=gone) if is_list else SQL("NULL")
    return END_CLEARED.format(
        view=Identifier(f"as_left_{ends.noun.name}"),
        name=Literal(ends.field),
        left=left,
        saying=Literal(saying),
        **given,
    )


def _whole(noun: Noun) -> Composable:
    """A JSON object of all that a new object says."""
    pairs = SQL(", ").join(SQL("{}, w.{}").format(Literal(n), Identifier(n)) for n in noun.columns)
    return SQL("jsonb_strip_nulls(jsonb_build_object({}))").format(pairs)
