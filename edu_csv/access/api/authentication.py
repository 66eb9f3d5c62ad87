"""Who calls: HTTP Basic ``key:secret``, a bearer token, or the browser's session with its CSRF token.

``request.auth`` is the Actor; its institution has been entered when authentication ends.
"""

from __future__ import annotations

import base64
import binascii
import ipaddress
from typing import cast

from django.http import HttpRequest, HttpResponse, QueryDict
from django.utils.datastructures import MultiValueDict
from rest_framework.authentication import BaseAuthentication, CSRFCheck
from rest_framework.exceptions import AuthenticationFailed, PermissionDenied
from rest_framework.request import Request

from edu_csv.access import attempts, services, tokens
from edu_csv.access.actors import Actor, actor_of_client
from edu_csv.access.api.problems import Refusal, too_many
from edu_csv.access.attempts import Limit
from edu_csv.access.models import Account, ApiClient

# Guessing 256 random bits is hopeless; hammering is not. Only wrong tries count.
WRONG_OF_KEY = 30
WRONG_OF_ADDRESS = 300
REALM = "edu-csv"


def actor_of(request: Request) -> Actor:
    """Whoever makes this request; the view has let nobody else in."""
    return cast("Actor", request.auth)


def address_of(request: HttpRequest) -> str | None:
    """Where a request comes from; None for what is no address (a socket, a test)."""
    try:
        return str(ipaddress.ip_address(request.META.get("REMOTE_ADDR", "")))
    except ValueError:
        return None


class Credentials(BaseAuthentication):
    """What the two ways of an API client have in common."""

    scheme = ""

    def authenticate(self, request: Request) -> tuple[ApiClient, Actor] | None:
        scheme, _, given = request.headers.get("Authorization", "").partition(" ")
        if scheme.casefold() != self.scheme:
            return None
        client = self.client(request, given.strip())
        return client, actor_of_client(client)

    def client(self, request: Request | HttpRequest, given: str) -> ApiClient:
        raise NotImplementedError

    def authenticate_header(self, request: Request) -> str:
        bearer = f'Bearer realm="{REALM}"'
        # To a script's request a browser would answer "Basic" with a log-in window of its own.
        if request.headers.get("Sec-Fetch-Mode", "navigate") != "navigate":
            return bearer
        return f'Basic realm="{REALM}", charset="UTF-8", {bearer}'


class BasicCredentials(Credentials):
    """``Authorization: Basic``, key and secret of an API client."""

    scheme = "basic"

    def client(self, request: Request | HttpRequest, given: str) -> ApiClient:
        pair = key_and_secret(given)
        if pair is None:
            raise AuthenticationFailed("Expected HTTP Basic with key and secret: base64 of `key:secret`.")
        key, secret = pair
        client = services.client_by_secret(key, secret)
        if client is None:
            count_failure(request, key)
            raise AuthenticationFailed("This key and secret do not belong together.")
        return client


class BearerToken(Credentials):
    """``Authorization: Bearer``, a token of ``POST /oauth2/access_token``."""

    scheme = "bearer"

    def client(self, request: Request | HttpRequest, given: str) -> ApiClient:
        client = tokens.client_by_token(given)
        if client is None:
            count_failure(request, "")
            raise AuthenticationFailed(
                "This token is not valid, or its hour is over. Ask /oauth2/access_token for another."
            )
        return client


class BrowserSession(BaseAuthentication):
    """The session of somebody logged in; whatever changes something carries ``X-CSRFToken``."""

    def authenticate(self, request: Request) -> tuple[Account, Actor] | None:
        plain = request._request
        actor: Actor | None = getattr(plain, "actor", None)
        if actor is None:
            return None
        check_csrf(plain)
        return cast("Account", plain.user), actor


def check_csrf(request: HttpRequest) -> None:
    """Raises PermissionDenied unless the header carries the session's CSRF token."""
    check = CSRFCheck(lambda _: None)  # type: ignore[arg-type]  # nothing comes after it
    check.process_request(request)
    # Django would look for the token in the form first, and so read a whole upload before it is
    # known whether the request may be made at all. Scripts send it as a header.
    unread = not hasattr(request, "_post")
    if unread:
        request._post, request._files = QueryDict(), MultiValueDict()  # type: ignore[attr-defined]
    reason = check.process_view(request, lambda *_: HttpResponse(), (), {})
    if unread:
        del request._post, request._files  # type: ignore[attr-defined]
    if reason:
        raise PermissionDenied(f"CSRF: {reason} Send the token of the page as X-CSRFToken.")


def key_and_secret(given: str) -> tuple[str, str] | None:
    """The two halves of Basic credentials; None for what is none."""
    try:
        key, colon, secret = base64.b64decode(given, validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        return None
    return (key, secret) if colon and "\0" not in key else None


def count_failure(request: Request | HttpRequest, key: str) -> None:
    """Note wrong credentials. Raises Refusal 429 when there were too many from there."""
    plain = request._request if isinstance(request, Request) else request
    address = address_of(plain)
    seconds = attempts.count(
        [
            Limit("credentials", f"{key} {address}", WRONG_OF_KEY),
            Limit("credentials address", address or "", WRONG_OF_ADDRESS),
        ]
    )
    if seconds:
        raise too_many(seconds)
    services.audit_failed_client(key, address)


__all__ = ["BasicCredentials", "BearerToken", "BrowserSession", "Refusal", "actor_of", "address_of"]
