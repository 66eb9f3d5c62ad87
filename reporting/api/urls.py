"""Addresses of the Reporting API (reporting-api.md 2), each with and without a slash at its end."""

from __future__ import annotations

from django.urls import path, re_path

from reporting.api import asking, describing, documents, listing
from reporting.api.doors import door
from reporting.api.errors import nothing_here

BASE = r"^public/api/v1/reporting"
NAME = r"(?P<name>[^/]+)"

urlpatterns = [
    re_path(rf"{BASE}/reports/?$", door(get=describing.every), name="reporting-reports"),
    re_path(rf"{BASE}/reports/{NAME}/?$", door(get=describing.one), name="reporting-report"),
    re_path(rf"{BASE}/requests/?$", door(get=listing.fetch), name="reporting-requests"),
    # A name after the plural is a report when it is sent something, and a request when it is looked at (R4b).
    re_path(
        rf"{BASE}/requests/{NAME}/?$", door(get=asking.look, post=asking.submit), name="reporting-submit"
    ),
    re_path(rf"{BASE}/request/{NAME}/?$", door(get=asking.look), name="reporting-request"),
    path("public/api/v1/reporting/openapi.json", documents.openapi, name="reporting-openapi"),
    path("reporting/", documents.page, name="reporting-docs"),
    re_path(r"^public/api/", nothing_here),
]
