"""Addresses of the pages that belong to no app."""

from __future__ import annotations

from django.urls import path

from edu_csv.pages import entry, views

app_name = "pages"
urlpatterns = [
    path("login/", entry.log_in, name="log-in"),
    path("logout/", entry.log_out, name="log-out"),
    path("institution/", entry.choose_institution, name="institution"),
    path("theme/", views.choose_theme, name="theme"),
    path("styleguide/", views.styleguide, name="styleguide"),
]
