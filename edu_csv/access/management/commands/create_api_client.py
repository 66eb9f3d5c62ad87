"""A program that calls, with one role."""

from __future__ import annotations

from typing import Any

from django.core.management.base import CommandError, CommandParser

from edu_csv import tenancy
from edu_csv.access import services
from edu_csv.access.management.printing import (
    JsonCommand,
    add_grant_arguments,
    institution_of,
    sentences,
)
from edu_csv.access.roles import XapiAccess


class Command(JsonCommand):
    help = 'Make an API client; prints {"name", "key", "secret"}. The secret is shown this once.'

    def add_arguments(self, parser: CommandParser) -> None:
        add_grant_arguments(parser)
        parser.add_argument("--name", required=True, help='what it is, such as "SIS nightly"')
        parser.add_argument(
            "--xapi-access",
            choices=XapiAccess.values,
            default="",
            help="what it may do at the xAPI statements endpoint: nothing, write, write and read what it wrote, or"
            " write and read everything; left out: what its role allows",
        )
        parser.add_argument(
            "--no-csv-data-import",
            action="store_true",
            help="switch the CSV Data Import API off for it; left out: it may use it as far as its role allows",
        )
        parser.add_argument(
            "--no-reporting",
            action="store_true",
            help="switch the Reporting API off for it; left out: it may use it as far as its role allows",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        name = options["name"].strip()
        if not name:
            raise CommandError("Expected a name that people recognise, got a blank one.")
        with sentences():
            institution = institution_of(options["institution"])
            made = services.create_api_client(
                institution=institution, name=name, role=options["role"], org_unit=options["org_unit"],
                xapi_access=options["xapi_access"], may_use_csv_data_import=not options["no_csv_data_import"],
                may_use_reporting=not options["no_reporting"],
            )  # fmt: skip
            with tenancy.use_institution(institution):
                services.audit(institution, "client.created", made.key, name=name, role=options["role"])
        self.show(name=name, key=made.key, secret=made.secret)
