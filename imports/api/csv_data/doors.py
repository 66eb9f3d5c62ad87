"""What every address of the CSV Data Import API is: who calls is known and may, and refusals have one shape."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.views.decorators.csrf import csrf_exempt

from edu_csv.access import services as access
from edu_csv.access.actors import Actor, actor_of_client
from edu_csv.access.api.authentication import address_of, count_failure, key_and_secret
from edu_csv.access.api.methods import allowed, chosen
from edu_csv.access.models import ApiClient
from imports.api.csv_data import errors
from imports.api.csv_data.errors import REALM, Refused

NOT_HERE = "There is no organization {org} here, or this credential belongs to another one."
SWITCHED_OFF = (
    "API access is switched off for this credential. An administrator can switch on “CSV Data Import API” in the"
    " settings of API clients."
)
NOT_YOURS = (
    "The role of this credential does not allow this. Uploading, previewing and voiding take the role admin or"
    " integration for the whole institution; fetching imports also works with analyst."
)


@dataclass(frozen=True, slots=True)
class Call:
    """One request of a caller who is known. names: what its address is filled with, such as ``import_id``."""

    request: HttpRequest
    actor: Actor
    names: Mapping[str, str]

    @property
    def organization(self) -> int:
        return self.actor.institution

    def audit(self, verb: str, target: object, **detail: Any) -> None:
        access.audit(
            self.actor.institution,
            verb,
            str(target),
            client=self.actor.client,
            address=address_of(self.request),
            **detail,
        )


@dataclass(frozen=True, slots=True)
class Method:
    """What an address does for one method. may: whether the policy lets the actor."""

    handler: Callable[[Call], HttpResponseBase]
    may: Callable[[Actor], bool]


def door(**methods: Method) -> Any:
    """A view that takes these methods; names of methods in small letters."""

    # Neither cookie nor form: the credentials stand in a header that no page of elsewhere can send.
    @csrf_exempt
    @login_not_required
    def view(request: HttpRequest, org: str, **names: str) -> HttpResponseBase:
        try:
            response = _let_in(request, org, names, methods)
        except Exception as error:  # noqa: BLE001  # whatever it is has an answer of this API's shape
            response = errors.answer(errors.refusal_of(error, request))
        # What is told here is about people: nothing in between keeps a copy.
        response.headers.setdefault("Cache-Control", "private, no-store")
        return response

    view.methods = methods  # type: ignore[attr-defined]  # read by the tests that walk every door
    return view


def _let_in(
    request: HttpRequest, org: str, names: dict[str, str], methods: dict[str, Method]
) -> HttpResponseBase:
    client = caller(request)
    if org != str(client.institution_id):
        raise Refused(404, "not_found", NOT_HERE.format(org=org[:40]))
    if not client.may_use_csv_data_import:
        raise Refused(403, "not_permitted", SWITCHED_OFF)
    method = chosen(methods, request.method)
    if method is None:
        known = allowed(methods)
        raise Refused(
            405,
            "method_not_allowed",
            f"This address does not take {request.method}, but {known}.",
            {"Allow": known},
        )
    actor = actor_of_client(client)
    if not method.may(actor):
        raise Refused(403, "not_permitted", NOT_YOURS)
    return method.handler(Call(request, actor, names))


def caller(request: HttpRequest) -> ApiClient:
    """The client whose key and secret came as HTTP Basic; its institution is entered. Raises Refused 401.

    Nothing else counts: no session cookie, no bearer token (csv data import 4.1).
    """
    scheme, _, given = request.headers.get("Authorization", "").partition(" ")
    pair = key_and_secret(given.strip()) if scheme.casefold() == "basic" else None
    if pair is None:
        raise _unknown("Send key and secret of an API client as HTTP Basic; nothing else is taken here.")
    client = access.client_by_secret(*pair)
    if client is None:
        count_failure(request, pair[0])
        raise _unknown("This key and secret do not belong together.")
    return client


def _unknown(message: str) -> Refused:
    return Refused(401, "not_authenticated", message, {"WWW-Authenticate": REALM})
