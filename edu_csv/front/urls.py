"""Addresses of the pages that look into every app."""

from __future__ import annotations

from django.urls import path

from edu_csv.front.roster import lists, objects

app_name = "front"
urlpatterns = [
    path("roster/<slug:kind>/", lists.roster_list, name="roster"),
    path("roster/<slug:kind>/lines/", lists.roster_lines, name="roster-lines"),
    path("roster/<slug:kind>/<uuid:object_id>/", objects.roster_object, name="roster-object"),
]
