"""How large a request may be, looked at before the application reads it.

Under ASGI Django writes a body to a temporary file before any view is asked; this stands in front, so
that neither a body without end nor one from nobody we know fills the disk.
"""

from __future__ import annotations

import json
import re
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from django.conf import settings

Scope = dict[str, Any]
Message = Mapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Application = Callable[[Scope, Receive, Send], Awaitable[None]]

# What a form may have beside its file.
ROOM_FOR_FIELDS = 1 << 20
# Where only callers with credentials have anything to send.
FOR_THE_KNOWN = "/api/"
CREDENTIALS = (b"authorization", b"cookie")
# The xAPI statements endpoint: it takes no files, and refuses what is too long in its own words. Credentials may stand
# in the body there, when the address says so (Alternate Request Syntax).
STATEMENTS = re.compile(r"/(?:xAPI|xapi|api/organizations/[^/]+/lrs)/")
STATEMENTS_BYTES = 10 << 20
CREDENTIALS_IN_BODY = b"method="
# The CSV Data Import API: limits of its own, refused in its own words too. Group 1: it is a preview.
CSV_DATA = re.compile(r"/api/organizations/[^/]+/(?:csv|statement)-import(/preview)?/?$")
CSV_PREVIEW_BYTES = 10_485_760

# The Reporting API: bodies are a few lines of JSON, in which the token may stand; it refuses longer ones in its own words.
PUBLIC = "/public/"
PUBLIC_BYTES = 64 << 10


class BodyLimit:
    """ASGI middleware around the whole application."""

    def __init__(self, application: Application) -> None:
        self._application = application

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._application(scope, receive, send)
            return
        headers = dict(scope["headers"])
        if STATEMENTS.match(scope["path"]):
            known = (
                any(name in headers for name in CREDENTIALS) or CREDENTIALS_IN_BODY in scope["query_string"]
            )
            await self._application(
                scope, _Short(receive, STATEMENTS_BYTES + 1) if known else _Nothing(receive), send
            )
            return
        if scope["path"].startswith(PUBLIC):
            await self._application(scope, _Short(receive, PUBLIC_BYTES + 1), send)
            return
        if scope["path"].startswith(FOR_THE_KNOWN) and not any(name in headers for name in CREDENTIALS):
            # The answer is 401, whatever the body says; nobody reads it.
            await self._application(scope, _Nothing(receive), send)
            return
        announced = headers.get(b"content-length", b"0")
        if csv_data := CSV_DATA.match(scope["path"]):
            most = CSV_PREVIEW_BYTES if csv_data[1] else settings.MAX_CSV_DATA_BYTES
            # What says itself that it is too long is refused unread.
            is_long = announced.isdigit() and int(announced) > most + ROOM_FOR_FIELDS
            await self._application(
                scope, _Nothing(receive) if is_long else _Short(receive, most + ROOM_FOR_FIELDS + 1), send
            )
            return
        limit = settings.MAX_UPLOAD_BYTES + ROOM_FOR_FIELDS
        if announced.isdigit() and int(announced) > limit:
            await _refuse(send)
            return
        counted = _Counted(receive, send, limit)
        await self._application(scope, counted.receive, counted.send)
        if counted.is_too_large and not counted.has_answered:
            await _refuse(send)


class _Nothing:
    """A body that has nothing in it; afterwards only the end of the connection is heard."""

    def __init__(self, receive: Receive) -> None:
        self._receive = receive
        self._was_asked = False

    async def __call__(self) -> Message:
        if not self._was_asked:
            self._was_asked = True
            return {"type": "http.request", "body": b"", "more_body": False}
        while (message := await self._receive())["type"] != "http.disconnect":
            continue
        return message


class _Short:
    """The beginning of a body: who is told more than they take knows that by one byte."""

    def __init__(self, receive: Receive, most: int) -> None:
        self._receive = receive
        self._left = most

    async def __call__(self) -> Message:
        message = await self._receive()
        # What comes after the end is not listened to, save that the connection ends.
        while self._left == 0 and message["type"] != "http.disconnect":
            message = await self._receive()
        if message["type"] != "http.request":
            return message
        body = message.get("body", b"")[: self._left]
        self._left -= len(body)
        return {**message, "body": body, "more_body": message.get("more_body", False) and self._left > 0}


class _Counted:
    def __init__(self, receive: Receive, send: Send, limit: int) -> None:
        self._receive, self._send = receive, send
        self._left = limit
        self.is_too_large = self.has_answered = False

    async def receive(self) -> Message:
        message = await self._receive()
        self._left -= len(message.get("body", b""))
        if self._left < 0:
            # The application lets go of what it has, as it does when a caller hangs up.
            self.is_too_large = True
            return {"type": "http.disconnect"}
        return message

    async def send(self, message: Message) -> None:
        self.has_answered = True
        await self._send(message)


async def _refuse(send: Send) -> None:
    detail = f"The request has more than {settings.MAX_UPLOAD_BYTES:,} bytes. Send less, packed, or in parts."
    body = json.dumps(
        {
            "type": "about:blank",
            "title": "Request Entity Too Large",
            "status": 413,
            "code": "too_large",
            "detail": detail,
            "errors": [],
        }
    ).encode()
    headers = [
        (b"content-type", b"application/problem+json"),
        (b"content-length", str(len(body)).encode()),
        (b"connection", b"close"),
    ]
    await send({"type": "http.response.start", "status": 413, "headers": headers})
    await send({"type": "http.response.body", "body": body})
