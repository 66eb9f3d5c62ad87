"""The calendar: which room or section, and its week."""

from __future__ import annotations

from typing import TypedDict

from edu_csv.pages.contexts.parts import Action, Empty, Fact, Filter, Link, Note, OutcomeName, Sentence
from edu_csv.pages.contexts.shell import Page


class Capture(TypedDict):
    """One capture as words. href: blank for what is out of reach. time: "09:00–10:30"; starts: "09:00".
    lines: what else there is to say, the weightier first. outcome, word: what a plan would do; None for what takes place. is_clash:
    another is in its room at that time. unseen: what its place and looks tell, for who does not see them.
    said: all of it as one text, for a block that holds less."""

    href: str
    title: str
    time: str
    starts: str
    lines: list[str]
    outcome: OutcomeName | None
    word: str
    is_taken: bool
    is_clash: bool
    unseen: str
    said: str


class Block(TypedDict):
    """A capture in the drawing. x, width: percent of its day. y, height: rem. size: how many lines fit.
    is_short: no room for both ends. is_thin: none for any words."""

    capture: Capture
    x: str
    width: str
    y: str
    height: str
    size: int
    is_short: bool
    is_thin: bool


class CalendarDay(TypedDict):
    """gap: the part of the drawing that the clocks leave out or give twice, as (y, height) in rem. now: where
    the present moment is, in rem; blank on other days."""

    name: str
    short: str
    date: str
    change: str
    is_today: bool
    is_weekend: bool
    blocks: list[Block]
    captures: list[Capture]
    gap: tuple[str, str] | None
    now: str


class Hour(TypedDict):
    y: str
    label: str


class CalendarPage(Page):
    """calendar/week.html. height: of the drawing, in rem. week: "2026-W34", as the form asks for it.

    keeps: parameters that go along from week to week. zone_said: which zone the times are in, and whose.
    """

    heading: str
    kind: str
    facts: list[Fact]
    actions: list[Action]
    notes: list[Note]
    sentence: Sentence
    page_url: str
    keeps: list[tuple[str, str]]
    week: str
    week_label: str
    week_number: int
    previous_href: str
    next_href: str
    today_href: str
    views: list[Link]
    is_list: bool
    zone_said: str
    days: list[CalendarDay]
    hours: list[Hour]
    height: str
    clashes: list[str]
    refusals: list[Link]
    changes: list[str]
    legend: list[tuple[OutcomeName, str]]


class Choice(TypedDict):
    """A room or section to choose. captures: this week's."""

    name: str
    id: str
    href: str
    captures: int


class ChoiceGroup(TypedDict):
    """title: campus and building, or "Sections"."""

    title: str
    small: str
    choices: list[Choice]


class ChooseCalendarPage(Page):
    """calendar/choose.html."""

    q: str
    keeps: list[tuple[str, str]]
    page_url: str
    filters: list[Filter]
    groups: list[ChoiceGroup]
    sections: list[Choice]
    left_out: str
    empty: Empty | None
