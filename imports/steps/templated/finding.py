"""Finding what is wrong with rows beyond themselves: what they refer to, and what their statements clash with.

Both hang on one another: a row that clashes makes no group for others, and one that refers to nothing stores no statement that
others could clash with. So objects are planned and statements judged in turns until the same rows clash as before. What
failed for its references stays so, which is why this ends; clashes are found anew each time, and told of the last time only.
"""

from __future__ import annotations

from psycopg.sql import SQL, Literal

from edu_csv.activity import store
from edu_csv.activity.store import Verdict
from imports.steps.templated import groups
from imports.steps.templated.space import TemplateSpace
from imports.steps.workspace import raw_connection

# Rows as people write them are done after two turns; who hangs on one another longer than this fails together.
TURNS = 4

FORGET = """
    DROP TABLE IF EXISTS failed_row, clashing_row, known, told CASCADE;
    CREATE TEMP TABLE clashing_row (row integer) ON COMMIT DROP
"""
# They are told anew with each plan.
FORGET_WARNINGS = "DELETE FROM problem WHERE severity = 'warning'"
FAILED_ROW = """
    DROP TABLE IF EXISTS failed_row;
    CREATE TEMP TABLE failed_row ON COMMIT DROP AS
    SELECT DISTINCT p.row FROM problem AS p WHERE p.severity = 'error' AND p.row IS NOT NULL
"""
ALSO_CLASHING = (
    "INSERT INTO failed_row SELECT c.row FROM clashing_row AS c EXCEPT SELECT f.row FROM failed_row AS f"
)
CLASHING_ROWS = SQL("""
    CREATE TEMP TABLE clashing_now ON COMMIT DROP AS
    SELECT DISTINCT o.row FROM statement_out AS o
     WHERE o.verdict >= {conflict} AND NOT EXISTS (SELECT FROM failed_row AS f WHERE f.row = o.row)
""").format(conflict=Literal(int(Verdict.CONFLICT)))
IS_ANOTHER = """
    SELECT EXISTS (SELECT FROM clashing_now AS n FULL JOIN clashing_row AS c USING (row) WHERE n.row IS NULL OR c.row IS NULL)
"""
REMEMBER = """
    DROP TABLE clashing_row;
    ALTER TABLE clashing_now RENAME TO clashing_row
"""
# Every row with an id whose fate hangs on other rows of the file.
FAIL_TOGETHER = """
    INSERT INTO problem (row, severity, col, code, value, params, place)
    WITH said AS (
        SELECT s.id, s.row FROM statement_in AS s JOIN statement_twin AS t ON t.id = s.id AND t.differs
        UNION ALL
        SELECT t.id, s.row FROM statement_in AS s JOIN statement_twin AS t ON t.id = s.refers_to AND t.differs),
    ends AS (SELECT id, min(row) AS first, max(row) AS last FROM said GROUP BY id)
    SELECT s.row, 'error', NULL, 'statement_conflict', s.id::text,
           jsonb_build_object('id', s.id, 'other', (CASE WHEN e.first = s.row THEN e.last ELSE e.first END)::text,
                              'variant', CASE WHEN e.first = e.last THEN 'row' ELSE 'file' END), s.position
      FROM statement_in AS s
      JOIN ends AS e ON e.id = s.id
     WHERE NOT EXISTS (SELECT FROM failed_row AS f WHERE f.row = s.row)
"""
# Of a file with statements that are stored already the store names the import; its integer id is what people are told.
CLASHES = SQL("""
    INSERT INTO problem (row, severity, col, code, value, params, place)
    SELECT o.row, 'error', NULL, CASE WHEN o.verdict = {voided} THEN 'statement_voided' ELSE 'statement_conflict' END, o.id::text,
           jsonb_strip_nulls(jsonb_build_object(
               'id', o.id, 'import', other.number::text, 'other', o.other_row::text,
               'variant', CASE WHEN o.verdict = {voided} THEN NULL
                               WHEN o.verdict = {in_file} AND o.other_row = o.row THEN 'row'
                               WHEN o.verdict = {in_file} THEN 'file'
                               WHEN other.number IS NULL THEN 'sent' END)),
           o.position
      FROM statement_out AS o
      LEFT JOIN imports_import AS other ON other.job_id = o.other_job AND other.institution_id = %(institution)s
     WHERE o.verdict IN ({conflict}, {in_file}, {voided})
""").format(
    voided=Literal(int(Verdict.VOIDED)),
    conflict=Literal(int(Verdict.CONFLICT)),
    in_file=Literal(int(Verdict.CONFLICT_IN_FILE)),
)


def find_problems(space: TemplateSpace) -> None:
    """Fill ``problem`` with all that is wrong with rows, and ``statement_out`` with what is stored of the others."""
    space.run(FORGET)
    if space.has_objects:
        _in_turns(space)
    else:
        _judge(space)
    if space.made:
        space.run(CLASHES, "plan")
    space.run(FAILED_ROW, "plan")


def _in_turns(space: TemplateSpace) -> None:
    turn = 1
    while True:
        space.run(FAILED_ROW, "plan")
        space.run(ALSO_CLASHING, "plan")
        space.run(FORGET_WARNINGS)
        groups.plan(space)
        _judge(space)
        if not space.made or not _is_another(space):
            return
        if turn == TURNS:
            space.run(FAIL_TOGETHER, "plan")
        turn += 1


def _judge(space: TemplateSpace) -> None:
    """Without the rows that fail for themselves or for what they refer to."""
    space.run(FAILED_ROW, "plan")
    if space.made:
        with raw_connection().cursor() as cursor:
            store.judge(cursor, space.institution, without="failed_row")


def _is_another(space: TemplateSpace) -> bool:
    """Whether other rows clash now than objects were planned without; remembers those that do."""
    space.run(CLASHING_ROWS, "plan")
    [(is_another,)] = space.fetch(IS_ANOTHER)
    space.run(REMEMBER)
    return bool(is_another)
