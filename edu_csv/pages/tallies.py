"""Counts as segments: what bar, tally and the sum under a result are drawn from."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from urllib.parse import urlencode

from edu_csv.pages.contexts.parts import OUTCOMES, Counts, OutcomeName, Segment

# What an undo calls the outcomes, in the order in which its page lists them (ui.md, undo preview).
UNDO_WORDS: dict[OutcomeName, str] = {
    "deleted": "removed again",
    "updated": "put back",
    "created": "brought back",
    "held": "left alone",
}


def counts_of(found: Mapping[str, int]) -> Counts:
    """The counts of the contract as pages take them; an outcome that is not named has no rows."""
    by_outcome: dict[OutcomeName, int] = {outcome: found.get(outcome, 0) for outcome in OUTCOMES}
    return {"rows": found.get("rows", sum(by_outcome.values())), **by_outcome}  # type: ignore[typeddict-item]


def segments(
    counts: Mapping[str, int],
    page_url: str = "",
    chosen: Collection[str] = (),
    keeps: Collection[tuple[str, str]] = (),
    words: Mapping[OutcomeName, str] | None = None,
) -> list[Segment]:
    """One segment per outcome, zero ones too: their sum is always the number of rows.

    page_url: where the rows are listed; blank makes no links. chosen: outcomes that the page shows now;
    clicking the only chosen one shows all again. keeps: parameters that stay in the address.
    words: other names for the outcomes, and then only these, in this order (an undo).
    """
    named: Mapping[OutcomeName, str] = words or {outcome: outcome for outcome in OUTCOMES}
    return [
        {
            "outcome": outcome,
            "count": counts.get(outcome, 0),
            "word": word,
            "href": _href(page_url, outcome, chosen, keeps),
            "is_on": outcome in chosen,
        }
        for outcome, word in named.items()
    ]


def _href(page_url: str, outcome: str, chosen: Collection[str], keeps: Collection[tuple[str, str]]) -> str:
    if not page_url:
        return ""
    query = [*keeps] if list(chosen) == [outcome] else [("outcome", outcome), *keeps]
    return f"{page_url}?{urlencode(query)}" if query else page_url
