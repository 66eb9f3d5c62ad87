"""What every view of the API is: who calls is known, may call, and refusals are problem documents."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any, ClassVar

from django.conf import settings
from django.core.handlers.asgi import ASGIRequest
from django.http import HttpRequest
from rest_framework.negotiation import BaseContentNegotiation
from rest_framework.parsers import FormParser, JSONParser, MultiPartParser
from rest_framework.permissions import IsAuthenticated
from rest_framework.renderers import BaseRenderer, JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from edu_csv.access import policy, services
from edu_csv.access.actors import Actor
from edu_csv.access.api.authentication import (
    BasicCredentials,
    BearerToken,
    BrowserSession,
    actor_of,
    address_of,
)
from edu_csv.access.api.problems import Refusal, handle
from edu_csv.access.policy import Ability

NOT_YOURS = {
    Ability.IMPORT: "Your role imports nothing. An administrator can import for you.",
    Ability.EXPORT: "Your role exports nothing. An administrator can export for you.",
    Ability.REPORT: "Your role has no reports. An administrator can ask for one.",
    Ability.READ_ROSTER: "Your role does not read the roster. An administrator can look for you.",
    Ability.SOURCES: "Your role sees no sources. An administrator does.",
    Ability.TEMPLATES: "Your role sees no import templates. An administrator does.",
    Ability.SETTINGS: "Your role does not change settings. An administrator can.",
}


class AnyAnswer(BaseContentNegotiation):
    """What comes out is settled by the address, never by the Accept header: nobody is told 406."""

    def select_parser(self, request: Request, parsers: Any) -> Any:
        from rest_framework.negotiation import DefaultContentNegotiation

        return DefaultContentNegotiation().select_parser(request, parsers)

    def select_renderer(
        self, request: Request, renderers: Any, format_suffix: str | None = None
    ) -> tuple[BaseRenderer, str]:
        return renderers[0], renderers[0].media_type


class ApiView(APIView):
    """A view for whoever has ``ability``; None: for everyone who is known."""

    ability: ClassVar[Ability | None] = None

    authentication_classes = (BasicCredentials, BearerToken, BrowserSession)
    permission_classes = (IsAuthenticated,)
    parser_classes = (JSONParser, MultiPartParser, FormParser)
    renderer_classes = (JSONRenderer,)
    content_negotiation_class = AnyAnswer

    def initialize_request(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Request:
        measure(request)
        return super().initialize_request(request, *args, **kwargs)

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        refuse_large(request)
        if self.ability is not None and not policy.may(self.actor, self.ability):
            raise Refusal(403, "not_permitted", NOT_YOURS[self.ability])

    @property
    def actor(self) -> Actor:
        return actor_of(self.request)

    def audit(self, verb: str, target: object = "", **detail: object) -> None:
        """Note in the audit log that the caller did this, from where."""
        actor = self.actor
        services.audit(
            actor.institution,
            verb,
            str(target),
            account=actor.account,
            client=actor.client,
            address=address_of(self.request._request),
            **detail,
        )

    def get_exception_handler(self) -> Callable[[Exception, Any], Response]:
        return handle

    def finalize_response(self, request: Request, response: Any, *args: Any, **kwargs: Any) -> Any:
        answered = super().finalize_response(request, response, *args, **kwargs)
        # Rosters are about people: nothing in between keeps a copy.
        answered.headers.setdefault("Cache-Control", "private, no-store")
        return answered


def measure(request: HttpRequest) -> None:
    """Say how long a body is that came in chunks: parsers take one without a length for none at all."""
    body = getattr(request, "_stream", None)
    if isinstance(request, ASGIRequest) and not request.META.get("CONTENT_LENGTH") and body is not None:
        # An ASGI server's body lies in a temporary file by now.
        request.META["CONTENT_LENGTH"] = str(body.seek(0, os.SEEK_END))
        body.seek(0)


def refuse_large(request: Request) -> None:
    """Only files may be large: all else is held in memory. Raises Refusal 413."""
    length = request.META.get("CONTENT_LENGTH") or "0"
    limit = settings.DATA_UPLOAD_MAX_MEMORY_SIZE
    is_form = str(request.content_type).startswith("multipart/")
    if not is_form and length.isdecimal() and int(length) > limit:
        raise Refusal(
            413, "too_large", f"The body has more than {limit:,} bytes. Send files as multipart/form-data."
        )
