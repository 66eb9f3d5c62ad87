"""Charts and the first rows say what the file says: counted from the plain calculation."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest

from edu_csv import tenancy
from edu_csv.access.policy import EVERYWHERE, Reach
from reporting.reports import reports
from reporting.reports.base import ChartKind
from reporting.steps.preview import draw, preview
from reporting.steps.select import Output
from tests.imports.harness import Tenant
from tests.reporting.reports import plain
from tests.reporting.reports import world as w
from tests.reporting.reports.asking import Range, asked, written
from tests.reporting.reports.by_hand import cell_of
from tests.reporting.reports.invented import invent, midnight
from tests.reporting.reports.plain import HEADERS
from tests.reporting.reports.test_calculation import ALL, WEEK, sections_below
from tests.reporting.reports.world import World

Line = dict[str, Any]
Bars = list[tuple[str, str, Decimal]]
HALF_MINUTE = Decimal(1) / 120


def lines_of(world: World, name: str, days: Range, sections: plain.Sections = None) -> list[Line]:
    start, end = (midnight(day) for day in days) if days else (None, None)
    return [
        dict(zip(HEADERS[name], row, strict=True)) for row in plain.rows_of(name, world, start, end, sections)
    ]


def per_day(lines: list[Line], weigh: Decimal = Decimal(1)) -> Bars:
    days = Counter(f"{line['event_timestamp']:%Y-%m-%d}" for line in lines)
    return [(day, "", count * weigh) for day, count in sorted(days.items())]


def highest(
    lines: list[Line],
    key: Callable[[Line], Any],
    label: Callable[[Line], str],
    value: Callable[[list[Line]], Decimal | int],
    note: Callable[[list[Line]], str],
) -> Bars:
    groups: dict[Any, list[Line]] = defaultdict(list)
    for line in lines:
        groups[key(line)].append(line)
    bars = [(label(group[0]), note(group), Decimal(value(group))) for group in groups.values()]
    return sorted((bar for bar in bars if bar[2]), key=lambda bar: -bar[2])


def hours(group: list[Line]) -> Decimal:
    return sum((line["view_duration_in_minutes"] for line in group), Decimal(0)) / 60


def courses(group: list[Line]) -> str:
    found = {line["courseIdentifier"] for line in group if line["courseIdentifier"] is not None}
    return ", ".join(sorted(found, key=str.encode))


def codes(world: World) -> Callable[[list[Line]], str]:
    """The same for the asset reports, which print the course's id."""
    of = {course.id: course.code for course in world.all(w.Course)}
    return lambda group: courses([{"courseIdentifier": of.get(line["course_identifier"])} for line in group])


def calculated(world: World, name: str, key: str, lines: list[Line], days: Range) -> Bars:
    """The chart by plain Python; the longest first, of which only ten are drawn."""
    if key == "per_day":
        return per_day(lines, HALF_MINUTE if name == "videoview" else Decimal(1))
    match name, key:
        case (("asset" | "assetbydate"), "most_watched"):
            return highest(
                lines, lambda line: line["mediaid"], lambda line: line["video_name"], hours, codes(world)
            )
        case (("asset" | "assetbydate"), "most_viewed"):
            return highest(
                lines, lambda line: line["mediaid"], lambda line: line["video_name"],
                lambda group: sum(line["view_count"] for line in group), codes(world),
            )  # fmt: skip
        case "videoview", "most_watched":
            return highest(
                lines, lambda line: line["VideoId"], lambda line: line["VideoName"],
                lambda group: len(group) * HALF_MINUTE, courses,
            )  # fmt: skip
        case "presentation", "most_viewed":
            return highest(
                lines,
                lambda line: line["presentationID"],
                lambda line: line["presentationName"],
                len,
                courses,
            )
        case "confused", "per_slide":
            return confusion(world, days)
        case "polling", "results":
            last = {line["answer_id"]: line for line in lines}
            return highest(
                list(last.values()), lambda line: (line["activity_id"], line["answer"]), lambda line: line["answer"],
                len, lambda group: str(group[0]["activity_prompt"]),
            )  # fmt: skip
        case "qanda", "per_question":
            return highest(
                lines, lambda line: line["questionid"], lambda line: line["question"],
                lambda group: len({line["answerid"] for line in group}), courses,
            )  # fmt: skip
        case "notes", "most_noted":
            return most_noted(world, days)
    raise AssertionError((name, key))


def notes_made(world: World, days: Range) -> list[tuple[w.NoteRevision, w.Note]]:
    assert days
    revisions = [(each, world.things[w.Note][each.note_id]) for each in world.all(w.NoteRevision)]
    return [
        (revision, note)
        for revision, note in revisions
        if not revision.gone
        and not note.gone
        and midnight(days[0]) <= revision.occurred_at < midnight(days[1])
    ]


def most_noted(world: World, days: Range) -> Bars:
    lines = []
    for revision, note in notes_made(world, days):
        shown = None if plain.is_on_video(revision, note) else note.presentation_id
        on = world.get(w.Presentation, shown) or world.get(w.Video, note.video_id)
        assert on
        code = plain.section_block(world, note.section_id)[3]
        lines.append({"on": on.name, "note": note.id, "courseIdentifier": code})
    return highest(
        lines, lambda line: line["on"], lambda line: line["on"],
        lambda group: len({line["note"] for line in group}), courses,
    )  # fmt: skip


def confusion(world: World, days: Range) -> Bars:
    assert days
    lines = []
    for flag in world.all(w.Confusion):
        if (
            not flag.gone
            and flag.action == "set"
            and midnight(days[0]) <= flag.occurred_at < midnight(days[1])
        ):
            slide = world.get(w.Slide, flag.slide_id)
            where = f"slide {slide.position}" if slide else "slide not known"
            code = plain.section_block(world, flag.section_id)[3]
            shown = world.things[w.Presentation][flag.presentation_id]
            key = (shown.id, flag.slide_id)
            lines.append({"key": key, "label": f"{shown.name}, {where}", "courseIdentifier": code})
    return highest(lines, lambda line: line["key"], lambda line: line["label"], len, courses)


def test_charts_show_what_the_rows_say(tenant: Tenant) -> None:
    world = invent(51)
    world.store(tenant.pk)
    for name, report in reports().items():
        days = None if name == "asset" else ALL
        lines = lines_of(world, name, days)
        for chart in report.charts:
            with tenancy.use_institution(tenant.pk):
                points = draw(asked(tenant, name, days), chart)
            drawn = [(point.label, point.note, round(point.value, 9)) for point in points]
            wanted = [
                (label, note, round(value, 9))
                for label, note, value in calculated(world, name, chart.key, lines, days)
            ]
            assert len(drawn) > 2, (name, chart.key)
            if chart.kind == ChartKind.BARS:
                assert drawn == wanted, (name, chart.key)
                continue
            # Which of several equal ones are among the ten is a matter of names.
            assert [bar[2] for bar in drawn] == [bar[2] for bar in wanted[:10]], (name, chart.key)
            assert not Counter(drawn) - Counter(wanted), (name, chart.key)


def test_charts_stay_within_reach_too(tenant: Tenant) -> None:
    world = invent(52)
    world.store(tenant.pk)
    unit = world.all(w.Unit)[0]
    report = reports()["videoview"]
    lines = lines_of(world, "videoview", ALL, sections_below(world, unit.id))
    with tenancy.use_institution(tenant.pk):
        drawn = draw(asked(tenant, "videoview", ALL, Reach((unit.id,))), report.charts[0])
    assert [round(point.value, 9) for point in drawn] == [
        round(bar[2], 9) for bar in per_day(lines, HALF_MINUTE)
    ]
    assert drawn


def test_the_first_rows_are_those_of_the_file(tenant: Tenant) -> None:
    world = invent(53)
    world.store(tenant.pk)
    for name in HEADERS:
        days = None if name == "asset" else WEEK
        with tenancy.use_institution(tenant.pk):
            first = preview(asked(tenant, name, days, EVERYWHERE), 7, Output(spreadsheet_safe=True))
        start, end = (midnight(day) for day in days) if days else (None, None)
        rows = plain.rows_of(name, world, start, end)[:7]
        # A cell on the page is the file's without its quotes.
        assert first == [
            [None if cell is None else bare(cell_of(cell, safe=True)) for cell in row] for row in rows
        ], name
        assert first, name


def bare(cell: str) -> str:
    return cell[1:-1].replace('""', '"') if cell.startswith('"') else cell


def test_progress_is_told_and_may_end_the_writing(tenant: Tenant) -> None:
    world = invent(54, size=400)
    world.store(tenant.pk)
    told: list[int] = []

    class Enough(Exception):
        pass

    def stop(rows: int) -> None:
        told.append(rows)
        if len(told) > 1:
            raise Enough

    with pytest.raises(Enough):
        written(tenant, "videoview", ALL, progress=stop)
    assert told == sorted(told)
    assert told[0] > 0
    assert written(tenant, "videoview", ALL)
