"""The root of all addresses; each app keeps its own."""

from __future__ import annotations

from django.urls import include, path

from edu_csv import health

urlpatterns = [
    path("readyz", health.readyz),
    path("files/", include("edu_csv.storage.urls")),
    # Before all else below /api/: an address there that is nobody's is told so.
    path("", include("edu_csv.activity.api.urls")),
    path("", include("reporting.api.urls")),
    path("", include("edu_csv.api_urls")),
    path("", include("edu_csv.pages.urls")),
    path("", include("reporting.urls")),
    path("", include("edu_csv.front.urls")),
    path("", include("imports.urls")),
]
