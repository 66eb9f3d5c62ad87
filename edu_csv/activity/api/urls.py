"""Addresses of the xAPI statements endpoint: two spellings of the standard's, and the one that Watershed's clients use."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, include, path, re_path

from edu_csv.activity.api import views

resources: list[URLPattern | URLResolver] = [
    path("statements", views.statements),
    path("about", views.about),
    re_path(r"^(?P<resource>.*)$", views.not_there),
]
urlpatterns = [
    path("xAPI/", include(resources)),
    path("xapi/", include(resources)),
    path("api/organizations/<int:org>/lrs/", include(resources)),
]
