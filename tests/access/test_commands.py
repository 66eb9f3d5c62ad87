"""The commands that make tenants, accounts and API clients (rest-api.md section 9)."""

from __future__ import annotations

import json
from io import StringIO
from typing import Any
from uuid import uuid4

import pytest
from django.contrib.auth import authenticate
from django.core.management import CommandError, call_command

from edu_csv import tenancy
from edu_csv.access import services
from edu_csv.access.models import ApiClient, AuditEvent, Grant, Institution
from edu_csv.access.roles import Role
from tests.imports.harness import Tenant


def run(name: str, *arguments: str) -> dict[str, Any]:
    out = StringIO()
    call_command(name, *arguments, stdout=out, stderr=StringIO())
    answer: dict[str, Any] = json.loads(out.getvalue())
    return answer


def test_an_institution_is_made_and_printed(committed: None) -> None:
    slug = f"t-{uuid4().hex[:12]}"
    answer = run("create_institution", "--name", "Fjord State", "--slug", slug, "--time-zone", "Europe/Oslo")
    assert answer == {"id": services.institution_id(slug), "slug": slug}
    with tenancy.use_institution(answer["id"]):
        made = Institution.objects.get(pk=answer["id"])
    assert (made.name, made.time_zone) == ("Fjord State", "Europe/Oslo")


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["--name", "X", "--slug", "a b"], "letters, digits"),
        (["--name", " ", "--slug", "x-blank"], "a name"),
        (["--name", "X", "--slug", "x-zone", "--time-zone", "Mars/Olympus"], "IANA time zone"),
    ],
)
def test_a_wrong_institution_is_refused_in_a_sentence(
    committed: None, arguments: list[str], says: str
) -> None:
    with pytest.raises(CommandError, match=says):
        call_command("create_institution", *arguments)


def test_a_slug_is_taken_once(tenant: Tenant) -> None:
    with pytest.raises(CommandError, match="already"):
        call_command("create_institution", "--name", "X", "--slug", tenant.slug)


@pytest.mark.parametrize("role", Role.values)
def test_an_account_of_each_role_can_log_in(tenant: Tenant, role: str) -> None:
    email = f"{uuid4().hex[:10]}@fjord.example"
    answer = run(
        "create_account",
        "--institution",
        tenant.slug,
        "--email",
        email,
        "--role",
        role,
        "--password",
        "grey heron",
    )
    assert (answer["email"], answer["role"]) == (email, role)
    assert "password" not in answer
    account = authenticate(username=email, password="grey heron")
    assert account is not None
    assert services.institutions_of(account) == [tenant.pk]


def test_a_password_is_made_up_once_and_a_second_role_needs_none(tenant: Tenant) -> None:
    email = f"{uuid4().hex[:10]}@fjord.example"
    first = run("create_account", "--institution", tenant.slug, "--email", email, "--role", "scheduler")
    assert authenticate(username=email, password=first["password"]) is not None
    second = run("create_account", "--institution", tenant.slug, "--email", email, "--role", "analyst")
    assert second == {"id": first["id"], "email": email, "role": "analyst"}
    with tenancy.use_institution(tenant.pk):
        assert sorted(Grant.objects.filter(account=first["id"]).values_list("role", flat=True)) == [
            "analyst",
            "scheduler",
        ]
    with pytest.raises(CommandError, match="Leave the password out"):
        run(
            "create_account",
            "--institution",
            tenant.slug,
            "--email",
            email,
            "--role",
            "admin",
            "--password",
            "again",
        )


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["--institution", "nowhere", "--email", "a@b.example", "--role", "admin"], "no institution"),
        (["--institution", "{slug}", "--email", "nobody", "--role", "admin"], "e-mail address"),
        (["--institution", "{slug}", "--email", "a@b.example", "--role", "king"], "invalid choice"),
        (["--institution", "{slug}", "--email", "a@b.example", "--role", "admin", "--org-unit", "7"], "UUID"),
        (
            [
                "--institution",
                "{slug}",
                "--email",
                "a@b.example",
                "--role",
                "admin",
                "--org-unit",
                str(uuid4()),
            ],
            "no org unit",
        ),
    ],
)
def test_a_wrong_account_is_refused_in_a_sentence(tenant: Tenant, arguments: list[str], says: str) -> None:
    given = [argument.format(slug=tenant.slug) for argument in arguments]
    with pytest.raises(CommandError, match=says):
        call_command("create_account", *given, stderr=StringIO())


def test_a_client_gets_a_secret_that_is_stored_as_its_hash(tenant: Tenant) -> None:
    answer = run(
        "create_api_client", "--institution", tenant.slug, "--name", "SIS nightly", "--role", "integration"
    )
    assert set(answer) == {"name", "key", "secret"}
    client = services.client_by_secret(answer["key"], answer["secret"])
    assert client is not None
    assert client.institution_id == tenant.pk
    with tenancy.use_institution(tenant.pk):
        stored = ApiClient.objects.get(key=answer["key"])
        assert answer["secret"] not in (stored.secret_sha256, stored.key, stored.name)
        assert AuditEvent.objects.filter(verb="client.created", target=answer["key"]).exists()
    assert services.client_by_secret(answer["key"], answer["secret"] + "x") is None


@pytest.mark.parametrize("given", [[], ["--no-csv-data-import"], ["--no-reporting"]])
def test_a_client_may_use_each_api_unless_it_is_made_without(tenant: Tenant, given: list[str]) -> None:
    answer = run(
        "create_api_client", "--institution", tenant.slug, "--name", "x", "--role", "integration", *given
    )
    with tenancy.use_institution(tenant.pk):
        client = ApiClient.objects.get(key=answer["key"])
        assert client.may_use_csv_data_import is ("--no-csv-data-import" not in given)
        assert client.may_use_reporting is ("--no-reporting" not in given)


@pytest.mark.parametrize("access", ["", "off", "write", "isolated", "all"])
def test_a_client_gets_the_access_to_statements_that_was_asked_for(tenant: Tenant, access: str) -> None:
    asked = ["--xapi-access", access] if access else []
    answer = run(
        "create_api_client", "--institution", tenant.slug, "--name", "x", "--role", "integration", *asked
    )
    assert set(answer) == {"name", "key", "secret"}
    with tenancy.use_institution(tenant.pk):
        assert ApiClient.objects.get(key=answer["key"]).xapi_access == access
