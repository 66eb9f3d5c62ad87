"""Help: every format with its columns, rules and sample."""

from __future__ import annotations

from typing import TypedDict

from django.utils.safestring import SafeString

from edu_csv.pages.contexts.imports import FormatHelp
from edu_csv.pages.contexts.parts import Option
from edu_csv.pages.contexts.shell import Page


class HelpFormatLine(TypedDict):
    title: str
    href: str
    summary: str
    actions: str
    sample_href: str


class HelpFamily(TypedDict):
    """guide_href: a page about all its files; blank where there is none."""

    family: str
    intro: str
    guide_href: str
    formats: list[HelpFormatLine]


class HelpFormatsPage(Page):
    """help/formats.html: the formats by family, in loading order."""

    families: list[HelpFamily]


class Handbook(TypedDict):
    """What holds for all formats of a family, from the docs: (heading, HTML) of each part."""

    preface: SafeString
    parts: list[tuple[str, SafeString]]


class HelpTextPage(Page, Handbook):
    """help/text.html: a page of the docs as it stands."""


class HelpFormatPage(Page, Handbook):
    """help/format.html. columns_by: one table per action when they differ."""

    chosen: FormatHelp
    intro: str
    rules: list[str]
    others: list[Option]
