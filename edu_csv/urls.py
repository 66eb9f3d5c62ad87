"""The root of all addresses; each app keeps its own."""

from __future__ import annotations

from importlib.util import find_spec

from django.urls import URLPattern, URLResolver, include, path

from edu_csv import health

urlpatterns: list[URLPattern | URLResolver] = [
    path("healthz", health.healthz),
    path("readyz", health.readyz),
    path("files/", include("edu_csv.storage.urls")),
]
for prefix, module in (
    ("", "edu_csv.access.urls"),
    ("", "edu_csv.pages.urls"),
    ("", "edu_csv.front.urls"),
    ("", "imports.urls"),
    ("", "exports.urls"),
    ("", "edu_csv.roster.urls"),
    ("", "edu_csv.api_urls"),
):
    if find_spec(module):
        urlpatterns.append(path(prefix, include(module)))
