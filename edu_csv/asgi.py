"""The ASGI application."""

from __future__ import annotations

import os

from django.core.asgi import get_asgi_application

from edu_csv.body_limit import BodyLimit

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "edu_csv.settings.dev")

application = BodyLimit(get_asgi_application())
