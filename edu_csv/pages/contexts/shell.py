"""What stands around every page: navigation, finder, theme, the person."""

from __future__ import annotations

from typing import Literal, TypedDict

from edu_csv.pages.contexts.parts import Crumb

Theme = Literal["auto", "light", "dark"]


class NavItem(TypedDict):
    """key: what a page names as its ``section``. turn: what waits for this person, yellow.

    turn_title: the badge in words, "2 wait for you". is_here: the place one is in.
    """

    key: str
    label: str
    href: str
    icon: str
    turn: int
    turn_title: str


class NavGroup(TypedDict):
    """title: blank for the first group."""

    title: str
    items: list[NavItem]


class Running(TypedDict):
    """The one job shown at the foot of the navigation. percent: None while the total is unknown."""

    label: str
    name: str
    href: str
    percent: int | None


class Person(TypedDict):
    name: str
    role: str
    initials: str
    email: str


class Shell(TypedDict):
    """Comes from the context processor, not from views. person: None before log-in."""

    institution: str
    theme: Theme
    nav: list[NavGroup]
    running: Running | None
    person: Person | None
    may_import: bool
    has_font: bool


class Page(TypedDict):
    """What every page template of the shell takes beside its own context.

    title: state and name, "Plan: Fall offerings 2026". section: key of the navigation item.
    """

    title: str
    section: str
    crumbs: list[Crumb]


class Found(TypedDict):
    """One result of the finder. icon: of its kind; kind: in a word, "section"."""

    icon: str
    name: str
    id: str
    kind: str
    href: str


class FinderResults(TypedDict):
    """_finder_results.html. took_ms: as the server measured it."""

    q: str
    results: list[Found]
    took_ms: int


class Failure(TypedDict):
    """Error pages: what happened, what is safe, what to do, code to quote."""

    heading: str
    text: str
    code: str


class LogIn(TypedDict):
    """login.html. error: sentence 24 or the wait after too many tries; blank at first."""

    institution: str
    email: str
    error: str
    next: str


class Institution(TypedDict):
    slug: str
    name: str


class ChooseInstitution(TypedDict):
    """choose_institution.html: for an account with grants in several."""

    institutions: list[Institution]
    next: str
