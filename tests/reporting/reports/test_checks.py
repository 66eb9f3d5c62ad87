"""The checks that reporting-api.md 7.3 wants, made on the files as they are handed out."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, timedelta
from decimal import Decimal
from uuid import uuid4

import pytest

from tests.imports.harness import Tenant
from tests.reporting.reports import world as w
from tests.reporting.reports.asking import table, written
from tests.reporting.reports.invented import DAYS, FIRST, invent, midnight
from tests.reporting.reports.world import World

COUNTERS = ("view_count", "downloads", "view_duration_in_minutes", "public", "private", "live", "on_demand")
# Weeks that tile all that happens in an invented world.
WEEKS = [(FIRST + timedelta(days=7 * n - 1), FIRST + timedelta(days=7 * n + 6)) for n in range(DAYS // 7 + 2)]


@pytest.fixture
def busy(tenant: Tenant) -> tuple[Tenant, World]:
    world = invent(41)
    world.store(tenant.pk)
    return tenant, world


def total(rows: list[dict[str, str]], header: str) -> Decimal:
    return sum((Decimal(row[header]) for row in rows), Decimal(0))


def test_1_public_and_private_live_and_on_demand_each_add_up_to_the_views(busy: tuple[Tenant, World]) -> None:
    tenant, _ = busy
    for row in table(written(tenant, "asset")):
        views = int(row["view_count"])
        assert int(row["public"]) + int(row["private"]) == views == int(row["live"]) + int(row["on_demand"])


def test_2_sums_over_asset_are_the_numbers_of_what_happened(busy: tuple[Tenant, World]) -> None:
    tenant, world = busy
    rows = table(written(tenant, "asset"))
    views = {view.id for view in world.all(w.View) if not view.gone}
    events = [each for each in world.all(w.ViewEvent) if not each.gone and each.view_id in views]
    assert total(rows, "view_count") == len(views)
    assert total(rows, "view_duration_in_minutes") * 2 == len(events)
    assert total(rows, "downloads") == sum(not each.gone for each in world.all(w.Download))


def test_3_assetbydate_over_adjacent_weeks_adds_up_to_asset_row_by_row(busy: tuple[Tenant, World]) -> None:
    tenant, _ = busy
    summed: defaultdict[tuple[str, str, str], Decimal] = defaultdict(Decimal)
    for week in WEEKS:
        for row in table(written(tenant, "assetbydate", week)):
            for header in COUNTERS:
                # Sections of several courses may have one number.
                summed[row["mediaid"], row["course_identifier"] + row["section_number"], header] += Decimal(
                    row[header]
                )
    whole: defaultdict[tuple[str, str, str], Decimal] = defaultdict(Decimal)
    for row in table(written(tenant, "asset")):
        for header in COUNTERS:
            whole[row["mediaid"], row["course_identifier"] + row["section_number"], header] += Decimal(
                row[header]
            )
    told = {key: value for key, value in whole.items() if value}
    assert {key: value for key, value in summed.items() if value} == told
    assert len(told) > 50


def test_4_rows_of_videoview_over_tiled_weeks_are_the_events_of_known_people(
    busy: tuple[Tenant, World],
) -> None:
    tenant, world = busy
    known = {view.id for view in world.all(w.View) if not view.gone and view.person_id}
    events = [each for each in world.all(w.ViewEvent) if not each.gone and each.view_id in known]
    assert sum(len(table(written(tenant, "videoview", week))) for week in WEEKS) == len(events)


def test_5_an_event_exactly_at_start_is_in_and_exactly_at_end_is_out(tenant: Tenant) -> None:
    world = World()
    start, end = date(2025, 3, 3), date(2025, 3, 10)
    person = world.add(
        w.Person(id=uuid4(), given_name="Noor", family_name=None, email=None, roles=["student"])
    )
    video = world.add(w.Video(id=uuid4(), name="Queues", made_at=midnight(start)))
    view = world.add(w.View(id=uuid4(), video_id=video.id, started_at=midnight(start), person_id=person.id))
    tick = timedelta(microseconds=1)
    for at in (midnight(start) - tick, midnight(start), midnight(end) - tick, midnight(end)):
        world.add(w.ViewEvent(id=uuid4(), view_id=view.id, occurred_at=at))
        world.add(w.Download(id=uuid4(), video_id=video.id, occurred_at=at))
    world.store(tenant.pk)
    assert [row["event_timestamp"] for row in table(written(tenant, "videoview", (start, end)))] == [
        "2025-03-03T00:00:00.000Z", "2025-03-09T23:59:59.999Z",
    ]  # fmt: skip
    [row] = table(written(tenant, "assetbydate", (start, end)))
    assert (row["view_count"], row["downloads"], row["view_duration_in_minutes"]) == ("1", "2", "1")
    assert row["last_view"] == "2025-03-09T23:59:59.999Z"
    # Adjacent ranges share the boundary, and nothing twice.
    [before] = table(written(tenant, "assetbydate", (start - timedelta(days=7), start)))
    [after] = table(written(tenant, "assetbydate", (end, end + timedelta(days=7))))
    assert (
        (before["view_count"], before["downloads"]) == (after["view_count"], after["downloads"]) == ("0", "1")
    )


def test_6_a_changed_response_is_two_rows_of_one_answer_and_an_unanswered_question_none(
    tenant: Tenant,
) -> None:
    world = World()
    day = date(2025, 3, 3)
    noor, ilse = (
        world.add(w.Person(id=uuid4(), given_name=name, family_name=None, email=None, roles=["student"]))
        for name in ("Noor", "Ilse")
    )
    shown = world.add(w.Presentation(id=uuid4(), name="Rocks"))
    poll = world.add(w.Poll(id=uuid4(), presentation_id=shown.id, prompt="Which is volcanic?"))
    answer = world.add(w.PollAnswer(id=uuid4(), poll_id=poll.id, person_id=noor.id))
    for hours, text in ((9, "Granite"), (10, "Basalt")):
        at = midnight(day) + timedelta(hours=hours)
        world.add(w.PollAnswerRevision(id=uuid4(), poll_answer_id=answer.id, answer=text, occurred_at=at))
    asked, _ = (
        world.add(w.Question(id=uuid4(), body=body, author_id=ilse.id)) for body in ("Why?", "Why not?")
    )
    reply = world.add(w.Answer(id=uuid4(), question_id=asked.id, author_id=noor.id))
    for hours, text in ((9, "Because"), (10, "Because of heat")):
        at = midnight(day) + timedelta(hours=hours)
        world.add(w.AnswerRevision(id=uuid4(), answer_id=reply.id, body=text, occurred_at=at))
    world.store(tenant.pk)
    days = (day, day + timedelta(days=1))
    responses = table(written(tenant, "polling", days))
    assert [(row["answer_id"], row["answer"]) for row in responses] == [
        (str(answer.id), "Granite"), (str(answer.id), "Basalt"),
    ]  # fmt: skip
    answers = table(written(tenant, "qanda", days))
    assert [(row["questionid"], row["answerid"], row["answer"]) for row in answers] == [
        (str(asked.id), str(reply.id), "Because"), (str(asked.id), str(reply.id), "Because of heat"),
    ]  # fmt: skip
