"""Whether this installation is well, and what to mend."""

from __future__ import annotations

import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from edu_csv.local import doctor


class Command(BaseCommand):
    help = "Check settings, database, broker, storage, leases and versions; say what to mend."
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--data-dir", help="folder for all data (var, or EDU_CSV_DATA_DIR)")

    def handle(self, *args: Any, **options: Any) -> None:
        unwell = 0
        for finding in doctor.examine():
            unwell += not finding.is_well
            mark = self.style.SUCCESS("ok  ") if finding.is_well else self.style.ERROR("mend")
            self.stdout.write(f"{mark}  {finding.name:<11} {finding.words}")
        if unwell:
            self.stderr.write(f"{unwell} of {len(doctor.CHECKS)} need mending.")
            sys.exit(1)
