"""The rows of a plan or result: filtered by what stands in the address, a page at a time."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

from django.http import QueryDict

from edu_csv.access import policy
from edu_csv.access.actors import Actor
from edu_csv.pages.contexts.imports import Rows
from edu_csv.pages.contexts.parts import OUTCOMES, Action, Empty, Filter, Option
from edu_csv.pages.doors import asked
from edu_csv.pages.paging import PAGE_SIZE, Cursor, Query, href, pager
from edu_csv.pages.tallies import segments
from edu_csv.pages.words import counted, noun, number
from imports import plans, services
from imports.files import files_of
from imports.models import Import, Outcome
from imports.plans import Causes, Facets, Place
from imports.steps import report
from imports.views import names
from imports.views.row_words import CauseKey, plan_row

ALL = "all"
CHANGED = "changed"
CAUSES_ASKED = 200


@dataclass(frozen=True, slots=True)
class Filters:
    """What an address asks of the rows, with the API's names. outcomes: empty for the default."""

    outcomes: tuple[str, ...] = ()
    column: str = ""
    code: str = ""
    q: str = ""
    room: str = ""
    file: str = ""
    plan_changed: bool = False

    @classmethod
    def read(cls, query: QueryDict) -> Self:
        given = [word for text in query.getlist("outcome") for word in text.split(",")]
        known = (*OUTCOMES, ALL, CHANGED)
        return cls(
            outcomes=tuple(dict.fromkeys(word for word in given if word in known)),
            column=asked(query, "column"),
            code=asked(query, "code", 80),
            q=asked(query, "q", 200),
            room=asked(query, "room", 36),
            file=asked(query, "file", 255),
            plan_changed=asked(query, "plan_changed") == "true",
        )

    @property
    def query(self) -> Query:
        pairs = [("outcome", word) for word in self.outcomes]
        pairs += [
            (name, value)
            for name in ("file", "column", "code", "q", "room")
            if (value := getattr(self, name))
        ]
        return [*pairs, ("plan_changed", "true")] if self.plan_changed else pairs

    def without(self, *gone: str) -> Query:
        return [pair for pair in self.query if pair[0] not in gone]

    @property
    def is_default(self) -> bool:
        return not self.query

    def wanted(self, counts: dict[str, int]) -> list[Outcome]:
        """The outcomes to show. Unchanged rows are hidden until they are asked for, or are all there is."""
        if ALL in self.outcomes:
            return []
        if CHANGED in self.outcomes:
            return [Outcome.CREATED, Outcome.UPDATED, Outcome.DELETED]
        if self.outcomes:
            return [Outcome[word.upper()] for word in self.outcomes]
        others: list[Outcome] = [outcome for outcome in Outcome if outcome != Outcome.UNCHANGED]
        if not any(counts.get(outcome.name.lower()) for outcome in others):
            return []
        return others if counts.get("unchanged") else []


def rows_of(upload: Import, query: QueryDict, actor: Actor, facets: Facets, causes: Causes) -> Rows:
    """One page of rows with pills, tally and pager. actor: the reader."""
    filters = Filters.read(query)
    page_url, rows_url = names.address(upload), names.address(upload, "rows")
    cursor = Cursor.read(asked(query, "cursor"))
    outcomes = filters.wanted(upload.counts)
    asked_for: dict[str, Any] = {
        "outcomes": outcomes,
        "column": filters.column,
        "code": filters.code,
        "q": filters.q,
        "room": filters.room,
        "file": _file(upload, filters.file),
        "plan_changed": filters.plan_changed,
    }
    found = plans.rows(
        upload,
        policy.read_reach(actor),
        statements=services.shows_statements(actor, upload),
        after=_place(cursor.after),
        limit=PAGE_SIZE,
        **asked_for,
    )
    total = plans.count_rows(upload, **asked_for)
    alike: dict[CauseKey, int] = {
        (cause.problem.code, cause.problem.column, cause.problem.value): cause.rows
        for cause in causes.causes
        # Each of those has times or values of its own.
        if not names.taken_room(cause.problem) and cause.distinct == 1
    }
    is_hidden = not filters.outcomes and outcomes != []
    following = f"{found.after[0]}.{found.after[1]}" if found.after else ""
    return {
        "segments": segments(
            counts_shown(upload, filters), page_url, _chosen(filters), filters.without("outcome")
        ),
        "filters": _filters(filters, facets, page_url, upload, is_hidden),
        "q": filters.q,
        "keeps": filters.without("q"),
        "caption": _caption(filters, total, is_hidden),
        "object_word": noun(names.kind(upload), 1) if names.format_of(upload) else "object",
        "rows": [plan_row(upload, row, alike) for row in found.rows],
        "pager": pager(
            cursor,
            len(found.rows),
            following,
            page_url,
            filters.query,
            total=total,
            what="rows",
            note="shown by this filter" if not filters.is_default or is_hidden else "",
        ),
        "empty": None
        if found.rows
        else _empty(upload, filters, page_url, leaves_out=found.leaves_out_unchanged),
        "page_url": page_url,
        "rows_url": rows_url,
        "is_one_file": bool(filters.file),
        "download": _download(upload),
    }


def _file(upload: Import, name: str) -> int | None:
    """The number of the file asked for; None: all of them. A name that is not there has no rows."""
    if not name:
        return None
    found = files_of(upload).named(name)
    return found.number if found else -1


def counts_shown(upload: Import, filters: Filters) -> Mapping[str, int]:
    """What the tally counts: the rows of the file chosen, else all."""
    found = files_of(upload).named(filters.file) if filters.file else None
    return found.counts if found else upload.counts


def _place(after: str) -> Place | None:
    file, _, row = after.partition(".")
    return (int(file), int(row)) if file.isdecimal() and row.isdecimal() and len(row) < 10 else None


def _chosen(filters: Filters) -> tuple[str, ...]:
    if CHANGED in filters.outcomes:
        return ("created", "updated", "deleted")
    return tuple(word for word in filters.outcomes if word != ALL)


def _filters(
    filters: Filters, facets: Facets, page_url: str, upload: Import, is_hidden: bool
) -> list[Filter]:
    pills: list[Filter] = []
    if is_hidden:
        pills.append(
            _pill("outcome", "Hidden", "unchanged", href(page_url, [*filters.query, ("outcome", ALL)]))
        )
    elif filters.outcomes and filters.outcomes != (ALL,):
        words = "changed" if CHANGED in filters.outcomes else ", ".join(filters.outcomes)
        pills.append(_pill("outcome", "Outcome", words, href(page_url, filters.without("outcome"))))
    elif filters.outcomes and upload.counts.get("unchanged"):
        pills.append(_pill("outcome", "Shown", "unchanged too", href(page_url, filters.without("outcome"))))
    if filters.plan_changed:
        pills.append(
            _pill(
                "plan_changed",
                "Rows",
                "otherwise than approved",
                href(page_url, filters.without("plan_changed")),
            )
        )
    if filters.room:
        # The room itself is named in each of the rows.
        pills.append(_pill("room", "Room", "one that is taken", href(page_url, filters.without("room"))))
    if facets.files:
        pills.append(_choice("file", "File", filters.file, dict(facets.files), filters, page_url))
    columns = {name: count for name, count in facets.columns.items() if count is None or count}
    pills.append(_choice("column", "Column", filters.column, columns, filters, page_url))
    if facets.codes or filters.code:
        pills.append(_choice("code", "Problem", filters.code, dict(facets.codes), filters, page_url))
    return pills


def _pill(name: str, label: str, value: str, clear_href: str) -> Filter:
    return {"name": name, "label": label, "value": value, "clear_href": clear_href, "options": []}


def _choice(
    name: str, label: str, value: str, numbers: dict[str, int | None], filters: Filters, page_url: str
) -> Filter:
    options: list[Option] = [
        {
            "label": code_words(choice) if name == "code" else choice,
            "value": choice,
            "href": href(page_url, [*filters.without(name), (name, choice)]),
            "count": count,
            "is_on": choice == value,
        }
        for choice, count in numbers.items()
    ]
    return {
        "name": name,
        "label": label,
        "value": code_words(value) if name == "code" else value,
        "clear_href": href(page_url, filters.without(name)),
        "options": options,
    }


def code_words(code: str) -> str:
    """ "unknown reference": a code of the contract, as words."""
    return code.replace("_", " ")


def _caption(filters: Filters, total: int | None, is_hidden: bool) -> str:
    said = [] if total is None else [counted(total, "row")]
    if is_hidden:
        said.append("unchanged ones hidden")
    elif filters.outcomes and ALL not in filters.outcomes:
        said.append("only " + ", ".join(filters.outcomes))
    if filters.file:
        said.append(f"of {filters.file}")
    if filters.column:
        said.append(f"column {filters.column}")
    if filters.code:
        said.append(code_words(filters.code))
    if filters.q:
        said.append(f"with “{filters.q}”")
    return "Rows: " + ", ".join(said) if said else "Rows"


def _empty(upload: Import, filters: Filters, page_url: str, *, leaves_out: bool) -> Empty:
    unchanged = upload.counts.get("unchanged", 0)
    if leaves_out and unchanged and "unchanged" in (filters.outcomes or ("unchanged",)):
        return {
            "title": f"{number(unchanged)} unchanged rows are not listed",
            "text": "Of a large import only the rows that do something are kept."
            f" results{report.ending(upload)} has all of them.",
            "actions": [_results(upload)],
        }
    if filters.is_default:
        return {"title": "No rows", "text": "There is nothing to show here.", "actions": []}
    return {
        "title": "No row matches",
        "text": "No row of this import is shown by these filters together.",
        "actions": [{"label": "Clear filters", "href": page_url}],
    }


def _results(upload: Import) -> Action:
    href = names.address(upload, "results.csv").rstrip("/")
    return {"label": f"results{report.ending(upload)}", "href": href, "icon": "in"}


def _download(upload: Import) -> Action | None:
    return {**_results(upload), "kind": "ghost"} if upload.counts.get("rows") else None
