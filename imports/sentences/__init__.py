"""One sentence a code: what came, what was expected, what to do (ui.md section 9).

``code.variant`` where more is known than the code says. A part a file: rows, the families' own, whole files.
"""

from __future__ import annotations

from imports.sentences import circlein, d2l, files, groups, rows, templated

SENTENCES = {
    **rows.SENTENCES,
    **d2l.SENTENCES,
    **circlein.SENTENCES,
    **templated.SENTENCES,
    **groups.SENTENCES,
    **files.SENTENCES,
}
UNWORDED = "{said}. Expected {expected}."
