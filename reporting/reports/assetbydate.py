"""assetbydate: the same as asset for a range of days (reporting-api.md 3.2, G8)."""

from __future__ import annotations

from dataclasses import replace

from django.conf import settings

from reporting.reports.asset import ASSET

ASSETBYDATE = replace(
    ASSET,
    name="assetbydate",
    title="Asset engagement by date",
    row_is="One row for each video and section with activity in the range.",
    description="Engagement with videos in a range of days.",
    note="Videos without activity in the range are left out. Sums over adjacent ranges are those of asset.",
    takes_dates=True,
    oldest_years=settings.REPORT_OLDEST_YEARS,
)
