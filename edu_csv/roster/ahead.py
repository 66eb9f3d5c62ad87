"""Which schedules lie ahead: those that a room, a section or a device is still needed for (echovideo.md 4.3)."""

from __future__ import annotations

# A SELECT of the ids of live schedules whose last date is today or later where their room is, or of which a
# capture is running or still to come. Asked of the dates and not of the captures alone: days that are free now,
# because a term says so, are days of capture again when the section that lies in that term is taken away.
# A zone that the server does not know (another door may have left one) counts as UTC. No capture lasts a day
# (SCHEDULE_MAX_MINUTES), so none that began earlier is running.
SCHEDULES_AHEAD = """
    SELECT s.id
      FROM roster_schedule AS s
      JOIN roster_room AS room ON room.institution_id = %(institution)s AND room.id = s.room_id
      JOIN roster_building AS building ON building.institution_id = %(institution)s AND building.id = room.building_id
      JOIN roster_campus AS campus ON campus.institution_id = %(institution)s AND campus.id = building.campus_id
      JOIN access_institution AS institution ON institution.id = %(institution)s
      LEFT JOIN pg_timezone_names AS zone ON zone.name = coalesce(campus.time_zone, institution.time_zone)
     WHERE s.institution_id = %(institution)s AND s.deleted_at IS NULL
       AND coalesce(s.end_date, s.start_date) >= (now() AT TIME ZONE coalesce(zone.name, 'UTC'))::date
    UNION
    SELECT o.schedule_id FROM roster_occurrence AS o
     WHERE o.institution_id = %(institution)s AND o.starts_at > now() - interval '1 day' AND o.ends_at > now()
"""
