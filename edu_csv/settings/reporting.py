"""The numbers of reports (reporting-api.md 1, 4.1, 4.3, 4.4), each from the environment."""

from __future__ import annotations

from edu_csv.settings import env

# 4.4: so many requests of an institution may be pending; the next waits for one of them to end.
REPORTS_IN_FLIGHT = env.integer("REPORTS_IN_FLIGHT", 3, at_least=1, at_most=1_000)
# 4.1 (3): from ``start`` to ``end``.
REPORT_LONGEST_DAYS = env.integer("REPORT_LONGEST_DAYS", 7, at_least=1, at_most=3_660)
# 4.1 (4): how far back assetbydate goes, from the day of the request.
REPORT_OLDEST_YEARS = env.integer("REPORT_OLDEST_YEARS", 1, at_least=1, at_most=100)
# 4.1 (6): a day's data are complete so long after it closed.
REPORT_COMPLETE_HOURS = env.integer("REPORT_COMPLETE_HOURS", 48, at_least=0, at_most=8_760)
# 4.3: a file lives so long, counted from the request; what did not begin by then is missing; requests stay listed
# so long after their file.
REPORT_RETENTION_DAYS = env.integer("REPORT_RETENTION_DAYS", 14, at_least=1, at_most=3_650)
REPORT_START_HOURS = env.integer("REPORT_START_HOURS", 24, at_least=1, at_most=8_760)
REPORT_LISTED_DAYS = env.integer("REPORT_LISTED_DAYS", 90, at_least=0, at_most=3_650)
# 4.6: a link to a file, and never past the file itself; 7 days is the longest that S3 signs.
REPORT_LINK_SECONDS = env.integer("REPORT_LINK_SECONDS", 604_800, at_least=1, at_most=604_800)
# 4.3: a report over which so many workers died is begun no more.
REPORT_MAX_ATTEMPTS = env.integer("REPORT_MAX_ATTEMPTS", 2, at_least=1, at_most=100)
