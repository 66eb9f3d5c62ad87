"""The manifest of a package: one JSON object that says the version of its files (d2l-standard-csv.md 3.2, D-3)."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from typing import Any

from imports.problems import FileRejected, Problem

# One line is enough; a manifest of megabytes is none.
MAX_BYTES = 64 * 1024
SHOWN = 80

_PARTS = re.compile(r"(\d+)\.(\d+)(?:\.0)?")


def read_version(data: bytes, size: int, known: Sequence[str], name: str) -> tuple[str, list[Problem]]:
    """The version that a manifest says, one of ``known``, and what its sender should be told.

    data: its beginning, all of it unless it is too large. size: how many bytes it has.
    "2.0.0" is read as 2.0; a number is taken with a warning. Raises FileRejected ``manifest_invalid``.
    """
    words: dict[str, Any] = {"manifest": name, "example": example(known)}
    if size > MAX_BYTES:
        raise FileRejected("manifest_invalid", variant="size", bytes=size, **words)
    try:
        told = json.loads(data.decode("utf-8-sig"), object_pairs_hook=_once)
    except UnicodeDecodeError:
        raise FileRejected("manifest_invalid", fault="it is not UTF-8", **words) from None
    except (ValueError, RecursionError) as error:
        raise FileRejected("manifest_invalid", fault=str(error)[:200], **words) from None
    version = told.get("version") if isinstance(told, dict) else None
    if isinstance(version, bool) or not isinstance(version, (str, int, float)):
        found = json.dumps(told, ensure_ascii=False)
        raise FileRejected("manifest_invalid", variant="shape", found=found[:SHOWN], **words)
    # A number of JSON: 3 and 3.0 are one.
    text = (
        version if isinstance(version, str) else f"{version}.0" if isinstance(version, int) else repr(version)
    )
    parts = _PARTS.fullmatch(text)
    meant = f"{int(parts[1])}.{int(parts[2])}" if parts else ""
    if meant not in known:
        raise FileRejected(
            "manifest_invalid", variant="version", version=text[:SHOWN], versions=", ".join(known), **words
        )
    if isinstance(version, str):
        return meant, []
    return meant, [
        Problem("manifest_number", severity="warning", params={"manifest": name, "version": meant})
    ]


def example(known: Sequence[str]) -> str:
    """A manifest of the newest version, as one writes it."""
    return f'`{{"version": "{known[-1]}"}}`'


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a name occurs twice in it")
    return found
