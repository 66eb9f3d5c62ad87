"""Our own docs inside the pages: the little of Markdown that they use."""

from __future__ import annotations

import re

import pytest
from django.conf import settings

from edu_csv.pages.markdown import sections, to_html


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("One line\nand the next.", "<p>One line and the next.</p>"),
        (
            "- *first*: a\n  and b\n- **second**",
            "<ul><li><em>first</em>: a and b</li><li><b>second</b></li></ul>",
        ),
        ("`a*b*<c>` & [docs](../x.md)", "<p><code>a*b*&lt;c&gt;</code> &amp; docs</p>"),
        ("```text\na *b* `<c>`\n- d\n```", "<pre>a *b* `&lt;c&gt;`\n- d</pre>"),
        ("a\n\n```sh\nb\n\n\nc\n```\n\nd", "<p>a</p><pre>b\n\n\nc</pre><p>d</p>"),
        ("### Part *one*\n\na", "<h3>Part <em>one</em></h3><p>a</p>"),
        ("2 * 3 * 4", "<p>2 * 3 * 4</p>"),
        ("<script>alert(1)</script>", "<p>&lt;script&gt;alert(1)&lt;/script&gt;</p>"),
        (
            "| a | b |\n|---|---|\n| `1` | |",
            (
                '<table class="t t-tight"><thead><tr><th scope="col">a</th><th scope="col">b</th></tr></thead>'
                "<tbody><tr><td><code>1</code></td><td></td></tr></tbody></table>"
            ),
        ),
    ],
)
def test_what_our_docs_use_becomes_html_and_all_else_is_text(text: str, html: str) -> None:
    assert to_html(text) == html


def test_parts_are_those_below_second_headings() -> None:
    assert sections("# T\n\nbefore\n\n## One\n\na\n\n## Two\n\n- b\n") == [
        ("One", "<p>a</p>"), ("Two", "<ul><li>b</li></ul>"),
    ]  # fmt: skip


@pytest.mark.parametrize("name", ["echovideo", "edu-csv"])
def test_the_docs_of_formats_leave_no_mark_behind(name: str) -> None:
    text = (settings.BASE_DIR / "docs" / "formats" / f"{name}.md").read_text("utf-8")
    for title, html in sections(text.partition("<!--")[0]):
        for mark in ("**", "](", "|--"):
            assert mark not in html, title


def test_the_docs_of_the_reporting_api_leave_no_mark_behind_outside_of_code() -> None:
    text = (settings.BASE_DIR / "docs" / "reporting.md").read_text("utf-8")
    for title, html in sections(text):
        words = re.sub(r"<pre>.*?</pre>", "", html, flags=re.DOTALL)
        for mark in ("**", "](", "|--", "###", "`"):
            assert mark not in words, title
