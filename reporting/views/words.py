"""Reports, days and files in words, and where their pages are."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from urllib.parse import urlencode

from edu_csv.pages.contexts.reports import GalleryLine
from reporting.models import ReportRequest
from reporting.reports import reports

URL = "/reports/"
REQUESTS_URL = f"{URL}requests/"
# What a row is, in a few words, under the title in the gallery.
BRIEFS = {
    "asset": "every video, all time",
    "assetbydate": "the same for up to 7 days",
    "presentation": "one row a view",
    "videoview": "one row for 30 seconds watched",
    "confused": "one row a flag",
    "polling": "one row a response or change",
    "qanda": "one row an answer or change",
    "notes": "one row a note or change",
}
DELIMITERS = {",": "comma", "\t": "tab", "|": "pipe"}


def report_href(name: str, *parts: str, query: Mapping[str, str] | None = None) -> str:
    address = "/".join([f"{URL}{name}", *parts, ""])
    return f"{address}?{urlencode(query)}" if query else address


def request_href(request: ReportRequest, *parts: str) -> str:
    return "/".join([f"{REQUESTS_URL}{request.pk}", *parts, ""])


def title_of(name: str) -> str:
    """ "Video views"; the name itself of a report that there is no more."""
    report = reports().get(name)
    return report.title if report else name


def gallery(chosen: str) -> list[GalleryLine]:
    return [
        {
            "title": report.title,
            "brief": BRIEFS.get(name, ""),
            "href": report_href(name),
            "is_on": name == chosen,
        }
        for name, report in reports().items()
    ]


def days_said(first: date, last: date, *, is_short: bool = False) -> str:
    """ "17 August 2026", "11 to 17 August 2026", "28 July to 3 August 2026"; is_short: "11 to 17 Aug 2026"."""
    month = "%b" if is_short else "%B"
    end = f"{last.day} {last:{month}} {last.year}"
    if first == last:
        return end
    if first.year != last.year:
        return f"{first.day} {first:{month}} {first.year} to {end}"
    if first.month != last.month:
        return f"{first.day} {first:{month}} to {end}"
    return f"{first.day} to {end}"


def range_of(request: ReportRequest, *, is_short: bool = False) -> str:
    """The days of a request, both included; "all time" for a report that takes none."""
    if request.start is None or request.end is None:
        return "all time"
    return days_said(request.start, request.end - timedelta(days=1), is_short=is_short)


def written(request: ReportRequest) -> str:
    """ "gzip, comma", "plain, tab, formula signs made safe"."""
    parts = ["gzip" if request.compression else "plain", DELIMITERS.get(request.delimiter, request.delimiter)]
    if request.spreadsheet_safe:
        parts.append("formula signs made safe")
    return ", ".join(parts)
