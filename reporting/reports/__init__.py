"""The eight reports (reporting-api.md 3), by name, in the order in which they are listed (2.1)."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from reporting.reports.asset import ASSET
from reporting.reports.assetbydate import ASSETBYDATE
from reporting.reports.base import Report
from reporting.reports.confused import CONFUSED
from reporting.reports.notes import NOTES
from reporting.reports.polling import POLLING
from reporting.reports.presentation import PRESENTATION
from reporting.reports.qanda import QANDA
from reporting.reports.videoview import VIDEOVIEW

# Names that the live service knows and whose columns are not public: kept free, unknown here (1, G31).
RESERVED = frozenset({"pollingv2", "qandav2", "viewsessions", "viewsessiondetails", "liveviews"})

_REPORTS = MappingProxyType(
    {
        report.name: report
        for report in (ASSET, ASSETBYDATE, PRESENTATION, VIDEOVIEW, CONFUSED, POLLING, QANDA, NOTES)
    }
)


def reports() -> Mapping[str, Report]:
    return _REPORTS
