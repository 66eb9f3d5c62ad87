"""Everything on one machine, in the foreground."""

from __future__ import annotations

import argparse
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser

from edu_csv.local.supervisor import Supervisor


def sftp_port_number(text: str) -> int:
    return 0 if text == "0" else port_number(text)


def port_number(text: str) -> int:
    if text.isascii() and text.isdigit() and 1 <= int(text) <= 65_535:
        return int(text)
    raise argparse.ArgumentTypeError(f"expected a port from 1 to 65535, got {text!r}")


class Command(BaseCommand):
    help = "Run database, worker, scheduler, web and SFTP on this machine until Ctrl-C."
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--port", type=port_number, default=8000, help="where the pages are (8000)")
        parser.add_argument(
            "--sftp-port",
            type=sftp_port_number,
            default=settings.SFTP_PORT,
            help=f"where sources send files ({settings.SFTP_PORT}); 0: nowhere",
        )
        parser.add_argument("--host", default="127.0.0.1", help="address to listen on (this machine only)")
        # Read before Django starts, by edu_csv.local.command_line: the settings depend on it.
        parser.add_argument("--data-dir", help="folder for all data (var, or EDU_CSV_DATA_DIR)")

    def handle(self, *args: Any, **options: Any) -> None:
        self.supervise(options)

    def supervise(self, options: dict[str, Any], *first: tuple[str, ...]) -> None:
        """Run until told to stop; ``first``: commands that run once the database is migrated."""
        self.supervisor = Supervisor(
            settings.DATA_DIR,
            host=options["host"],
            port=options["port"],
            sftp_port=options["sftp_port"],
            say=self.say,
            first=first,
        )
        self.supervisor.run(self.announce)

    def announce(self) -> None:
        self.say(
            f"edu-csv runs at {self.supervisor.address}/ (Ctrl-C stops it; logs: {settings.DATA_DIR}/logs)"
        )

        if self.supervisor.sftp_port:
            self.say(f"Sources send files by SFTP to port {self.supervisor.sftp_port} of the same host.")

    def say(self, line: str) -> None:
        self.stdout.write(line)
        # Whoever reads us through a pipe waits for the address.
        self.stdout.flush()
