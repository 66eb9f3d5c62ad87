"""Keyset paging: where a page goes on stands in its address, with how many were shown before it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Protocol, TypeVar
from urllib.parse import urlencode

from edu_csv.pages.contexts.parts import Pager

PAGE_SIZE = 50
CURSOR = re.compile(r"([0-9a-f.-]{1,60})_(\d{1,9})")
Query = list[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Cursor:
    """after: the last place of the page before, as text; blank on the first page. seen: rows before it."""

    after: str = ""
    seen: int = 0

    @classmethod
    def read(cls, text: str) -> Cursor:
        """What an address says; an unreadable one is the first page, which is never wrong."""
        found = CURSOR.fullmatch(text)
        return cls(found[1], int(found[2])) if found else cls()

    @property
    def is_first(self) -> bool:
        return not self.after

    def onward(self, after: str, shown: int) -> str:
        return f"{after}_{self.seen + shown}"


def href(page_url: str, query: Query) -> str:
    return f"{page_url}?{urlencode(query)}" if query else page_url


After = TypeVar("After", contravariant=True)


class Place(Protocol[After]):
    """Where a page begins: ``Cursor``, or one with a place of another kind."""

    @property
    def is_first(self) -> bool: ...
    @property
    def seen(self) -> int: ...
    def onward(self, after: After, shown: int) -> str: ...


def pager(
    cursor: Place[After],
    shown: int,
    next_after: After | None,
    page_url: str,
    query: Query,
    *,
    total: int | None,
    what: str,
    note: str = "",
) -> Pager:
    """Rows ``shown`` from ``cursor`` on. next_after: place of the last one when there are more, else blank or None."""
    return {
        "first": cursor.seen + 1 if shown else 0,
        "last": cursor.seen + shown,
        "total": total,
        "what": what,
        "note": note,
        "first_href": href(page_url, query) if not cursor.is_first else "",
        "next_href": href(page_url, [*query, ("cursor", cursor.onward(next_after, shown))])
        if next_after
        else "",
        "page_size": PAGE_SIZE,
    }
