"""``POST /oauth2/access_token``: bearer tokens for API clients (RFC 6749 section 4.4)."""

from __future__ import annotations

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, JsonResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from edu_csv.access import attempts, services
from edu_csv.access.api.authentication import REALM, count_failure, key_and_secret
from edu_csv.access.api.problems import Refusal, too_many
from edu_csv.access.attempts import Limit

GRANT = "client_credentials"
# Each lives an hour; a client that asks for one with every call has misunderstood something.
TOKENS_OF_CLIENT = 1_000
SECRETS = ("client_secret", "client_id", "password", "username")


@csrf_exempt  # no cookie is looked at
@login_not_required
@require_POST
def access_token(request: HttpRequest) -> JsonResponse:
    """A token for key and secret, given as form fields or by HTTP Basic; errors as RFC 6749 section 5.2."""
    if any(name in request.GET for name in SECRETS):
        return _refused("invalid_request", "Send key and secret in the body: an address ends up in logs.")
    grant = request.POST.get("grant_type", "")
    if not grant:
        return _refused("invalid_request", f"Say grant_type={GRANT}, as application/x-www-form-urlencoded.")
    if grant != GRANT:
        return _refused("unsupported_grant_type", f"Expected grant_type={GRANT}, got `{grant[:40]}`.")
    key, secret = _credentials(request)
    client = services.client_by_secret(key, secret) if key and "\0" not in key else None
    try:
        if client is None:
            count_failure(request, key)
            return _unknown_client(request)
        if seconds := attempts.count([Limit("token", str(client.pk), TOKENS_OF_CLIENT)]):
            raise too_many(seconds)
    except Refusal as refusal:
        return _refused("too_many_attempts", refusal.detail, refusal.status, refusal.headers)
    token, expires_at = services.issue_token(client)
    return _answer(
        {
            "token_type": "Bearer",
            "access_token": token,
            "expires_in": int(services.TOKEN_LIFETIME.total_seconds()),
            "expires_at": expires_at.isoformat().replace("+00:00", "Z"),
        }
    )


def _credentials(request: HttpRequest) -> tuple[str, str]:
    scheme, _, given = request.headers.get("Authorization", "").partition(" ")
    if scheme.casefold() == "basic":
        return key_and_secret(given.strip()) or ("", "")
    return request.POST.get("client_id", ""), request.POST.get("client_secret", "")


def _unknown_client(request: HttpRequest) -> JsonResponse:
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
