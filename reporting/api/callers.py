"""Who calls: an API client, by the token it was given (reporting-api.md 5.2)."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest

from edu_csv.access import allowance, tokens
from edu_csv.access.api.authentication import count_failure
from edu_csv.access.models import ApiClient
from reporting.api.bodies import Body
from reporting.api.errors import Refused, not_authenticated

IN_QUERY = "access_token"
ASK = "Ask POST /oauth2/access_token for a token, and send it as `Authorization: Bearer …`."
SWITCHED_OFF = "This client may not use the Reporting API. An administrator can switch it on in the settings of API clients."


def client_of(request: HttpRequest, body: Body) -> ApiClient:
    """The client whose token came, its institution entered. Raises Refused: 401, 429, 403.

    The header counts first, then the body's member, then the address where that is allowed.
    """
    token = _header(request) or body.token() or _query(request)
    if token is None:
        raise not_authenticated(_what_came(request))
    client = tokens.client_by_token(token)
    if client is None:
        count_failure(request, "")
        raise not_authenticated(
            "This token is not valid, or its hour is over. Ask /oauth2/access_token for another."
        )
    _take(client.institution_id)
    if not client.may_use_reporting:
        raise Refused(403, "Forbidden", SWITCHED_OFF)
    return client


def _header(request: HttpRequest) -> str | None:
    scheme, _, given = request.headers.get("Authorization", "").partition(" ")
    return given.strip() if scheme.casefold() == "bearer" and given.strip() else None


def _query(request: HttpRequest) -> str | None:
    return request.GET.get(IN_QUERY) if settings.EDUCSV_ALLOW_TOKEN_IN_QUERY else None


def _what_came(request: HttpRequest) -> str:
    scheme = request.headers.get("Authorization", "").partition(" ")[0]
    if scheme.casefold() == "basic":
        return f"Key and secret are not taken here. {ASK}"
    if IN_QUERY in request.GET:
        return "A token in the address is not taken: addresses end up in logs. Send it as `Authorization: Bearer …`."
    return f"There is no token. {ASK}"


def _take(institution: int) -> None:
    """Raises Refused 429 (5.7)."""
    most = settings.PUBLIC_API_REQUESTS_PER_MINUTE
    seconds = allowance.take_of_institution(institution, per_minute=most)
    if not seconds:
        return
    raise Refused(
        429,
        "TooManyRequests",
        f"More than {most} calls a minute came from the clients of this institution. Try again in {seconds} s, and ask less often.",
        headers={"Retry-After": str(seconds)},
    )
