"""Bearer tokens of API clients, and the refresh tokens that give others (reporting-api.md 5.2).

An access token lives an hour. A refresh token lives until it is used, once: then there is another pair. Whoever uses one
that is spent has it from somebody who used it before, so all that came of that grant ends, access tokens too.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection, transaction
from django.utils import timezone

from edu_csv import tenancy
from edu_csv.access.models import AccessToken, ApiClient, TokenFamily
from edu_csv.access.services import audit, sha256

LIFETIME = timedelta(hours=1)
# Between the two halves of a refresh token; in no token of `token_urlsafe`.
BETWEEN = "."
# So many grants of one client may be refreshed: of scripts that ask for a new grant each night, and refresh none.
FAMILIES_OF_CLIENT = 1_000
# The newest are kept; none of today ends, for its access token may live.
FORGET_OLD_FAMILIES = """
    DELETE FROM access_token_family AS family
     USING (SELECT id, row_number() OVER (PARTITION BY client_id ORDER BY used_at DESC, id DESC) AS place
              FROM access_token_family WHERE institution_id = %(institution)s) AS placed
     WHERE family.id = placed.id AND placed.place > %(most)s AND family.used_at < %(before)s
"""


@dataclass(frozen=True, slots=True)
class Tokens:
    """What a client is given; we keep hashes only. expires_at: when the access token ends."""

    access: str
    refresh: str
    expires_at: datetime


def issue(client: ApiClient) -> Tokens:
    """A pair for client credentials: the first of a new family."""
    first, second = secrets.token_urlsafe(24), secrets.token_urlsafe(32)
    with transaction.atomic():
        family = TokenFamily.objects.create(
            institution_id=client.institution_id,
            client=client,
            family_sha256=sha256(first),
            unspent_sha256=sha256(second),
            used_at=timezone.now(),
        )
        return _tokens(client, family.pk, first, second)


def refresh(key: str, token: str) -> Tokens | None:
    """The next pair for an unspent refresh token of the client with this key, which is spent by it.

    None: it is none, or another client's. A spent one ends its family.
    """
    if not token.isascii():
        return None
    first, _, second = token.partition(BETWEEN)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT family_id, client_id, institution_id, client_key FROM access_family_by_token(%s)", [sha256(first)]
        )  # fmt: skip
        row = cursor.fetchone()
    if row is None or row[3] != key:
        return None
    family, client, institution, _ = row
    tenancy.enter(institution)
    following = secrets.token_urlsafe(32)
    with transaction.atomic():
        # Of two at once one changes the row, and the other finds that its token is spent.
        unspent = TokenFamily.objects.filter(pk=family, unspent_sha256=sha256(second))
        if unspent.update(unspent_sha256=sha256(following), used_at=timezone.now()):
            return _tokens(ApiClient.objects.get(pk=client), family, first, following)
        AccessToken.objects.filter(family_id=family).delete()
        TokenFamily.objects.filter(pk=family).delete()
        audit(institution, "client.refresh_token_reused", key, client=client)
    return None


def client_by_token(token: str) -> ApiClient | None:
    """The client of a live access token, its institution entered; None otherwise."""
    if not token.isascii():
        return None
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT client_id, institution_id, expires_at FROM access_client_by_token(%s)", [sha256(token)]
        )
        row = cursor.fetchone()
    if not row or row[2] <= timezone.now():
        return None
    tenancy.enter(row[1])
    return ApiClient.objects.get(pk=row[0])


def end_all(client: ApiClient) -> None:
    """End every token of a client. One that is switched on again later asks for new ones: the old ones may be stolen."""
    AccessToken.objects.filter(institution_id=client.institution_id, client=client).delete()
    TokenFamily.objects.filter(institution_id=client.institution_id, client=client).delete()


def forget_old(institution: int, now: datetime) -> int:
    """Forget tokens past their time, and grants beyond FAMILIES_OF_CLIENT; how many rows."""
    ended, _ = AccessToken.objects.filter(institution_id=institution, expires_at__lt=now).delete()
    with connection.cursor() as cursor:
        cursor.execute(
            FORGET_OLD_FAMILIES,
            {"institution": institution, "most": FAMILIES_OF_CLIENT, "before": now - timedelta(days=1)},
        )
        return ended + int(cursor.rowcount)


def _tokens(client: ApiClient, family: int, first: str, second: str) -> Tokens:
    access = secrets.token_urlsafe(32)
    expires_at = timezone.now() + LIFETIME
    AccessToken.objects.create(
        institution_id=client.institution_id,
        client=client,
        family_id=family,
        token_sha256=sha256(access),
        expires_at=expires_at,
    )
    return Tokens(access, f"{first}{BETWEEN}{second}", expires_at)
