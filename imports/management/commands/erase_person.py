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
        "Erase a person from the roster, its journal, stored plans and results, and empty what they asked and"
        " answered; prints what ended as JSON."
        " xAPI statements stay as they are: it prints how many still name the person. It cannot be undone."
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
            f" Files of reports are kept {settings.REPORT_RETENTION_DAYS} days from their request."
        )
        self.stderr.write(_of_statements(erased["statements"]))


def _of_statements(number: object) -> str:
    """What stays of the person in the store of statements, which never changes one."""
    if number is None:
        return (
            "xAPI statements are never changed or deleted. Whether some name this person cannot be told: no e-mail"
            " address and no persona of theirs is known here."
        )
    many = f"{number:,} xAPI statements still name" if number != 1 else "1 xAPI statement still names"
    return (
        f"{many} this person by an e-mail address or a persona known here, and stay readable for those who read"
        " statements; statements are never changed or deleted. Others may name them by accounts not known here."
        " docs/operations.md says what can be done."
    )
