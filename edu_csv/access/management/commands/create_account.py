"""Somebody who logs in, with one role."""

from __future__ import annotations

import secrets
from typing import Any

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.management.base import CommandError, CommandParser
from django.core.validators import validate_email

from edu_csv import tenancy
from edu_csv.access import services
from edu_csv.access.management.printing import (
    JsonCommand,
    add_grant_arguments,
    institution_of,
    sentences,
)
from edu_csv.access.models import Account


class Command(JsonCommand):
    help = (
        'Make an account, or give one that exists another role; prints {"id", "email", "role"}, and the'
        " password when it made one up."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        add_grant_arguments(parser)
        parser.add_argument("--email", required=True)
        parser.add_argument(
            "--name", default="", help="what people call them; the address up to @ when left out"
        )
        parser.add_argument("--password", help="made up and printed when left out")

    def handle(self, *args: Any, **options: Any) -> None:
        email = options["email"].strip()
        try:
            validate_email(email)
        except ValidationError:
            raise CommandError(f"Expected an e-mail address, got {email!r}.") from None
        with sentences():
            institution = institution_of(options["institution"])
            made_up = None
            password = options["password"]
            if password is None and not Account.objects.filter(email=email.casefold()).exists():
                password = made_up = secrets.token_urlsafe(12)
            if password and not made_up:
                self._judge(password)
            account = services.create_account(
                institution=institution,
                email=email,
                role=options["role"],
                org_unit=options["org_unit"],
                password=password,
                name=options["name"],
            )
            with tenancy.use_institution(institution):
                services.audit(institution, "account.created", account.email, role=options["role"])
        shown = {"id": account.pk, "email": account.email, "role": options["role"]}
        self.show(**shown, **({"password": made_up} if made_up else {}))

    def _judge(self, password: str) -> None:
        """The operator decides; a weak password is named, not refused."""
        try:
            validate_password(password)
        except ValidationError as error:
            self.stderr.write(self.style.WARNING(f"This password is weak: {' '.join(error.messages)}"))
