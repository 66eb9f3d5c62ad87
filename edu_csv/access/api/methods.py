"""Which methods an address takes, for doors that answer in a shape of their own."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TypeVar

T = TypeVar("T")


def chosen(methods: Mapping[str, T], asked: str | None) -> T | None:
    """What an address does for a method, by lower-case name; HEAD is GET without its body. None: it does not take it."""
    name = (asked or "").lower()
    return methods.get("get" if name == "head" else name)


def allowed(methods: Iterable[str]) -> str:
    """``GET, HEAD, POST``, for the header Allow and for people."""
    return ", ".join(
        each for name in methods for each in (("GET", "HEAD") if name == "get" else (name.upper(),))
    )
