"""Addresses of the REST API and of its tokens (rest-api.md)."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, include, path, re_path

from edu_csv import api_docs
from edu_csv.access.api.problems import nothing_here
from edu_csv.access.api.tokens import access_token

api: list[URLPattern | URLResolver] = [
    path("schema/", api_docs.Schema.as_view(), name="schema"),
    path("docs/", api_docs.docs, name="docs"),
    path("", include("imports.api.urls")),
    path("", include("exports.api.urls")),
    path("", include("edu_csv.roster.api.urls")),
    path("", include("reporting.api.recurring.urls")),
]

urlpatterns = [
    path("oauth2/access_token", access_token, name="access_token"),
    path("api/v1/", include((api, "api"))),
    path("", include("imports.api.csv_data.urls")),
    re_path(r"^api/", nothing_here),
]
