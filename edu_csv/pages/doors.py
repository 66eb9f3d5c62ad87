"""What stands before every page: a log-in, the policy's yes, and a line in the audit log."""

from __future__ import annotations

import ipaddress
from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec, cast
from urllib.parse import urlencode

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.http.response import HttpResponseBase
from django.utils.http import url_has_allowed_host_and_scheme

from edu_csv.access import policy, services
from edu_csv.access.policy import Ability
from edu_csv.pages.sessions import PersonRequest

Params = ParamSpec("Params")
View = Callable[Concatenate[PersonRequest, Params], HttpResponseBase]


def page(
    ability: Ability | None = None,
) -> Callable[[View[Params]], Callable[Concatenate[HttpRequest, Params], HttpResponseBase]]:
    """A view for people who are logged in and whose role has this ability; None: for each of them.

    Whoever is not logged in is sent to log in and back; a part that htmx asks for is answered 401, so
    that typed work stays. A role without the ability finds nothing here: 404, as for an absent page.
    """

    def decorate(view: View[Params]) -> Callable[Concatenate[HttpRequest, Params], HttpResponseBase]:
        @wraps(view)
        def door(request: HttpRequest, *args: Params.args, **kwargs: Params.kwargs) -> HttpResponseBase:
            if getattr(request, "actor", None) is None:
                return to_log_in(request)
            person = cast("PersonRequest", request)
            if ability is not None and not policy.may(person.actor, ability):
                raise Http404
            answer = view(person, *args, **kwargs)
            # A shared computer's back button must not show a roster after log out.
            answer.headers.setdefault("Cache-Control", "private, no-store")
            return answer

        door.ability = ability  # type: ignore[attr-defined]  # the test of doors and roles reads it
        return cast("Callable[Concatenate[HttpRequest, Params], HttpResponseBase]", door)

    return decorate


def to_log_in(request: HttpRequest) -> HttpResponse:
    if is_part(request):
        return HttpResponse("You were logged out. Log in to go on.", status=401)
    # Only a page can be come back to; what a form would have sent is gone.
    back = request.get_full_path() if request.method in ("GET", "HEAD") else ""
    query = f"?{urlencode({'next': back})}" if back not in ("", "/") else ""
    return HttpResponseRedirect(f"{settings.LOGIN_URL}{query}")


def is_part(request: HttpRequest) -> bool:
    """Whether htmx asks, for a part of a page that is there already."""
    return request.headers.get("HX-Request") == "true"


def asked(query: QueryDict, name: str, longest: int = 500) -> str:
    """One parameter of a request, without blanks around it or characters that no text of ours can hold."""
    return query.get(name, "").replace("\0", "").strip()[:longest]


def own_address(target: str, otherwise: str = "/") -> str:
    """``target`` when it is an address of this site; never a way out to another."""
    return target if target.startswith("/") and url_has_allowed_host_and_scheme(target, None) else otherwise


def address_of(request: HttpRequest) -> str | None:
    """Where the request comes from; None for what is no address (a socket, a test)."""
    try:
        return str(ipaddress.ip_address(request.META.get("REMOTE_ADDR", "")))
    except ValueError:
        return None


def audit(request: PersonRequest, verb: str, target: str = "", **detail: object) -> None:
    """Note in the audit log that this person did ``verb`` to ``target``, from where."""
    services.audit(
        request.institution.pk,
        verb,
        target,
        account=request.actor.account,
        client=request.actor.client,
        address=address_of(request),
        **detail,
    )
