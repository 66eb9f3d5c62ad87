"""The tables of statements: by month, immutable, of one institution each; and how a writer begins."""

from __future__ import annotations

from django.db import migrations

from edu_csv.rls import APP_ROLE, definer, protect

STATEMENT = """
CREATE SEQUENCE activity_statement_seq AS bigint;
CREATE TABLE activity_statement (
    institution_id bigint NOT NULL,
    stored timestamptz NOT NULL,
    seq bigint NOT NULL,
    timestamp timestamptz NOT NULL,
    authority_id bigint NOT NULL,
    client_id bigint,
    id uuid NOT NULL,
    refers_to uuid,
    job_id uuid,
    "row" integer,
    own_terms integer NOT NULL,
    has_timestamp boolean NOT NULL,
    is_voiding boolean NOT NULL,
    terms bigint[] NOT NULL,
    body text NOT NULL
) PARTITION BY RANGE (stored);
CREATE INDEX activity_statement_place ON activity_statement (institution_id, stored, seq);
CREATE INDEX activity_statement_job ON activity_statement (job_id, "row", seq) WHERE job_id IS NOT NULL;
-- What waits to be put into the index in order is read by each query: less of it than usual.
CREATE INDEX activity_statement_terms ON activity_statement USING gin (terms) WITH (gin_pending_list_limit = 1024);
"""

BESIDE = """
CREATE TABLE activity_statement_key (
    institution_id bigint NOT NULL,
    id uuid NOT NULL,
    -- Null while it is only referred to.
    stored timestamptz,
    seq bigint,
    timestamp timestamptz,
    is_voiding boolean NOT NULL DEFAULT false,
    fingerprint bytea,
    PRIMARY KEY (institution_id, id)
);
CREATE TABLE activity_voiding (
    institution_id bigint NOT NULL,
    target uuid NOT NULL,
    voiding uuid NOT NULL,
    PRIMARY KEY (institution_id, target)
);
-- Statements whose chain of references ends at one that has not come yet, with their place.
CREATE TABLE activity_awaited (
    institution_id bigint NOT NULL,
    referrer uuid NOT NULL,
    target uuid NOT NULL,
    stored timestamptz NOT NULL,
    seq bigint NOT NULL,
    PRIMARY KEY (institution_id, referrer)
);
CREATE INDEX activity_awaited_target ON activity_awaited (institution_id, target);
CREATE TABLE activity_definition (
    institution_id bigint NOT NULL,
    activity bigint NOT NULL,
    part text NOT NULL,
    language text NOT NULL,
    value text NOT NULL,
    stored timestamptz NOT NULL,
    seq bigint NOT NULL,
    PRIMARY KEY (institution_id, activity, part, language, stored, seq)
);
"""

IMMUTABLE = """
CREATE FUNCTION activity_statement_stays() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    without_terms activity_statement;
BEGIN
    IF TG_OP = 'UPDATE' THEN
        without_terms := NEW;
        without_terms.terms := OLD.terms;
        IF without_terms IS NOT DISTINCT FROM OLD AND NEW.terms @> OLD.terms THEN
            RETURN NEW;
        END IF;
    END IF;
    RAISE EXCEPTION 'a stored statement never changes: %', OLD.id;
END $$;
CREATE TRIGGER stays BEFORE UPDATE OR DELETE ON activity_statement
    FOR EACH ROW EXECUTE FUNCTION activity_statement_stays();

CREATE FUNCTION activity_key_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the key of a stored statement never changes: %', OLD.id;
END $$;
CREATE TRIGGER stays BEFORE UPDATE ON activity_statement_key
    FOR EACH ROW WHEN (OLD.stored IS NOT NULL) EXECUTE FUNCTION activity_key_stays();
CREATE TRIGGER stays_there BEFORE DELETE ON activity_statement_key
    FOR EACH ROW EXECUTE FUNCTION activity_key_stays();
"""

# Owners grant all four to the application on each table they make; here it gets what the store needs.
RIGHTS = f"""
REVOKE UPDATE, DELETE, TRUNCATE ON activity_statement, activity_statement_key, activity_voiding, activity_authority FROM {APP_ROLE};
GRANT SELECT, INSERT ON activity_statement, activity_statement_key, activity_voiding, activity_authority TO {APP_ROLE};
GRANT UPDATE (terms) ON activity_statement TO {APP_ROLE};
GRANT UPDATE ON activity_statement_key TO {APP_ROLE};
GRANT SELECT, INSERT, UPDATE, DELETE ON activity_awaited, activity_definition TO {APP_ROLE};
GRANT USAGE, SELECT, UPDATE ON SEQUENCE activity_statement_seq TO {APP_ROLE};
"""

# Made apart and then attached: that holds up neither writers nor readers of the months that are there.
ADD_MONTHS = """
CREATE FUNCTION activity_add_months(ahead integer) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    month timestamptz;
    name text;
BEGIN
    PERFORM pg_advisory_xact_lock(hashtextextended('edu_csv.activity.months', 0));
    FOR i IN 0..ahead LOOP
        month := (date_trunc('month', now() AT TIME ZONE 'UTC') + make_interval(months => i)) AT TIME ZONE 'UTC';
        name := 'activity_statement_' || to_char(month AT TIME ZONE 'UTC', 'YYYY_MM');
        IF to_regclass(name) IS NULL THEN
            EXECUTE format('CREATE TABLE %I (LIKE activity_statement INCLUDING ALL)', name);
            EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', name);
            -- Statistics for what comes in small portions; see activity_analyze.
            EXECUTE format('ALTER TABLE %I SET (autovacuum_analyze_scale_factor = 0.02, autovacuum_analyze_threshold = 5000)',
                           name);
            EXECUTE format('ALTER TABLE activity_statement ATTACH PARTITION %I FOR VALUES FROM (%L) TO (%L)', name, month,
                           (month AT TIME ZONE 'UTC' + interval '1 month') AT TIME ZONE 'UTC');
        END IF;
    END LOOP;
END $$;
"""

# A writer shows itself by a shared lock that carries the millisecond in which it began: pg_locks is open to
# everyone, and the lock goes with the transaction, however that ends. Its statements are stored later than
# that; see activity_consistent_through. Numbers are handed out in blocks, one after the other.
BEGIN_WRITE = """
CREATE FUNCTION activity_writers(institution bigint) RETURNS integer LANGUAGE sql IMMUTABLE
    RETURN hashtext('edu_csv.activity:' || institution);

CREATE FUNCTION activity_millisecond(moment timestamptz) RETURNS bigint LANGUAGE sql IMMUTABLE
    RETURN floor(extract(epoch FROM moment) * 1000)::bigint;

CREATE FUNCTION activity_begin_write(institution bigint, statements bigint, OUT stored timestamptz, OUT first_seq bigint)
    LANGUAGE plpgsql AS $$
DECLARE
    numbers CONSTANT bigint := hashtextextended('edu_csv.activity.numbers', 0);
BEGIN
    -- The lowest 32 bits: enough for 24 days either way.
    PERFORM pg_advisory_xact_lock_shared(
        activity_writers(institution), activity_millisecond(clock_timestamp())::bit(32)::integer);
    stored := date_trunc('milliseconds', clock_timestamp());
    IF to_regclass('activity_statement_' || to_char(stored AT TIME ZONE 'UTC', 'YYYY_MM')) IS NULL THEN
        -- No night has made this month: nobody stayed up.
        PERFORM activity_add_months(1);
    END IF;
    -- A block of its own: its lock ends here and not with the transaction, and no cancelled statement leaves it to
    -- the session, which would keep it for ever. What was read stays, and sequences do not go back.
    BEGIN
        PERFORM pg_advisory_xact_lock(numbers);
        first_seq := nextval('activity_statement_seq');
        PERFORM setval('activity_statement_seq', first_seq + statements);
        RAISE SQLSTATE 'EC001';
    EXCEPTION WHEN SQLSTATE 'EC001' THEN
        NULL;
    END;
END $$;
"""

# After many rows, which the planner knows nothing of yet: a verb that all have would be looked up like a rare one,
# and an institution that is new in the month would be read as if it had one statement.
# Skipped while another does so: nobody waits for statistics.
ANALYZE = """
CREATE FUNCTION activity_analyze(stored timestamptz, written bigint) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    month CONSTANT text := 'activity_statement_' || to_char(stored AT TIME ZONE 'UTC', 'YYYY_MM');
BEGIN
    EXECUTE format('ANALYZE (SKIP_LOCKED) %I (institution_id, stored, seq, refers_to, client_id, is_voiding, terms)', month);
    IF written >= 0.1 * (SELECT reltuples FROM pg_class WHERE oid = 'activity_statement_key'::regclass) THEN
        ANALYZE (SKIP_LOCKED) activity_statement_key (institution_id, id, stored);
    END IF;
END $$;
"""

# Everything stored up to this moment is to be seen. The clock is read before the locks: whoever is not among
# them has ended, or begins later.
CONSISTENT_THROUGH = """
CREATE FUNCTION activity_consistent_through(institution bigint) RETURNS timestamptz LANGUAGE plpgsql AS $$
DECLARE
    now_ms CONSTANT bigint := activity_millisecond(clock_timestamp());
    oldest bigint;
BEGIN
    -- How long ago each began, as a signed number of 32 bits: one may have begun since the clock was read.
    SELECT now_ms - max((now_ms - held.objid::bigint)::bit(32)::integer) INTO oldest
      FROM pg_locks AS held
     WHERE held.locktype = 'advisory' AND held.objsubid = 2 AND held.granted
       AND held.database = (SELECT oid FROM pg_database WHERE datname = current_database())
       AND held.classid::bigint = activity_writers(institution)::bigint & 4294967295;
    RETURN to_timestamp((least(now_ms, coalesce(oldest, now_ms)) - 1) / 1000.0);
END $$;
"""

# A statement's own terms first and as they are, then those it inherits, the nearest first; at most 4,096 of
# these: a chain over a hundred thousand statements would else grow with its square.
TERMS = """
CREATE FUNCTION activity_terms(own bigint[], inherited bigint[]) RETURNS bigint[] LANGUAGE sql IMMUTABLE
    RETURN own || ARRAY(SELECT more.term FROM unnest(inherited) WITH ORDINALITY AS more (term, place)
                         WHERE more.term <> ALL (own)
                         GROUP BY more.term ORDER BY min(more.place) LIMIT greatest(4096 - cardinality(own), 0));
"""

# Those that waited for one of ``statement_arrived`` take over its terms, and those of what it refers to in turn.
# Each round doubles how far a statement sees along its chain, so a chain of n needs log2(n) of them; a circle
# would never end, hence the bound. Asked again until nobody waits: a referrer may have come meanwhile.
SETTLE = """
CREATE FUNCTION activity_settle(institution bigint) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    waiting bigint;
BEGIN
    CREATE TEMP TABLE IF NOT EXISTS statement_settling (
        referrer uuid, target uuid, stored timestamptz, seq bigint, gained bigint[], next uuid, ending uuid) ON COMMIT DROP;
    LOOP
        DELETE FROM statement_settling;
        INSERT INTO statement_settling (referrer, target, stored, seq)
        SELECT held.referrer, held.target, held.stored, held.seq
          FROM (SELECT id FROM statement_arrived ORDER BY id) AS arrived
         CROSS JOIN LATERAL (
               SELECT a.* FROM activity_awaited AS a
                WHERE a.institution_id = institution AND a.target = arrived.id
                ORDER BY a.referrer FOR UPDATE) AS held;
        GET DIAGNOSTICS waiting = ROW_COUNT;
        EXIT WHEN waiting = 0;
        ANALYZE statement_settling;
        -- A target that waits itself is among these, when what it waits for has come; else that is the end.
        UPDATE statement_settling AS e
           SET gained = target.terms, next = further.referrer,
               ending = CASE WHEN further.referrer IS NULL THEN held.target END
          FROM statement_settling AS each
         CROSS JOIN LATERAL (
               SELECT k.stored, k.seq FROM activity_statement_key AS k
                WHERE k.institution_id = institution AND k.id = each.target OFFSET 0) AS k
         CROSS JOIN LATERAL (
               SELECT s.terms FROM activity_statement AS s
                WHERE s.institution_id = institution AND s.stored = k.stored AND s.seq = k.seq OFFSET 0) AS target
          LEFT JOIN statement_settling AS further ON further.referrer = each.target
          LEFT JOIN LATERAL (
               SELECT a.target FROM activity_awaited AS a
                WHERE a.institution_id = institution AND a.referrer = each.target OFFSET 0) AS held ON true
         WHERE e.referrer = each.referrer;
        FOR round IN 0..ceil(log(2, waiting))::integer LOOP
            UPDATE statement_settling AS e
               SET gained = activity_terms(e.gained, n.gained), next = n.next, ending = n.ending
              FROM statement_settling AS n WHERE n.referrer = e.next;
            EXIT WHEN NOT FOUND;
        END LOOP;
        UPDATE activity_statement AS s SET terms = activity_terms(s.terms, e.gained)
          FROM statement_settling AS e
         WHERE s.institution_id = (SELECT institution) AND s.stored = e.stored AND s.seq = e.seq
           AND NOT s.terms @> e.gained;
        DELETE FROM activity_awaited AS a USING statement_settling AS e
         WHERE a.institution_id = (SELECT institution) AND a.referrer = e.referrer
           AND (e.ending IS NULL OR e.ending = e.referrer);
        UPDATE activity_awaited AS a SET target = e.ending
          FROM statement_settling AS e
         WHERE a.institution_id = (SELECT institution) AND a.referrer = e.referrer AND e.ending IS NOT NULL;
    END LOOP;
END $$;
"""

# One page of statements, in order. Runs as the owner, since row-level security keeps an index over arrays from
# being used (their operators are not leakproof); so it asks for the institution itself, in every part.
# narrow: all of these terms, inherited ones counted; matching: own terms of the statement, or of one in its chain.
PAGE = """
CREATE FUNCTION activity_page(
    institution bigint, narrow bigint[], matching bigint[], since timestamptz, until timestamptz, is_ascending boolean,
    from_stored timestamptz, from_seq bigint, client bigint, most integer)
    RETURNS TABLE (place bigint, stored timestamptz, seq bigint, id uuid, "timestamp" timestamptz, has_timestamp boolean,
                   body text, authority_id bigint, client_id bigint, job_id uuid, "row" integer)
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp SET jit = off SET enable_bitmapscan = on AS $$
DECLARE
    direction CONSTANT text := CASE WHEN is_ascending THEN 'ASC' ELSE 'DESC' END;
    further CONSTANT text := CASE WHEN is_ascending THEN '>' ELSE '<' END;
BEGIN
    IF institution IS DISTINCT FROM edu_csv_institution() THEN
        RETURN;
    END IF;
    IF cardinality(narrow) = 0 THEN
        -- Along the index and no further than the page, whatever the statistics say. Ends with this function.
        PERFORM set_config('enable_bitmapscan', 'off', true);
    END IF;
    RETURN QUERY EXECUTE format(
        'SELECT row_number() OVER (), f.* FROM ('
        'SELECT s.stored, s.seq, s.id, s.timestamp, s.has_timestamp, s.body, s.authority_id, s.client_id, s.job_id, s."row"'
        '  FROM activity_statement AS s WHERE s.institution_id = %s', institution)
        || CASE WHEN cardinality(narrow) > 0 THEN ' AND s.terms @> $1' ELSE '' END
        -- One term is inherited from one statement; several may be from several, of which none has all.
        || CASE WHEN cardinality(matching) > 1 THEN
            ' AND (s.refers_to IS NULL OR s.terms[1:s.own_terms] @> $2 OR activity_chain_matches('
            || institution || ', s.id, s.refers_to, $2))' ELSE '' END
        || CASE WHEN since IS NOT NULL THEN ' AND s.stored > $3' ELSE '' END
        || CASE WHEN until IS NOT NULL THEN ' AND s.stored <= $4' ELSE '' END
        || CASE WHEN from_stored IS NOT NULL THEN
            format(' AND s.stored %s= $5 AND (s.stored, s.seq) %s ($5, $6)', further, further) ELSE '' END
        || CASE WHEN client IS NOT NULL THEN ' AND s.client_id = $7' ELSE '' END
        -- Looked up one by one: as a join, or as "not exists", all voidings would be read for a page.
        || format(' AND (SELECT true FROM activity_voiding AS v'
                  '       WHERE v.institution_id = %s AND v.target = s.id AND NOT s.is_voiding) IS NULL'
                  ' ORDER BY s.stored %s, s.seq %s LIMIT $8) AS f', institution, direction, direction)
    USING narrow, matching, since, until, from_stored, from_seq, client, most;
END $$;
"""
CHAIN_MATCHES = """
CREATE FUNCTION activity_chain_matches(institution bigint, statement uuid, refers_to uuid, matching bigint[])
    RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    WITH RECURSIVE chain (id, refers_to, own) AS (
        SELECT statement, refers_to, NULL::bigint[]
        UNION
        SELECT s.id, s.refers_to, s.terms[1:s.own_terms]
          FROM chain
         CROSS JOIN LATERAL (
               SELECT k.stored, k.seq FROM activity_statement_key AS k
                WHERE k.institution_id = institution AND k.id = chain.refers_to OFFSET 0) AS k
         CROSS JOIN LATERAL (
               SELECT t.id, t.refers_to, t.terms, t.own_terms FROM activity_statement AS t
                WHERE t.institution_id = institution AND t.stored = k.stored AND t.seq = k.seq OFFSET 0) AS s)
    SELECT institution IS NOT DISTINCT FROM edu_csv_institution()
       AND EXISTS (SELECT FROM chain WHERE chain.own @> matching)
$$;
"""


class Migration(migrations.Migration):
    dependencies = [("activity", "0001_initial"), ("access", "0002_database")]

    operations = [
        migrations.RunSQL(STATEMENT, "DROP TABLE activity_statement; DROP SEQUENCE activity_statement_seq"),
        migrations.RunSQL(
            BESIDE,
            "DROP TABLE activity_statement_key, activity_voiding, activity_awaited, activity_definition",
        ),
        migrations.RunSQL(
            IMMUTABLE,
            "DROP FUNCTION activity_statement_stays() CASCADE; DROP FUNCTION activity_key_stays() CASCADE",
        ),
        migrations.RunSQL(RIGHTS, migrations.RunSQL.noop),
        *(
            protect(table)
            for table in (
                "activity_statement",
                "activity_statement_key",
                "activity_voiding",
                "activity_awaited",
                "activity_authority",
                "activity_definition",
            )
        ),
        definer(ADD_MONTHS, "activity_add_months(integer)"),
        migrations.RunSQL("SELECT activity_add_months(3)", migrations.RunSQL.noop),
        migrations.RunSQL(
            BEGIN_WRITE,
            "DROP FUNCTION activity_begin_write(bigint, bigint); DROP FUNCTION activity_millisecond(timestamptz);"
            " DROP FUNCTION activity_writers(bigint)",
        ),
        definer(ANALYZE, "activity_analyze(timestamptz, bigint)"),
        migrations.RunSQL(TERMS, "DROP FUNCTION activity_terms(bigint[], bigint[])"),
        migrations.RunSQL(SETTLE, "DROP FUNCTION activity_settle(bigint)"),
        definer(CHAIN_MATCHES, "activity_chain_matches(bigint, uuid, uuid, bigint[])"),
        definer(
            PAGE,
            "activity_page(bigint, bigint[], bigint[], timestamptz, timestamptz, boolean, timestamptz, bigint, bigint, integer)",
        ),
        migrations.RunSQL(CONSISTENT_THROUGH, "DROP FUNCTION activity_consistent_through(bigint)"),
    ]
