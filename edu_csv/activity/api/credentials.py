"""Who calls: key and secret of an API client by HTTP Basic, or a bearer token; and what they may do here."""

from __future__ import annotations

from dataclasses import dataclass

from django.conf import settings
from django.http import HttpRequest
from rest_framework.exceptions import AuthenticationFailed

from edu_csv.access import allowance, policy
from edu_csv.access.actors import Actor, actor_of_client
from edu_csv.access.api.authentication import REALM, BasicCredentials, BearerToken
from edu_csv.access.api.problems import Refusal, not_found
from edu_csv.access.models import ApiClient
from edu_csv.access.policy import StatementsRead, XapiRights
from edu_csv.activity.api.asking import Asked

CHALLENGE = f'Basic realm="{REALM}", charset="UTF-8", Bearer realm="{REALM}"'
WAYS = {way.scheme: way for way in (BasicCredentials(), BearerToken())}
NOT_YOURS = "An administrator can allow it: Settings, API clients."


@dataclass(frozen=True, slots=True)
class Caller:
    """A client whose institution has been entered, and its rights."""

    client: ApiClient
    actor: Actor
    rights: XapiRights

    @property
    def institution(self) -> int:
        return self.client.institution_id

    @property
    def only_client(self) -> int | None:
        """The client whose statements are read; None: those of all."""
        return self.client.pk if self.rights.reads is StatementsRead.OWN else None

    @property
    def authority(self) -> dict[str, object]:
        """Who stands for the statements it sends (csv data import section 3)."""
        account = {"homePage": settings.PUBLIC_BASE_URL.rstrip("/"), "name": self.client.key}
        return {"objectType": "Agent", "name": self.client.name, "account": account}


def caller_of(request: HttpRequest, asked: Asked, org: int | None) -> Caller:
    """Whoever makes the request. Raises Refusal: 401, 403 when switched off, 404 for another's address, 429.

    org: the institution that the address names, if it does; a foreign one does not exist for the caller.
    """
    client = _client(request, asked.headers.get("authorization", ""))
    if org is not None and org != client.institution_id:
        raise not_found(f"There is no organization {org} for this key. Yours is {client.institution_id}.")
    if not allowance.take(client, per_second=settings.XAPI_REQUESTS_PER_SECOND):
        raise Refusal(
            429,
            "too_many_requests",
            f"More than {settings.XAPI_REQUESTS_PER_SECOND} requests a second came with this key. Send several"
            " statements in one request, and try again in a second.",
            headers={"Retry-After": "1"},
        )
    actor = actor_of_client(client)
    caller = Caller(client, actor, policy.xapi_rights(actor, client))
    if caller.rights == XapiRights():
        raise _not_permitted("This key may not use the xAPI statements endpoint.")
    return caller


def check_reads(caller: Caller) -> None:
    """Raises Refusal 403."""
    if caller.rights.reads is StatementsRead.NONE:
        raise _not_permitted("This key may write statements and read none.")


def check_writes(caller: Caller) -> None:
    """Raises Refusal 403."""
    if not caller.rights.writes:
        raise _not_permitted("This key may read statements and write none.")


def check_voids(caller: Caller) -> None:
    """Raises Refusal 403 (xapi.md section 4, A15)."""
    if not caller.rights.voids:
        raise _not_permitted(
            "This key may not void: that takes one that writes and reads all statements. Nothing was stored."
        )


def _not_permitted(detail: str) -> Refusal:
    return Refusal(403, "not_permitted", f"{detail} {NOT_YOURS}")


def _client(request: HttpRequest, authorization: str) -> ApiClient:
    scheme, _, given = authorization.partition(" ")
    way = WAYS.get(scheme.casefold())
    if way is None:
        raise _unknown("Expected key and secret of an API client as HTTP Basic, or a bearer token.")
    try:
        return way.client(request, given.strip())
    except AuthenticationFailed as why:
        raise _unknown(str(why.detail)) from None


def _unknown(detail: str) -> Refusal:
    return Refusal(401, "bad_credentials", detail, headers={"WWW-Authenticate": CHALLENGE})
