"""``manage.py seed_roster``: large, valid, repeatable files for the formats."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from imports.seeding import NotPossible, RosterPlan, write_circlein, write_d2l, write_roster


class Command(BaseCommand):
    help = (
        "Write an invented roster as files that import cleanly into an empty institution: one EchoVideo file of"
        " each kind, numbered in their order, or the files of a D2L or CircleIn package with the zip of them."
        " The same numbers and seed give the same bytes."
    )
    # Nothing here asks the database anything.
    requires_system_checks: list[str] = []  # noqa: RUF012  # Django's own way to say so

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--institution", required=True, metavar="SLUG", help="becomes the domain of addresses"
        )
        parser.add_argument("--format", choices=("echovideo", "d2l", "circlein"), default="echovideo")
        parser.add_argument("--people", required=True, type=int, metavar="N")
        parser.add_argument("--sections", required=True, type=int, metavar="N")
        parser.add_argument("--enrollments", required=True, type=int, metavar="N")
        parser.add_argument("--courses", type=int, metavar="N", help="default: one for four sections")
        parser.add_argument("--terms", type=int, metavar="N", help="default: 2")
        parser.add_argument(
            "--departments", type=int, metavar="N", help="default: one for 90 courses; schools come along"
        )
        parser.add_argument(
            "--schedules",
            type=int,
            metavar="N",
            help="default: seven for five sections; half of them by id and half by name, and as many rooms as they take",
        )
        parser.add_argument("--offerings", type=int, metavar="N", help="d2l: default: one for two sections")
        parser.add_argument(
            "--renames", type=int, metavar="N", help="circlein: default: one for ten people and sections"
        )
        parser.add_argument("--seed", type=int, default=1, metavar="N")
        parser.add_argument(
            "--output", required=True, type=Path, metavar="DIR", help="made when it does not exist"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            plan = RosterPlan.of_size(
                options["institution"],
                people=options["people"],
                sections=options["sections"],
                enrollments=options["enrollments"],
                courses=options["courses"],
                terms=options["terms"],
                departments=options["departments"],
                schedules=options["schedules"],
                seed=options["seed"],
            )
            written = _write(plan, options)
        except (NotPossible, OSError) as error:
            raise CommandError(str(error)) from error
        for said in written:
            self.stdout.write(json.dumps(said, ensure_ascii=False))


def _write(plan: RosterPlan, options: dict[str, Any]) -> list[dict[str, Any]]:
    """What was written, in the order to import it. Raises NotPossible, OSError."""
    folder: Path = options["output"]
    if options["format"] == "echovideo":
        return [
            {"file": str(path), "format": fmt.key, "action": "create", "rows": rows}
            for path, fmt, rows in write_roster(plan, folder)
        ]
    if options["format"] == "d2l":
        files = write_d2l(plan, folder, offerings=options["offerings"])
    else:
        files = write_circlein(plan, folder, renames=options["renames"])
    return [{"file": str(file.path), "format": file.format, "rows": file.rows} for file in files]
