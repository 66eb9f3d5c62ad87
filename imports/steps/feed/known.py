"""Known: the roster as this upload leaves it, noun by noun, for whoever points to it."""

from __future__ import annotations

from psycopg.sql import SQL, Composable, Identifier, Literal

from edu_csv.roster.nouns import Noun
from imports.formats.feed import Kind
from imports.steps.feed import renames
from imports.steps.feed.space import FeedSpace
from imports.steps.workspace import typed

# row: the row that makes it, or the first that speaks of it. is_lost: it would be made, but no row that does is good.
AFTER = SQL("""
    CREATE TEMP TABLE {after} (id uuid, row integer, kind text, alive boolean, is_new boolean, is_lost boolean, {fields})
        ON COMMIT DROP;
    CREATE INDEX ON {after} (id)
""")
# Views keep no parameters: the institution goes in as a literal.
AS_LEFT = SQL("""
    CREATE TEMP VIEW {view} AS
    SELECT o.id, NULL::integer AS row, {fields} FROM {table} AS o
     WHERE {live} AND NOT EXISTS (SELECT FROM {after} AS a WHERE a.id = o.id)
    UNION ALL
    SELECT a.id, CASE WHEN a.is_new THEN a.row END, {own} FROM {after} AS a WHERE a.alive
""")
AS_WAS = SQL("""
    CREATE TEMP VIEW {view} AS
    SELECT o.id, a.row, {fields} FROM {renamed} AS o LEFT JOIN {after} AS a ON a.id = o.id WHERE {live}
    UNION ALL
    SELECT a.id, a.row, {own} FROM {after} AS a WHERE a.is_new AND NOT a.is_lost
""")
AS_LOST = SQL("CREATE TEMP VIEW {view} AS SELECT a.id, a.row, {own} FROM {after} AS a WHERE a.is_lost")
FORGET = SQL("DELETE FROM {after} AS a WHERE a.kind = {kind}")
# What its rows would make, before anything else is known of them: so that they may point to each other.
SOON = SQL("""
    INSERT INTO {after} (id, row, kind, alive, is_new, is_lost, {names})
    SELECT DISTINCT ON (w._id) w._id, min(w._row) OVER (PARTITION BY w._id), {kind}, NOT w._deletes, w._state = 0, false, {values}
      FROM {w} AS w WHERE {good} AND w._id IS NOT NULL ORDER BY w._id, w._row DESC
""")
STANDS = SQL("""
    INSERT INTO {after} (id, row, kind, alive, is_new, is_lost, {names})
    SELECT f._id, f._first, {kind}, NOT f._deletes, f._state = 0, false, {values} FROM {f} AS f;
    DELETE FROM {after} AS a USING {f} AS f WHERE a.id = f._id AND a.kind <> {kind};
    INSERT INTO {after} (id, row, kind, alive, is_new, is_lost, {names})
    SELECT DISTINCT ON (w._id) w._id, w._row, {kind}, false, true, true, {values_lost} FROM {w} AS w
     WHERE w._state = 0 AND NOT w._deletes AND w._id IS NOT NULL
       AND NOT EXISTS (SELECT FROM {f} AS f WHERE f._id = w._id) ORDER BY w._id, w._row
""")


def after(noun: Noun) -> Identifier:
    return Identifier(f"after_{noun.name}")


def live(noun: Noun, institution: int) -> Composable:
    """Over alias ``o``, without parameters."""
    return SQL("o.institution_id = {} AND o.deleted_at IS NULL").format(Literal(institution))


def columns(noun: Noun, alias: str) -> Composable:
    return SQL(", ").join(SQL("{}.{}").format(Identifier(alias), Identifier(name)) for name in noun.columns)


def create(space: FeedSpace) -> None:
    """Make the relations of each noun, empty of what this upload does."""
    for noun in space.nouns:
        given = {
            "after": after(noun),
            "table": Identifier(noun.table),
            "renamed": renames.objects(space, noun),
            "fields": columns(noun, "o"),
            "own": columns(noun, "a"),
            "live": live(noun, space.institution),
        }
        space.run(AFTER.format(after=after(noun), fields=typed(list(noun.columns.items()))))
        for name, view in (("as_left", AS_LEFT), ("as_was", AS_WAS), ("as_lost", AS_LOST)):
            space.run(view.format(view=Identifier(f"{name}_{noun.name}"), **given))


def publish_soon(space: FeedSpace, kind: Kind, good: Composable) -> None:
    """Let rows of the kind find what its other rows would make, change or delete."""
    _fill(space, kind, SOON, good=good)


def publish(space: FeedSpace, kind: Kind) -> None:
    """Let later kinds find what this one leaves, now that its objects stand."""
    _fill(space, kind, STANDS)


def _fill(space: FeedSpace, kind: Kind, statement: SQL, **more: Composable) -> None:
    noun = kind.noun
    fields = {each.field for each in kind.fields}
    space.run(FORGET.format(after=after(noun), kind=Literal(kind.name)), "known")
    space.run(
        statement.format(
            after=after(noun),
            kind=Literal(kind.name),
            w=Identifier(f"w_{kind.name}"),
            f=Identifier(f"f_{kind.name}"),
            names=SQL(", ").join(map(Identifier, noun.columns)),
            values=_values(noun, fields, "w" if statement is SOON else "f", whole=statement is STANDS),
            values_lost=_values(noun, fields, "w", whole=False),
            **more,
        ),
        "known",
    )
    space.analyze(f"after_{noun.name}")


def _values(noun: Noun, fields: set[str], alias: str, *, whole: bool) -> Composable:
    """What a row or object says of each field of the noun. whole: ``f`` has those that no column gives, too."""
    parts: list[Composable] = []
    for name, kind in noun.columns.items():
        if name in fields or whole:
            parts.append(SQL("{}.{}").format(Identifier(alias), Identifier(name)))
        elif name in noun.fixed:
            parts.append(Literal(noun.fixed[name]))
        else:
            parts.append(SQL("NULL::{}").format(SQL(kind)))
    return SQL(", ").join(parts)
