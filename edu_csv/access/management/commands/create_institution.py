"""A new tenant."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import CommandError, CommandParser
from django.core.validators import validate_slug

from edu_csv.access import services
from edu_csv.access.management.printing import JsonCommand, sentences


class Command(JsonCommand):
    help = 'Make an institution; prints {"id", "slug"}.'

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--name", required=True, help="as people call it")
        parser.add_argument("--slug", required=True, help="short name for commands: letters, digits, hyphens")
        parser.add_argument(
            "--time-zone", default="UTC", metavar="ZONE", help="IANA name such as Europe/Oslo"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        slug = options["slug"]
        try:
            validate_slug(slug)
        except ValidationError:
            raise CommandError(
                f"Expected letters, digits, hyphens and underscores as slug, got {slug!r}."
            ) from None
        if not options["name"].strip():
            raise CommandError("Expected a name that people read, got a blank one.")
        with sentences():
            made = services.create_institution(
                name=options["name"].strip(), slug=slug, time_zone=options["time_zone"]
            )
        self.show(id=made.pk, slug=made.slug)
