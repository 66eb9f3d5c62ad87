"""What all EchoVideo formats share (echovideo.md sections 3 and 4)."""

from __future__ import annotations

from typing import ClassVar

from imports.formats.base import Format


class EchoVideoFormat(Format):
    """One action a file; a blank optional cell empties the field; of several rows the first counts."""

    family = "echovideo"
    actions: ClassVar[tuple[str, ...]] = ("create", "update", "delete")
    repeats = "first"
    blank_on_update = "clear"
    bad_bytes = "row"
    unprotects_formulas = True


# Lengths: echovideo.md 6.2 (31).
NAME, CODE, DESCRIPTION = 200, 255, 2_000
