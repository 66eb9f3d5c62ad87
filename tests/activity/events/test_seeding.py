"""The generator: repeatable, plausible, all of it or nothing."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, connections, transaction
from psycopg.sql import SQL, Identifier
from pytest_django import DjangoDbBlocker

from edu_csv import tenancy
from edu_csv.access.models import AuditEvent
from edu_csv.activity.events.seeding import Made, NotPossible, SeedPlan, seed
from edu_csv.roster.lock import version
from edu_csv.roster.nouns import ACTIVITY_ORDER
from tests.activity.events.rosters import fill_roster, one_room
from tests.activity.events.things import one_of_each
from tests.imports.harness import Tenant, new_tenant

UNTIL = date(2026, 11, 21)
PLAN = SeedPlan(until=UNTIL, weeks=6, videos=40, view_events=6_000)


@pytest.fixture(scope="module")
def made(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> tuple[Tenant, Made]:
    with django_db_blocker.unblock():
        tenant = new_tenant()
        fill_roster(tenant, 80)
        one_room(tenant)
        with tenancy.use_institution(tenant.pk):
            found = seed(tenant.pk, PLAN)
        connections.close_all()
    return tenant, found


@pytest.fixture
def seeded(committed: None, made: tuple[Tenant, Made]) -> Tenant:
    return made[0]


def none_of(tenant: Tenant, statement: str, *params: Any) -> None:
    """The statement finds what must not be."""
    assert tenant.query(statement, *params) == []


def contents(tenant: Tenant) -> dict[str, list[str]]:
    """All rows of all tables, save when they were written."""
    return {
        noun.name: [
            row
            for (row,) in tenant.query(
                SQL(
                    "SELECT (to_jsonb(o) - 'created_at' - 'updated_at')::text FROM {} AS o ORDER BY 1"
                ).format(Identifier(noun.table))
            )
        ]
        for noun in ACTIVITY_ORDER
    }


def test_it_says_what_it_made_and_as_many_as_were_asked_for(
    seeded: Tenant, made: tuple[Tenant, Made]
) -> None:
    rows = made[1].rows
    assert (rows["video"], rows["view_event"]) == (40, 6_000)
    assert rows == {
        noun.name: seeded.query(SQL("SELECT count(*) FROM {}").format(Identifier(noun.table)))[0][0]
        for noun in ACTIVITY_ORDER
    }
    assert min(rows.values()) > 0
    assert (made[1].sections, made[1].people) == (4, 76)


def test_all_happens_within_the_weeks_that_were_asked_for(seeded: Tenant, made: tuple[Tenant, Made]) -> None:
    begins, ends = made[1].begins, made[1].ends
    assert (begins, ends) == (datetime(2026, 10, 11, tzinfo=UTC), datetime(2026, 11, 22, tzinfo=UTC))
    for noun in ACTIVITY_ORDER:
        for column in (name for name, kind in noun.columns.items() if kind == "timestamptz"):
            statement = SQL("SELECT min({at}), max({at}) FROM {table}").format(
                at=Identifier(column), table=Identifier(noun.table)
            )
            [(first, last)] = seeded.query(statement)
            assert begins <= first <= last < ends, (noun.name, column)
            # Spread over the weeks, not heaped in one; few videos are withdrawn at all.
            assert column == "unpublished_at" or (last - first).days >= 14, (noun.name, column)


# What would be before that from which it follows: none of these finds a row.
TOO_EARLY = {
    "watched before played": """
        SELECT 1 FROM activity_view_event AS e JOIN activity_view AS v ON v.id = e.view_id
         WHERE e.occurred_at < v.started_at + interval '30 seconds'
    """,
    "played before made": """
        SELECT 1 FROM activity_view AS v JOIN activity_video AS o ON o.id = v.video_id WHERE v.started_at < o.made_at
    """,
    "published before made": """
        SELECT 1 FROM activity_publication AS p JOIN activity_video AS o ON o.id = p.video_id
         WHERE p.published_at < o.made_at
    """,
    "downloaded before made": """
        SELECT 1 FROM activity_download AS d JOIN activity_video AS o ON o.id = d.video_id WHERE d.occurred_at < o.made_at
    """,
    "a slide before its presentation": """
        SELECT 1 FROM activity_slide_view AS s JOIN activity_presentation_view AS v ON v.id = s.presentation_view_id
         WHERE s.viewed_at < v.started_at
    """,
    "an answer before its question": """
        SELECT 1 FROM activity_answer_revision AS r JOIN activity_answer AS a ON a.id = r.answer_id
          JOIN activity_question AS q ON q.id = a.question_id
         WHERE r.occurred_at <= q.asked_at
    """,
    "a flag cleared that was not set": """
        SELECT 1 FROM activity_confusion AS c WHERE c.action = 'cleared' AND NOT EXISTS (
               SELECT FROM activity_confusion AS s
                WHERE s.action = 'set' AND s.person_id = c.person_id AND s.slide_id IS NOT DISTINCT FROM c.slide_id
                  AND s.presentation_id = c.presentation_id AND s.occurred_at < c.occurred_at)
    """,
    "lost in what one does not see": """
        SELECT 1 FROM activity_confusion AS c WHERE NOT EXISTS (
               SELECT FROM activity_presentation_view AS v
                WHERE v.presentation_id = c.presentation_id AND v.person_id = c.person_id AND v.started_at < c.occurred_at)
    """,
    "an answer to a poll that one does not see": """
        SELECT 1 FROM activity_poll_answer AS a JOIN activity_poll AS q ON q.id = a.poll_id WHERE NOT EXISTS (
               SELECT FROM activity_presentation_view AS v
                 JOIN activity_poll_answer_revision AS r ON r.poll_answer_id = a.id
                WHERE v.presentation_id = q.presentation_id AND v.person_id = a.person_id AND v.started_at < r.occurred_at)
    """,
}


@pytest.mark.parametrize("wrong", TOO_EARLY)
def test_nothing_happens_before_what_it_follows_from(wrong: str, seeded: Tenant) -> None:
    none_of(seeded, TOO_EARLY[wrong])


def test_what_hangs_together_is_of_one_section_and_its_people(seeded: Tenant) -> None:
    members = "SELECT FROM roster_enrollment AS e WHERE (e.section_id, e.person_id) = (o.section_id, o.{})"
    for table, person in (
        ("view", "person_id"), ("presentation_view", "person_id"), ("poll_answer", "person_id"),
        ("note", "person_id"), ("question", "author_id"),
    ):  # fmt: skip
        none_of(
            seeded,
            f"SELECT 1 FROM activity_{table} AS o WHERE o.section_id IS NOT NULL AND o.{person} IS NOT NULL"  # noqa: S608  # of ours
            f" AND NOT EXISTS ({members.format(person)})",
        )
    # In a section one watches what was published there.
    none_of(
        seeded,
        "SELECT 1 FROM activity_view AS v WHERE v.section_id IS NOT NULL AND NOT EXISTS ("
        " SELECT FROM activity_publication AS p WHERE (p.video_id, p.section_id) = (v.video_id, v.section_id))",
    )
    none_of(
        seeded,
        "SELECT 1 FROM activity_slide_view AS s JOIN activity_slide AS o ON o.id = s.slide_id"
        " JOIN activity_presentation_view AS v ON v.id = s.presentation_view_id WHERE v.presentation_id <> o.presentation_id",
    )
    none_of(
        seeded,
        "SELECT 1 FROM activity_confusion AS c JOIN activity_slide AS o ON o.id = c.slide_id"
        " WHERE c.presentation_id <> o.presentation_id",
    )


def test_a_view_is_watched_in_parts_of_thirty_seconds_and_no_longer_than_the_video(seeded: Tenant) -> None:
    gaps = seeded.query(
        "SELECT extract(epoch FROM occurred_at - lag(occurred_at, 1, v.started_at) OVER"
        " (PARTITION BY view_id ORDER BY occurred_at))::float FROM activity_view_event"
        " JOIN activity_view AS v ON v.id = view_id"
    )
    plain = [gap for (gap,) in gaps if gap == 30]
    paused = [gap for (gap,) in gaps if gap != 30]
    assert len(plain) > 0.95 * len(gaps)
    assert paused
    assert all(90 <= gap < 30 + 960 for gap in paused)
    none_of(
        seeded,
        "SELECT 1 FROM activity_view_event JOIN activity_view AS v ON v.id = view_id JOIN activity_video AS o ON o.id = v.video_id"
        " GROUP BY v.id, o.duration_seconds HAVING count(*) * 30 > o.duration_seconds",
    )


def test_there_is_of_each_kind_what_reports_tell_apart(seeded: Tenant) -> None:
    for statement in (
        "SELECT 1 FROM activity_view WHERE is_live",
        "SELECT 1 FROM activity_view WHERE via_public_link AND person_id IS NULL",
        "SELECT 1 FROM activity_view WHERE via_public_link AND person_id IS NOT NULL",
        "SELECT 1 FROM activity_view WHERE section_id IS NULL AND NOT via_public_link",
        "SELECT 1 FROM activity_view AS v WHERE NOT EXISTS (SELECT FROM activity_view_event AS e WHERE e.view_id = v.id)",
        "SELECT 1 FROM activity_video WHERE room_id IS NOT NULL AND device_type = 'PRO'",
        "SELECT 1 FROM activity_video WHERE NOT from_schedule AND room_id IS NULL",
        "SELECT video_id FROM activity_publication GROUP BY 1 HAVING count(DISTINCT section_id) > 1",
        "SELECT 1 FROM activity_poll WHERE solution IS NULL",
        "SELECT poll_answer_id FROM activity_poll_answer_revision GROUP BY 1 HAVING count(DISTINCT answer) > 1",
        "SELECT 1 FROM activity_question WHERE is_anonymous",
        "SELECT 1 FROM activity_question AS q WHERE NOT EXISTS (SELECT FROM activity_answer AS a WHERE a.question_id = q.id)",
        "SELECT answer_id FROM activity_answer_revision GROUP BY 1 HAVING count(DISTINCT body) > 1",
        "SELECT note_id FROM activity_note_revision GROUP BY 1 HAVING max(word_count) > min(word_count)",
        "SELECT 1 FROM activity_note WHERE presentation_id IS NULL AND video_id IS NOT NULL",
    ):
        assert seeded.query(statement), statement


def test_json_in_texts_is_as_reports_print_it(seeded: Tenant) -> None:
    for content, solution in seeded.query("SELECT content, solution FROM activity_poll"):
        options = json.loads(content)
        assert [option["id"] for option in options] == list("abcd")[: len(options)]
        assert content == json.dumps(options, ensure_ascii=False, separators=(",", ":"))
        assert solution is None or solution in [option["text"] for option in options]
    none_of(
        seeded,
        "SELECT 1 FROM activity_poll_answer_revision AS r JOIN activity_poll_answer AS a ON a.id = r.poll_answer_id"
        " JOIN activity_poll AS q ON q.id = a.poll_id"
        " WHERE NOT EXISTS (SELECT FROM json_array_elements(q.content::json) AS option WHERE option ->> 'text' = r.answer)",
    )
    slides = dict(seeded.query("SELECT id::text, position FROM activity_slide"))
    videos = {id_ for (id_,) in seeded.query("SELECT id::text FROM activity_video")}
    anchors = [json.loads(anchor) for (anchor,) in seeded.query("SELECT anchor FROM activity_note_revision")]
    assert {anchor["type"] for anchor in anchors} == {"slide", "video"}
    for anchor in anchors:
        if anchor["type"] == "slide":
            assert anchor == {
                "type": "slide",
                "slideId": anchor["slideId"],
                "position": slides[anchor["slideId"]],
            }
        else:
            assert anchor["mediaId"] in videos
            assert anchor["seconds"] % 30 == 0


def test_one_seed_comes_to_the_same_and_another_to_something_else(tenant: Tenant) -> None:
    fill_roster(tenant, 40)
    found = []
    for number in (7, 7, 8):
        with tenancy.use_institution(tenant.pk), transaction.atomic():
            seed(tenant.pk, SeedPlan(until=UNTIL, weeks=2, videos=8, view_events=400, seed=number))
            found.append(contents(tenant))
            transaction.set_rollback(True)
    assert found[0] == found[1]
    assert all(found[0][name] != found[2][name] for name in found[0])


def test_a_second_time_is_refused_and_another_seed_comes_beside_it(tenant: Tenant) -> None:
    fill_roster(tenant, 20)
    few = SeedPlan(until=UNTIL, weeks=1, videos=3, view_events=50)
    with tenancy.use_institution(tenant.pk):
        before = version(tenant.pk)
        seed(tenant.pk, few)
        assert version(tenant.pk) == before + 1
        with pytest.raises(NotPossible, match=r"has the activity of seed 1 already; another seed"):
            seed(tenant.pk, few)
        seed(tenant.pk, SeedPlan(until=UNTIL, weeks=1, videos=3, view_events=50, seed=2))
    assert tenant.query("SELECT count(*) FROM activity_view_event") == [(100,)]


def test_a_seed_goes_again_and_leaves_the_rest(tenant: Tenant) -> None:
    fill_roster(tenant, 20)
    few = {"videos": 3, "view_events": 60, "weeks": 1, "until": UNTIL}
    run(tenant, seed=1, **few)
    run(tenant, seed=2, **few)
    made = json.loads(run(tenant, seed=3, **few)[0])
    rest = contents(tenant)
    out, err = run(tenant, seed=3, remove=True)
    assert json.loads(out) == made
    assert err == f"{sum(made.values()):,} rows of seed 3 are gone from all reports.\n"
    left = contents(tenant)
    for noun in ACTIVITY_ORDER:
        live = [row for row in left[noun.name] if json.loads(row)["deleted_at"] is None]
        assert len(live) == len(rest[noun.name]) - made[noun.name]
        assert set(live) <= set(rest[noun.name])
    with pytest.raises(CommandError, match=r"has no activity of seed 3\."):
        run(tenant, seed=3, remove=True)
    with pytest.raises(
        CommandError, match=r"had the activity of seed 3, and ids are not used twice; take another seed\."
    ):
        run(tenant, seed=3, **few)


def test_invented_activity_is_not_mixed_with_what_people_did(tenant: Tenant) -> None:
    fill_roster(tenant, 20)
    few = {"videos": 3, "view_events": 60, "weeks": 1, "until": UNTIL}
    # Seeds are in nobody's way.
    run(tenant, seed=1, **few)
    run(tenant, seed=2, **few)
    known = one_of_each(tenant)
    with pytest.raises(CommandError) as refusal:
        run(tenant, seed=3, **few)
    assert str(refusal.value) == (
        f"The institution “{tenant.slug}” has videos of its own, and invented activity would count in its reports beside"
        " them. Take an institution without; or say --beside-real, and --remove when it is to go again."
    )
    run(tenant, seed=3, beside_real=True, **few)
    run(tenant, seed=3, remove=True)
    assert tenant.query("SELECT deleted_at FROM activity_video WHERE id = %s", known["video"]) == [(None,)]
    with tenancy.use_institution(tenant.pk):
        told = AuditEvent.objects.order_by("pk").values_list("verb", "target")
        assert list(told) == [
            ("activity.seeded", "seed 1"),
            ("activity.seeded", "seed 2"),
            ("activity.seeded", "seed 3"),
            ("activity.seed_removed", "seed 3"),
        ]


def test_sections_of_another_term_are_left_out(tenant: Tenant) -> None:
    fill_roster(tenant, 20)
    tenant.query("UPDATE roster_term SET start_date = '2031-01-01', end_date = '2031-06-30'")
    tenant.query(
        "INSERT INTO roster_term (id, institution_id, name, name_folded, start_date, end_date, exclusion_dates, parent_ids)"
        " VALUES (gen_random_uuid(), %s, 'Now', 'now', '2026-09-01', '2026-12-20', '{}', '{}')",
        tenant.pk,
    )
    tenant.query(
        "UPDATE roster_section SET term_id = (SELECT id FROM roster_term WHERE name = 'Now') WHERE external_id LIKE 'S-1%%'"
    )
    with tenancy.use_institution(tenant.pk):
        made = seed(tenant.pk, SeedPlan(until=UNTIL, weeks=2))
    assert (made.sections, made.rows["video"]) == (2, 4)
    assert tenant.query(
        "SELECT DISTINCT left(s.external_id, 3) FROM activity_publication AS p JOIN roster_section AS s ON s.id = p.section_id"
    ) == [("S-1",)]


def run(tenant: Tenant, **options: Any) -> tuple[str, str]:
    out, err = StringIO(), StringIO()
    call_command("seed_activity", institution=tenant.slug, stdout=out, stderr=err, **options)
    return out.getvalue(), err.getvalue()


def test_the_command_tells_what_it_made(tenant: Tenant) -> None:
    fill_roster(tenant, 20)
    out, err = run(tenant, videos=3, view_events=70, weeks=1, until=UNTIL)
    rows = json.loads(out)
    assert (rows["video"], rows["view_event"]) == (3, 70)
    assert list(rows) == [noun.name for noun in sorted(ACTIVITY_ORDER, key=lambda noun: noun.code)]
    assert err == (
        f"{sum(rows.values()):,} rows, of 16 people in 4 sections, from 2026-11-15 up to 2026-11-21 (UTC).\n"
    )


def test_nobody_enrolled_is_refused_with_what_to_do(loaded: Tenant) -> None:
    loaded.query("UPDATE roster_enrollment SET deleted_at = now()")
    with pytest.raises(CommandError) as refusal:
        run(loaded)
    assert str(refusal.value) == (
        f"The institution “{loaded.slug}” has no section with anybody enrolled, and activity is made of who is enrolled."
        " Import people, sections and enrollments first; “manage.py seed_roster” writes files of an invented roster."
    )
    assert loaded.query("SELECT count(*) FROM activity_video") == [(0,)]


@pytest.mark.parametrize(
    ("options", "told"),
    [
        ({"weeks": 0}, "--weeks is 0; expected a whole number from 1 up to 520."),
        ({"videos": 0}, "--videos is 0; expected a whole number from 1 up to 1,000,000."),
        ({"view_events": -1}, "--view-events is -1; expected a whole number from 0 up to 1,000,000,000."),
    ],
)
def test_numbers_that_come_to_nothing_are_refused(tenant: Tenant, options: dict[str, int], told: str) -> None:
    with pytest.raises(CommandError) as refusal:
        run(tenant, **options)
    assert str(refusal.value) == told


def test_a_day_that_is_none_is_told(tenant: Tenant) -> None:
    with pytest.raises(
        CommandError, match=r"argument --until: “21.11.2026” is no day; expected one like 2026-11-21\."
    ):
        call_command("seed_activity", f"--institution={tenant.slug}", "--until=21.11.2026")


def test_nothing_is_invented_of_days_ahead(tenant: Tenant) -> None:
    today = datetime.now(UTC).date()
    with pytest.raises(CommandError) as refusal:
        run(tenant, until=today + timedelta(days=1))
    assert str(refusal.value) == (
        f"--until is {today + timedelta(days=1)}, which lies ahead; nothing has happened after today, {today} (UTC)."
    )


def test_the_number_of_statements_does_not_depend_on_the_number_of_rows(tenant: Tenant) -> None:
    fill_roster(tenant, 20)
    counts = []
    with tenancy.use_institution(tenant.pk):
        for number, videos, events in ((1, 2, 100), (2, 30, 5_000)):
            asked = 0

            def count(execute: Any, *args: Any) -> Any:
                nonlocal asked
                asked += 1
                return execute(*args)

            with connection.execute_wrapper(count):
                seed(
                    tenant.pk, SeedPlan(until=UNTIL, weeks=1, videos=videos, view_events=events, seed=number)
                )
            counts.append(asked)
    assert counts[0] == counts[1]
