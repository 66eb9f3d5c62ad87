"""Who is at the browser: the account's actor, institution and time zone, for the length of a request."""

from __future__ import annotations

from collections.abc import Callable
from zoneinfo import ZoneInfo

from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils import timezone

from edu_csv import tenancy
from edu_csv.access.actors import Actor, actor_of_account
from edu_csv.access.models import Account, Institution
from edu_csv.access.services import institutions_of

# The institution a person works in, by its id, in their session.
CHOSEN = "institution"


class PersonRequest(HttpRequest):
    """A request as every view behind ``doors.page`` gets it: somebody acts, in one institution."""

    user: Account
    actor: Actor
    institution: Institution


class PersonOfSession:
    """Sets ``request.actor`` and ``request.institution``; None both for whoever is not logged in.

    For a person, the database shows that institution's rows and times are in its zone until the
    response is made; neither outlives the request. Stands after AuthenticationMiddleware.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        request.actor = request.institution = None  # type: ignore[attr-defined]
        with tenancy.use_institution(None), timezone.override(None):
            account = request.user
            if isinstance(account, AnonymousUser):
                return self.get_response(request)
            actor = _enter(request, account)
            if actor is not None:
                institution = Institution.objects.get(pk=actor.institution)
                request.actor, request.institution = actor, institution  # type: ignore[attr-defined]
                timezone.activate(ZoneInfo(institution.time_zone))
            return self.get_response(request)


def choose(request: HttpRequest, institution: int) -> None:
    """Work in this institution from the next request on; the caller knows that the account may."""
    request.session[CHOSEN] = institution


def _enter(request: HttpRequest, account: Account) -> Actor | None:
    """The account as an actor of the institution in its session, else of its first; None without a grant."""
    chosen = request.session.get(CHOSEN)
    if isinstance(chosen, int):
        tenancy.enter(chosen)
        actor = actor_of_account(account, chosen)
        # A grant may have ended since the institution was chosen.
        if actor.grants:
            return actor
        tenancy.enter(None)
    for institution in institutions_of(account):
        tenancy.enter(institution)
        choose(request, institution)
        return actor_of_account(account, institution)
    return None
