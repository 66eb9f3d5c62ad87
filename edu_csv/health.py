"""Is the process up, and can it do its work? Open to everyone, so nothing but names is told."""

from __future__ import annotations

import logging
from collections.abc import Callable

from django.db import connection
from django.http import HttpRequest, JsonResponse
from django.http.response import HttpResponseBase
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from edu_csv import storage
from edu_csv.celery import app

logger = logging.getLogger(__name__)

PATIENCE_SECONDS = 3


def ask_database() -> None:
    """Raises when the database does not answer."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")


def ask_broker() -> None:
    """Raises when the broker does not answer."""
    with app.connection_for_write(connect_timeout=PATIENCE_SECONDS) as broker:
        broker.ensure_connection(max_retries=1, timeout=PATIENCE_SECONDS)


def ask_storage() -> None:
    """Raises when files cannot be stored."""
    storage.reachable()


DEPENDENCIES: dict[str, Callable[[], None]] = {
    "database": ask_database,
    "broker": ask_broker,
    "storage": ask_storage,
}


@require_safe
@never_cache
def healthz(request: HttpRequest) -> JsonResponse:
    return JsonResponse({"status": "ok"})


class Up:
    """Answers ``/healthz`` before sessions and people are asked for, which ask the database.

    The process is up even when the database, or this connection to it, is not.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return healthz(request) if request.path_info == "/healthz" else self.get_response(request)


@require_safe
@never_cache
def readyz(request: HttpRequest) -> JsonResponse:
    """200, or 503 with the names of what cannot be reached. Why it cannot stands in the log only."""
    unreachable = []
    for name, ask in DEPENDENCIES.items():
        try:
            ask()
        except Exception:  # whatever a dependency raises: it is away
            logger.warning("readyz: %s does not answer", name, exc_info=True)
            unreachable.append(name)
    if unreachable:
        return JsonResponse({"status": "unavailable", "unreachable": unreachable}, status=503)
    return JsonResponse({"status": "ok"})
