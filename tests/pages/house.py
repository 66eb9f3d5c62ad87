"""An institution with people in each role, and Django's client as their browser."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID, uuid4

from django.test import Client

from edu_csv import tenancy
from edu_csv.access import services as access
from edu_csv.access.models import Account
from tests.imports.harness import Tenant

PASSWORD = "grey heron at the jetty"


@dataclass
class House(Tenant):
    """A tenant of the pipeline's tests, whose pages can be opened."""

    def account(
        self, role: str = "admin", org_unit: UUID | None = None, name: str = "Maren Holt", password: str = ""
    ) -> Account:
        """Someone with this role. With a password they can log in by the form; hashing one takes a moment."""
        email = f"{role}-{uuid4().hex[:8]}@fjord.example"
        return access.create_account(
            institution=self.pk,
            email=email,
            role=role,
            org_unit=org_unit,
            password=password or None,
            name=name,
        )

    def browser(self, role: str = "admin", org_unit: UUID | None = None, name: str = "Maren Holt") -> Client:
        """A browser in which someone with this role is logged in."""
        return browser_of(self.account(role, org_unit, name))


def browser_of(account: Account) -> Client:
    client = Client()
    client.force_login(account)
    return client


def new_house(name: str = "Fjord State University") -> House:
    slug = f"t-{uuid4().hex[:12]}"
    # The zone is one whose hours differ from UTC all year.
    made = access.create_institution(name=name, slug=slug, time_zone="Europe/Oslo")
    tenancy.enter(None)
    return House(made.pk, slug)
