"""Commas that conditional parts leave behind: before a closing bracket, or doubled (csv data import 1.3)."""

from __future__ import annotations

import re

_LEFT_BEHIND = re.compile(r",(?=\s*[,}\]])")
_TEXT_OR_COMMA = re.compile(r'"[^"\\]*+(?:\\.[^"\\]*+)*+(?:"|\\?\Z)|,(?=\s*+[,}\]])', re.DOTALL)


def may_need_repair(text: str) -> bool:
    """Whether there is such a comma, inside a string or outside."""
    return _LEFT_BEHIND.search(text) is not None


def without_stray_commas(text: str) -> str:
    """The text less every comma that stands, outside a string, before ``}``, ``]`` or another comma."""
    return _TEXT_OR_COMMA.sub(_keep, text) if may_need_repair(text) else text


def _keep(found: re.Match[str]) -> str:
    return "" if found[0] == "," else found[0]
