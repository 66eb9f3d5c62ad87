"""The product's settings, with what only the comparisons need: a plain model, and django-import-export."""

from __future__ import annotations

from edu_csv.settings.dev import *  # noqa: F403  # as settings do

INSTALLED_APPS = [*INSTALLED_APPS, "import_export", "bench"]  # noqa: F405
