"""What the commands of this app share: one line of JSON, and refusals as a sentence."""

from __future__ import annotations

import json
from argparse import ArgumentTypeError
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError
from django.db import IntegrityError

from edu_csv.access import services
from edu_csv.access.roles import Role
from edu_csv.errors import EduCsvError


class JsonCommand(BaseCommand):
    """A command whose answer is one JSON object on standard output."""

    def show(self, **values: Any) -> None:
        self.stdout.write(json.dumps(values, ensure_ascii=False))


def add_grant_arguments(parser: Any) -> None:
    """--institution, --role, --org-unit."""
    parser.add_argument("--institution", required=True, metavar="SLUG")
    parser.add_argument("--role", required=True, choices=[role.value for role in Role])
    parser.add_argument(
        "--org-unit", type=_uuid, metavar="ID", help="system id; the role holds from there downwards"
    )


@contextmanager
def sentences() -> Iterator[None]:
    """What the services refuse, as a sentence and not a traceback."""
    try:
        yield
    except EduCsvError as refusal:
        raise CommandError(str(refusal)) from refusal
    except IntegrityError as error:
        if "org_unit" not in str(error):
            raise
        raise CommandError(
            "There is no org unit with this id in this institution. GET /api/v1/org-units lists them."
        ) from error


def institution_of(slug: str) -> int:
    """The id behind a slug; to be called within ``sentences``."""
    return services.institution_id(slug)


def _uuid(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise ArgumentTypeError(f"expected the system id of an org unit (a UUID), got {text!r}") from None
