"""Sentences that quote a value: the uploaded value is marked, ids are set so that 0 and O differ."""

from __future__ import annotations

import re

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

QUOTED = re.compile(r"`([^`]*)`")
# A full stop inside a quoted value is no end of a sentence: both kinds of quotes are stepped over.
SENTENCE = re.compile(r"(?:`[^`]*`|'[^']*'|“[^”]*”|[^.?!`'“]|[.?!](?!\s|$)|['`“])*[.?!]*")

BAD = '<span class="bad-cell id">{}</span>'
ID = '<span class="id">{}</span>'


def first_and_rest(message: str) -> tuple[str, str]:
    """Cut off the first sentence: it says what is wrong, the rest what to do."""
    found = SENTENCE.match(message)
    end = found.end() if found and found.end() else len(message)
    return message[:end].strip(), message[end:].strip()


def with_values(text: str, bad: str) -> SafeString:
    """Escape ``text``; set what stands between backticks as an id, and ``bad`` as the bad cell."""
    pieces: list[tuple[SafeString]] = []
    parts = QUOTED.split(text)
    # split() alternates: text, quoted, text, …
    for i, part in enumerate(parts):
        if i % 2:
            pieces.append((format_html(BAD if part == bad else ID, part),))
        elif bad and len(parts) == 1 and f"'{bad}'" in part:
            before, _, after = part.partition(f"'{bad}'")
            pieces.append((format_html(f"{{}}{BAD}{{}}", before, bad, after),))
        else:
            pieces.append((format_html("{}", part),))
    return format_html_join("", "{}", pieces)
