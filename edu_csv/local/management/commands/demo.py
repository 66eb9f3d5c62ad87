"""`up` with the demo institution."""

from __future__ import annotations

from typing import Any

from django.conf import settings

from edu_csv.local import demo
from edu_csv.local.management.commands.up import Command as UpCommand


class Command(UpCommand):
    help = "Run everything on this machine with a demo institution; print its log-ins and API client."

    def handle(self, *args: Any, **options: Any) -> None:
        self.supervise(options, ("prepare_demo",))

    def announce(self) -> None:
        super().announce()
        made = demo.read(settings.DATA_DIR)
        if made is None:
            return
        self.say(f"Institution: {demo.NAME} ({demo.SLUG}, id {made.institution})")
        self.say("Log-ins:")
        for email, password in made.accounts.items():
            self.say(f"  {email:<32} {password}")
        self.say("API client (HTTP Basic, or POST /oauth2/access_token):")
        self.say(f"  key     {made.client_key}\n  secret  {made.client_secret}")
