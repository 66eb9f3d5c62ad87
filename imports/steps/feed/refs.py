"""Refs: what the texts of a kind's references mean in the roster as this upload leaves it."""

from __future__ import annotations

from psycopg.sql import SQL, Composable, Identifier, Literal

from imports.formats.feed import Kind, Layout, Ref
from imports.steps.feed.good import GOOD_ROW, deletes
from imports.steps.feed.space import FeedSpace
from imports.steps.workspace import fragment

UUID_FORM = "'^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$'"

ASKED = SQL("""
    DROP TABLE IF EXISTS asked;
    CREATE TEMP TABLE asked ON COMMIT DROP AS
    SELECT DISTINCT told.text, told.deletes FROM ({texts}) AS told WHERE told.text IS NOT NULL
""")
ANY_ASKED = "SELECT coalesce(bool_or(NOT deletes), false), coalesce(bool_or(deletes), false) FROM asked"
# Most nights' files delete nothing, and a look-up costs its planning even where nobody asks.
NOTHING = SQL("""
    CREATE TEMP TABLE {ref} (text text, deletes boolean, ids uuid[], object_type smallint, row integer, id uuid, why text,
                             by_row integer) ON COMMIT DROP
""")
# Of each text: the one object that it means, whether the row creates or deletes (there what this upload deletes counts too).
MEANING = SQL("""
    CREATE TEMP TABLE {ref} ON COMMIT DROP AS
    WITH candidate (text, object_type, id, row, deletes) AS (
        {candidates}),
    found AS (
        SELECT c.text, c.deletes, array_agg(DISTINCT c.id) AS ids, min(c.object_type) AS object_type, min(c.row) AS row
          FROM candidate AS c GROUP BY c.text, c.deletes)
    SELECT asked.text, asked.deletes, found.ids, found.object_type, found.row,
           CASE WHEN cardinality(found.ids) = 1 THEN found.ids[1] END AS id, NULL::text AS why, NULL::integer AS by_row
      FROM asked LEFT JOIN found USING (text, deletes)
""")
CANDIDATES = SQL("""
    SELECT each.*, {deletes} FROM (
        WITH t AS MATERIALIZED (
            SELECT asked.text, CASE WHEN asked.text ~* {uuid_form} THEN asked.text::uuid END AS uuid
              FROM asked WHERE asked.deletes = {deletes})
        {lookup}) AS each
""")
TEXT = SQL("SELECT {text} AS text, ({deletes}) AS deletes FROM {stage} AS s WHERE ({rows}) AND {good}")
TEXTS = SQL("""
    SELECT element.text, ({deletes}) AS deletes FROM {stage} AS s CROSS JOIN LATERAL unnest({text}) AS element (text)
     WHERE ({rows}) AND {good}
""")
LIST = SQL("""
    CREATE TEMP TABLE {list} ON COMMIT DROP AS
    SELECT s.row, array_agg(r.id ORDER BY element.place) AS ids, array_agg(r.object_type ORDER BY element.place) AS object_types
      FROM {stage} AS s CROSS JOIN LATERAL unnest({text}) WITH ORDINALITY AS element (text, place)
      JOIN {ref} AS r ON r.text = element.text AND r.deletes = ({deletes})
     WHERE ({rows}) AND {good} AND r.id IS NOT NULL
     GROUP BY s.row
""")

# Why a text means nothing: a row of this upload failed to make it, this upload deletes it, it is of another kind.
WHY = SQL("""
    UPDATE {ref} AS r SET why = {why}, by_row = found.row
      FROM (WITH t AS MATERIALIZED (
                SELECT m.text, CASE WHEN m.text ~* {uuid_form} THEN m.text::uuid END AS uuid
                  FROM {ref} AS m WHERE m.id IS NULL AND m.ids IS NULL AND m.why IS NULL)
            SELECT c.text, min(c.row) AS row FROM ({lookup}) AS c (text, object_type, id, row) GROUP BY c.text) AS found
     WHERE r.text = found.text AND r.id IS NULL AND r.ids IS NULL AND r.why IS NULL
""")
ANY_UNKNOWN = SQL("SELECT EXISTS (SELECT FROM {ref} WHERE id IS NULL)")
UNKNOWN = SQL("""
    INSERT INTO problem
    SELECT told.row, 'error', {header},
           CASE WHEN r.ids IS NOT NULL THEN 'ambiguous_reference'
                WHEN r.why = 'lost' THEN 'parent_failed'
                WHEN r.why = 'other' THEN {wrong}
                ELSE {unknown} END,
           told.said,
           jsonb_build_object('object', {object}::text, 'variant', CASE WHEN r.why = 'deleted' THEN 'deleted' END,
                              'other_row', CASE WHEN r.why IN ('lost', 'deleted') THEN r.by_row END,
                              'candidates', (SELECT string_agg('`' || c.id || '`', ', ' ORDER BY c.id)
                                               FROM unnest(r.ids[1:5]) AS c (id)))
      FROM (SELECT DISTINCT s.row, {element} AS text, {said} AS said, ({deletes}) AS deletes FROM {stage} AS s {joins} {unnested}
             WHERE ({rows}) AND ({resolved}) IS NOT FALSE AND {good}) AS told
      JOIN {ref} AS r ON r.text = told.text AND r.deletes = told.deletes
     WHERE r.id IS NULL AND (NOT told.deletes OR {on_delete})
""")


def table(kind: Kind, ref: Ref) -> str:
    return f"r_{kind.name}_{ref.name}"


def resolve(space: FeedSpace, layout: type[Layout], kind: Kind, *, own: bool) -> None:
    """Fill ``r_<kind>_<ref>`` of each reference; rows whose text means nothing, or too much, are told.

    own: those that rows of the kind may make, once these are known; else all others. Told is only of rows that the
    kind may be about, now that one knows what they point to; where they point nowhere, each kind may be meant.
    """
    wanted = [ref for ref in kind.refs if ref.own_kind == own]
    for ref in wanted:
        _find(space, kind, ref, given(layout, kind, ref, good=GOOD_ROW))
    for ref in wanted:
        names = given(layout, kind, ref, good=GOOD_ROW)
        if ref.unknown and space.fetch(ANY_UNKNOWN.format(ref=names["ref"]), "references") == [(True,)]:
            _tell(space, ref, {**names, "joins": joined(kind, own=own), "resolved": fragment(kind.resolved)})


def _find(space: FeedSpace, kind: Kind, ref: Ref, names: dict[str, Composable]) -> None:
    space.run(ASKED.format(texts=(TEXTS if ref.many else TEXT).format(**names)), "references")
    space.analyze("asked")
    [(by_keeping, by_deleting)] = space.fetch(ANY_ASKED, "references")
    looked = [("FALSE", ref.lookup)] if by_keeping else []
    if by_deleting and ref.on_delete:
        looked.append(("TRUE", ref.lookup.replace("as_left_", "as_was_")))
    if looked:
        candidates = SQL(" UNION ALL ").join(
            CANDIDATES.format(deletes=SQL(deletes), uuid_form=SQL(UUID_FORM), lookup=fragment(lookup))
            for deletes, lookup in looked
        )
        space.run(MEANING.format(ref=names["ref"], candidates=candidates), "references")
    else:
        space.run(NOTHING.format(ref=names["ref"]), "references")
    space.analyze(table(kind, ref))
    if ref.many:
        space.run(LIST.format(**names), "references")


def _tell(space: FeedSpace, ref: Ref, names: dict[str, Composable]) -> None:
    reasons = [
        ("lost", ref.lookup.replace("as_left_", "as_lost_")),
        ("deleted", ref.lookup.replace("as_left_", "as_was_")),
    ]
    if ref.others:
        reasons.append(("other", ref.others))
    for why, lookup in reasons:
        space.run(
            WHY.format(ref=names["ref"], why=Literal(why), uuid_form=SQL(UUID_FORM), lookup=fragment(lookup)),
            "references",
        )
    space.run(
        UNKNOWN.format(
            header=Literal(ref.header),
            wrong=Literal(ref.wrong_code),
            unknown=Literal(ref.unknown),
            object=Literal(ref.object),
            on_delete=SQL("TRUE" if ref.on_delete else "FALSE"),
            **names,
        ),
        "references",
    )


def given(layout: type[Layout], kind: Kind, ref: Ref, *, good: Composable) -> dict[str, Composable]:
    """What statements over a reference's texts are filled with."""
    text = fragment(ref.text)
    return {
        "ref": Identifier(table(kind, ref)),
        "list": Identifier(table(kind, ref) + "_list"),
        "stage": Identifier(f"stage_{layout.slug()}"),
        "text": text,
        "rows": fragment(kind.rows),
        "deletes": deletes(kind),
        "good": good,
        "element": SQL("element.text") if ref.many else text,
        "said": fragment(ref.said) if ref.said else SQL("element.text") if ref.many else text,
        "unnested": (
            SQL("CROSS JOIN LATERAL unnest({}) AS element (text)").format(text) if ref.many else SQL("")
        ),
    }


def joined(kind: Kind, *, own: bool) -> Composable:
    """Joins that bring what a staged row's references mean, as ``r_<ref>``; ``own``: also those to rows of the kind."""
    parts: list[Composable] = []
    for ref in kind.refs:
        if ref.own_kind and not own:
            continue
        alias = Identifier(f"r_{ref.name}")
        if ref.many:
            join = SQL("LEFT JOIN {} AS {a} ON {a}.row = s.row")
            parts.append(join.format(Identifier(table(kind, ref) + "_list"), a=alias))
        else:
            join = SQL("LEFT JOIN {} AS {a} ON {a}.text = {text} AND {a}.deletes = ({deletes})")
            parts.append(
                join.format(
                    Identifier(table(kind, ref)),
                    a=alias,
                    text=fragment(ref.text),
                    deletes=deletes(kind),
                )
            )
    return SQL(" ").join(parts)
