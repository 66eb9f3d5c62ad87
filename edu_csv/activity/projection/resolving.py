"""Whom and what facts mean: people, sections, videos, … of the roster and of activity; then the facts are kept.

By system id or external id; live ones before deleted ones, which count too (reporting-api.md G32). Who is not known
did it all the same where that may be: views and downloads have nobody then.
"""

from __future__ import annotations

from collections import Counter
from typing import Any, Final

from psycopg.sql import SQL, Identifier, Literal

from edu_csv.activity.projection.vocabulary import NEED_PERSON, Kind, Noun, Unplaced

_IS_UUID: Final = "'^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$'"

# A persona says whose it is; so does an e-mail address that one person has. Of accounts the name is an id only when
# the account is of the institution itself (reading.Actor).
_FOUND = f"""
    SELECT a.n, coalesce(persona.person_id, by_id.id, known.id, mailed.id) AS id
      FROM {{actors}} AS a
      LEFT JOIN roster_persona AS persona
        ON persona.institution_id = %(institution)s AND persona.key = a.key AND persona.deleted_at IS NULL
      LEFT JOIN roster_person AS by_id
        ON by_id.institution_id = %(institution)s AND by_id.id = CASE WHEN a.named ~ {_IS_UUID} THEN a.named::uuid END
      LEFT JOIN roster_person AS known
        ON known.institution_id = %(institution)s AND known.external_id = a.named AND known.deleted_at IS NULL
      LEFT JOIN (SELECT p.email_folded, (array_agg(p.id))[1] AS id FROM roster_person AS p
                  WHERE p.institution_id = %(institution)s AND p.deleted_at IS NULL
                    AND p.email_folded IN (SELECT email FROM {{actors}} AS mail WHERE email IS NOT NULL)
                  GROUP BY p.email_folded HAVING count(*) = 1) AS mailed ON mailed.email_folded = a.email
"""  # noqa: S608  # our own text
PEOPLE = f"""
    UPDATE pj_actor AS a SET id = found.id
      FROM ({_FOUND.replace("{actors}", "pj_actor")}) AS found
     WHERE found.n = a.n AND found.id IS NOT NULL
"""  # noqa: S608  # our own text
# Statements of people who were not known when these were read, and are by now.
_STRANGERS = "(SELECT s.id AS n, s.key, s.named, s.email FROM activity_stranger AS s WHERE s.institution_id = %(institution)s)"
KNOWN_NOW = f"""
    SELECT DISTINCT o.statement
      FROM ({_FOUND.replace("{actors}", _STRANGERS)}) AS found
      JOIN activity_strange AS o ON o.institution_id = %(institution)s AND o.stranger = found.n
     WHERE found.id IS NOT NULL
     LIMIT %(most)s
"""  # noqa: S608  # our own text
_STRANGER_ID = (
    "activity_named('stranger ' || %(institution)s || ' ' || a.key || ' ' || coalesce(a.named, ''))"
)
STRANGERS = f"""
    INSERT INTO activity_stranger (institution_id, id, key, named, email)
    SELECT DISTINCT ON (1, 2) %(institution)s, {_STRANGER_ID}, a.key, a.named, a.email
      FROM pj_actor AS a WHERE a.id IS NULL AND NOT a.key LIKE 'group %%'
        ON CONFLICT (institution_id, id) DO NOTHING;
    DELETE FROM activity_strange AS o USING pj_void AS v
     WHERE o.institution_id = %(institution)s AND o.statement = v.statement;
    INSERT INTO activity_strange (institution_id, statement, stranger)
    SELECT DISTINCT %(institution)s, f.statement, {_STRANGER_ID}
      FROM pj_fact AS f
      LEFT JOIN pj_saying AS saying ON saying.n = f.saying
      JOIN pj_actor AS a ON a.n IN (f.actor, saying.asker)
     WHERE a.id IS NULL AND NOT a.key LIKE 'group %%'
        ON CONFLICT (institution_id, statement, stranger) DO NOTHING;
    DELETE FROM activity_stranger AS s
     WHERE %(is_again)s AND s.institution_id = %(institution)s
       AND NOT EXISTS (SELECT FROM activity_strange AS o WHERE o.institution_id = %(institution)s AND o.stranger = s.id)
"""  # noqa: S608  # our own text
LEFT_PEOPLE = """
    UPDATE pj_actor AS a SET id = gone.id
      FROM (SELECT DISTINCT ON (p.external_id) p.external_id, p.id FROM roster_person AS p
             WHERE p.institution_id = %(institution)s AND p.deleted_at IS NOT NULL
               AND p.external_id IN (SELECT named FROM pj_actor WHERE id IS NULL AND named IS NOT NULL)
             ORDER BY p.external_id, p.deleted_at DESC, p.id) AS gone
     WHERE a.id IS NULL AND a.named = gone.external_id
"""
# Who was erased said nothing any more, whatever the statements still say.
ERASED_PEOPLE = """
    UPDATE pj_actor AS a SET is_blank = true
      FROM roster_person AS p
     WHERE p.institution_id = %(institution)s AND p.id = a.id AND p.deleted_at IS NOT NULL
       AND num_nonnulls(p.external_id, p.given_name, p.family_name, p.email, p.username, p.sso_id) = 0
"""
# An external id may be that of a section in each of several terms; then it says none of them.
SECTIONS = f"""
    UPDATE pj_section AS s SET id = found.id
      FROM (SELECT s.n, coalesce(by_id.id, known.id) AS id
              FROM pj_section AS s
              LEFT JOIN roster_section AS by_id
                ON by_id.institution_id = %(institution)s AND by_id.id = CASE WHEN s.tail ~ {_IS_UUID} THEN s.tail::uuid END
              LEFT JOIN (SELECT o.external_id, (array_agg(o.id))[1] AS id FROM roster_section AS o
                          WHERE o.institution_id = %(institution)s AND o.deleted_at IS NULL
                            AND o.external_id IN (SELECT tail FROM pj_section)
                          GROUP BY o.external_id HAVING count(*) = 1) AS known ON known.external_id = s.tail) AS found
     WHERE found.n = s.n AND found.id IS NOT NULL
"""  # noqa: S608  # our own text
LEFT_SECTIONS = """
    UPDATE pj_section AS s SET id = gone.id
      FROM (SELECT o.external_id, (array_agg(o.id))[1] AS id FROM roster_section AS o
             WHERE o.institution_id = %(institution)s
               AND o.external_id IN (SELECT tail FROM pj_section WHERE id IS NULL)
             GROUP BY o.external_id HAVING count(*) = 1) AS gone
     WHERE s.id IS NULL AND s.tail = gone.external_id
"""
_TABLES: Final = {
    Noun.VIDEO: "activity_video",
    Noun.PRESENTATION: "activity_presentation",
    Noun.SLIDE: "activity_slide",
    Noun.POLL: "activity_poll",
    Noun.QUESTION: "activity_question",
}
THINGS = [
    SQL("""
    UPDATE pj_thing AS t SET id = o.id, is_given = o.origin = 0
      FROM {table} AS o
     WHERE t.noun = {noun} AND o.institution_id = %(institution)s
       AND o.id = CASE WHEN t.tail ~ {is_uuid} THEN t.tail::uuid END;
    UPDATE pj_thing AS t SET id = o.id, is_given = o.origin = 0
      FROM {table} AS o
     WHERE t.noun = {noun} AND t.id IS NULL AND o.institution_id = %(institution)s AND o.external_id = t.tail
       AND o.deleted_at IS NULL;
    UPDATE pj_thing AS t SET id = gone.id, is_given = gone.origin = 0
      FROM (SELECT DISTINCT ON (o.external_id) o.external_id, o.id, o.origin FROM {table} AS o
             WHERE o.institution_id = %(institution)s AND o.deleted_at IS NOT NULL
               AND o.external_id IN (SELECT tail FROM pj_thing WHERE noun = {noun} AND id IS NULL)
             ORDER BY o.external_id, o.deleted_at DESC, o.id) AS gone
     WHERE t.noun = {noun} AND t.id IS NULL AND t.tail = gone.external_id
    """).format(table=Identifier(table), noun=Literal(int(noun)), is_uuid=SQL(_IS_UUID))
    for noun, table in _TABLES.items()
]
SLIDES = """
    UPDATE pj_thing AS t SET of = s.presentation_id
      FROM activity_slide AS s WHERE t.noun = 26 AND s.institution_id = %(institution)s AND s.id = t.id
"""
# The id of a thing that nobody knew follows from what it is called: projecting anew gives the same.
NEW_THINGS = """
    UPDATE pj_thing AS t SET id = activity_named('thing ' || %(institution)s || ' ' || t.noun || ' ' || t.tail)
     WHERE t.id IS NULL AND t.noun <> 26
"""
SAYINGS = """
    UPDATE pj_saying AS s SET value = known.value, says = activity_named(known.value::text)
      FROM (SELECT s.n, CASE WHEN asker.is_blank THEN s.value - 'name' ELSE s.value END || jsonb_strip_nulls(jsonb_build_object(
                   'section_id', section.id, 'author_id', asker.id, 'deck_id', deck.id)) AS value
              FROM pj_saying AS s
              LEFT JOIN pj_section AS section ON section.n = s.section
              LEFT JOIN pj_actor AS asker ON asker.n = s.asker
              LEFT JOIN pj_thing AS deck ON deck.n = s.deck) AS known
     WHERE known.n = s.n
"""
# What a fact is a part of, by its kind: a view is told by its session, or by who watched what where on which day.
# ``who`` keeps people apart of whom nobody knows who they are.
PLACED = """
    CREATE TEMP TABLE pj_placed ON COMMIT DROP AS
    SELECT f.at, f.statement, f.object_id, f.person_id, f.section_id, f.slide_id, f.says, f.amount, f.further, f.part, f.kind,
           f.verb, f.flags, f.words, f.reason, f.thing,
           CASE WHEN f.reason IS NULL THEN
           CASE WHEN f.kind IN (1, 2) THEN activity_named(concat_ws(' ', 'view', %(institution)s, f.object_id, f.who,
                         f.session, CASE WHEN NOT f.session LIKE 's%%' THEN coalesce(f.section_id::text, '-') || ' ' || f.day END))
                WHEN f.kind IN (3, 4) THEN activity_named(concat_ws(' ', 'deck', %(institution)s, f.object_id, f.person_id,
                         coalesce(f.section_id::text, '-'), f.day))
                WHEN f.kind = 5 THEN activity_named(concat_ws(' ', 'confusion', %(institution)s, f.object_id,
                         coalesce(f.slide_id::text, '-'), coalesce(f.section_id::text, '-'), f.person_id, f.at_ms, f.verb))
                WHEN f.kind = 6 THEN activity_named(concat_ws(' ', 'poll answer', %(institution)s, f.object_id,
                         coalesce(f.section_id::text, '-'), f.person_id))
                WHEN f.kind = 7 THEN activity_named(concat_ws(' ', 'answer', %(institution)s, f.object_id, f.person_id))
                WHEN f.kind = 9 THEN activity_named(concat_ws(' ', 'note', %(institution)s, f.object_id,
                         coalesce(f.section_id::text, '-'), f.person_id))
                WHEN f.kind = 10 THEN activity_named(concat_ws(' ', 'download', %(institution)s, f.object_id,
                         coalesce(f.section_id::text, '-'), f.who, f.at_ms)) END END AS target,
           CASE WHEN f.kind = 10 AND f.person_id IS NULL THEN activity_named('nobody ' || %(institution)s || ' ' || f.who) END AS stranger
      FROM (SELECT f.statement, f.part, f.kind, f.at_ms, f.session, f.verb, f.flags, f.amount, f.further, f.thing,
                   timestamptz 'epoch' + f.at_ms * interval '1 millisecond' AS at,
                   CASE WHEN f.is_on_slide THEN thing.of ELSE thing.id END AS object_id,
                   CASE WHEN f.is_on_slide THEN thing.id END AS slide_id,
                   actor.id AS person_id, section.id AS section_id, saying.says,
                   coalesce(actor.id::text, 'nobody ' || actor.key) AS who, floor(f.at_ms / 86400000.0) AS day,
                   CASE WHEN actor.is_blank THEN left(f.words, 0) ELSE f.words END AS words,
                   CASE WHEN f.kind = ANY (%(need_person)s) AND actor.id IS NULL THEN %(no_person)s
                        WHEN f.is_on_slide AND thing.of IS NULL THEN %(no_slide)s
                        WHEN f.kind = 6 AND f.deck IS NULL AND NOT thing.is_given THEN %(no_deck)s
                        -- What only names an object goes with what it is named for.
                        WHEN f.kind = 11 AND actor.id IS NULL THEN '' END AS reason
              FROM pj_fact AS f
              JOIN pj_actor AS actor ON actor.n = f.actor
              JOIN pj_thing AS thing ON thing.n = f.thing
              LEFT JOIN pj_section AS section ON section.n = f.section
              LEFT JOIN pj_saying AS saying ON saying.n = f.saying) AS f
"""
# Of an institution that is new in its tables statistics know nothing; planned for a handful, each of many names would be
# looked for among all people. So many are looked up together.
TOGETHER = """
    SELECT set_config('enable_nestloop', CASE WHEN (SELECT count(*) FROM pj_actor) + (SELECT count(*) FROM pj_thing) > 50
                                              THEN 'off' ELSE 'on' END, true)
"""
SO_TOO = """
    SELECT set_config('enable_nestloop', CASE WHEN count(*) > 50 THEN 'off' ELSE 'on' END, true)
      FROM (SELECT FROM activity_stranger WHERE institution_id = %(institution)s LIMIT 51) AS strangers
"""
APART = "SELECT set_config('enable_nestloop', 'on', true)"
UNPLACED = "SELECT kind, reason, count(*) FROM pj_placed WHERE reason <> '' GROUP BY kind, reason"
FORGET_UNPLACED = "DELETE FROM pj_placed WHERE reason IS NOT NULL"
GONE = """
    CREATE TEMP TABLE pj_gone ON COMMIT DROP AS SELECT * FROM activity_fact WITH NO DATA;
    WITH gone AS (
        DELETE FROM activity_fact AS f USING pj_void AS v
         WHERE f.institution_id = %(institution)s AND f.statement = v.statement
     RETURNING f.*)
    INSERT INTO pj_gone SELECT * FROM gone
"""
KEEP = """
    INSERT INTO activity_fact (institution_id, at, statement, object_id, target, person_id, section_id, slide_id, says, amount,
                               further, part, kind, verb, flags, words)
    SELECT %(institution)s, at, statement, object_id, target, person_id, section_id, slide_id, says, amount, further, part, kind,
           verb, flags, words
      FROM pj_placed ORDER BY statement, part
        ON CONFLICT (institution_id, statement, part) DO NOTHING
"""
NO_SECTION = """
    SELECT count(*) FROM pj_fact AS f JOIN pj_section AS s ON s.n = f.section WHERE s.id IS NULL AND f.part = 0
"""
GONE_KINDS = "SELECT DISTINCT kind FROM pj_gone"
BEFORE = "SELECT kind, count(*) FROM pj_gone WHERE part = 0 GROUP BY kind"


def resolve(cursor: Any, institution: int, counts: Counter[str], *, again: int = 0) -> set[Kind]:
    """Place the staged facts and take those of void statements away. Returns the kinds of these.

    counts: of statements; those that have no place go from their kind to their reason. again: how many of them have
    been read before, when somebody was not known: they are among the void ones, and placed once more.
    """
    params = {
        "institution": institution,
        "need_person": [int(kind) for kind in NEED_PERSON],
        "no_person": Unplaced.PERSON.value,
        "no_slide": Unplaced.SLIDE.value,
        "no_deck": Unplaced.DECK.value,
        "is_again": bool(again),
    }
    for statement in (
        PEOPLE,
        LEFT_PEOPLE,
        ERASED_PEOPLE,
        SECTIONS,
        LEFT_SECTIONS,
        *THINGS,
        SLIDES,
        NEW_THINGS,
    ):
        cursor.execute(statement, params)
    cursor.execute(APART)
    cursor.execute(SAYINGS, params)
    cursor.execute(PLACED, params)
    cursor.execute(UNPLACED)
    for kind, reason, number in cursor.fetchall():
        counts[f"kind {kind}"] -= number
        counts[f"unplaced {reason}"] += number
    cursor.execute(NO_SECTION)
    counts["section not known"] += 0 if again else cursor.fetchone()[0]
    cursor.execute(STRANGERS, params)
    cursor.execute(FORGET_UNPLACED)
    cursor.execute(GONE, params)
    cursor.execute(KEEP, params)
    if again:
        cursor.execute(BEFORE)
        before = dict(cursor.fetchall())
        for kind, number in before.items():
            counts[f"kind {kind}"] -= number
        counts[f"unplaced {Unplaced.PERSON}"] -= again - sum(before.values())
    cursor.execute(GONE_KINDS)
    return {Kind(kind) for (kind,) in cursor.fetchall()}


def known_now(cursor: Any, institution: int, most: int) -> list[str]:
    """Ids of statements that name somebody who has become known since they were read."""
    cursor.execute(SO_TOO, {"institution": institution})
    cursor.execute(KNOWN_NOW, {"institution": institution, "most": most})
    return [str(statement) for (statement,) in cursor.fetchall()]
