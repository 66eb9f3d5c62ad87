"""Tags and filters of the component partials: ``{% load pages %}``."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import TypedDict
from urllib.parse import urlsplit

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from edu_csv.pages import geometry, moments, words
from edu_csv.pages.contexts.parts import Action, Change, DayOfRows, Link, Problem, Segment
from edu_csv.pages.differences import Difference, difference
from edu_csv.pages.icons import icon_svg
from edu_csv.pages.quoting import first_and_rest, with_values

register = template.Library()

TEXTURED = frozenset({"deleted", "held", "failed", "superseded"})


@register.simple_tag
def icon(name: str) -> SafeString:
    return icon_svg(name)


class DrawnSegment(TypedDict):
    outcome: str
    x: str
    width: str
    texture: bool
    href: str
    title: str


class BarContext(TypedDict):
    drawn: list[DrawnSegment]
    kind: str
    label: str


@register.inclusion_tag("components/_bar.html")
def bar(segments: Iterable[Segment], kind: str = "") -> BarContext:
    """The proportion bar. kind "" links its segments and is hidden from assistive technology, for the
    tally says the same; "mini" and "mid" are pictures with the counts as their label."""
    there = [segment for segment in segments if segment["count"] > 0]
    floor_percent = geometry.FLOOR_PERCENT_MINI if kind else geometry.FLOOR_PERCENT
    drawn: list[DrawnSegment] = []
    x = 0.0
    widths = geometry.shares([segment["count"] for segment in there], floor_percent)
    for segment, width in zip(there, widths, strict=True):
        drawn.append(
            {
                "outcome": segment["outcome"],
                "x": f"{x:.2f}",
                "width": f"{width:.2f}",
                "texture": segment["outcome"] in TEXTURED,
                "href": "" if kind else segment["href"],
                "title": _said(segment),
            }
        )
        x += width
    label = ", ".join(_said(segment) for segment in there) if kind else ""
    return {"drawn": drawn, "kind": kind, "label": label or ("nothing" if kind else "")}


def _said(segment: Segment) -> str:
    return f"{words.number(segment['count'])} {segment['word']}"


class DiffContext(TypedDict):
    pieces: Difference | None
    is_secret: bool
    note: str


@register.inclusion_tag("components/_diff.html")
def diff(change: Change) -> DiffContext:
    is_secret = change.get("is_secret", False)
    return {
        # A secret is not even compared: its length would show in the page.
        "pieces": None if is_secret else difference(change["before"], change["after"]),
        "is_secret": is_secret,
        "note": change.get("note", ""),
    }


class ProblemContext(TypedDict):
    severity: str
    first: SafeString
    rest: SafeString
    alike: str
    see: Link | None


@register.inclusion_tag("components/_problem.html")
def problem(found: Problem) -> ProblemContext:
    first, rest = first_and_rest(found["message"])
    alike = found.get("alike", 0)
    return {
        "severity": found["severity"],
        "first": with_values(first, found["value"]),
        "rest": with_values(rest, found["value"]),
        "alike": f"Same in {words.counted(alike, 'more row')}." if alike else "",
        "see": found.get("see"),
    }


@register.simple_tag
def when(at: datetime, style: str = "prose") -> SafeString:
    """A time in the institution's zone with UTC on hover. style: "prose", "brief", "clock" or "minute"."""
    shown = {
        "prose": moments.prose,
        "brief": moments.brief,
        "clock": moments.clock,
        "minute": moments.minute,
    }[style](at)
    return format_html('<time datetime="{}" title="{}">{}</time>', at.isoformat(), moments.utc(at), shown)


@register.inclusion_tag("components/_day_chart.html")
def day_chart(days: list[DayOfRows], label: str) -> dict[str, object]:
    return {"chart": geometry.day_chart(days), "label": label}


@register.filter
def number(value: int | None) -> str:
    return "–" if value is None else words.number(value)


@register.filter
def counted(value: int, kind: str) -> str:
    return words.counted(value, kind)


@register.filter(name="is")
def is_(value: object, other: object) -> str:
    """For ARIA states, which want the words "true" and "false"."""
    return "true" if value == other else "false"


@register.filter
def fragment(href: str, fragment_url: str) -> str:
    """The fragment's address with the query of ``href``: what htmx fetches, where the page shows href."""
    query = urlsplit(href).query
    return f"{fragment_url}?{query}" if query else fragment_url


@register.filter
def button_class(action: Action) -> str:
    kind = action.get("kind", "plain")
    classes = ["btn"]
    if kind != "plain":
        classes.append(f"btn-{kind}")
    if action.get("is_small"):
        classes.append("btn-sm")
    return " ".join(classes)


@register.filter
def noun(value: int, kind: str) -> str:
    return words.noun(kind, value)


@register.filter
def names(text: str) -> list[str]:
    """ "File,Columns,Plan" as a list, for a template that walks over fixed words."""
    return text.split(",")
