"""How the Reporting API refuses: a code and a sentence, and for what a body says wrong, each fault (reporting-api.md 4.5)."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import RequestAborted, SuspiciousOperation
from django.core.signals import got_request_exception
from django.http import HttpRequest, JsonResponse
from django.http.request import UnreadablePostError
from django.views.decorators.csrf import csrf_exempt

from edu_csv.access.api.problems import Refusal
from edu_csv.errors import TransientFailure
from reporting import problems
from reporting.problems import Fault
from reporting.reports import reports

logger = logging.getLogger(__name__)

# 4.5: the same for no token, an unknown one and one whose hour is over.
CHALLENGE = 'Bearer error="invalid_token"'
RETRY_SECONDS = 5
# 4.4: a report takes a minute at least, so nobody is served sooner.
IN_FLIGHT_SECONDS = 60


class Refused(Exception):
    """An answer in this API's shape. extra: further members, such as ``limit``."""

    def __init__(
        self,
        status: int,
        error: str,
        message: str,
        *,
        faults: Sequence[Fault] = (),
        headers: Mapping[str, str] | None = None,
        **extra: Any,
    ) -> None:
        super().__init__(status, error, message)
        self.status, self.error, self.message = status, error, message
        self.faults = list(faults)
        self.headers = dict(headers or {})
        self.extra = extra

    def body(self) -> dict[str, Any]:
        told: dict[str, Any] = {"error": self.error, "message": self.message, **self.extra}
        if self.faults:
            param: dict[str, list[dict[str, Any]]] = {}
            for fault in self.faults:
                param.setdefault(fault.path, []).append({"msg": fault.msg, "args": list(fault.args)})
            told["param"] = param
        return told


def not_authenticated(message: str) -> Refused:
    return Refused(401, "NotAuthenticated", message, headers={"WWW-Authenticate": CHALLENGE})


def no_request(request_id: str) -> Refused:
    said = f"There is no report request with the id '{request_id[:60]}'."
    if request_id in reports():
        said += " To ask for the report of this name, send POST."
    return Refused(404, "RequestNotFound", said)


def bad_query(name: str, msg: str, came: str, message: str) -> Refused:
    """400 for a part of the address after the question mark."""
    fault = Fault("InvalidParameter", f"query.{name}", msg, (came[:60],), message)
    return Refused(400, fault.code, message, faults=[fault])


def answer(refused: Refused) -> JsonResponse:
    return JsonResponse(refused.body(), status=refused.status, headers=refused.headers)


def refusal_of(error: Exception, request: HttpRequest) -> Refused:
    """What to say of whatever went wrong; what nobody foresaw is logged, and tells nothing."""
    told = _told(error)
    if told is None:
        logger.error("the Reporting API failed", exc_info=error)
        got_request_exception.send(sender=None, request=request)
        told = Refused(500, "InternalError", "A fault of this system stopped the request. Try again later.")
    return told


def _told(error: Exception) -> Refused | None:
    match error:
        case Refused():
            return error
        case problems.UnknownReport():
            return Refused(404, "ReportNotFound", str(error))
        case problems.NotAllowed():
            return Refused(403, "Forbidden", str(error))
        case problems.Refused():
            return Refused(400, error.code, str(error), faults=error.faults)
        case problems.TooManyInFlight():
            return Refused(
                429,
                "TooManyInFlightRequests",
                str(error),
                headers={"Retry-After": str(IN_FLIGHT_SECONDS)},
                limit=error.limit,
                inFlight=[str(each) for each in error.ids],
            )
        case Refusal():
            return _of_rest(error)
        case UnreadablePostError() | RequestAborted():
            return Refused(400, "JsonError", "The connection ended before the body did. Send it again.")
        case SuspiciousOperation():
            return Refused(400, "BadRequest", f"The request cannot be read: {error}")
        case TransientFailure():
            # The published set of answers has no 503.
            return Refused(
                500,
                "InternalError",
                "Storage or database does not answer. Nothing was changed; try again in a few seconds.",
                headers={"Retry-After": str(RETRY_SECONDS)},
            )
    return None


def _of_rest(error: Refusal) -> Refused:
    """What the credentials, which all APIs share, refuse: too many wrong ones."""
    if error.status == 429:
        return Refused(429, "TooManyRequests", error.detail, headers=error.headers)
    return Refused(error.status, "Forbidden" if error.status == 403 else "BadRequest", error.detail)


@csrf_exempt
@login_not_required
def nothing_here(request: HttpRequest, **kwargs: str) -> JsonResponse:
    """For addresses below ``/public/api/`` that lead nowhere, whatever is sent to them."""
    message = f"There is no address {request.path[:200]} in this API. /reporting/ lists those there are."
    return answer(Refused(404, "NotFound", message))
