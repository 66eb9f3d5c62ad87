"""How the CSV Data Import API refuses: a status, a code and a sentence (csv data import 4.1)."""

from __future__ import annotations

import logging
from collections.abc import Mapping

from django.core.exceptions import RequestAborted, SuspiciousOperation
from django.core.signals import got_request_exception
from django.http import HttpRequest, JsonResponse
from django.http.request import UnreadablePostError

from edu_csv.access.api.problems import Refusal
from edu_csv.errors import TransientFailure
from imports.api.csv_data.multipart import MultipartFault
from imports.problems import FileRejected
from imports.requests import BadRequest, NotAllowed, WrongState
from imports.templates.lookup import NoTemplate

logger = logging.getLogger(__name__)

REALM = 'Basic realm="edu-csv"'
RETRY_SECONDS = "5"
# A draft is nobody's template yet (csv data import 5), and the published codes have no word for it.
CODE_OF_TEMPLATE = {"draft_template": "unknown_template"}


class Refused(Exception):
    """An answer in this API's shape."""

    def __init__(
        self, status: int, code: str, message: str, headers: Mapping[str, str] | None = None
    ) -> None:
        super().__init__(status, code, message)
        self.status, self.code, self.message = status, code, message
        self.headers = dict(headers or {})


def answer(refused: Refused) -> JsonResponse:
    body = {"status": refused.status, "code": refused.code, "message": refused.message}
    return JsonResponse(body, status=refused.status, headers=refused.headers)


def refusal_of(error: Exception, request: HttpRequest) -> Refused:
    """What to say of whatever went wrong; what nobody foresaw is logged, and tells nothing."""
    told = _told(error)
    if told is None:
        logger.error("the CSV Data Import API failed", exc_info=error)
        got_request_exception.send(sender=None, request=request)
        told = Refused(500, "internal_error", "A fault of this system stopped the request. Try again later.")
    return told


def _told(error: Exception) -> Refused | None:
    match error:
        case Refused():
            return error
        case MultipartFault():
            return Refused(400, "bad_multipart", str(error))
        case NoTemplate():
            return Refused(400, CODE_OF_TEMPLATE.get(error.code, error.code), error.message)
        case BadRequest():
            return Refused(400, error.code, error.detail)
        case NotAllowed():
            return Refused(403, "not_permitted", str(error))
        case WrongState():
            return Refused(409, "import_running", str(error))
        case FileRejected():
            return Refused(400, error.code, error.detail)
        case Refusal():
            return Refused(error.status, error.code, error.detail, error.headers)
        case UnreadablePostError() | RequestAborted():
            return Refused(400, "bad_multipart", "The connection ended before the body did. Send it again.")
        case SuspiciousOperation():
            return Refused(400, "bad_request", f"The request cannot be read: {error}")
        case TransientFailure():
            return Refused(
                503,
                "unavailable",
                "Storage or database does not answer. Nothing was changed; try again in a few seconds.",
                {"Retry-After": RETRY_SECONDS},
            )
    return None
