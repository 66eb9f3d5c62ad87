"""Who vouches for the statements of an import: an account at this site, and nobody's name (csv data import 3)."""

from __future__ import annotations

import json
from typing import Any

from django.conf import settings

from edu_csv import tenancy
from edu_csv.access import services as access
from edu_csv.access.actors import actor_of_account, actor_of_client
from edu_csv.access.roles import Role
from imports import services
from tests.imports.harness import Tenant
from tests.imports.templated.house import load, make_template, views


def vouching(tenant: Tenant) -> list[dict[str, Any]]:
    """The authority of each statement of the institution, in the order of storing."""
    return [
        json.loads(actor)
        for (actor,) in tenant.query(
            "SELECT a.actor::text FROM activity_statement AS s"
            " JOIN activity_authority AS a ON a.institution_id = s.institution_id AND a.id = s.authority_id"
            " ORDER BY s.stored, s.seq"
        )
    ]


def named(name: str) -> dict[str, Any]:
    return {"objectType": "Agent", "account": {"homePage": settings.PUBLIC_BASE_URL, "name": name}}


def test_an_account_vouches_by_its_id_and_a_client_by_its_key(tenant: Tenant) -> None:
    version = make_template(tenant)
    person = access.create_account(
        institution=tenant.pk,
        email=f"solveig-{tenant.pk}@fjord.example",
        role=Role.ADMIN,
        name="Solveig Aune",
    )
    feed = access.create_api_client(institution=tenant.pk, name="Nightly feed", role=Role.INTEGRATION)
    with tenancy.use_institution(tenant.pk):
        of_person, of_feed = actor_of_account(person, tenant.pk), actor_of_client(feed.client)
    done = load(tenant, version, views(1), actor=of_person)
    load(tenant, version, views(2), actor=of_feed)
    with tenancy.use_institution(tenant.pk):
        services.void(of_person, tenant.fresh(done), services.UndoRequest())
    tenant.work()
    assert tenant.fresh(done).job.status == "voided"
    by_person = named(f"user:{person.pk}")
    assert vouching(tenant) == [by_person, named(feed.key), by_person]
    assert tenant.query("SELECT count(*) FROM activity_statement WHERE body::text LIKE '%%Solveig%%'") == [
        (0,)
    ]
