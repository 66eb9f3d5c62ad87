"""Whatever happens, the asset reports and videoview equal the calculation: few things, many ways."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from uuid import uuid4

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from edu_csv.access.policy import EVERYWHERE
from tests.chance import examples
from tests.imports.harness import new_tenant
from tests.reporting.reports import world as w
from tests.reporting.reports.asking import expected, written
from tests.reporting.reports.invented import midnight
from tests.reporting.reports.world import World

START, END = date(2025, 2, 26), date(2025, 3, 5)
RANGES = [(START, END), (START, START + timedelta(days=1)), (END, END + timedelta(days=7))]
EDGE = st.sampled_from([midnight(day) for day in (START, START + timedelta(days=1), date(2025, 3, 1), END)])
STEP = st.sampled_from([timedelta(microseconds=n) for n in (0, -1, 1, -1_000, 999, 43_200_000_000)])
MOMENT = st.builds(datetime.__add__, EDGE, STEP)
FEW = st.integers(0, 2)
MAYBE = st.none() | FEW
RARELY = st.sampled_from([False, False, False, True])

PUBLICATIONS = st.lists(st.tuples(FEW, FEW, MOMENT, RARELY), max_size=6, unique_by=lambda each: each[:3])
EVENTS = st.lists(st.tuples(MOMENT, RARELY), max_size=4, unique_by=lambda each: each[0])
VIEWS = st.lists(
    st.tuples(FEW, MAYBE, MAYBE, MOMENT, st.booleans(), st.booleans(), RARELY, EVENTS), max_size=6
)
DOWNLOADS = st.lists(
    st.tuples(FEW, MAYBE, MAYBE, MOMENT, RARELY), max_size=5, unique_by=lambda each: each[:4]
)
GONE = st.tuples(RARELY, RARELY, RARELY)


@st.composite
def worlds(draw: st.DrawFn) -> World:
    world = World()
    add = world.add
    term = add(w.Term(id=uuid4(), name="Spring"))
    course = add(w.Course(id=uuid4(), code="OCE210", name="Oceans"))
    offering = add(w.Offering(id=uuid4(), course_ids=[course.id], term_ids=[term.id]))
    sections = [
        add(
            w.Section(
                id=uuid4(),
                name=f"0{n}",
                course_id=course.id,
                term_id=term.id,
                offering_id=offering.id,
                gone=gone,
            )
        )
        for n, gone in enumerate(draw(GONE))
    ]
    people = [
        add(
            w.Person(
                id=uuid4(), given_name=f"P{n}", family_name=None, email=None, roles=["student"], gone=gone
            )
        )
        for n, gone in enumerate(draw(GONE))
    ]
    videos = [
        add(w.Video(id=uuid4(), name=f"V{n}", made_at=midnight(START), duration_seconds=100 * n, gone=gone))
        for n, gone in enumerate(draw(GONE))
    ]

    for video, section, at, gone in draw(PUBLICATIONS):
        add(
            w.Publication(
                id=uuid4(),
                video_id=videos[video].id,
                section_id=sections[section].id,
                published_at=at,
                gone=gone,
            )
        )
    for video, placed, by, at, public, live, gone, events in draw(VIEWS):
        view = add(
            w.View(
                id=uuid4(), video_id=videos[video].id, section_id=None if placed is None else sections[placed].id,
                person_id=None if by is None else people[by].id, started_at=at, via_public_link=public, is_live=live,
                gone=gone,
            )
        )  # fmt: skip
        for when, undone in events:
            add(w.ViewEvent(id=uuid4(), view_id=view.id, occurred_at=when, gone=undone))
    for video, placed, by, at, gone in draw(DOWNLOADS):
        add(
            w.Download(
                id=uuid4(), video_id=videos[video].id, section_id=None if placed is None else sections[placed].id,
                person_id=None if by is None else people[by].id, occurred_at=at, gone=gone,
            )
        )  # fmt: skip
    return world


@settings(
    max_examples=examples(12, 150), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(world=worlds())
def test_files_equal_the_calculation_whatever_happened(committed: None, world: World) -> None:
    tenant = new_tenant()
    world.store(tenant.pk)
    assert written(tenant, "asset") == expected(world, "asset")
    for days in RANGES:
        for name in ("assetbydate", "videoview"):
            assert written(tenant, name, days, EVERYWHERE) == expected(world, name, days), (name, days)
