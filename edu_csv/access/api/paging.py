"""Pages of a list: ``?limit=`` and ``?cursor=``; a cursor names a place in the order, never a number of rows.

So a page costs the same wherever it is, and rows that come or go meanwhile move nothing.
"""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.utils.urls import replace_query_param

from edu_csv.access.api.problems import Refusal, bad_field

DEFAULT_LIMIT = 50
MOST = 500

Row = TypeVar("Row")


@dataclass(frozen=True, slots=True)
class Window:
    """What part of the list was asked for. place: JSON values; None: from the beginning.

    backwards: the rows before the place, not those after it.
    """

    limit: int
    place: list[Any] | None = None
    backwards: bool = False


def window(request: Request, width: int) -> Window:
    """Read ``limit`` and ``cursor``. width: how many values a place has. Raises Refusal 400."""
    limit = _limit(request.query_params.get("limit"))
    cursor = request.query_params.get("cursor")
    if not cursor:
        return Window(limit)
    try:
        padded = cursor + "=" * (-len(cursor) % 4)
        direction, *place = json.loads(base64.urlsafe_b64decode(padded.encode()))
        if direction not in ("after", "before") or len(place) != width:
            raise ValueError(cursor)
    except (ValueError, TypeError, binascii.Error):
        raise bad_cursor() from None
    return Window(limit, place, direction == "before")


def bad_cursor() -> Refusal:
    return bad_field(
        "cursor", "bad_cursor", "This cursor is none of ours. Follow `next` and `previous` as they are."
    )


def _limit(given: str | None) -> int:
    if given is None:
        return DEFAULT_LIMIT
    if not (given.isascii() and given.isdigit() and 1 <= int(given) <= MOST):
        raise bad_field(
            "limit", "bad_number", f"Expected a whole number from 1 to {MOST}, got `{given[:40]}`."
        )
    return int(given)


@dataclass(frozen=True, slots=True)
class Page(Generic[Row]):
    """Some rows, and the places where the next and the previous page begin; None: there is none."""

    rows: list[Row]
    after: Sequence[Any] | None
    before: Sequence[Any] | None


def page_of(found: list[Row], asked: Window, place_of: Callable[[Row], Sequence[Any]]) -> Page[Row]:
    """Make a page of up to ``limit + 1`` rows in the order of the query (reversed when backwards)."""
    more = len(found) > asked.limit
    rows = found[: asked.limit]
    if asked.backwards:
        rows.reverse()
    has_next, has_previous = (True, more) if asked.backwards else (more, asked.place is not None)
    return Page(
        rows,
        after=place_of(rows[-1]) if rows and has_next else None,
        before=place_of(rows[0]) if rows and has_previous else None,
    )


def answer(
    request: Request, results: Sequence[Any], page: Page[Any], count: int | None, **more: Any
) -> Response:
    """The contract's envelope. count: None where counting would scan a large table."""
    return Response(
        {
            "count": count,
            "next": _address(request, "after", page.after),
            "previous": _address(request, "before", page.before),
            **more,
            "results": list(results),
        }
    )


def _address(request: Request, direction: str, place: Sequence[Any] | None) -> str | None:
    if place is None:
        return None
    packed = json.dumps([direction, *place], separators=(",", ":"), default=str).encode()
    cursor = base64.urlsafe_b64encode(packed).decode().rstrip("=")
    return replace_query_param(request.build_absolute_uri(), "cursor", cursor)
