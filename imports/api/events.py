"""``/imports/{id}/events``: progress and the end, as server-sent events. Polling works too.

A stream is bounded: it ends with the import, when a person must decide, or after five minutes, when a
browser asks anew by itself. Between two looks it holds neither a connection to the database nor, under
ASGI, a thread.
"""

from __future__ import annotations

import asyncio
import json
import threading
import time
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from asgiref.sync import sync_to_async
from django.core.handlers.asgi import ASGIRequest
from django.db import connection
from django.http import StreamingHttpResponse
from django.http.response import HttpResponseBase
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request

from edu_csv import tenancy
from edu_csv.access.api.problems import Refusal
from edu_csv.access.api.schema import PROBLEMS
from edu_csv.access.api.views import ApiView
from edu_csv.access.policy import Ability
from edu_csv.jobs.models import State, Status
from imports.api.looking import find_import
from imports.models import Import

SECONDS_BETWEEN_LOOKS = 1.0
# Whoever has watched so long is told less often: what takes minutes does not change every second.
SECONDS_OF_FREQUENT_LOOKS = 60.0
SECONDS_BETWEEN_LATER_LOOKS = 3.0
SECONDS_BETWEEN_SIGNS_OF_LIFE = 15.0
LONGEST_SECONDS = 300.0
MOST_STREAMS = 200
RETRY_MILLISECONDS = 2_000

# An import's row is wide: what its review and its file hold is of no use here.
LOOKED_AT = Import.objects.select_related("job").only(
    "counts", "plan_changed", "job__state", "job__status", "job__phase", "job__rows_done",
    "job__rows_total", "job__problem",
)  # fmt: skip

_streams = threading.BoundedSemaphore(MOST_STREAMS)


@dataclass(slots=True)
class Watch:
    """One stream about one import: which message comes next."""

    institution: int
    import_id: UUID
    begun: float = field(default_factory=time.monotonic)
    spoken: float = field(default_factory=time.monotonic)
    last: str = ""
    is_over: bool = False

    def next_message(self) -> str:
        """What there is to say now; empty for nothing. ``is_over`` afterwards: it was the last."""
        state, data = self._look()
        now = time.monotonic()
        if state in (State.ENDED, State.WAITING) and data["status"] != Status.VOIDING:
            self.is_over = True
            return _event("end", data)
        body = json.dumps(data)
        if body != self.last:
            self.last, self.spoken = body, now
            return _event("progress", data)
        if now - self.begun >= LONGEST_SECONDS:
            self.is_over = True
            return ": ask again\n\n"
        if now - self.spoken >= SECONDS_BETWEEN_SIGNS_OF_LIFE:
            self.spoken = now
            return ": still there\n\n"
        return ""

    @property
    def pause(self) -> float:
        """Seconds until the next look."""
        is_new = time.monotonic() - self.begun < SECONDS_OF_FREQUENT_LOOKS
        return SECONDS_BETWEEN_LOOKS if is_new else SECONDS_BETWEEN_LATER_LOOKS

    def _look(self) -> tuple[str, dict[str, Any]]:
        """One statement over a connection of its own."""
        with tenancy.use_institution(self.institution):
            try:
                upload = LOOKED_AT.filter(pk=self.import_id).first()
            finally:
                # Inside: a connection that stays is told when the institution is left again.
                connection.close()
        if upload is None:
            return State.ENDED, {"id": str(self.import_id), "status": "gone"}
        return upload.job.state, progress_of(upload)


def progress_of(upload: Import) -> dict[str, Any]:
    job = upload.job
    return {
        "id": str(upload.pk),
        "status": job.status,
        "progress": {"phase": job.phase, "rows_done": job.rows_done, "rows_total": job.rows_total},
        "counts": upload.counts,
        "problem": job.problem,
        "plan_changed": upload.plan_changed,
    }


def _event(name: str, data: dict[str, Any]) -> str:
    return f"event: {name}\nretry: {RETRY_MILLISECONDS}\ndata: {json.dumps(data)}\n\n"


class Messages:
    """The body of the answer, for servers of either kind; gives its place back when it is closed."""

    def __init__(self, watch: Watch) -> None:
        self._watch = watch
        self._is_open = _streams.acquire(blocking=False)
        if not self._is_open:
            raise Refusal(
                503,
                "too_many_streams",
                "Too many are watching just now. Ask for the import itself every few seconds instead.",
                headers={"Retry-After": "5"},
            )

    def close(self) -> None:
        if self._is_open:
            self._is_open = False
            _streams.release()


class PlainMessages(Messages):
    """Iterated by WSGI servers, which spend a thread on it."""

    def __iter__(self) -> Iterator[str]:
        while not self._watch.is_over:
            if message := self._watch.next_message():
                yield message
            if not self._watch.is_over:
                time.sleep(self._watch.pause)


class AsyncMessages(Messages):
    """Iterated by ASGI servers; looks in a thread, so that other requests go on."""

    async def __aiter__(self) -> AsyncIterator[str]:
        look = sync_to_async(self._watch.next_message)
        while not self._watch.is_over:
            if message := await look():
                yield message
            if not self._watch.is_over:
                await asyncio.sleep(self._watch.pause)


class Events(ApiView):
    """Progress of an import while it is made."""

    ability = Ability.IMPORT

    @extend_schema(
        operation_id="imports_events",
        summary="Progress, as server-sent events",
        responses={(200, "text/event-stream"): OpenApiTypes.STR, **PROBLEMS},
    )
    def get(self, request: Request, import_id: UUID) -> HttpResponseBase:
        upload = find_import(self.actor, import_id)
        watch = Watch(upload.institution_id, upload.pk)
        is_async = isinstance(request._request, ASGIRequest)
        messages = AsyncMessages(watch) if is_async else PlainMessages(watch)
        answer = StreamingHttpResponse(messages, content_type="text/event-stream")
        # A proxy that collects the answer before it sends it would keep the news to itself.
        answer["X-Accel-Buffering"] = "no"
        answer["Cache-Control"] = "no-store"
        return answer
