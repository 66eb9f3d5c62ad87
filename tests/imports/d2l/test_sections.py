"""Sections that other families made, where D2L moves what they hang on."""

from __future__ import annotations

from tests.imports.casework import CASES
from tests.imports.feed.packing import ORGS
from tests.imports.harness import Tenant

COURSES = (CASES / "base" / "circlein" / "Courses.csv").read_text()


def test_an_offering_stays_where_its_section_would_meet_another_of_its_code(tenant: Tenant) -> None:
    """CircleIn knows a section by its code and term; a D2L code finds it by the offering only."""
    for term in ("27A", "28S"):
        done = tenant.load(
            COURSES.replace(",27A,", f",{term},"), "circlein.courses", "", file_name="Courses.csv"
        )
        assert done.job.status == "completed", done.job.problem
    [(code, course)] = tenant.query("""
        SELECT o.external_id, o.course_id::text FROM roster_offering AS o JOIN roster_term AS t ON t.id = o.term_id
         WHERE t.external_id = '27A' AND EXISTS (
               SELECT FROM roster_section AS s WHERE s.offering_id = o.id AND s.external_id = 'BIO-1')
    """)
    row = f"course offering,UPDATE,{code},Cells,,,,,{course},28S,,,"
    moved = tenant.load(f"{ORGS}\n{row}\n", "d2l.orgs", "", file_name="05-Offerings.csv")
    [told] = tenant.plan(moved)
    assert (told.outcome, told.codes) == ("failed", ["duplicate_external_id"])
    assert told.sentences[0] == (
        "The section `BIO-1` of this offering would come into a term that has another section `BIO-1`. Give one of the two"
        " another id first, or correct semester_code."
    )
