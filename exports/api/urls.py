"""Addresses of exports, below ``/api/v1/``."""

from __future__ import annotations

from django.urls import path

# What this app refuses is told to callers as it says.
from exports.api import problems  # noqa: F401
from exports.api.samples import Sample
from exports.api.views import Exports, OneExport

urlpatterns = [
    path("formats/<str:key>/sample", Sample.as_view(), name="format-sample"),
    path("exports", Exports.as_view(), name="exports"),
    path("exports/<uuid:export_id>", OneExport.as_view(), name="export"),
]
