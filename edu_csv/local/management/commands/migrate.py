"""Django's migrate, run as the owner of the tables."""

from __future__ import annotations

from typing import Any

from django.core.management.commands.migrate import Command as DjangoCommand

from edu_csv.local.owner import become_owner


class Command(DjangoCommand):
    def handle(self, *args: Any, **options: Any) -> None:
        become_owner()
        super().handle(*args, **options)
