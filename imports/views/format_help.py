"""What a format takes for an action, from its declaration: the column table of wizard and help."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.http import urlencode

from edu_csv.pages.contexts.imports import ColumnHelp, FormatGroup, FormatHelp
from edu_csv.pages.words import counted, number
from imports.formats.base import Format
from imports.formats.columns import Column
from imports.formats.feed import Package
from imports.formats.references import EMAIL, Reference
from imports.formats.templated import is_template, template_id_of
from imports.views.names import FAMILIES, is_feed, title_of

TYPES = {
    "external_id": "id of your own",
    "own_id": "id",
    "reference": "id",
    "reference_list": "ids",
    "text": "text",
    "email": "e-mail address",
    "integer": "whole number",
    "boolean": "TRUE or FALSE",
    "date": "date",
    "time": "time of day",
    "datetime": "moment",
    "time_zone": "time zone",
    "choice": "one of a list",
    "list": "list",
    "name": "name",
    "name_list": "names",
}

# Family -> a page about all its files: what comes before what, and how it is corrected and taken back.
GUIDES = {"activity": "/help/activity/"}


def format_help(
    fmt: type[Format], action: str, action_url: str, query: Sequence[tuple[str, str]] = ()
) -> FormatHelp:
    """One format for one action. action_url: where another action is chosen; query: what stays in it.

    Rows of a feed say themselves what they do: no action is chosen, and the columns are all there.
    """
    by_row = is_feed(fmt) or is_template(fmt)
    action = "" if by_row else action
    columns = fmt.columns_for(action) if action else [column for column in fmt.columns if column.actions]
    required = fmt.required_for(action) if action else []
    what = counted(len(columns), "column") if columns else ""
    if is_template(fmt):
        what = f"{what}; the template says what its rows make, and which cells may be blank in columns that are required"
    elif by_row:
        what = (
            f"{what}; each row says what it does" if columns else "A zip of files; each row says what it does"
        )
    layouts = fmt.layouts if issubclass(fmt, Package) else ()
    return {
        "key": fmt.key,
        "title": title_of(fmt),
        "family": FAMILIES.get(fmt.family, fmt.family),
        "guide_href": GUIDES.get(fmt.family, ""),
        "action": action,
        "actions": [
            {
                "label": each.capitalize(),
                "value": each,
                "href": f"{action_url}?{urlencode([*query, ('format', fmt.key), ('action', each)])}",
                "is_on": each == action,
            }
            for each in (() if by_row else fmt.actions)
        ],
        "layouts": [
            {
                "label": title_of(each),
                "value": each.key,
                "href": f"/help/formats/{each.key}/",
                "is_on": False,
            }
            for each in layouts
        ],
        "columns": [_column(column, action) for column in columns],
        "summary": f"{what}, {number(len(required))} required." if action else f"{what}.",
        "sample_href": sample_href(fmt, action),
        "help_href": help_href(fmt),
    }


def help_href(fmt: type[Format]) -> str:
    """Where all of a format is said; of a template its own page."""
    template = template_id_of(fmt.key)
    return f"/templates/{template}/" if template else f"/help/formats/{fmt.key}/"


def sample_href(fmt: type[Format], action: str) -> str:
    return f"/api/v1/formats/{fmt.key}/sample?{urlencode({'action': action or fmt.actions[0]})}"


def _column(column: Column, action: str) -> ColumnHelp:
    holds = TYPES.get(column.type_name, column.type_name.replace("_", " "))
    if isinstance(column, Reference):
        if column.by == (EMAIL,):
            holds = TYPES["email"]
        what = column.to.name.replace("_", " ")
        holds = (
            f"{holds} of {'people' if what == 'person' else column.to.many}"
            if column.is_list
            else f"{holds} of {'an' if what[0] in 'aeiou' else 'a'} {what}"
        )
    return {
        "name": column.header,
        "required_for": [action]
        if action and action in column.required
        else []
        if action
        else list(column.required),
        "type": holds,
        "allowed": column.allowed or [],
        "max_length": column.max_length,
        "help": column.help,
        "aliases": list(column.aliases),
    }


def groups_of(formats: Sequence[type[Format]], chosen: str) -> list[FormatGroup]:
    """The formats by family, in loading order."""
    groups: dict[str, FormatGroup] = {}
    for fmt in formats:
        family = FAMILIES.get(fmt.family, fmt.family)
        group = groups.setdefault(family, {"family": family, "formats": []})
        group["formats"].append({"label": title_of(fmt), "value": fmt.key, "is_on": fmt.key == chosen})
    return list(groups.values())
