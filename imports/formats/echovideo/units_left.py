"""What becomes of memberships and affiliations when an org unit, term, course or section goes (d2l 11).

EchoVideo's files know neither, but the roster does: memberships end with their unit, as enrollments with their
section (echovideo.md 4.3), and a unit that is gone is taken off the lists of affiliated units. What would
hang on nothing keeps its unit instead, as departments and courses do.
"""

from __future__ import annotations

from imports.formats.base import Effect

# An implicit offering goes with its last section, by an effect before these; it may have members of its own.
_OFFERINGS_LEFT = """
    (SELECT min(e.row) AS _row, e.object_id AS _id FROM effect AS e
      WHERE e.object_type = 4 AND e.operation = 3 GROUP BY e.object_id)
"""
_SECTIONS_TOO = f"(SELECT a._row, a._id FROM act AS a UNION ALL {_OFFERINGS_LEFT})"  # noqa: S608  # our own text

_MEMBERSHIPS = """
    SELECT w._row, 12, membership.id, 3, '{{}}'::jsonb, '{{}}'::jsonb
      FROM {gone} AS w
      JOIN roster_membership AS membership
        ON membership.institution_id = %(institution)s AND membership.unit_id = w._id
       AND membership.deleted_at IS NULL
"""
_AFFILIATIONS = """
    SELECT min(w._row), 13, attributes.id, 2,
           jsonb_build_object('affiliated_units', attributes.affiliated_units),
           jsonb_build_object('affiliated_units', (
               SELECT coalesce(jsonb_agg(kept.id ORDER BY kept.place), '[]'::jsonb)
                 FROM unnest(attributes.affiliated_units) WITH ORDINALITY AS kept (id, place)
                WHERE kept.id NOT IN (SELECT left_too._id FROM {gone} AS left_too)))
      FROM roster_person_attributes AS attributes
     CROSS JOIN LATERAL unnest(attributes.affiliated_units) AS one_of (id)
      JOIN {gone} AS w ON w._id = one_of.id
     WHERE attributes.institution_id = %(institution)s AND attributes.deleted_at IS NULL
     GROUP BY attributes.id
"""
# Who may view the data of a unit, and what its members may view.
_PERMISSIONS = """
    SELECT min(w._row), 15, permission.id, 3, '{}'::jsonb, '{}'::jsonb
      FROM act AS w
      JOIN roster_viewing_permission AS permission
        ON permission.institution_id = %(institution)s AND w._id IN (permission.org_unit_id, permission.grantee_id)
       AND permission.deleted_at IS NULL
     GROUP BY permission.id
"""
# Of the objects that a file deletes.
LEFT = (
    Effect("memberships left", _MEMBERSHIPS.format(gone="act"), ("delete",)),
    Effect("affiliations left", _AFFILIATIONS.format(gone="act"), ("delete",)),
)
LEFT_WITH_UNITS = (*LEFT, Effect("permissions left", _PERMISSIONS, ("delete",)))
# Of sections, and of the offerings that go with them.
LEFT_WITH_SECTIONS = (
    Effect("memberships left", _MEMBERSHIPS.format(gone=_OFFERINGS_LEFT), ("update", "delete")),
    Effect("affiliations left", _AFFILIATIONS.format(gone=_SECTIONS_TOO), ("delete",)),
    Effect("affiliations left", _AFFILIATIONS.format(gone=_OFFERINGS_LEFT), ("update",)),
)
