"""To work as the owner of the tables, which set-up and migrations alone may."""

from __future__ import annotations

from django.conf import settings
from django.db import connection

from edu_csv.settings import database


def become_owner() -> None:
    """Point this process at DATABASE_OWNER_URL, and do not step down to the application's role."""
    connection.close()
    connection.settings_dict.update(database.from_url("DATABASE_OWNER_URL", settings.DATABASE_OWNER_URL))
    settings.DATABASE_ROLE = ""
