"""Keyset paging of the roster: the address says after which line a page goes on, and how many came before."""

from __future__ import annotations

import base64
import binascii
import json
from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Cursor:
    """after: the values that the last line before was ordered by, its id last; empty on the first page."""

    after: tuple[str, ...] = ()
    seen: int = 0

    @classmethod
    def read(cls, text: str, length: int) -> Cursor:
        """What an address says; one that cannot be read is the first page, which is never wrong."""
        try:
            told = json.loads(base64.urlsafe_b64decode(text.encode() + b"==="))
        except (ValueError, binascii.Error):
            return cls()
        match told:
            case [int(seen), [*after]] if len(after) == length and all(isinstance(a, str) for a in after):
                # No text of the database holds that character.
                after = [text.replace("\0", "") for text in after]
                return cls(tuple(after), max(0, min(seen, 10**9))) if as_id(after[-1]) else cls()
        return cls()

    @property
    def is_first(self) -> bool:
        return not self.after

    def onward(self, after: tuple[str, ...], shown: int) -> str:
        said = json.dumps([self.seen + shown, after], ensure_ascii=False, separators=(",", ":"))
        return base64.urlsafe_b64encode(said.encode("utf-8", "surrogatepass")).decode().rstrip("=")


def as_id(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
