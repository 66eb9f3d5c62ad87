"""The application's role, the institution of a connection, and what may be known before there is one."""

from __future__ import annotations

from django.db import migrations

from edu_csv.rls import definer, protect

# Roles belong to the cluster, not the database: a second database finds it there.
ROLE = """
DO $$
BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'edu_csv_app') THEN
        CREATE ROLE edu_csv_app NOLOGIN;
    END IF;
    -- A superuser can take any role; a plain owner must be a member to SET it.
    IF NOT (SELECT rolsuper FROM pg_roles WHERE rolname = current_user)
       AND NOT pg_has_role(current_user, 'edu_csv_app', 'SET') THEN
        EXECUTE format('GRANT edu_csv_app TO %I', current_user);
    END IF;
END $$;
GRANT USAGE ON SCHEMA public TO edu_csv_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO edu_csv_app;
GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO edu_csv_app;
ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO edu_csv_app;
ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT USAGE, SELECT ON SEQUENCES TO edu_csv_app;
REVOKE INSERT, UPDATE, DELETE ON django_migrations FROM edu_csv_app;
CREATE FUNCTION edu_csv_institution() RETURNS bigint
    LANGUAGE sql STABLE PARALLEL SAFE
    RETURN nullif(current_setting('edu_csv.institution', true), '')::bigint;
"""

INSTITUTION_BY_SLUG = """
CREATE FUNCTION access_institution_by_slug(wanted text) RETURNS bigint
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
    RETURN (SELECT id FROM access_institution WHERE slug = wanted);
"""

INSTITUTIONS_OF = """
CREATE FUNCTION access_institutions_of(wanted bigint) RETURNS SETOF bigint
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
    BEGIN ATOMIC
        SELECT DISTINCT institution_id FROM access_grant WHERE account_id = wanted ORDER BY institution_id;
    END;
"""

CLIENT_BY_KEY = """
CREATE FUNCTION access_client_by_key(wanted text)
    RETURNS TABLE (client_id bigint, institution_id bigint, secret_sha256 text)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
    BEGIN ATOMIC
        SELECT client.id, client.institution_id, client.secret_sha256::text
          FROM access_api_client AS client WHERE client.key = wanted AND client.is_active;
    END;
"""

CLIENT_OF_BEARER = """
CREATE FUNCTION access_client_by_token(wanted text)
    RETURNS TABLE (client_id bigint, institution_id bigint, expires_at timestamptz)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
    BEGIN ATOMIC
        SELECT client.id, client.institution_id, token.expires_at
          FROM access_token AS token JOIN access_api_client AS client ON client.id = token.client_id
         WHERE token.token_sha256 = wanted AND client.is_active;
    END;
"""

INSTITUTIONS = """
CREATE FUNCTION access_institutions() RETURNS SETOF bigint
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
    BEGIN ATOMIC
        SELECT id FROM access_institution ORDER BY id;
    END;
"""


class Migration(migrations.Migration):
    dependencies = [("access", "0001_initial"), ("sessions", "0001_initial")]

    operations = [
        migrations.RunSQL(ROLE, "DROP FUNCTION edu_csv_institution()"),
        protect("access_institution", "id"),
        protect("access_api_client"),
        protect("access_token"),
        protect("access_grant"),
        protect("access_audit_event"),
        protect("access_idempotent_request"),
        definer(INSTITUTION_BY_SLUG, "access_institution_by_slug(text)"),
        definer(INSTITUTIONS_OF, "access_institutions_of(bigint)"),
        definer(CLIENT_BY_KEY, "access_client_by_key(text)"),
        definer(CLIENT_OF_BEARER, "access_client_by_token(text)"),
        definer(INSTITUTIONS, "access_institutions()"),
    ]
