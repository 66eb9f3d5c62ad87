"""The little of Markdown that our own docs use, as HTML: paragraphs, third headings, lists, tables, code, bold and slanted.

For text of this repository alone, and still escaped first: what is not known here is shown as written.
Links lose their address, since it leads to files that pages do not serve.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

CODE = re.compile(r"`([^`]+)`")
INLINE = (
    (re.compile(r"\[([^\]]+)\]\([^)]*\)"), r"\1"),
    (re.compile(r"\*\*(?=\S)(.+?)(?<=\S)\*\*"), r"<b>\1</b>"),
    (re.compile(r"(?<!\*)\*(?=[^\s*])([^*]+?)(?<=\S)\*(?!\*)"), r"<em>\1</em>"),
)
RULE_OF_TABLE = re.compile(r"\|?[\s:|-]+\|[\s:|-]*")


def sections(text: str) -> list[tuple[str, SafeString]]:
    """The parts below second headings, in order: (heading as text, HTML). What stands before them is left out."""
    parts = re.split(r"^## +(.+)$", text, flags=re.MULTILINE)
    return [(title.strip(), to_html(body)) for title, body in zip(parts[1::2], parts[2::2], strict=True)]


def to_html(text: str) -> SafeString:
    return mark_safe("".join(map(_block, _blocks(text.strip()))))  # noqa: S308 - escaped piece by piece


def _blocks(text: str) -> Iterator[list[str]]:
    """Lines with blank ones around them; in code a blank line is one like others."""
    lines: list[str] = []
    is_code = False
    for line in text.split("\n"):
        is_code ^= line.startswith("```")
        if line.strip() or is_code:
            lines.append(line)
        elif lines:
            yield lines
            lines = []
    if lines:
        yield lines


def _block(lines: list[str]) -> str:
    if lines[0].startswith("```") and lines[-1] == "```":
        return f"<pre>{escape(chr(10).join(lines[1:-1]))}</pre>"
    if lines[0].startswith("### "):
        return f"<h3>{_inline(lines[0].removeprefix('### '))}</h3>"
    if lines[0].startswith("- "):
        return f"<ul>{''.join(f'<li>{_inline(item)}</li>' for item in _items(lines))}</ul>"
    if lines[0].startswith("|") and len(lines) > 1 and RULE_OF_TABLE.fullmatch(lines[1]):
        return _table(lines)
    return f"<p>{_inline(' '.join(lines))}</p>"


def _items(lines: Iterable[str]) -> Iterator[str]:
    """The items of a list; lines that go on are indented."""
    item: list[str] = []
    for line in lines:
        if line.startswith("- ") and item:
            yield " ".join(item)
            item = []
        item.append(line.removeprefix("- ").strip())
    yield " ".join(item)


def _table(lines: list[str]) -> str:
    head, *rows = (
        [cell.strip() for cell in line.strip().strip("|").split("|")]
        for line in lines
        if not RULE_OF_TABLE.fullmatch(line)
    )
    heads = "".join(f'<th scope="col">{_inline(cell)}</th>' for cell in head)
    body = "".join(f"<tr>{''.join(f'<td>{_inline(cell)}</td>' for cell in row)}</tr>" for row in rows)
    return f'<table class="t t-tight"><thead><tr>{heads}</tr></thead><tbody>{body}</tbody></table>'


def _inline(text: str) -> str:
    # split() alternates: text, code, text, …; what is code is not looked into.
    pieces = CODE.split(text)
    return "".join(
        f"<code>{escape(piece)}</code>" if i % 2 else _marked(piece) for i, piece in enumerate(pieces)
    )


def _marked(text: str) -> str:
    marked = str(escape(text))
    for found, put in INLINE:
        marked = found.sub(put, marked)
    return marked
