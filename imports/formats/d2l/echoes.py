"""What an export had to write where the roster says nothing is nothing new when it comes back (rest-api.md section 5).

D2L needs a username, a role and whether someone is active, and a name for an offering; other families say none of
them. Exports write the object's own system id or code there (``d2l.exporting``), by which such a row is known: no
system of records sends it. And names have characters that D2L does not allow (5.3): exports write the nearest that
it does, and a name that differs from the stored one in these alone says nothing else.

Statements are ``Kind.completions``, over ``work`` and ``b_<kind>``, what is there before.
"""

from __future__ import annotations

from edu_csv.roster.roles import SYSTEM_ROLE_ORDER
from imports.formats.d2l.columns import NOT_IN_NAMES

# In their order: full-width forms, and typographic quotes.
_NEAREST = "：％＆＃＊？＜＞｜＼”’"
_IN_ORDER = ", ".join(f"'{role}'" for role in SYSTEM_ROLE_ORDER)


def first_role(roles: str) -> str:
    """SQL of the first of several roles, in the order in which they are kept."""
    return (
        f"(SELECT held.role FROM unnest(ARRAY[{_IN_ORDER}]) WITH ORDINALITY AS held (role, place)"  # noqa: S608  # of our own words
        f" WHERE held.role = ANY ({roles}) ORDER BY held.place LIMIT 1)"
    )


def quoted(text: str) -> str:
    """A text of ours as SQL, in a statement with parameters."""
    return "'" + text.replace("'", "''").replace("%", "%%") + "'"


def legal(name: str) -> str:
    """SQL of a name with what D2L allows in place of what it does not."""
    return f"translate({name}, {quoted(NOT_IN_NAMES)}, '{_NEAREST}')"


def of_names(kind: str, *, folded: bool = True) -> str:
    """For the kind of org units with this name; folded: they keep their names folded too."""
    also = ", name_folded = b.name_folded" if folded else ""
    return f"""
        UPDATE work AS w SET name = b.name {also} FROM b_{kind} AS b
         WHERE b.id = w._id AND NOT w._deletes AND w.name <> b.name AND w.name = {legal("b.name")}
    """  # noqa: S608  # SQL of declarations


def of_people(kind: str) -> str:
    """For the kind of people with this name."""
    return f"""
        UPDATE work AS w
           SET username = CASE WHEN w.username = b.id::text THEN b.username ELSE w.username END,
               username_folded = CASE WHEN w.username = b.id::text THEN b.username_folded ELSE w.username_folded END,
               external_id = CASE WHEN w.external_id = b.id::text THEN b.external_id ELSE w.external_id END,
               is_active = CASE WHEN b.is_active IS NULL AND w.is_active THEN NULL ELSE w.is_active END,
               org_role = CASE WHEN b.org_role IS NULL AND w.org_role = {first_role("b.roles")} THEN NULL ELSE w.org_role END
          FROM b_{kind} AS b
         WHERE b.id = w._id AND NOT w._deletes
           AND (b.username IS NULL AND w.username = b.id::text
                OR b.external_id IS NULL AND w.external_id = b.id::text
                OR w.username = b.username AND (b.is_active IS NULL OR b.org_role IS NULL))
    """  # noqa: S608  # SQL of declarations


# A row that says of an offering nothing but what it is leaves it as it is, implicit too.
OF_OFFERINGS = """
    UPDATE work AS w
       SET name = b.name,
           is_active = CASE WHEN b.is_active IS NULL AND w.is_active THEN NULL ELSE w.is_active END,
           is_implicit = b.is_implicit
      FROM b_offering AS b
     WHERE b.id = w._id AND NOT w._deletes AND (b.name IS NULL OR b.is_active IS NULL OR b.is_implicit)
       AND (w.name = b.name OR b.name IS NULL AND w.name IN (coalesce(b.external_id, ''), b.id::text))
       AND (w.course_ids, w.term_ids, w.parent_ids) = (b.course_ids, b.term_ids, b.parent_ids)
       AND (w.start_at, w.end_at) IS NOT DISTINCT FROM (b.start_at, b.end_at)
       AND (w.is_active OR w.is_active = b.is_active)
"""
