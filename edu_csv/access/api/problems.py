"""Refusals as RFC 9457 problem documents (rest-api.md section 1), wherever in the API they arise."""

from __future__ import annotations

import logging
import math
from collections.abc import Callable, Mapping, Sequence
from http import HTTPStatus
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied, RequestDataTooBig
from django.core.signals import got_request_exception
from django.http import Http404, HttpRequest, JsonResponse
from django.views.decorators.csrf import csrf_exempt
from rest_framework import exceptions
from rest_framework.response import Response

from edu_csv.errors import EduCsvError, IncompleteUpload, StorageUnavailable, TransientFailure

logger = logging.getLogger(__name__)

MEDIA_TYPE = "application/problem+json"
RETRY_SECONDS = 5


class Refusal(Exception):
    """An answer that is a problem document.

    errors: [{"field", "code", "detail"}]. extra: further members, such as ``candidates``.
    """

    def __init__(
        self,
        status: int,
        code: str,
        detail: str,
        *,
        errors: Sequence[Mapping[str, Any]] = (),
        headers: Mapping[str, str] | None = None,
        **extra: Any,
    ) -> None:
        super().__init__(status, code, detail)
        self.status, self.code, self.detail = status, code, detail
        self.errors = [dict(error) for error in errors]
        self.headers = dict(headers or {})
        self.extra = extra

    def document(self) -> dict[str, Any]:
        return {
            "type": "about:blank",
            "title": HTTPStatus(self.status).phrase,
            "status": self.status,
            "code": self.code,
            "detail": self.detail,
            "errors": self.errors,
            **self.extra,
        }


def bad_field(field: str, code: str, detail: str, **extra: Any) -> Refusal:
    """400 for one field of the request; its code is also that of the whole."""
    return Refusal(400, code, detail, errors=[{"field": field, "code": code, "detail": detail}], **extra)


def too_many(seconds: int) -> Refusal:
    return Refusal(
        429,
        "too_many_attempts",
        f"Too many attempts. Try again in {seconds} seconds.",
        headers={"Retry-After": str(seconds)},
    )


def not_found(detail: str = "There is nothing here, or not for you.") -> Refusal:
    return Refusal(404, "not_found", detail)


# Exceptions of the apps above this one, by class: how each is told. See ``tells``.
TELLERS: dict[type[Exception], Callable[[Any], Refusal]] = {}


def tells(kind: type[Exception]) -> Callable[[Callable[[Any], Refusal]], Callable[[Any], Refusal]]:
    """Register how an app's own exception is told to callers of the API."""

    def register(teller: Callable[[Any], Refusal]) -> Callable[[Any], Refusal]:
        TELLERS[kind] = teller
        return teller

    return register


def answer(refusal: Refusal) -> Response:
    response = Response(refusal.document(), status=refusal.status, content_type=MEDIA_TYPE)
    for name, value in refusal.headers.items():
        response[name] = value
    return response


def handle(error: Exception, context: Mapping[str, Any]) -> Response:
    """The exception handler of every API view. What nobody foresaw is logged, and tells nothing."""
    refusal = refusal_of(error)
    if isinstance(error, exceptions.MethodNotAllowed) and refusal is not None:
        method = getattr(context.get("request"), "method", "")
        others = [
            each
            for each in getattr(context.get("view"), "allowed_methods", ())
            if each not in ("HEAD", "OPTIONS")
        ]
        refusal.detail = f"This address does not take {method}, but {' or '.join(others)}."
    if refusal is None:
        request = context.get("request")
        logger.error("the API failed", exc_info=error)
        got_request_exception.send(sender=None, request=getattr(request, "_request", None))
        refusal = Refusal(
            500, "internal_error", "A fault of this system stopped the request. Try again later."
        )
    return answer(refusal)


def refusal_of(error: Exception) -> Refusal | None:
    """What to say of an exception; None when it is a bug."""
    if isinstance(error, Refusal):
        return error
    for kind in type(error).__mro__:
        if kind in TELLERS:
            return TELLERS[kind](error)
    if isinstance(error, exceptions.APIException):
        return _of_framework(error)
    if isinstance(error, Http404):
        return not_found()
    if isinstance(error, PermissionDenied):
        return Refusal(403, "not_permitted", str(error) or "Your role does not allow this.")
    if isinstance(error, RequestDataTooBig):
        return Refusal(413, "too_large", "The request is too large. Only files may be.")
    if isinstance(error, IncompleteUpload):
        return Refusal(409, "incomplete_upload", str(error))
    if isinstance(error, StorageUnavailable | TransientFailure):
        return Refusal(
            503,
            "unavailable",
            "Storage or database does not answer. Nothing was changed; try again in a few seconds.",
            headers={"Retry-After": str(RETRY_SECONDS)},
        )
    if isinstance(error, EduCsvError):
        return Refusal(400, "refused", str(error))
    return None


def _of_framework(error: exceptions.APIException) -> Refusal:
    headers: dict[str, str] = {}
    challenge = getattr(error, "auth_header", None)
    if challenge:
        headers["WWW-Authenticate"] = challenge
    wait = getattr(error, "wait", None)
    if wait:
        headers["Retry-After"] = str(math.ceil(wait))
    if isinstance(error, exceptions.ValidationError):
        errors = list(_field_errors("", error.detail))
        first = errors[0] if errors else {"code": "bad_value", "detail": ""}
        detail = f"{first['field']}: {first['detail']}" if first.get("field") else first["detail"]
        return Refusal(400, first["code"], detail, errors=errors)
    code = getattr(error.detail, "code", error.default_code)
    detail = str(error.detail)
    if isinstance(error, exceptions.ParseError):
        detail = f"The body cannot be read. {detail}."
    return Refusal(error.status_code, CODES.get(code, code), detail, headers=headers)


# The framework's words in ours.
CODES = {
    "permission_denied": "not_permitted",
    "authentication_failed": "bad_credentials",
    "parse_error": "bad_request",
    "invalid": "bad_value",
    "null": "required",
    "blank": "required",
    "invalid_choice": "bad_enum",
}


def _field_errors(field: str, detail: Any) -> list[dict[str, str]]:
    if isinstance(detail, Mapping):
        return [
            error
            for name, inner in detail.items()
            for error in _field_errors(f"{field}.{name}" if field else str(name), inner)
        ]
    if isinstance(detail, list):
        return [error for inner in detail for error in _field_errors(field, inner)]
    code = getattr(detail, "code", "bad_value")
    name = "" if field == "non_field_errors" else field
    return [{"field": name, "code": CODES.get(code, code), "detail": str(detail)}]


def plain_answer(refusal: Refusal) -> JsonResponse:
    """The same for views outside the framework."""
    return JsonResponse(
        refusal.document(), status=refusal.status, content_type=MEDIA_TYPE, headers=refusal.headers
    )


@csrf_exempt
@login_not_required
def nothing_here(request: HttpRequest, **kwargs: str) -> JsonResponse:
    """For addresses below ``/api/`` that lead nowhere, whatever is sent to them."""
    return plain_answer(not_found(f"There is no address {request.path} in this API. See /api/v1/docs/."))
