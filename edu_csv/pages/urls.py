"""Addresses of the pages that belong to no app."""

from __future__ import annotations

from django.urls import path

from edu_csv.pages import views

app_name = "pages"
urlpatterns = [
    path("theme/", views.choose_theme, name="theme"),
    path("styleguide/", views.styleguide, name="styleguide"),
]
