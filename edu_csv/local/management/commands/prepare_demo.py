"""The demo institution in the database; `demo` runs it before anybody may call."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from edu_csv.local import demo


class Command(BaseCommand):
    help = "Make the demo institution, its roster, accounts and API client, as far as they are missing."

    def handle(self, *args: Any, **options: Any) -> None:
        made = demo.prepare()
        self.stdout.write(f"Institution {made.institution} ({demo.SLUG}), {len(made.accounts)} accounts.")
