"""What every address of the Reporting API is: who calls is known and may, and refusals have one shape."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, JsonResponse
from django.http.response import HttpResponseBase
from django.views.decorators.csrf import csrf_exempt

from edu_csv.access import policy
from edu_csv.access import services as access
from edu_csv.access.actors import Actor, actor_of_client
from edu_csv.access.api.authentication import address_of
from edu_csv.access.api.methods import allowed, chosen
from edu_csv.access.policy import Ability
from reporting.api import errors
from reporting.api.bodies import Body
from reporting.api.callers import client_of
from reporting.api.errors import Refused

NO_REPORTS = (
    "The role of this client has no reports. An administrator can give it one that does, such as analyst."
)


@dataclass(frozen=True, slots=True)
class Call:
    """One request of a caller who is known. names: what its address is filled with, such as ``name``."""

    request: HttpRequest
    actor: Actor
    body: Body
    names: Mapping[str, str]

    def audit(self, verb: str, target: object, **detail: Any) -> None:
        access.audit(
            self.actor.institution,
            verb,
            str(target),
            client=self.actor.client,
            address=address_of(self.request),
            **detail,
        )


Handler = Callable[[Call], dict[str, Any]]


def door(**methods: Handler) -> Any:
    """A view that takes these methods; names of methods in small letters. What a handler returns is the JSON of a 200."""

    # No cookie is looked at: the token stands where no page of elsewhere can put it.
    @csrf_exempt
    @login_not_required
    def view(request: HttpRequest, **names: str) -> HttpResponseBase:
        response: HttpResponseBase
        try:
            response = JsonResponse(_let_in(request, names, methods))
        except Exception as error:  # noqa: BLE001  # whatever it is has an answer of this API's shape
            response = errors.answer(errors.refusal_of(error, request))
        # What is told here is about people, and holds links: nothing in between keeps a copy.
        response.headers.setdefault("Cache-Control", "private, no-store")
        return response

    view.methods = methods  # type: ignore[attr-defined]  # read by the tests that walk every door
    return view


def _let_in(request: HttpRequest, names: dict[str, str], methods: dict[str, Handler]) -> dict[str, Any]:
    body = Body(request)
    actor = actor_of_client(client_of(request, body))
    if not policy.may(actor, Ability.REPORT):
        raise Refused(403, "Forbidden", NO_REPORTS)
    handler = chosen(methods, request.method)
    if handler is None:
        known = allowed(methods)
        raise Refused(
            405,
            "MethodNotAllowed",
            f"This address does not take {(request.method or '')[:20]}, but {known}.",
            headers={"Allow": known},
        )
    return handler(Call(request, actor, body, names))
