"""``Idempotency-Key``: a POST is carried out once for a client and key, for 24 hours (rest-api.md section 1).

The work and its answer are committed together, so whatever dies in between leaves neither. A request
that takes long (an upload) says now and then that it lives; when it falls silent a repeat takes over.
"""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from functools import wraps
from typing import Any, Concatenate, ParamSpec, Protocol, TypeVar

from django.db import DatabaseError, connection, transaction
from django.http import QueryDict
from django.http.response import HttpResponseBase
from django.utils import timezone
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from edu_csv.access.actors import Actor
from edu_csv.access.api.authentication import actor_of
from edu_csv.access.api.problems import Refusal, bad_field
from edu_csv.access.models import IdempotentRequest

HEADER = "Idempotency-Key"
KEPT_HEADERS = ("Location",)
SILENT_SECONDS = 120
SECONDS_BETWEEN_BEATS = 10.0
RETRY_SECONDS = "2"

# One row per caller and key. It is ours when it is new, a day old, or its owner fell silent.
CLAIM = """
    INSERT INTO access_idempotent_request AS request
           (institution_id, caller, key, fingerprint, created_at, beat_at, attempt, headers)
    VALUES (%(institution)s, %(caller)s, %(key)s, '', clock_timestamp(), clock_timestamp(), 1, '{}')
    ON CONFLICT (institution_id, caller, key) DO UPDATE
       SET fingerprint = '', status = NULL, headers = '{}', body = NULL, attempt = request.attempt + 1,
           created_at = clock_timestamp(), beat_at = clock_timestamp()
     WHERE request.created_at < clock_timestamp() - interval '24 hours'
        OR (request.status IS NULL AND request.beat_at < clock_timestamp() - %(silent)s * interval '1 second')
 RETURNING id, attempt
"""


class Streaming(Protocol):
    """A view that takes a file while the body is read: it may be told to keep nothing of it."""

    keeps: bool
    on_progress: Callable[[], None]


@dataclass(slots=True)
class Claim:
    """The right to carry a request out."""

    id: int
    attempt: int
    _beaten: float = field(default_factory=time.monotonic)

    def beat(self) -> None:
        if time.monotonic() - self._beaten >= SECONDS_BETWEEN_BEATS:
            self._beaten = time.monotonic()
            self._own().update(beat_at=timezone.now())

    def keep(self, response: Response, fingerprint: str) -> None:
        """Keep the answer; in the transaction of the work. Raises Refusal when another took over."""
        body = json.loads(JSONRenderer().render(response.data))
        headers = {name: response[name] for name in KEPT_HEADERS if name in response}
        kept = self._own().update(
            status=response.status_code, headers=headers, body=body, fingerprint=fingerprint
        )
        if not kept:
            raise _still_running()

    def forget(self) -> None:
        """Nothing was carried out: the key is free again."""
        # Should the database be away: a claim that falls silent is free after a while too.
        with suppress(DatabaseError):
            self._own().delete()

    def _own(self) -> Any:
        return IdempotentRequest.objects.filter(pk=self.id, attempt=self.attempt, status=None)


def claim(actor: Actor, key: str) -> Claim | IdempotentRequest:
    """Take the key, or find what the first request with it answered. Raises Refusal 409 while that runs."""
    params: dict[str, str | int] = {
        "institution": actor.institution,
        "caller": actor.caller,
        "key": key,
        "silent": SILENT_SECONDS,
    }
    with connection.cursor() as cursor:
        cursor.execute(CLAIM, params)
        row = cursor.fetchone()
    if row:
        return Claim(*row)
    found = IdempotentRequest.objects.filter(
        institution_id=actor.institution, caller=actor.caller, key=key
    ).first()
    if found is None or found.status is None:
        raise _still_running()
    return found


def _still_running() -> Refusal:
    return Refusal(
        409,
        "still_running",
        "The first request with this Idempotency-Key is still running. Repeat this one in a moment.",
        headers={"Retry-After": RETRY_SECONDS},
    )


Params = ParamSpec("Params")
View = TypeVar("View")
Handler = Callable[Concatenate[View, Request, Params], HttpResponseBase]


def idempotent(handler: Handler[View, Params]) -> Handler[View, Params]:
    """A view's ``post`` that honours the header; without the header it is as before."""

    @wraps(handler)
    def once(
        view: View, request: Request, /, *args: Params.args, **kwargs: Params.kwargs
    ) -> HttpResponseBase:
        key = request.headers.get(HEADER)
        if key is None:
            return handler(view, request, *args, **kwargs)
        taken = claim(actor_of(request), _checked(key))
        streaming: Streaming | None = getattr(view, "intake", None)
        if isinstance(taken, IdempotentRequest):
            if streaming is not None:
                streaming.keeps = False
            return _replay(taken, fingerprint(request))
        try:
            if streaming is not None:
                streaming.on_progress = taken.beat
            digest = fingerprint(request)
            with transaction.atomic():
                response = handler(view, request, *args, **kwargs)
                if isinstance(response, Response) and response.status_code < 400:
                    taken.keep(response, digest)
                    return response
        except BaseException:
            taken.forget()
            raise
        taken.forget()
        return response

    once.is_idempotent = True  # type: ignore[attr-defined]  # a test asks it of every POST
    return once


def _checked(key: str) -> str:
    if not (1 <= len(key) <= 255 and key.isprintable()):
        raise bad_field(HEADER, "bad_value", "Expected 1 to 255 printable characters, such as a UUID.")
    return key


def _replay(first: IdempotentRequest, digest: str) -> Response:
    if first.fingerprint != digest:
        raise Refusal(
            409,
            "idempotency_conflict",
            "This Idempotency-Key was used for another request. Send the same body, or use a new key.",
        )
    response = Response(first.body, status=first.status)
    for name, value in first.headers.items():
        response[name] = value
    response["Idempotent-Replay"] = "true"
    return response


def fingerprint(request: Request) -> str:
    """SHA-256 over method, address, fields and the hashes of files; reads the body to its end."""
    data = request.data
    if isinstance(data, QueryDict):
        files = dict(request.FILES.lists()) if request.FILES else {}
        fields: Any = sorted([name, values] for name, values in data.lists() if name not in files)
        hashes = sorted([name, [_sha256(file) for file in given]] for name, given in files.items())
    else:
        fields, hashes = data, []
    whole = [request.method, request.get_full_path(), fields, hashes]
    return hashlib.sha256(json.dumps(whole, sort_keys=True, default=str).encode()).hexdigest()


def _sha256(file: Any) -> str:
    """Of an uploaded file; one that went to storage knows it."""
    known = getattr(file, "sha256", None)
    if known is not None:
        return str(known)
    digest = hashlib.sha256()
    for chunk in file.chunks():
        digest.update(chunk)
    file.seek(0)
    return digest.hexdigest()
