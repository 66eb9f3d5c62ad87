"""Each page template, rendered with its typed sample: own host only, no inline code, one heading."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Mapping
from urllib.parse import urlsplit

import pytest
from django.contrib.staticfiles import finders
from django.template.loader import render_to_string
from django.test import RequestFactory

from tests.pages.html import Element, elements
from tests.pages.samples import FRAGMENTS, PAGES, story

# Attributes that make a browser fetch or go somewhere.
ADDRESSES = {
    "href",
    "src",
    "srcset",
    "action",
    "formaction",
    "poster",
    "data",
    "ping",
    "manifest",
    "hx-get",
    "hx-post",
    "hx-put",
    "hx-delete",
    "hx-patch",
    "hx-push-url",
    "data-events",
    "data-begin",
    "data-complete",
    "data-next",
}
STATIC = "/static/"

Sample = tuple[str, Callable[[], Mapping[str, object]]]
pages = pytest.mark.parametrize("sample", PAGES.values(), ids=PAGES.keys())
everything = pytest.mark.parametrize(
    "sample", [*PAGES.values(), *FRAGMENTS.values()], ids=[*PAGES.keys(), *(f"{f} part" for f in FRAGMENTS)]
)


def rendered(sample: Sample) -> str:
    template, context = sample
    return render_to_string(
        template, {"shell": story.shell(), **context()}, RequestFactory().get("/imports/7/?outcome=failed")
    )


def attributes_of(html: str) -> list[tuple[Element, str, str]]:
    return [
        (element, name, value) for element in elements(html) for name, value in element.attributes.items()
    ]


@everything
def test_a_page_references_no_other_host(sample: Sample) -> None:
    elsewhere = [
        (element.tag, name, value)
        for element, name, value in attributes_of(rendered(sample))
        if name in ADDRESSES and (urlsplit(value).scheme or urlsplit(value).netloc)
    ]
    assert elsewhere == []


@everything
def test_a_page_carries_no_inline_style_or_script(sample: Sample) -> None:
    html = rendered(sample)
    inline = [
        (element.tag, name, value)
        for element, name, value in attributes_of(html)
        if name == "style" or re.fullmatch(r"on[a-z]+|hx-on.*", name) or value.startswith("javascript:")
    ]
    scripts = [
        e for e in elements(html) if e.tag == "style" or (e.tag == "script" and "src" not in e.attributes)
    ]
    assert (inline, scripts) == ([], [])


@pages
def test_a_page_has_one_first_heading_a_title_and_a_main_part(sample: Sample) -> None:
    html = rendered(sample)
    tags = Counter(element.tag for element in elements(html))
    title = re.search(r"<title>(.*?)</title>", html, re.DOTALL)
    assert (tags["h1"], tags["main"]) == (1, 1)
    assert title is not None
    assert title[1].strip().endswith("· edu-csv")
    assert title[1].strip() != "· edu-csv"


@everything
def test_no_two_elements_share_an_id(sample: Sample) -> None:
    ids = Counter(e.attributes["id"] for e in elements(rendered(sample)) if "id" in e.attributes)
    assert [name for name, times in ids.items() if times > 1] == []


@pages
def test_labels_descriptions_and_forms_point_to_elements_that_are_there(sample: Sample) -> None:
    html = rendered(sample)
    there = {e.attributes["id"] for e in elements(html) if "id" in e.attributes}
    pointers = {"for", "aria-labelledby", "aria-describedby", "popovertarget", "form", "data-opens-dialog"}
    dangling = [
        (element.tag, name, target)
        for element, name, value in attributes_of(html)
        if name in pointers
        for target in value.split()
        if target not in there
    ]
    assert dangling == []


@pages
def test_every_static_file_of_a_page_is_found(sample: Sample) -> None:
    asked = {
        urlsplit(value).path.removeprefix(STATIC)
        for _, name, value in attributes_of(rendered(sample))
        if name in {"href", "src"} and urlsplit(value).path.startswith(STATIC)
    }
    assert "vendor/htmx.min.js" in asked
    assert [name for name in asked if not finders.find(name)] == []


@everything
def test_a_cell_that_holds_html_is_shown_as_text(sample: Sample) -> None:
    template, context = sample
    hostile = _with_hostile_text(dict(context()))
    html = render_to_string(
        template, {"shell": story.shell(), **hostile}, RequestFactory().get("/imports/7/")
    )
    assert "<script>alert" not in html
    assert "hostile" in html


def _with_hostile_text(value: object) -> dict[str, object]:
    """The same context with hostile text after each text that people or files bring."""
    brought = {
        "name",
        "key",
        "text",
        "value",
        "message",
        "before",
        "after",
        "header",
        "lead",
        "says",
        "label",
    }

    def walk(found: object, name: str) -> object:
        if isinstance(found, dict):
            return {key: walk(inner, str(key)) for key, inner in found.items()}
        if isinstance(found, list):
            return [walk(inner, name) for inner in found]
        if isinstance(found, str) and name in brought:
            return f"{found}<script>alert('hostile')</script>"
        return found

    walked = walk(value, "")
    assert isinstance(walked, dict)
    return walked


def test_the_sum_under_a_result_is_written_out_and_adds_up() -> None:
    html = rendered(PAGES["result"])
    said = re.search(r"The count adds up:(.*?)in the file", html, re.DOTALL)
    assert said is not None
    figures = [int(figure.replace(",", "")) for figure in re.findall(r"<b>([\d,]+)</b>", said[1])]
    assert sum(figures[:-1]) == figures[-1] == 3643


def test_the_place_one_is_in_is_marked_in_the_navigation() -> None:
    here = [
        e.attributes["href"]
        for e in elements(rendered(PAGES["plan"]))
        if e.attributes.get("aria-current") == "page" and "title" in e.attributes
    ]
    assert here == ["/imports/"]


@pytest.mark.parametrize("name", ["400.html", "403.html", "403_csrf.html", "404.html", "500.html"])
@pytest.mark.parametrize("is_known", [True, False], ids=["logged in", "not logged in"])
def test_an_error_page_needs_no_context_and_says_what_is_safe(name: str, is_known: bool) -> None:
    context = {"shell": story.shell()} if is_known else {}
    request = RequestFactory().get("/nowhere/") if name != "500.html" else None
    html = render_to_string(name, context, request)
    assert len([e for e in elements(html) if e.tag == "h1"]) == 1
    assert re.search(r"Nothing has changed|done whole or not at all|Nothing here", html)
    assert "{{" not in html
