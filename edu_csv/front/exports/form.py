"""The form of one line: format, filters, output; and what it asks of the exports' services."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from django.db import connection
from django.http import QueryDict

from edu_csv.access import policy
from edu_csv.access.policy import Ability
from edu_csv.pages import fields
from edu_csv.pages.contexts.exports import ExportForm
from edu_csv.pages.contexts.parts import Check, Field, Option
from edu_csv.pages.doors import asked
from edu_csv.pages.sessions import PersonRequest
from edu_csv.pages.words import counted
from edu_csv.roster.nouns import TERM, Noun
from exports.estimate import about, about_sheet
from exports.services import BadRequest, Output, exportable_formats
from exports.steps import filters as filtering
from exports.steps.said import Asked as AskedSheet
from exports.steps.select import Selection
from imports.formats.base import Format
from imports.formats.exporting import sheets
from imports.views.names import format_name

DELIMITERS = {",": "Comma", ";": "Semicolon", "\t": "Tab", "|": "Vertical bar"}
MOST_TERMS = 200
# As many ids as one filter takes.
LONGEST = 40_000


@dataclass(frozen=True, slots=True)
class Asked:
    """What the form says. fmt: the first one there is, when none or an unknown one was chosen."""

    fmt: type[Format]
    filters: Mapping[str, str]
    output: Output
    errors: Mapping[str, str] = field(default_factory=dict)

    @property
    def given(self) -> dict[str, list[str]]:
        """The filters that are filled; several ids stand with blanks or commas between them."""
        return {name: text.replace(",", " ").split() for name, text in self.filters.items() if text}


def read(request: PersonRequest, sent: QueryDict) -> Asked | None:
    """What was sent, as far as it makes sense; None when this person can export nothing."""
    known = {fmt.key: fmt for fmt in exportable_formats(request.actor)}
    if not known:
        return None
    fmt = known.get(asked(sent, "format")) or next(iter(known.values()))
    delimiter = sent.get("delimiter", ",")
    offered = outputs(fmt)
    return Asked(
        fmt,
        {name: _texts(sent, name) for name in filtering.filters_of(fmt)},
        Output(
            # What was ticked for another format may have no meaning for this one, and is not shown.
            compression=bool(sent.get("compression")) and "compression" in offered,
            delimiter=delimiter if delimiter in DELIMITERS and "delimiter" in offered else ",",
            spreadsheet_safe=bool(sent.get("spreadsheet_safe")) and "spreadsheet_safe" in offered,
            byte_order_mark=bool(sent.get("byte_order_mark")),
        ),
    )


def outputs(fmt: type[Format]) -> set[str]:
    """What can be chosen of how the file is written: files of feeds are read as they stand, packages are zips."""
    if fmt.key not in sheets():
        return {"compression", "delimiter", "spreadsheet_safe", "byte_order_mark"}
    is_package = sheets()[fmt.key][1].is_package
    return {"byte_order_mark"} if is_package else {"byte_order_mark", "compression"}


def _texts(sent: QueryDict, name: str) -> str:
    """All that was said about one filter: a list of terms sends each for itself."""
    texts = (text.replace("\0", "").strip() for text in sent.getlist(name))
    return " ".join(filter(None, texts))[:LONGEST]


def form(request: PersonRequest, said: Asked, errors: Mapping[str, str] | None = None) -> ExportForm:
    """errors: by name of the field; what the filters name is looked up when there are none yet."""
    errors = dict(errors or {})
    rows: int | None = None
    try:
        reach = policy.read_reach(request.actor, Ability.EXPORT)
        ids = filtering.resolve(said.fmt, request.institution.pk, reach, said.given)
        if said.fmt.key in sheets():
            rows = about_sheet(AskedSheet(*sheets()[said.fmt.key], request.institution.pk, reach, ids))
        else:
            rows = about(Selection(said.fmt, request.institution.pk, reach, ids))
        how_many = "more than 200,000 rows" if rows is None else f"about {counted(rows, 'row')}"
    except BadRequest as refusal:
        errors.setdefault(refusal.field.removeprefix("filters."), refusal.detail)
        how_many = ""
    return {
        "action_url": "/exports/",
        "estimate_url": "/exports/form/",
        "format": fields.select(
            "format",
            "Format",
            [(fmt.key, format_name(fmt)) for fmt in exportable_formats(request.actor)],
            said.fmt.key,
            error=errors.get("format", ""),
        ),
        "filters": [
            _filter(request, name, noun, said.filters.get(name, ""), errors)
            for name, noun in filtering.filters_of(said.fmt).items()
        ],
        "delimiter": fields.select(
            "delimiter",
            "Separator",
            [
                (value, label)
                for value, label in DELIMITERS.items()
                if value == "," or "delimiter" in outputs(said.fmt)
            ],
            said.output.delimiter,
            error=errors.get("delimiter", ""),
        ),
        "checks": [check for check in _checks(said.output) if check["name"] in outputs(said.fmt)],
        "estimate": "",
        "omitted": [],
        "button": f"Export {how_many}" if how_many else "Export",
    }


def _checks(output: Output) -> list[Check]:
    return [
        _check("compression", "gzip", "Smaller; imports read it as it is.", is_on=output.compression),
        _check(
            "spreadsheet_safe",
            "Safe to open in a spreadsheet",
            "A cell that begins with a formula sign gets an apostrophe, so that none is run.",
            is_on=output.spreadsheet_safe,
        ),
        _check(
            "byte_order_mark",
            "Mark as UTF-8",
            "For spreadsheets that take accents for something else.",
            is_on=output.byte_order_mark,
        ),
    ]


def _check(name: str, label: str, small: str, *, is_on: bool) -> Check:
    return {"name": name, "value": "yes", "label": label, "small": small, "is_on": is_on}


def _filter(request: PersonRequest, name: str, noun: Noun, value: str, errors: Mapping[str, str]) -> Field:
    label = noun.name.replace("_", " ").capitalize()
    if noun.code == TERM.code:
        chosen = value.replace(",", " ").split()
        options: list[Option] = [{"label": "All terms", "value": "", "is_on": not chosen}]
        options += _terms(request.institution.pk, chosen)
        # Asked for by its external id, or no more there: kept as it was given.
        known = {option["value"] for option in options}
        options += [{"label": each, "value": each, "is_on": True} for each in chosen if each not in known]
        on = next((option["value"] for option in options if option["is_on"]), "")
        made = fields.field(name, label, on, type_="select", error=errors.get(name, ""))
        return {**made, "options": options, "takes_several": True}
    return fields.field(
        name, label, value, hint="System id or External ID; blank for all.", error=errors.get(name, "")
    )


def _terms(institution: int, chosen: Collection[str]) -> list[Option]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id::text, name FROM roster_term WHERE institution_id = %s AND deleted_at IS NULL"
            " ORDER BY start_date DESC NULLS LAST, name_folded LIMIT %s",
            [institution, MOST_TERMS],
        )
        return [{"label": name, "value": id_, "is_on": id_ in chosen} for id_, name in cursor.fetchall()]
