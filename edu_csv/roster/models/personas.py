"""Personas: the identifiers by which activity statements call a person (csv data import 2.1)."""

from __future__ import annotations

from django.db import models

from edu_csv.roster.models.base import RosterObject


class PersonaKind(models.TextChoices):
    """The four identifiers that xAPI knows."""

    MBOX = "mbox", "e-mail address"
    MBOX_SHA1SUM = "mbox_sha1sum", "hash of an e-mail address"
    OPENID = "openid", "OpenID"
    ACCOUNT = "account", "account"


class Persona(RosterObject):
    """Of one person each; a person may have several. The e-mail address of a person counts as one too.

    Kind, home page and value are its key (a generated column, ``key``); whose it is may change.
    """

    external_id = None
    person_id = models.UUIDField()
    identifier = models.TextField(choices=PersonaKind.choices)
    # "mailto:ana@example.edu" (the part after @ in lower case), the hash, the address, or the account's name.
    value = models.TextField()
    # Of accounts only.
    home_page = models.TextField(null=True, blank=True)

    class Meta:
        db_table = "roster_persona"

    def __str__(self) -> str:
        return f"{self.identifier} {self.value}"
