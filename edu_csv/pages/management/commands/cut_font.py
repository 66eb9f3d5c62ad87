"""Cut the text face once, so that pages need not send all of it: ``manage.py cut_font``."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from edu_csv.pages import fonts


class Command(BaseCommand):
    help = "Cut the pages' text face into the data directory. Without it the system font serves."
    # Runs in `make setup`, before there is a database.
    requires_system_checks: list[str] = []  # noqa: RUF012 - Django's own attribute

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--again", action="store_true", help="cut even when a cut is there")

    def handle(self, *args: Any, **options: Any) -> None:
        to = fonts.directory()
        if fonts.is_cut() and not options["again"]:
            self.stdout.write(f"The font is there already: {to / fonts.FONT}")
            return
        try:
            size_bytes = fonts.cut(to)
        except ModuleNotFoundError as missing:
            raise CommandError(
                f"The package {missing.name} is not installed, so there is no face to cut. "
                "Run make setup; until then pages use the system font."
            ) from missing
        except OSError as trouble:
            raise CommandError(
                f"The font could not be written to {to}: {trouble.strerror}. "
                "Free space or choose another data directory; until then pages use the system font."
            ) from trouble
        self.stdout.write(f"Cut {fonts.FAMILY}, {size_bytes / 1000:.0f} kB: {to / fonts.FONT}")
