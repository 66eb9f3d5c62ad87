"""Today: what needs this person, what runs, what has ended."""

from __future__ import annotations

from typing import TypedDict

from edu_csv.pages.contexts.exports import ExportLine
from edu_csv.pages.contexts.imports import ImportLine
from edu_csv.pages.contexts.parts import Action, Cause, DayOfRows, Empty, Sentence, Status
from edu_csv.pages.contexts.reports import RequestLine
from edu_csv.pages.contexts.shell import Page
from edu_csv.pages.contexts.sources import Lanes


class Need(TypedDict):
    """One line of fact, one of context, one button; worst first."""

    title: str
    text: str
    action: Action


class RunningLine(TypedDict):
    """A job that runs or waits its turn. percent: None while unknown."""

    name: str
    href: str
    status: Status
    detail: str
    percent: int | None


class TodayPage(Page):
    """today.html. heading: the date. running_url: the fragment today/_running.html, asked every 5 s."""

    heading: str
    sentence: Sentence
    needs: list[Need]
    feeds: Lanes | None
    running: list[RunningLine]
    running_url: str
    ended: list[ImportLine]
    exports: list[ExportLine]
    reports: list[RequestLine]
    first_steps: Empty | None
    days: list[DayOfRows]
    days_label: str
    causes: list[Cause]
    causes_total: int
    queue: str
