"""One's own account: roles, and the password."""

from __future__ import annotations

from collections.abc import Mapping

from django.contrib.auth import update_session_auth_hash
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from edu_csv.access import attempts, services
from edu_csv.access.attempts import Limit
from edu_csv.front.setup.parts import field, places, tabs
from edu_csv.pages.contexts.settings import AccountPage
from edu_csv.pages.doors import audit, page
from edu_csv.pages.sessions import PersonRequest

WRONG_TRIES = 10


@sensitive_post_parameters("current", "new", "again")
@page()
@require_http_methods(["GET", "HEAD", "POST"])
def account(request: PersonRequest) -> HttpResponse:
    """The page; a POST changes the password and ends every other session of this account."""
    if request.method != "POST":
        return _render(request)
    errors = _faults(request)
    if errors:
        return _render(request, errors, status=422)
    request.user.set_password(request.POST["new"])
    request.user.save(update_fields=["password"])
    update_session_auth_hash(request, request.user)
    audit(request, "change_password", request.user.email)
    return _render(request, done="Your password is changed. Other browsers were logged out.")


def _faults(request: PersonRequest) -> dict[str, str]:
    """What is wrong with the three answers, by field."""
    current, new, again = (request.POST.get(name, "") for name in ("current", "new", "again"))
    limit = Limit("change password", str(request.user.pk), WRONG_TRIES)
    if attempts.count([limit]):
        return {"current": "Too many wrong tries. Wait 15 minutes, then try again."}
    if not request.user.check_password(current):
        return {"current": "This is not your password now."}
    attempts.forget([limit])
    try:
        validate_password(new, request.user)
    except ValidationError as refusal:
        return {"new": " ".join(refusal.messages)}
    if new != again:
        return {"again": "This differs from the new password. Write the same twice."}
    return {}


def _render(
    request: PersonRequest, errors: Mapping[str, str] | None = None, done: str = "", status: int = 200
) -> HttpResponse:
    errors = errors or {}
    grants = request.actor.grants
    named = places(request.institution.pk, [grant.org_unit for grant in grants])
    context: AccountPage = {
        "title": "Settings: your account",
        "section": "settings",
        "crumbs": [{"label": "Settings", "href": ""}],
        "heading": "Your account",
        "tabs": tabs(request.actor, "account"),
        "done": done,
        "errors": list(errors.items()),
        "name": request.actor.name,
        "email": request.user.email,
        "roles": [
            {"role": str(grant.role.label), "place": named.get(grant.org_unit, "an org unit that is gone")}
            for grant in grants
        ],
        "has_several": len(services.institutions_of(request.user)) > 1,
        "fields": [
            field(
                "current",
                "Password now",
                type_="password",
                autocomplete="current-password",
                error=errors.get("current", ""),
            ),
            field(
                "new",
                "New password",
                type_="password",
                autocomplete="new-password",
                hint="12 characters or more; a few words are easiest to keep.",
                error=errors.get("new", ""),
            ),
            field(
                "again",
                "New password again",
                type_="password",
                autocomplete="new-password",
                error=errors.get("again", ""),
            ),
        ],
    }
    return render(request, "settings/account.html", {**context}, status=status)
