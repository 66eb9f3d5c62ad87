"""``manage.py sftp``: the SFTP door of all institutions' sources, in the foreground."""

from __future__ import annotations

import asyncio
import socket
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from imports.sftp.serving import serve


class Command(BaseCommand):
    help = "Take files from sources over SFTP until SIGTERM or Ctrl-C."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--host", default=settings.SFTP_HOST, help="address to listen on (SFTP_HOST)")
        parser.add_argument("--port", type=int, default=settings.SFTP_PORT, help="port (SFTP_PORT)")
        parser.add_argument("--fd", type=int, help="a socket that listens already, for a supervisor")
        parser.add_argument("--data-dir", help="folder for all data (var, or EDU_CSV_DATA_DIR)")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["fd"] is not None:
            listening = socket.socket(fileno=options["fd"])
        else:
            try:
                listening = socket.create_server((options["host"], options["port"]), backlog=128)
            except OSError as error:
                raise CommandError(
                    f"Port {options['port']} on {options['host']} cannot be used: {error.strerror}."
                    " Choose another with --port."
                ) from error
        with listening:
            asyncio.run(serve(listening))
