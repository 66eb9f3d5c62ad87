"""The body of a request: JSON, whatever its Content-Type says (curl sends ``-d`` as a form)."""

from __future__ import annotations

import json
import math
from functools import cached_property
from typing import Any, NoReturn

from django.http import HttpRequest

from edu_csv.body_limit import PUBLIC_BYTES
from reporting.api.errors import Refused


class Body:
    """What was sent, read when somebody asks and once only."""

    def __init__(self, request: HttpRequest) -> None:
        self._request = request

    @cached_property
    def _read(self) -> bytes:
        return bytes(self._request.read(PUBLIC_BYTES + 1))

    @cached_property
    def members(self) -> dict[str, Any]:
        """The members of the JSON object; none for an empty body. Raises Refused 400 JsonError."""
        if len(self._read) > PUBLIC_BYTES:
            raise Refused(
                400,
                "JsonError",
                f"The body has more than {PUBLIC_BYTES:,} bytes. A request needs 1,000 at most.",
            )
        if not self._read.strip():
            return {}
        try:
            found = json.loads(self._read, parse_constant=_no_number, parse_float=_finite)
        except (ValueError, RecursionError) as error:
            raise Refused(400, "JsonError", f"The body is no JSON: {_why(error)}.") from None
        if not isinstance(found, dict):
            kind = KINDS.get(type(found), "a value")
            raise Refused(
                400, "JsonError", f'Expected a JSON object such as {{"parameters": {{}}}}, got {kind}.'
            )
        return found

    def token(self) -> str | None:
        """The member ``access_token``, which published clients send (5.2); None when there is none."""
        try:
            found = self.members.get("access_token")
        except Refused:
            # Who calls is not known then, which is said first.
            return None
        return found if isinstance(found, str) and found else None


KINDS = {
    list: "a list",
    str: "a text",
    int: "a number",
    float: "a number",
    bool: "true or false",
    type(None): "null",
}


def _no_number(name: str) -> NoReturn:
    raise ValueError(f"{name} is no JSON number")


def _finite(text: str) -> float:
    """Raises ValueError: what is read as infinite could not be told back."""
    number = float(text)
    if not math.isfinite(number):
        raise ValueError(f"{text[:40]} is larger than any number here")
    return number


def _why(error: Exception) -> str:
    match error:
        case json.JSONDecodeError():
            return f"{error.msg[:1].lower()}{error.msg[1:]} in line {error.lineno}, column {error.colno}"
        case UnicodeDecodeError():
            return f"byte {error.start + 1} is not UTF-8"
        case RecursionError():
            return "it is nested too deeply"
    return str(error)[:200]
