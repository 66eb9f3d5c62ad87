"""Making institutions, accounts and API clients, and finding out who calls."""

from __future__ import annotations

import hashlib
import hmac
import secrets
import zoneinfo
from dataclasses import dataclass
from uuid import UUID

from django.db import connection, transaction

from edu_csv import tenancy
from edu_csv.access.models import Account, ApiClient, AuditEvent, Grant, Institution
from edu_csv.access.roles import Role
from edu_csv.errors import EduCsvError


class UnknownInstitution(EduCsvError):
    """There is no institution with this slug."""


class NotPossible(EduCsvError):
    """What was asked for contradicts what is there; the message says how to mend it."""


@dataclass(frozen=True, slots=True)
class Credentials:
    """A new client's key and secret; the secret is kept only as its SHA-256 and shown once."""

    client: ApiClient
    key: str
    secret: str


def institution_id(slug: str) -> int:
    """The id behind a slug; raises UnknownInstitution."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT access_institution_by_slug(%s)", [slug])
        (found,) = cursor.fetchone()
    if found is None:
        raise UnknownInstitution(
            f"There is no institution “{slug}”. Make it with create_institution, or correct the slug."
        )
    return int(found)


def all_institutions() -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM access_institutions()")
        return [row[0] for row in cursor.fetchall()]


@transaction.atomic
def create_institution(*, name: str, slug: str, time_zone: str = "UTC") -> Institution:
    """A new tenant. Raises NotPossible for a slug that is taken or a zone that does not exist."""
    try:
        zoneinfo.ZoneInfo(time_zone)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError):
        raise NotPossible(f"“{time_zone}” is no IANA time zone. Write one such as Europe/Oslo.") from None
    with connection.cursor() as cursor:
        cursor.execute("SELECT access_institution_by_slug(%s)", [slug])
        if cursor.fetchone()[0] is not None:
            raise NotPossible(f"There is an institution “{slug}” already. Choose another slug.")
        cursor.execute("SELECT nextval(pg_get_serial_sequence('access_institution', 'id'))")
        (pk,) = cursor.fetchone()
    with tenancy.use_institution(pk):
        return Institution.objects.create(pk=pk, name=name, slug=slug, time_zone=time_zone)


@transaction.atomic
def create_account(
    *,
    institution: int,
    email: str,
    role: str,
    org_unit: UUID | None = None,
    password: str | None = None,
    name: str = "",
) -> Account:
    """An account with one grant; an account that exists gets the grant beside those it has."""
    with tenancy.use_institution(institution):
        account = Account.objects.filter(email=email.strip().casefold()).first()
        if account is None:
            account = Account.objects.create_account(email=email, password=password, name=name)
        elif password:
            raise NotPossible(
                f"{email} has an account already. Leave the password out to add the role to it."
            )
        Grant.objects.get_or_create(
            institution_id=institution, account=account, role=Role(role), org_unit_id=org_unit
        )
    return account


@transaction.atomic
def create_api_client(
    *,
    institution: int,
    name: str,
    role: str,
    org_unit: UUID | None = None,
    xapi_access: str = "",
    may_use_csv_data_import: bool = True,
    may_use_reporting: bool = True,
) -> Credentials:
    """A program with one role. xapi_access: one of XapiAccess; blank for what the role allows.

    may_use_csv_data_import, may_use_reporting: whether the CSV Data Import API (rest-api.md 9) and the Reporting API
    (reporting-api.md G30) take it, as far as its role allows.
    """
    key, secret = "ek_" + secrets.token_hex(12), secrets.token_urlsafe(32)
    with tenancy.use_institution(institution):
        client = ApiClient.objects.create(
            institution_id=institution, name=name, key=key, secret_sha256=sha256(secret), xapi_access=xapi_access,
            may_use_csv_data_import=may_use_csv_data_import, may_use_reporting=may_use_reporting,
        )  # fmt: skip
        Grant.objects.create(institution_id=institution, client=client, role=Role(role), org_unit_id=org_unit)
    return Credentials(client, key, secret)


def client_by_secret(key: str, secret: str) -> ApiClient | None:
    """The client with this key and secret, its institution entered; None for any wrong pair."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT client_id, institution_id, secret_sha256 FROM access_client_by_key(%s)", [key])
        row = cursor.fetchone()
    # Compared even when there is no such key: the time taken must not tell.
    stored = row[2] if row else sha256("")
    if not hmac.compare_digest(stored, sha256(secret)) or not row:
        return None
    tenancy.enter(row[1])
    return ApiClient.objects.get(pk=row[0])


def institutions_of(account: Account) -> list[int]:
    """Where an account holds a grant."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM access_institutions_of(%s)", [account.pk])
        return [row[0] for row in cursor.fetchall()]


def audit(
    institution: int, verb: str, target: str = "", *, account: int | None = None, client: int | None = None,
    address: str | None = None, **detail: object,
) -> None:  # fmt: skip
    AuditEvent.objects.create(
        institution_id=institution, verb=verb, target=target, account_id=account, client_id=client,
        address=address, detail=detail,
    )  # fmt: skip


def audit_failed_client(key: str, address: str | None) -> None:
    """Note that somebody used a client's key with a wrong secret; nothing when there is no such key."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT client_id, institution_id FROM access_client_by_key(%s)", [key])
        row = cursor.fetchone()
    if row:
        with tenancy.use_institution(row[1]):
            audit(row[1], "client.wrong_secret", key, client=row[0], address=address)


def sha256(text: str) -> str:
    """How secrets are kept: of random bits a slow hash would protect nothing more."""
    return hashlib.sha256(text.encode()).hexdigest()
