"""Terms (echovideo.md 2.6)."""

from __future__ import annotations

from edu_csv.roster.nouns import OFFERING, SECTION, TERM
from imports.formats.base import Dependents, Rule, Unique
from imports.formats.columns import ExternalId, Ignored, ListOf, Text
from imports.formats.dates import Date
from imports.formats.echovideo import units_left
from imports.formats.echovideo.family import NAME, EchoVideoFormat
from imports.formats.places import lists
from imports.formats.references import OwnId


class Terms(EchoVideoFormat):
    key = "echovideo.terms.v1"
    title = "Terms"
    target = TERM
    order = 6

    term_id = OwnId("Term ID", TERM)
    term_name = Text(
        "Name", field="name", aliases=("Term Name",), required=True, max_length=NAME, folded=True,
        help="Unique within the institution.",
    )  # fmt: skip
    start_date = Date("Start Date", required=True)
    end_date = Date("End Date", required=True, help="Not before Start Date.")
    exclusion_dates = ListOf(
        "Exclusion Dates", Date(""), help="Days without teaching, inside the term, separated by “;”."
    )
    external_id = ExternalId()
    section_count = Ignored(
        "Section Count",
        "(SELECT count(*) FROM roster_section AS s WHERE s.institution_id = o.institution_id"
        " AND s.term_id = o.id AND s.deleted_at IS NULL AND {within})",
        counts=SECTION,
    )

    label = ("external_id", "term_name")
    uniques = (
        Unique(("external_id",), "duplicate_external_id", "External ID", "o.name"),
        Unique(("name_folded",), "duplicate_object", "Name", "'the term `' || o.name || '`'"),
    )
    rules = (
        Rule(
            "end_before_start", "End Date", "w.end_date < w.start_date", "w.end_date::text",
            "jsonb_build_object('other', w.start_date)",
        ),
        Rule(
            "outside_term", "Exclusion Dates",
            "w.start_date <= w.end_date AND EXISTS (SELECT FROM unnest(w.exclusion_dates) AS day"
            " WHERE day NOT BETWEEN w.start_date AND w.end_date)",
            "(SELECT min(day)::text FROM unnest(w.exclusion_dates) AS day"
            " WHERE day NOT BETWEEN w.start_date AND w.end_date)",
            "jsonb_build_object('start', w.start_date, 'end', w.end_date)",
        ),
    )  # fmt: skip
    # Offerings of other families keep it without sections too; an implicit one is not there without.
    blocks_delete = (
        Dependents(SECTION, "term_id"),
        Dependents(OFFERING, "term_ids", where="NOT child.is_implicit", words="course offerings are in it"),
    )
    effects = units_left.LEFT
    export_order = 'o.start_date, o.name_folded COLLATE "C", o.id'
    no_place = lists(("parent_ids", "parents"))
    sample_rows = (
        {
            "term_name": "Autumn 2031", "start_date": "2031-08-18", "end_date": "2031-12-19",
            "exclusion_dates": "2031-10-06;2031-10-07", "external_id": "T-2031A",
        },
        {"term_name": "Spring 2032", "start_date": "2032-01-12", "end_date": "2032-05-28", "external_id": "T-2032S"},
    )  # fmt: skip
