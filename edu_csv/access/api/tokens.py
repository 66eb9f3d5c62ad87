"""``POST /oauth2/access_token``: bearer tokens for API clients (RFC 6749 sections 4.4 and 6, reporting-api.md 5.2)."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, JsonResponse
from django.views.decorators.csrf import csrf_exempt

from edu_csv.access import attempts, services, tokens
from edu_csv.access.api.authentication import REALM, count_failure, key_and_secret
from edu_csv.access.api.problems import Refusal, too_many
from edu_csv.access.attempts import Limit
from edu_csv.access.tokens import Tokens

# Each lives an hour; a client that asks for one with every call has misunderstood something.
TOKENS_OF_CLIENT = 1_000
SECRETS = ("client_secret", "client_id", "password", "username", "refresh_token")


@csrf_exempt  # no cookie is looked at
@login_not_required
def access_token(request: HttpRequest) -> JsonResponse:
    """Tokens for key and secret, or for a refresh token; form fields, or HTTP Basic; errors as RFC 6749 section 5.2."""
    if request.method != "POST":
        return _refused("invalid_request", "Send this with POST, as form fields.", 405, {"Allow": "POST"})
    if any(name in request.GET for name in SECRETS):
        return _refused("invalid_request", "Send key and secret in the body: an address ends up in logs.")
    # It is no secret, and published clients send it either way.
    given = request.POST.get("grant_type") or request.GET.get("grant_type", "")
    if not given:
        names = " or ".join(f"grant_type={name}" for name in GRANTS)
        return _refused("invalid_request", f"Say {names}, as application/x-www-form-urlencoded.")
    grant = GRANTS.get(given)
    if grant is None:
        return _refused("unsupported_grant_type", f"Expected {' or '.join(GRANTS)}, got `{given[:40]}`.")
    try:
        return grant(request)
    except Refusal as refusal:
        return _refused("too_many_attempts", refusal.detail, refusal.status, refusal.headers)


def _by_credentials(request: HttpRequest) -> JsonResponse:
    key, secret = _credentials(request)
    client = services.client_by_secret(key, secret) if key and "\0" not in key else None
    if client is None:
        count_failure(request, key)
        return _unknown_client()
    _count(f"client {client.pk}")
    return _given(tokens.issue(client))


def _by_refresh_token(request: HttpRequest) -> JsonResponse:
    """The secret may be left out; when it comes, it has to be right."""
    key, secret = _credentials(request)
    token = request.POST.get("refresh_token", "")
    if not token or not key:
        return _refused("invalid_request", "Send client_id and refresh_token, as form fields.")
    if secret and ("\0" in key or services.client_by_secret(key, secret) is None):
        count_failure(request, key)
        return _unknown_client()
    # By what all tokens of its grant begin with: who knows the key alone uses up nobody's limit.
    _count(token.partition(tokens.BETWEEN)[0])
    found = tokens.refresh(key, token)
    if found is None:
        count_failure(request, "")
        return _refused(
            "invalid_grant",
            "This refresh token is none of this client's, or it was used before: then all tokens that came of it have"
            " ended. Ask for new ones with grant_type=client_credentials.",
        )
    return _given(found)


GRANTS: dict[str, Callable[[HttpRequest], JsonResponse]] = {
    "client_credentials": _by_credentials,
    "refresh_token": _by_refresh_token,
}


def _count(subject: str) -> None:
    """Raises Refusal 429."""
    if seconds := attempts.count([Limit("token", subject, TOKENS_OF_CLIENT)]):
        raise too_many(seconds)


def _credentials(request: HttpRequest) -> tuple[str, str]:
    scheme, _, given = request.headers.get("Authorization", "").partition(" ")
    if scheme.casefold() == "basic":
        return key_and_secret(given.strip()) or ("", "")
    return request.POST.get("client_id", ""), request.POST.get("client_secret", "")


def _given(found: Tokens) -> JsonResponse:
    return _answer(
        {
            "token_type": "Bearer",
            "access_token": found.access,
            "expires_in": int(tokens.LIFETIME.total_seconds()),
            "expires_at": found.expires_at.isoformat().replace("+00:00", "Z"),
            "refresh_token": found.refresh,
        }
    )


def _unknown_client() -> JsonResponse:
    headers = {"WWW-Authenticate": f'Basic realm="{REALM}", charset="UTF-8"'}
    return _refused("invalid_client", "This key and secret do not belong together.", 401, headers)


def _refused(
    error: str, description: str, status: int = 400, headers: dict[str, str] | None = None
) -> JsonResponse:
    return _answer({"error": error, "error_description": description}, status, headers)


def _answer(
    body: dict[str, object], status: int = 200, headers: dict[str, str] | None = None
) -> JsonResponse:
    return JsonResponse(body, status=status, headers={**(headers or {}), "Cache-Control": "no-store"})
