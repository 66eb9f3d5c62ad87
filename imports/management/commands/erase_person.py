"""Erase a person: roster, journal, plans and results (design section 11)."""

from __future__ import annotations

import json
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from edu_csv import tenancy
from edu_csv.access.services import UnknownInstitution, institution_id
from edu_csv.roster.erasure import UnknownPerson
from imports.erasure import erase_person


class Command(BaseCommand):
    help = (
        "Erase a person from the roster, its journal, stored plans and results; prints what ended as JSON."
        " It cannot be undone."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--institution", required=True, metavar="SLUG")
        parser.add_argument(
            "--person", required=True, metavar="ID", help="system id, external id or e-mail address"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            institution = institution_id(options["institution"])
            with tenancy.use_institution(institution):
                erased = erase_person(institution, options["person"])
        except (UnknownInstitution, UnknownPerson) as refusal:
            raise CommandError(str(refusal)) from refusal
        self.stdout.write(json.dumps(erased))
        self.stderr.write(
            f"Uploads that hold this person are kept {settings.UPLOAD_RETENTION_DAYS} days from their import,"
            f" exports {settings.EXPORT_RETENTION_DAYS} days from theirs; delete those you must not keep so long."
        )
