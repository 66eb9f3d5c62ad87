"""Hard cases of reports, each by itself, with what the document says of it."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import connection, transaction
from psycopg.sql import SQL

from edu_csv import tenancy
from reporting.steps.select import selecting
from tests.imports.harness import Tenant
from tests.reporting.reports import world as w
from tests.reporting.reports.asking import asked, table, written
from tests.reporting.reports.invented import midnight
from tests.reporting.reports.world import World

MONDAY = date(2025, 3, 3)
WEEK = (MONDAY, MONDAY + timedelta(days=7))
NOON = midnight(MONDAY) + timedelta(hours=12)


class Small:
    """A video, two sections of a course, and a student."""

    def __init__(self) -> None:
        self.world = World()
        self.add = self.world.add
        term = self.add(w.Term(id=uuid4(), name="Spring"))
        course = self.add(w.Course(id=uuid4(), code="OCE210", name="Oceans"))
        offering = self.add(w.Offering(id=uuid4(), course_ids=[course.id], term_ids=[term.id]))
        self.first, self.second = (
            self.add(
                w.Section(
                    id=uuid4(), name=name, course_id=course.id, term_id=term.id, offering_id=offering.id
                )
            )
            for name in ("01", "02")
        )
        self.student = self.person("student")
        self.video = self.add(
            w.Video(id=uuid4(), name="Tides", made_at=midnight(MONDAY), duration_seconds=2970)
        )

    def person(self, *roles: str) -> w.Person:
        return self.add(
            w.Person(
                id=uuid4(), given_name="Noor", family_name="Vos", email="noor@x.example", roles=list(roles)
            )
        )

    def publish(self, section: w.Section, at: datetime = NOON, **more: Any) -> w.Publication:
        return self.add(
            w.Publication(id=uuid4(), video_id=self.video.id, section_id=section.id, published_at=at, **more)
        )

    def view(self, section: UUID | None = None, at: datetime = NOON, **more: Any) -> w.View:
        return self.add(w.View(id=uuid4(), video_id=self.video.id, section_id=section, started_at=at, **more))

    def watch(self, view: w.View, *minutes: float, gone: bool = False) -> None:
        for after in minutes:
            at = view.started_at + timedelta(minutes=after)
            self.add(w.ViewEvent(id=uuid4(), view_id=view.id, occurred_at=at, gone=gone))


@pytest.fixture
def small() -> Small:
    return Small()


def assets(tenant: Tenant, small: Small, name: str = "asset") -> list[dict[str, str]]:
    small.world.store(tenant.pk)
    return table(written(tenant, name, WEEK if name == "assetbydate" else None))


def counts(rows: list[dict[str, str]]) -> list[tuple[str, str, str]]:
    return [(row["section_number"], row["view_count"], row["view_duration_in_minutes"]) for row in rows]


def test_a_video_never_published_and_never_watched_has_one_row_of_zeros(tenant: Tenant, small: Small) -> None:
    [row] = assets(tenant, small)
    assert (row["section_number"], row["last_view"], row["published_date"]) == ("", "", "")
    assert [
        row[name] for name in ("view_count", "downloads", "view_duration_in_minutes", "public", "private")
    ] == ["0"] * 5
    assert row["video_duration_in_minutes"] == "49.5"


def test_what_had_no_activity_in_the_range_is_left_out_by_date_alone(tenant: Tenant, small: Small) -> None:
    small.publish(small.first)
    assert counts(assets(tenant, small)) == [("01", "0", "0")]
    assert table(written(tenant, "assetbydate", WEEK)) == []


def test_an_unpublished_video_keeps_its_row(tenant: Tenant, small: Small) -> None:
    small.publish(small.first, unpublished_at=NOON + timedelta(days=1))
    # Watched after it was withdrawn: the section had it, so the section's row counts it (7.2, G34).
    small.view(small.first.id, NOON + timedelta(days=2))
    assert counts(assets(tenant, small)) == [("01", "1", "0")]


def test_published_again_to_the_same_section_it_is_one_row_with_the_earliest_date(
    tenant: Tenant, small: Small
) -> None:
    small.publish(small.first, NOON + timedelta(days=2))
    small.publish(small.first, NOON, unpublished_at=NOON + timedelta(days=1))
    small.publish(small.second, NOON + timedelta(days=3))
    rows = assets(tenant, small)
    assert [(row["section_number"], row["published_date"]) for row in rows] == [
        ("01", "2025-03-03"),
        ("02", "2025-03-06"),
    ]


def test_a_publication_that_was_undone_never_was(tenant: Tenant, small: Small) -> None:
    small.publish(small.first, gone=True)
    small.view(small.first.id)
    assert counts(assets(tenant, small)) == [("", "1", "0")]


def test_views_elsewhere_than_where_it_was_published_stand_in_the_row_without_section(
    tenant: Tenant, small: Small
) -> None:
    small.publish(small.first)
    small.watch(small.view(small.second.id), 1, 2)
    small.watch(small.view(), 1)
    small.watch(small.view(small.first.id), 1)
    assert counts(assets(tenant, small)) == [("", "2", "1.5"), ("01", "1", "0.5")]


def test_undone_views_take_their_events_along_and_undone_events_leave_the_view(
    tenant: Tenant, small: Small
) -> None:
    small.watch(small.view(person_id=small.student.id, gone=True), 1, 2)
    small.watch(small.view(person_id=small.student.id), 1, gone=True)
    assert counts(assets(tenant, small)) == [("", "1", "0")]
    assert table(written(tenant, "videoview", WEEK)) == []


def test_a_play_shorter_than_half_a_minute_is_a_view_without_time(tenant: Tenant, small: Small) -> None:
    small.view()
    [row] = assets(tenant, small, "assetbydate")
    assert (row["view_count"], row["view_duration_in_minutes"], row["last_view"]) == (
        "1",
        "0",
        "2025-03-03T12:00:00.000Z",
    )


def test_a_view_begun_before_the_range_is_watched_in_it_and_counted_before(
    tenant: Tenant, small: Small
) -> None:
    small.watch(small.view(at=midnight(MONDAY) - timedelta(minutes=1), via_public_link=True), 0.5, 1, 1.5)
    [row] = assets(tenant, small, "assetbydate")
    assert (row["view_count"], row["public"], row["view_duration_in_minutes"]) == ("0", "0", "1")


def test_anonymous_watching_is_in_the_asset_reports_only(tenant: Tenant, small: Small) -> None:
    small.watch(small.view(via_public_link=True), 1)
    # Who follows a public link while logged in is known all the same (7.1).
    small.watch(small.view(via_public_link=True, person_id=small.student.id), 1)
    assert counts(assets(tenant, small)) == [("", "2", "1")]
    assert len(table(written(tenant, "videoview", WEEK))) == 1


def test_a_deleted_video_without_activity_has_no_row_and_with_activity_keeps_them(
    tenant: Tenant, small: Small
) -> None:
    small.publish(small.first)
    small.publish(small.second)
    small.view(small.first.id)
    gone = small.add(w.Video(id=uuid4(), name="Gone", made_at=midnight(MONDAY), gone=True))
    small.add(w.Publication(id=uuid4(), video_id=gone.id, section_id=small.first.id, published_at=NOON))
    small.video.gone = True
    assert sorted(counts(assets(tenant, small))) == [("01", "1", "0"), ("02", "0", "0")]


def test_deleted_people_sections_and_videos_stay_with_their_last_names(tenant: Tenant, small: Small) -> None:
    small.watch(small.view(small.first.id, person_id=small.student.id), 1)
    small.student.gone = small.first.gone = small.video.gone = True
    small.world.store(tenant.pk)
    [row] = table(written(tenant, "videoview", WEEK))
    assert (row["VideoName"], row["sectionNumber"], row["firstname"]) == ("Tides", "01", "Noor")


def test_an_erased_person_shows_the_id_alone(tenant: Tenant, small: Small) -> None:
    person = small.add(
        w.Person(id=uuid4(), given_name=None, family_name=None, email=None, roles=[], gone=True)
    )
    small.watch(small.view(person_id=person.id), 1)
    small.world.store(tenant.pk)
    last = written(tenant, "videoview", WEEK).split(b"\r\n")[1]
    assert last.endswith(f'"{person.id}",,,,'.encode())


@pytest.mark.parametrize(
    ("held", "printed"),
    [
        (["student", "instructor"], "Instructor"), (["scheduler", "instructor"], "Scheduler"),
        (["student", "administrator"], "Admin"), (["student", "teaching_assistant"], "Teaching Assistant"),
        (["observer", "tutor", "student"], "Student"), (["observer"], "Observer"), ([], ""),
    ],
)  # fmt: skip
def test_of_several_roles_the_highest_is_printed(
    tenant: Tenant, small: Small, held: list[str], printed: str
) -> None:
    small.watch(small.view(person_id=small.person(*held).id), 1)
    small.world.store(tenant.pk)
    assert [row["role"] for row in table(written(tenant, "videoview", WEEK))] == [printed]


@pytest.mark.parametrize("reveals", [False, True])
def test_who_posted_anonymously_is_named_only_when_the_institution_shows_it(
    tenant: Tenant, small: Small, reveals: bool
) -> None:
    small.world.reveals_anonymous = reveals
    question = small.add(w.Question(id=uuid4(), body="Why?", author_id=small.student.id, is_anonymous=True))
    answer = small.add(w.Answer(id=uuid4(), question_id=question.id, author_id=small.student.id))
    small.add(w.AnswerRevision(id=uuid4(), answer_id=answer.id, body="So.", occurred_at=NOON))
    small.world.store(tenant.pk)
    [row] = table(written(tenant, "qanda", WEEK))
    asked = [row[f"question_{name}"] for name in ("userid", "firstname", "lastname", "email", "role")]
    named = [str(small.student.id), "Noor", "Vos", "noor@x.example", "Student"]
    assert asked == (named if reveals else [""] * 5)
    assert row["answer_userid"] == str(small.student.id)


def test_clearing_a_flag_neither_adds_nor_removes_rows(tenant: Tenant, small: Small) -> None:
    shown = small.add(w.Presentation(id=uuid4(), name="Rocks"))
    slide = small.add(w.Slide(id=uuid4(), presentation_id=shown.id, position=1))
    for action, minutes in (("set", 0), ("cleared", 1), ("set", 2)):
        small.add(
            w.Confusion(
                id=uuid4(), presentation_id=shown.id, slide_id=slide.id, person_id=small.student.id, action=action,
                occurred_at=NOON + timedelta(minutes=minutes),
            )
        )  # fmt: skip
    small.world.store(tenant.pk)
    times = [row["event_timestamp"] for row in table(written(tenant, "confused", WEEK))]
    assert times == ["2025-03-03T12:00:00.000Z", "2025-03-03T12:02:00.000Z"]


def test_an_empty_text_is_quoted_and_nothing_is_nothing(tenant: Tenant, small: Small) -> None:
    shown = small.add(w.Presentation(id=uuid4(), name=""))
    poll = small.add(w.Poll(id=uuid4(), presentation_id=shown.id, prompt="", content=None, solution=""))
    answer = small.add(w.PollAnswer(id=uuid4(), poll_id=poll.id, person_id=small.student.id))
    small.add(w.PollAnswerRevision(id=uuid4(), poll_answer_id=answer.id, answer="", occurred_at=NOON))
    small.world.store(tenant.pk)
    row = written(tenant, "polling", WEEK).split(b"\r\n")[1].decode()
    assert row == (
        f'"{shown.id}","",,,,,,"{poll.id}","",,"","2025-03-03T12:00:00.000Z","{answer.id}","",,'
        f'"{small.student.id}","Noor","Vos","noor@x.example","Student"'
    )


def test_line_breaks_of_every_kind_become_line_feeds(tenant: Tenant, small: Small) -> None:
    question = small.add(w.Question(id=uuid4(), body="one\rtwo\r\nthree\nfour"))
    answer = small.add(w.Answer(id=uuid4(), question_id=question.id, author_id=small.student.id))
    small.add(w.AnswerRevision(id=uuid4(), answer_id=answer.id, body="so", occurred_at=NOON))
    small.world.store(tenant.pk)
    assert b',"one\ntwo\nthree\nfour",' in written(tenant, "qanda", WEEK).replace(b"\r\n", b"\r")


@pytest.mark.parametrize(
    ("anchor", "named"),
    [
        ('{"type":"video","mediaId":"v","seconds":610}', ""),
        ('{"type":"slide","slideId":"s","position":4}', "Rocks"),
        ("not JSON", "Rocks"),
        (None, "Rocks"),
    ],
)
def test_a_note_of_a_video_and_a_presentation_is_on_what_its_anchor_says(
    tenant: Tenant, small: Small, anchor: str | None, named: str
) -> None:
    shown = small.add(w.Presentation(id=uuid4(), name="Rocks"))
    note = small.add(
        w.Note(id=uuid4(), person_id=small.student.id, presentation_id=shown.id, video_id=small.video.id)
    )
    small.add(w.NoteRevision(id=uuid4(), note_id=note.id, word_count=3, occurred_at=NOON, anchor=anchor))
    small.world.store(tenant.pk)
    [row] = table(written(tenant, "notes", WEEK))
    assert (row["PresentationName"], row["content"]) == (named, anchor or "")


def test_a_day_by_date_is_found_by_indexes_among_all_that_ever_was(tenant: Tenant, small: Small) -> None:
    """Views of years are not read for one day (nor events: their months are partitions)."""
    small.world.store(tenant.pk)
    with tenancy.use_institution(tenant.pk), transaction.atomic(), connection.cursor() as cursor:
        # An empty table is read whole whatever its indexes; asked to avoid that, only an index is left.
        cursor.execute("SET LOCAL enable_seqscan = off; SET LOCAL enable_bitmapscan = off")
        query, params = selecting(asked(tenant, "assetbydate", WEEK))
        cursor.execute(SQL("EXPLAIN {}").format(query), params)
        plan = "\n".join(line for [line] in cursor.fetchall())
    assert "activity_view_started" in plan
    assert "activity_view_event_2025_03" in plan or "activity_view_event_other" in plan
    assert "activity_view_event_2025_02" not in plan
