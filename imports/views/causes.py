"""Why rows failed, as a section beside the rows: by cause, each with the rows behind it."""

from __future__ import annotations

from urllib.parse import urlencode

from edu_csv.pages.contexts.parts import RailItem, RailPoint
from edu_csv.pages.quoting import first_and_rest
from edu_csv.pages.words import counted, listed, number
from imports.models import Import
from imports.plans import Cause, Causes
from imports.views import names

SHOWN = 6


def failed_item(upload: Import, causes: Causes) -> RailItem | None:
    """ "37 rows failed, for 5 reasons"; None when none did."""
    failed = upload.counts.get("failed", 0)
    errors = [cause for cause in causes.causes if cause.problem.severity == "error"]
    if not failed or not errors:
        return None
    total = causes.total
    reasons = "one reason" if total == 1 else counted(total, "reason")
    more = total - min(len(errors), SHOWN)
    return {
        "outcome": "failed",
        "icon": "",
        "title": f"{counted(failed, 'row')} failed, for {reasons}",
        "text": "",
        "points": [_point(upload, cause) for cause in errors[:SHOWN]],
        "actions": [
            {
                "label": f"Show all {number(failed)}" if failed > 1 else "Show it",
                "href": f"{names.address(upload)}?outcome=failed",
            }
        ]
        if more > 0 or len(errors) > 1
        else [],
    }


def _point(upload: Import, cause: Cause) -> RailPoint:
    first, rest = first_and_rest(str(cause.problem))
    if cause.rows > 1 and names.taken_room(cause.problem):
        first, rest = f"{cause.problem.params['clashes'][0]['room']} is taken.", f"First: {first}"
    elif cause.distinct > 1:
        such = listed([value or "blank" for value in cause.values], "or")
        where = f" in {cause.problem.column}" if cause.problem.column else ""
        first, rest = f"{number(cause.distinct)} different values{where}, such as {such}.", f"First: {first}"
    return {
        "count": cause.rows,
        "text": plain(first),
        "dim": plain(rest),
        "action": {"label": "Show", "href": f"{names.address(upload)}?{cause_query(cause)}"},
        "see": names.see(upload, cause.problem),
    }


def cause_query(cause: Cause) -> str:
    """The parameters that show the rows of one cause."""
    problem = cause.problem
    if room := names.taken_room(problem):
        return urlencode({"outcome": "failed", "code": problem.code, "room": room})
    asked = {
        "outcome": "failed",
        "code": problem.code,
        "column": problem.column or "",
        # The column says which rows, where many values have failed.
        "q": (problem.value or "") if cause.distinct == 1 else "",
    }
    return urlencode({name: value for name, value in asked.items() if value})


def plain(text: str) -> str:
    """A sentence without the marks that quote values, for places that cannot set them apart."""
    return text.replace("`", "")
