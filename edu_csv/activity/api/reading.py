"""Statements that go out: one as itself, many as pages that are sent while they are read (xapi.md 5.2)."""

from __future__ import annotations

import itertools
from collections.abc import AsyncIterator, Iterable, Iterator
from dataclasses import replace
from functools import partial
from urllib.parse import urlencode
from uuid import uuid4

from asgiref.sync import sync_to_async
from django.core.handlers.asgi import ASGIRequest
from django.db import connection
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.utils.http import http_date

from edu_csv import tenancy
from edu_csv.access.api.problems import not_found
from edu_csv.activity import formats, queries
from edu_csv.activity.api import parameters, positions
from edu_csv.activity.api.asking import Asked
from edu_csv.activity.api.credentials import Caller
from edu_csv.activity.api.languages import chosen, preferred
from edu_csv.activity.api.parameters import Form, Many, One
from edu_csv.activity.api.positions import MORE, Position
from edu_csv.activity.queries import Found

JSON = "application/json"
# Statements that are read at once first; then as many as make up blocks of this size, for a statement may be of a
# hundred bytes or of ten mebibytes.
FIRST_BLOCK = 16
BLOCK_BYTES = 1 << 20
BEGIN, BETWEEN, END = b'{"statements":[', b",", b'],"more":"%s"}'


def answer(request: HttpRequest, asked: Asked, caller: Caller) -> HttpResponseBase:
    """The answer to a GET or HEAD. Raises Refusal 400, 404."""
    languages = preferred(asked.headers.get("accept-language", ""))
    if MORE in asked.parameters:
        parameters.only_known(asked.parameters, [MORE])
        told, position = positions.read(caller.institution, asked.parameters[MORE])
    else:
        told, position = asked.parameters, None
    wanted = parameters.wanted(told)
    envelope = _Envelope(wanted.attachments)
    found: HttpResponseBase
    if isinstance(wanted, One):
        found = _one(wanted, caller, languages, envelope)
    else:
        pages = _Pages(request.path, told, wanted, position, caller, languages, envelope)
        found = _many(request, pages, envelope)
    return _without_body(request, found) if asked.method == "HEAD" else found


class _Envelope:
    """What stands around the JSON: nothing, or that of a multipart body without attachments."""

    def __init__(self, multipart: bool) -> None:
        boundary = uuid4().hex
        self.content_type = f"multipart/mixed; boundary={boundary}" if multipart else JSON
        self.before = f"--{boundary}\r\nContent-Type: {JSON}\r\n\r\n".encode() if multipart else b""
        self.after = f"\r\n--{boundary}--\r\n".encode() if multipart else b""


def _one(wanted: One, caller: Caller, languages: list[str], envelope: _Envelope) -> HttpResponse:
    with connection.cursor() as cursor:
        found = queries.one(
            cursor, caller.institution, wanted.id, voided=wanted.voided, client=caller.only_client
        )
    if found is None:
        kind = "void statement" if wanted.voided else "statement"
        raise not_found(f"There is no {kind} with the id {wanted.id}, or not for you.")
    [body] = _formatted(caller, [found], wanted.form, languages)
    made = HttpResponse(
        envelope.before + body + envelope.after, content_type=envelope.content_type
    )  # fmt: skip
    made["Last-Modified"] = http_date(found.stored.timestamp())
    return made


def _many(request: HttpRequest, pages: _Pages, envelope: _Envelope) -> HttpResponseBase:
    """At once when one block is all there is; else in blocks, of which the first has been read."""
    first = pages.next_block()
    if pages.is_over:
        return HttpResponse(first, content_type=envelope.content_type)
    return StreamingHttpResponse(
        _body(request, itertools.chain([first], pages)), content_type=envelope.content_type
    )


def _without_body(request: HttpRequest, found: HttpResponseBase) -> HttpResponseBase:
    """With the headers that the body would have had, as far as they are known."""
    if isinstance(found, StreamingHttpResponse):
        # Not an empty answer, whose length would be told.
        made: HttpResponseBase = StreamingHttpResponse(_body(request, []))
    else:
        made = HttpResponse()
        made["Content-Length"] = str(len(found.content))  # type: ignore[attr-defined]  # of an answer that is whole
    for name, value in found.items():
        made[name] = value
    return made


def _formatted(caller: Caller, found: list[Found], form: Form, languages: list[str]) -> list[bytes]:
    choose = partial(chosen, languages=languages)
    with connection.cursor() as cursor:
        return formats.formatted(cursor, caller.institution, found, form, choose)


class _Pages:
    """One page of a list, read block by block. Nothing of the database is held between two blocks."""

    def __init__(
        self,
        path: str,
        told: dict[str, str],
        wanted: Many,
        position: Position | None,
        caller: Caller,
        languages: list[str],
        envelope: _Envelope,
    ) -> None:
        """path: of the address that was asked, which ``more`` goes on with. told: the parameters as they came."""
        self.is_over = False
        self._path, self._told, self._wanted = path, told, wanted
        self._caller, self._languages, self._envelope = caller, languages, envelope
        self._left = wanted.limit
        self._block = FIRST_BLOCK
        self._begun = False
        self._asked = queries.Asked(
            terms=wanted.terms,
            since=wanted.since,
            until=wanted.until,
            ascending=wanted.ascending,
            after=None if position is None else (position.stored, position.seq),
            client=caller.only_client,
        )

    def next_block(self) -> bytes:
        """The next piece of the body; ``is_over`` afterwards: it was the last."""
        with tenancy.use_institution(self._caller.institution):
            return self._next_block()

    def __iter__(self) -> Iterator[bytes]:
        """The pieces that are left."""
        while not self.is_over:
            yield self.next_block()

    def _next_block(self) -> bytes:
        size = min(self._block, self._left)
        with connection.cursor() as cursor:
            # One more shows whether anything follows.
            found = queries.page(cursor, self._caller.institution, replace(self._asked, limit=size + 1))
        follows, found = len(found) > size, found[:size]
        bodies = _formatted(self._caller, found, self._wanted.form, self._languages)
        pieces = [BETWEEN.join(bodies)]
        if not self._begun:
            pieces.insert(0, self._envelope.before + BEGIN)
        elif bodies:
            pieces.insert(0, BETWEEN)
        self._begun = True
        self._left -= len(found)
        if found:
            last = found[-1]
            self._asked = replace(self._asked, after=(last.stored, last.seq))
        self.is_over = not follows or not self._left
        if self.is_over:
            more = self._more(Position(*self._asked.after)) if follows and self._asked.after else ""
            pieces += [END % more.encode(), self._envelope.after]
        length = sum(map(len, bodies)) or 1
        self._block = max(1, min(parameters.MOST, len(found) * BLOCK_BYTES // length))
        return b"".join(pieces)

    def _more(self, position: Position) -> str:
        """The address of the next page, which has no character that JSON would have to escape."""
        token = positions.signed(self._caller.institution, self._told, position)
        return f"{self._path}?{urlencode({MORE: token}, safe=':')}"


def _body(request: HttpRequest, blocks: Iterable[bytes]) -> Iterator[bytes] | AsyncIterator[bytes]:
    """The kind of body that the server behind this request can send piece by piece."""
    return _read_asynchronously(iter(blocks)) if isinstance(request, ASGIRequest) else iter(blocks)


async def _read_asynchronously(blocks: Iterator[bytes]) -> AsyncIterator[bytes]:
    """In the request's own thread, whose connection to the database ends with the request."""
    read = sync_to_async(partial(next, blocks, None))
    while (block := await read()) is not None:
        yield block
