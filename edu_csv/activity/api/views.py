"""The doors: ``statements``, ``about``, and a word about what is not there (xapi.md 5.1 to 5.3)."""

from __future__ import annotations

import logging
import re
from collections.abc import Callable
from datetime import UTC

from django.contrib.auth.decorators import login_not_required
from django.core.signals import got_request_exception
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt

from edu_csv.access.api.problems import Refusal, plain_answer, refusal_of
from edu_csv.activity import queries
from edu_csv.activity.api import credentials, parameters, reading, writing
from edu_csv.activity.api.asking import Asked, asked_by
from edu_csv.activity.api.credentials import Caller, caller_of

logger = logging.getLogger(__name__)

VERSION = "1.0.3"
VERSION_HEADER = "X-Experience-API-Version"
CONSISTENT_HEADER = "X-Experience-API-Consistent-Through"
# xapi.md 5.1: 1.0 and whatever begins with "1.0.".
TAKEN = re.compile(r"1\.0(\.[0-9]+)?")


@csrf_exempt  # no cookie is looked at
@login_not_required
def statements(request: HttpRequest, org: int | None = None) -> HttpResponseBase:
    """Statements in and out; whatever the answer is, it says through when they are complete."""
    # Of no institution there is nothing to wait for.
    through = timezone.now()

    def work() -> HttpResponseBase:
        nonlocal through
        asked = asked_by(request)
        check_version(asked.headers.get(VERSION_HEADER.casefold()))
        caller = caller_of(request, asked, org)
        # Before the statements are read: what is stored between the two is not promised.
        through = queries.consistent_through(caller.institution)
        return _answer(request, asked, caller)

    answer = _guarded(request, work)
    answer[CONSISTENT_HEADER] = (
        through.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")
    )
    return answer


@csrf_exempt
@login_not_required
def about(request: HttpRequest, org: int | None = None) -> HttpResponseBase:
    """Which versions are spoken; for everyone, whatever version they speak. No further property: a client broke on one."""

    def work() -> HttpResponseBase:
        if request.method not in ("GET", "HEAD"):
            raise Refusal(
                405, "method_not_allowed", "This address is for GET alone.", headers={"Allow": "GET, HEAD"}
            )
        parameters.only_known(request.GET, ())
        return JsonResponse({"version": [VERSION], "extensions": {}})

    return _guarded(request, work)


@csrf_exempt
@login_not_required
def not_there(request: HttpRequest, **kwargs: object) -> HttpResponseBase:
    """What an LRS has beside statements, and this endpoint has not."""

    def work() -> HttpResponseBase:
        # As on every call (xapi.md 5.1).
        check_version(request.headers.get(VERSION_HEADER))
        raise Refusal(
            404,
            "not_found",
            "This is an xAPI statements endpoint: it has `statements` and `about`. There are no documents, no agents"
            " and no activities here.",
        )

    return _guarded(request, work)


def check_version(given: str | None) -> None:
    """Raises Refusal 400 for a version header that is missing or of another version."""
    if given is None or not TAKEN.fullmatch(given.strip()):
        got = f"`{given[:40]}`" if given else "none"
        raise Refusal(400, "bad_version", f"Expected the header {VERSION_HEADER}: {VERSION}, got {got}.")


def _answer(request: HttpRequest, asked: Asked, caller: Caller) -> HttpResponseBase:
    if asked.method in ("GET", "HEAD"):
        credentials.check_reads(caller)
        return reading.answer(request, asked, caller)
    credentials.check_writes(caller)
    if asked.method == "PUT":
        parameters.only_known(asked.parameters, ["statementId"])
        if "statementId" not in asked.parameters:
            raise Refusal(
                400, "required", "PUT needs `?statementId=`, the id under which the statement is stored."
            )
        writing.put(asked, caller, parameters.uuid("statementId", asked.parameters["statementId"]))
        return HttpResponse(status=204)
    parameters.only_known(asked.parameters, ())
    return JsonResponse(writing.post(asked, caller), safe=False)


def _guarded(request: HttpRequest, work: Callable[[], HttpResponseBase]) -> HttpResponseBase:
    """The answer, or why there is none; with the headers that every answer has."""
    try:
        answer = work()
    except Exception as error:
        refusal = refusal_of(error)
        if refusal is None:
            logger.error("the xAPI statements endpoint failed", exc_info=error)
            got_request_exception.send(sender=None, request=request)
            refusal = Refusal(
                500, "internal_error", "A fault of this system stopped the request. Nothing was stored; try again later."
            )  # fmt: skip
        answer = plain_answer(refusal)
    answer[VERSION_HEADER] = VERSION
    answer.headers.setdefault("Cache-Control", "private, no-store")
    return answer
