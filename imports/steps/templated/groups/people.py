"""People: whom each mention means, and whose each persona is when the file is done (csv data import 2.3, rule 3).

A definition with a customId means the person who has it. If nobody has, it means whoever holds its personas, and gives them
the customId; if nobody does, a new person. Without customId it means who holds its personas after those with customIds had
their say. ``pid`` is the system id as text, or what a new person is known by. Only good rows are looked at.

Personas move only to people who had their customId before: the last such row counts. Two new people who claim one persona
do not both get it: the first row does.
"""

from __future__ import annotations

from collections.abc import Mapping

from imports.steps.templated.groups.unions import join_lists
from imports.steps.workspace import Session, raw_connection

TABLES = (
    "person_said", "persona_said", "persona_held", "person_custom", "person_strong", "persona_claim", "persona_winner",
    "person_list", "persona_of_list", "persona_shared", "list_decided", "person_weak", "persona_owner", "person_id", "person_made",
)  # fmt: skip

SAID = """
    CREATE TEMP TABLE person_said ON COMMIT DROP AS
    SELECT p.* FROM g_person AS p WHERE p.row NOT IN (SELECT b.row FROM g_bad AS b);
    CREATE INDEX ON person_said (m);
    CREATE TEMP TABLE persona_said ON COMMIT DROP AS
    SELECT p.*, said.is_def, said.custom_id FROM g_persona AS p JOIN person_said AS said USING (m);
    CREATE INDEX ON persona_said (m)
"""
# Who holds a persona in the roster. An e-mail address counts as one that nobody holds otherwise.
HELD = """
    CREATE TEMP TABLE persona_held ON COMMIT DROP AS
    SELECT said.key, p.person_id, p.id AS persona_id
      FROM (SELECT DISTINCT s.key FROM persona_said AS s) AS said
      JOIN roster_persona AS p
        ON p.institution_id = %(institution)s AND p.key = said.key AND p.deleted_at IS NULL
    UNION ALL
    SELECT said.key, p.id, NULL
      FROM (SELECT DISTINCT s.key, s.email_folded FROM persona_said AS s WHERE s.email_folded IS NOT NULL) AS said
      JOIN roster_person AS p
        ON p.institution_id = %(institution)s AND p.email_folded = said.email_folded AND p.deleted_at IS NULL
     WHERE NOT EXISTS (SELECT FROM roster_persona AS held
                        WHERE held.institution_id = %(institution)s AND held.key = said.key AND held.deleted_at IS NULL);
    CREATE INDEX ON persona_held (key)
"""
# Each customId that is said: who has it in the roster.
CUSTOM = """
    CREATE TEMP TABLE person_custom ON COMMIT DROP AS
    SELECT said.custom_id, p.id AS known
      FROM (SELECT DISTINCT s.custom_id FROM person_said AS s WHERE s.custom_id IS NOT NULL) AS said
      LEFT JOIN roster_person AS p
        ON p.institution_id = %(institution)s AND p.external_id = said.custom_id AND p.deleted_at IS NULL;
    CREATE INDEX ON person_custom (custom_id)
"""
# Definitions by a customId that nobody has: who holds their personas. one: when it is one person.
_HOLDERS = """
    SELECT s.m, s.row, s.custom_id, count(DISTINCT h.person_id) AS holders, min(h.person_id::text) AS one
      FROM persona_said AS s
      JOIN person_custom AS c ON c.custom_id = s.custom_id AND c.known IS NULL
      JOIN persona_held AS h ON h.key = s.key
     WHERE s.is_def GROUP BY s.m, s.row, s.custom_id
"""
# A person without customId gets the first that claims them, and a customId goes to the first person whom it means.
STRONG = f"""
    CREATE TEMP TABLE person_strong ON COMMIT DROP AS
    WITH meant AS (
        SELECT held.* FROM ({_HOLDERS}) AS held
          JOIN roster_person AS p ON p.institution_id = %(institution)s AND p.id = held.one::uuid
         WHERE held.holders = 1 AND p.external_id IS NULL),
    first_person AS (
        SELECT DISTINCT ON (meant.custom_id) meant.custom_id, meant.one, meant.m FROM meant ORDER BY meant.custom_id, meant.m),
    adopted AS (
        SELECT DISTINCT ON (f.one) f.custom_id, f.one FROM first_person AS f ORDER BY f.one, f.m)
    SELECT c.custom_id, coalesce(c.known::text, a.one, 'c:' || c.custom_id) AS pid, c.known IS NOT NULL AS is_matched
      FROM person_custom AS c LEFT JOIN adopted AS a USING (custom_id);
    CREATE INDEX ON person_strong (custom_id)
"""  # noqa: S608  # our own text
_NAME = (
    "coalesce(nullif(concat_ws(' ', p.given_name, p.family_name), ''), p.email, p.external_id, p.id::text)"
)
# What a persona is called in a sentence.
_CALLED = """
    CASE s.identifier WHEN 'mbox' THEN substr(s.value, 8) WHEN 'account' THEN 'account ' || s.value ELSE s.value END
"""
# One of several people hold the personas of one definition, with or without a customId that nobody has.
TWO_PEOPLE = f"""
    INSERT INTO problem (row, severity, col, code, value, params, place)
    SELECT s.row, 'error', NULL, 'two_people', NULL, jsonb_build_object(
               'personas', string_agg(DISTINCT {_CALLED}, ' and '), 'holders', string_agg(DISTINCT {_NAME}, ', ')), 1001
      FROM persona_said AS s
      LEFT JOIN person_custom AS c ON c.custom_id = s.custom_id
      JOIN persona_held AS h ON h.key = s.key
      JOIN roster_person AS p ON p.institution_id = %(institution)s AND p.id = h.person_id
     WHERE c.known IS NULL
       AND (s.custom_id IS NOT NULL AND s.is_def OR NOT s.is_def AND s.key NOT IN (SELECT w.key FROM persona_winner AS w))
     GROUP BY s.m, s.row HAVING count(DISTINCT h.person_id) > 1
"""  # noqa: S608  # our own text
# The holder has another customId already, or gets one from an earlier row.
OTHER_CUSTOM_ID = f"""
    INSERT INTO problem (row, severity, col, code, value, params, place)
    SELECT DISTINCT ON (s.row) s.row, 'error', NULL, 'other_custom_id', s.custom_id, jsonb_build_object(
               'persona', {_CALLED}, 'holder', {_NAME}, 'custom_id', s.custom_id,
               'theirs', coalesce(p.external_id, other.custom_id)), 1001
      FROM ({_HOLDERS}) AS held
      JOIN persona_said AS s USING (m)
      JOIN persona_held AS h ON h.key = s.key
      JOIN roster_person AS p ON p.institution_id = %(institution)s AND p.id = h.person_id
      JOIN person_strong AS own ON own.custom_id = s.custom_id
      LEFT JOIN person_strong AS other ON other.pid = p.id::text
     WHERE held.holders = 1 AND own.pid <> p.id::text
     ORDER BY s.row, s.n
"""  # noqa: S608  # our own text
CLAIM = """
    CREATE TEMP TABLE persona_claim ON COMMIT DROP AS
    SELECT s.key, s.n, s.m, s.row, who.pid, who.is_matched
      FROM persona_said AS s JOIN person_strong AS who ON who.custom_id = s.custom_id WHERE s.is_def;
    CREATE TEMP TABLE persona_winner ON COMMIT DROP AS
    SELECT DISTINCT ON (c.key) c.key, c.pid, c.n, c.m, c.row FROM persona_claim AS c
     ORDER BY c.key, c.is_matched DESC, CASE WHEN c.is_matched THEN -c.n ELSE c.n END;
    CREATE INDEX ON persona_winner (key)
"""
CLAIMED = f"""
    INSERT INTO problem (row, severity, col, code, value, params, place)
    SELECT DISTINCT ON (c.row) c.row, 'error', NULL, 'persona_claimed', NULL, jsonb_build_object('persona', {_CALLED},
           'holder', coalesce((SELECT {_NAME} FROM roster_person AS p
                                WHERE p.institution_id = %(institution)s AND p.id::text = w.pid), substr(w.pid, 3))), 1001
      FROM persona_claim AS c JOIN persona_winner AS w USING (key) JOIN persona_said AS s ON s.n = c.n
     WHERE NOT c.is_matched AND w.pid <> c.pid ORDER BY c.row, c.n
"""  # noqa: S608  # our own text
# Definitions without customId, by what they list: each list is decided about once.
LISTS = """
    CREATE TEMP TABLE person_list ON COMMIT DROP AS
    SELECT l.keys, min(l.m) AS m, NULL::text AS pid, false AS is_split
      FROM (SELECT s.m, array_agg(DISTINCT s.key) AS keys FROM persona_said AS s
             WHERE s.is_def AND s.custom_id IS NULL GROUP BY s.m) AS l
     GROUP BY l.keys;
    CREATE TEMP TABLE persona_of_list ON COMMIT DROP AS
    SELECT l.m, k.key, h.pid
      FROM person_list AS l CROSS JOIN LATERAL unnest(l.keys) AS k (key)
      LEFT JOIN LATERAL (SELECT w.pid FROM persona_winner AS w WHERE w.key = k.key
                         UNION ALL
                         SELECT held.person_id::text FROM persona_held AS held
                          WHERE held.key = k.key AND NOT EXISTS (SELECT FROM persona_winner AS w WHERE w.key = k.key)
                        ) AS h ON TRUE
"""
ALONE = """
    UPDATE person_list AS l
       SET pid = coalesce(found.pid, 'k:' || l.keys[1]), is_split = found.holders > 1
      FROM (SELECT o.m, count(DISTINCT o.pid) AS holders, min(o.pid) AS pid FROM persona_of_list AS o GROUP BY o.m) AS found
     WHERE found.m = l.m
"""
# Lists that share a persona with another list are decided about in the order of the file, in Python: lists, personas and
# holders as numbers, personas in the order of their keys, and no holder as 0.
SHARED = """
    CREATE TEMP TABLE persona_shared ON COMMIT DROP AS
    SELECT o.m, o.key, o.pid, dense_rank() OVER (ORDER BY o.m)::integer AS list,
           dense_rank() OVER (ORDER BY o.key COLLATE "C")::integer AS persona,
           CASE WHEN o.pid IS NULL THEN 0 ELSE dense_rank() OVER (ORDER BY o.pid NULLS LAST)::integer END AS holder
      FROM persona_of_list AS o
     WHERE o.m IN (SELECT each.m FROM persona_of_list AS each
                    WHERE each.key IN (SELECT k.key FROM persona_of_list AS k GROUP BY k.key HAVING count(DISTINCT k.m) > 1))
"""
SIZES = "SELECT coalesce(max(s.list), 0), coalesce(max(s.persona), 0) FROM persona_shared AS s"
IN_ORDER = "SELECT s.list, s.persona, s.holder FROM persona_shared AS s ORDER BY s.list, s.persona"
DECIDED = "CREATE TEMP TABLE list_decided (list integer, meant integer, is_split boolean) ON COMMIT DROP"
COPY_DECIDED = "COPY list_decided (list, meant, is_split) FROM STDIN"
JOINED = """
    UPDATE person_list AS l SET pid = coalesce(holder.pid, 'k:' || persona.key), is_split = d.is_split
      FROM list_decided AS d
      JOIN (SELECT DISTINCT s.list, s.m FROM persona_shared AS s) AS numbered USING (list)
      LEFT JOIN (SELECT DISTINCT s.holder, s.pid FROM persona_shared AS s) AS holder ON holder.holder = d.meant AND d.meant > 0
      LEFT JOIN (SELECT DISTINCT s.persona, s.key FROM persona_shared AS s) AS persona ON persona.persona = -d.meant
     WHERE numbered.m = l.m
"""
WEAK = """
    CREATE TEMP TABLE person_weak ON COMMIT DROP AS
    SELECT s.m, s.row, l.pid, l.is_split, l.keys
      FROM (SELECT s.m, s.row, array_agg(DISTINCT s.key) AS keys FROM persona_said AS s
             WHERE s.is_def AND s.custom_id IS NULL GROUP BY s.m, s.row) AS s
      JOIN person_list AS l USING (keys);
    CREATE INDEX ON person_weak (m)
"""
SPLIT = f"""
    INSERT INTO problem (row, severity, col, code, value, params, place)
    SELECT w.row, 'error', NULL, 'two_people', NULL, jsonb_build_object(
               'personas', (SELECT string_agg(DISTINCT {_CALLED}, ' and ') FROM persona_said AS s WHERE s.m = w.m),
               'holders', coalesce((SELECT string_agg(DISTINCT {_NAME}, ', ') FROM persona_of_list AS o
                                      JOIN roster_person AS p ON p.institution_id = %(institution)s AND p.id::text = o.pid
                                     WHERE o.key = ANY (w.keys)), 'of this file')), 1001
      FROM person_weak AS w WHERE w.is_split
"""  # noqa: S608  # our own text
# Whose each persona is in the end, and which line said so.
OWNER = """
    CREATE TEMP TABLE persona_owner ON COMMIT DROP AS
    SELECT w.key, w.pid, w.n, w.m, w.row FROM persona_winner AS w
    UNION ALL
    SELECT DISTINCT ON (s.key) s.key, k.pid, s.n, s.m, s.row
      FROM persona_said AS s JOIN person_weak AS k USING (m)
     WHERE NOT k.is_split AND s.key NOT IN (SELECT w.key FROM persona_winner AS w)
     ORDER BY 1, 3;
    CREATE INDEX ON persona_owner (key)
"""
MEANT = f"""
    CREATE TEMP TABLE person_id ON COMMIT DROP AS
    SELECT s.m, s.row, s.is_def, strong.pid, '"' || s.custom_id || '"' AS named
      FROM person_said AS s JOIN person_strong AS strong USING (custom_id)
    UNION ALL
    SELECT weak.m, weak.row, true, weak.pid, (SELECT min({_CALLED}) FROM persona_said AS s WHERE s.m = weak.m)
      FROM person_weak AS weak WHERE NOT weak.is_split
    UNION ALL
    SELECT s.m, s.row, false,
           coalesce((SELECT o.pid FROM persona_owner AS o WHERE o.key = s.key),
                    (SELECT min(h.person_id::text) FROM persona_held AS h WHERE h.key = s.key), 'k:' || s.key), {_CALLED}
      FROM persona_said AS s WHERE NOT s.is_def;
    CREATE INDEX ON person_id (m);
    CREATE INDEX ON person_id (pid)
"""  # noqa: S608  # our own text
MADE = """
    CREATE TEMP TABLE person_made ON COMMIT DROP AS
    SELECT i.pid, i.pid !~ '^[ck]:' AS is_known,
           CASE WHEN i.pid ~ '^[ck]:' THEN (%(prefix_person)s || lpad(to_hex(min(s.m)), 8, '0'))::uuid
                ELSE i.pid::uuid END AS id,
           min(s.m) AS m, min(s.row) AS first_row, max(s.row) AS last_row, max(s.custom_id) AS custom_id,
           (array_agg(s.name ORDER BY s.m DESC) FILTER (WHERE s.name IS NOT NULL))[1] AS name,
           max(s.row) FILTER (WHERE s.name IS NOT NULL) AS name_row,
           bool_or(s.has_groups) AS has_groups, min(s.row) FILTER (WHERE s.has_groups) AS groups_row
      FROM person_id AS i JOIN person_said AS s USING (m) WHERE i.is_def GROUP BY i.pid;
    CREATE INDEX ON person_made (pid)
"""
UNKNOWN = """
    INSERT INTO problem (row, severity, col, code, value, params, place)
    SELECT DISTINCT i.row, 'error', NULL, 'unknown_person', i.named, jsonb_build_object('named', i.named), 1001
      FROM person_id AS i
     WHERE NOT i.is_def AND i.pid ~ '^[ck]:' AND i.pid NOT IN (SELECT p.pid FROM person_made AS p)
"""
LACKS = """
    INSERT INTO problem (row, severity, col, code, value, params, place)
    SELECT DISTINCT i.row, 'error', NULL, 'new_person_incomplete', i.named, jsonb_build_object('named', i.named), 1001
      FROM person_made AS p JOIN person_id AS i ON i.pid = p.pid AND i.is_def
     WHERE NOT p.is_known AND p.name IS NULL
"""


def name(space: Session, prefixes: Mapping[str, str]) -> None:
    """Fill ``person_id``, ``person_made`` and ``persona_owner``, and note what is wrong with rows."""
    for statement in (SAID, HELD, CUSTOM, STRONG, CLAIM, TWO_PEOPLE, OTHER_CUSTOM_ID, CLAIMED, LISTS, ALONE):
        space.run(statement, "people")
    space.run(SHARED, "people")
    [(lists, personas)] = space.fetch(SIZES, "people")
    if lists:
        _join_lists(space, lists, personas)
    for statement in (WEAK, SPLIT, OWNER, MEANT, MADE, UNKNOWN, LACKS):
        space.run(statement, "people", **prefixes)


def _join_lists(space: Session, lists: int, personas: int) -> None:
    raw = raw_connection()
    with raw.cursor(name="shared_personas") as lines:
        lines.itersize = 20_000
        lines.execute(IN_ORDER)
        meant, split = join_lists(lines, lists, personas)
    space.run(DECIDED, "people")
    with raw.cursor() as cursor, cursor.copy(COPY_DECIDED) as copy:
        for number in range(1, lists + 1):
            copy.write_row((number, meant[number], bool(split[number])))
    # Without their numbers the planner believes in a few and compares each list with every other.
    raw.execute("ANALYZE person_list, persona_shared, list_decided")
    space.run(JOINED, "people")
