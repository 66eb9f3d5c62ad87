"""What rows of activity are held against: their keys, what they belong to, one another."""

from __future__ import annotations

import pytest

from edu_csv.roster.nouns import NOUNS
from tests.imports.activity.acts import held, live, number, told
from tests.imports.harness import Tenant, csv_text, new_tenant

EVENTS, DOWNLOADS, VIEWS = "activity.view-events", "activity.downloads", "activity.views"
T = "2026-10-01T09:00:0{}Z"


def events(*cells: list[str]) -> str:
    return csv_text(["View ID", "Watched At"], *cells)


def downloads(*cells: list[str]) -> str:
    return csv_text(["Media ID", "Section ID", "User ID", "Downloaded At"], *cells)


def test_of_identical_rows_the_first_counts_and_sent_again_all_of_them_are_there(active: Tenant) -> None:
    text = events(
        ["V-90001", T.format(1)], ["V-90001", T.format(1)], ["V-90001", "2026-10-01T11:00:01+02:00"]
    )
    first = active.load(text, EVENTS)
    twice = "Row 2 says this view event already. Only the first row counts: remove one of the two."
    assert told(active, first) == [(2, "created", []), (3, "failed", [twice]), (4, "failed", [twice])]
    again = active.load(text, EVENTS)
    assert (again.counts["unchanged"], again.counts["failed"]) == (3, 0)
    assert number(active, "view_event") == 3


def test_a_key_with_absent_parts_is_a_key(active: Tenant) -> None:
    rows = (
        ["M-7001", "S-OCE210-31A-02", "P-1001", T.format(1)],
        ["M-7001", "", "P-1001", T.format(1)],
        ["M-7001", "S-OCE210-31A-02", "", T.format(1)],
        ["M-7001", "", "", T.format(1)],
    )
    assert active.load(downloads(*rows), DOWNLOADS).counts["created"] == 4
    again = active.load(downloads(*rows), DOWNLOADS)
    assert again.counts["unchanged"] == 4
    # Within one file too: both lack section and person.
    twice = active.load(
        downloads(["M-7002", "", "", T.format(1)], ["M-7002", "", "", T.format(1)]), DOWNLOADS
    )
    assert [row.codes for row in active.plan(twice)] == [[], ["duplicate_row"]]
    # A row names the one that lacks what it lacks, and no other.
    gone = active.load(downloads(["M-7001", "", "", T.format(1)]), DOWNLOADS, "delete")
    assert gone.counts["deleted"] == 1
    left = live(active, "download", "section_id", "person_id", "occurred_at")
    assert sum(section is None and person is None for section, person, _ in left) == 2


def test_a_flag_of_no_slide_is_set_and_cleared_at_one_moment(active: Tenant) -> None:
    header = ["Presentation ID", "Slide ID", "User ID", "Flag", "Flagged At"]
    rows = (["PR-410", "", "P-1001", "Set", T.format(1)], ["PR-410", "", "P-1001", "cleared", T.format(1)])
    for outcome in ("created", "unchanged"):
        assert active.load(csv_text(header, *rows), "activity.confusion").counts[outcome] == 2
    assert active.load(csv_text(header, rows[0]), "activity.confusion", "delete").counts["deleted"] == 1
    assert sorted(a for a, _ in live(active, "confusion", "action", "id")) == ["cleared", "cleared", "set"]


def test_what_is_not_there_cannot_be_deleted(active: Tenant) -> None:
    upload = active.load(events(["V-90001", T.format(1)], ["V-404", T.format(1)]), EVENTS, "delete")
    assert told(active, upload) == [
        (
            2,
            "failed",
            [
                "There is no view event that says just this, at `2026-10-01T09:00:01Z`. Take the row out, or correct it."
            ],
        ),
        (3, "failed", ["There is no view `V-404`. Correct the id, or take the row out."]),
    ]
    assert active.plan(upload)[0].columns == ["Watched At"]
    update = active.load(
        "Media ID,Section ID,Published At,Unpublished At\n"
        "M-7001,S-OCE210-31A-02,2026-09-02T12:00:00.5Z,2032-01-01T00:00Z\n",
        "activity.publications",
        "update",
    )
    assert told(active, update) == [
        (
            2,
            "failed",
            [
                "There is no publication that says just this, at `2026-09-02T12:00:00.5Z`. Create it first, or correct the row."
            ],
        )
    ]


def test_a_revision_of_one_moment_says_one_thing(active: Tenant) -> None:
    header = ["Poll Answer ID", "Answer", "Answered At"]
    moment = "2026-09-05T10:12:00Z"
    upload = active.load(csv_text(header, ["PA-31-1", "Granite", moment]), "activity.poll-answer-revisions")
    assert told(active, upload) == [
        (
            2,
            "failed",
            [
                "There is a poll answer revision of that moment already: `Chalk`. Take this row out, or delete the other first."
            ],
        )
    ]
    # And of two in one file the first.
    both = active.load(
        csv_text(header, ["PA-32-1", "a", moment], ["PA-32-1", "b", moment]), "activity.poll-answer-revisions"
    )
    assert [row.codes for row in active.plan(both)] == [[], ["duplicate_row"]]


def test_a_publication_ends_by_an_update_and_not_before_it_began(active: Tenant) -> None:
    header = ["Media ID", "Section ID", "Published At", "Unpublished At"]
    key = ["M-7001", "S-OCE210-31A-02", "2026-09-02T12:00:00Z"]
    again = active.load(csv_text(header, [*key, "2026-10-01T00:00:00Z"]), "activity.publications")
    assert told(active, again) == [
        (
            2,
            "failed",
            [
                (
                    "This video is in this section from that moment on already, with no end. Use the update action to"
                    " change when it ends."
                )
            ],
        )
    ]
    early = active.load(csv_text(header, [*key, "2026-09-01T00:00:00Z"]), "activity.publications", "update")
    assert told(active, early) == [
        (
            2,
            "failed",
            [
                (
                    "Unpublished At is `2026-09-01T00:00:00Z`, before it was published, `2026-09-02T12:00:00Z`. Correct one"
                    " of the two."
                )
            ],
        )
    ]
    ended = active.load(csv_text(header, [*key, "2026-10-01T00:00:00Z"]), "activity.publications", "update")
    assert ended.counts["updated"] == 1
    assert active.load(
        csv_text(header, [*key, "2026-10-01T00:00:00Z"]), "activity.publications", "update"
    ).counts["unchanged"]


def test_a_note_is_taken_on_something(active: Tenant) -> None:
    upload = active.load(
        "User ID,Presentation ID,Media ID,External ID\nP-1001,,,N-1\nP-1001,PR-404,,N-2\nP-1001,PR-410,M-7001,N-3\n",
        "activity.notes",
    )
    assert told(active, upload) == [
        (
            2,
            "failed",
            [
                "Presentation ID and Media ID are both blank. Say what the note was taken on: fill one of the two."
            ],
        ),
        (
            3,
            "failed",
            [
                "There is no presentation `PR-404`. The nearest is `PR-410`. Import it first, or correct the id."
            ],
        ),
        (4, "created", []),
    ]


@pytest.mark.parametrize("key", ["activity.slide-views", "activity.confusion"])
def test_a_slide_is_of_the_presentation_that_was_seen(active: Tenant, key: str) -> None:
    active.load("Presentation ID,Position,External ID\nPR-411,1,SL-411-1\n", "activity.slides")
    text = {
        "activity.slide-views": "Presentation View ID,Slide ID,Viewed At\nPV-5001,SL-411-1,2026-10-01T09:00Z\n",
        "activity.confusion": (
            "Presentation ID,Slide ID,User ID,Flag,Flagged At\nPR-410,SL-411-1,P-1001,Set,2026-10-01T09:00Z\n"
        ),
    }[key]
    assert told(active, active.load(text, key)) == [
        (
            2,
            "failed",
            [
                "Slide ID is `SL-411-1`, a slide of another presentation than that of this row. Correct one of the two."
            ],
        )
    ]


def test_two_slides_swap_their_places(active: Tenant) -> None:
    text = "Slide ID,Presentation ID,Position,External ID\nSL-410-1,PR-410,2,SL-410-1\nSL-410-2,PR-410,1,SL-410-2\n"
    assert active.load(text, "activity.slides", "update").counts["updated"] == 2
    third = active.load("Presentation ID,Position,External ID\nPR-410,2,SL-410-3\n", "activity.slides")
    assert active.plan(third)[0].sentences == [
        "`2` already belongs to the slide `SL-410-1` of this presentation. Update that slide, or use another value."
    ]


def test_people_are_named_as_in_enrollments_and_sections_of_two_terms_by_their_system_id(
    active: Tenant,
) -> None:
    # As a family whose ids are of a term leaves them.
    active.query(
        "UPDATE roster_section SET external_id = 'S-OCE210-31A-02', term_id = (SELECT id FROM roster_term WHERE"
        " external_id = 'T-2032S') WHERE external_id = 'S-OCE210-31A-01'"
    )
    [(person,)] = active.query("SELECT id::text FROM roster_person WHERE external_id = 'P-1001'")
    header = ["Media ID", "Section ID", "User ID", "Started At", "External ID"]
    upload = active.load(
        csv_text(
            header,
            ["M-7001", "", person, T.format(1), "V-1"],
            ["M-7001", "", "TOMAS.REYES@fjord.example", T.format(1), "V-2"],
            ["M-7001", "S-OCE210-31A-02", "P-1001", T.format(1), "V-3"],
            ["M-7001", "", "P-404", T.format(1), "V-4"],
        ),
        VIEWS,
    )
    assert [(row.outcome, row.codes) for row in active.plan(upload)] == [
        ("created", []),
        ("created", []),
        ("failed", ["ambiguous_reference"]),
        ("failed", ["unknown_reference"]),
    ]


def test_nothing_new_points_to_what_was_deleted_and_what_was_there_stays(active: Tenant) -> None:
    assert active.load("Media ID\nM-7001\n", "activity.media", "delete").counts["deleted"] == 1
    assert number(active, "view") == 2
    upload = active.load(downloads(["M-7001", "", "", T.format(1)]), DOWNLOADS)
    assert active.plan(upload)[0].codes == ["unknown_reference"]
    # What hangs on the view is told as before, and a view keeps the video that is gone.
    assert active.load(events(["V-90001", T.format(1)]), EVENTS).counts["created"] == 1


def test_ids_that_are_taken_and_cells_that_cannot_be_read_fail_their_row(active: Tenant) -> None:
    header = ["Media Name", "Created At", "Duration Seconds", "From Schedule", "External ID"]
    upload = active.load(
        csv_text(
            header,
            ["Other", T.format(1), "", "", "M-7001"],
            ["", T.format(1), "12.5", "maybe", "M-1"],
            ["New", T.format(1), "-1", "yes", "M-2"],
            ["New", T.format(1), "0", "yes", ""],
            ["New", T.format(1), "0", "yes", "M-3"],
        ),
        "activity.media",
    )
    assert [(row.outcome, row.codes) for row in active.plan(upload)] == [
        ("failed", ["duplicate_external_id"]),
        ("failed", ["bad_number", "bad_value", "required_blank"]),
        ("failed", ["bad_number"]),
        ("failed", ["required_blank"]),
        ("created", []),
    ]
    assert live(active, "video", "external_id", "from_schedule", "auto_transcribed", "duration_seconds")[
        0
    ] == (
        "M-3",
        True,
        False,
        0,
    )


def test_what_is_not_said_of_a_video_goes_back_to_what_it_is_without(active: Tenant) -> None:
    text = "Media ID,Media Name,Created At,External ID\nM-7001,Tides,2026-09-02T10:05:12.480Z,M-7001\n"
    waits = active.load(text, "activity.media", "update")
    assert waits.job.status == "awaiting_approval"
    assert waits.review["reasons"] == ["clears_columns"]
    done = active.approve(waits)
    assert done.counts["updated"] == 1
    assert ("M-7001", False, False, None) in live(
        active, "video", "external_id", "from_schedule", "auto_transcribed", "owner_id"
    )


def test_tenants_do_not_see_each_other(active: Tenant) -> None:
    other = new_tenant()
    upload = other.load(events(["V-90001", T.format(1)]), EVENTS)
    assert other.plan(upload)[0].codes == ["unknown_reference"]
    [(view,)] = active.query("SELECT id::text FROM activity_view WHERE external_id = 'V-90001'")
    assert other.plan(other.load(events([view, T.format(1)]), EVENTS))[0].codes == ["unknown_reference"]
    before = held(active)
    other.load_activity()
    assert held(active) == before
    assert [len(rows) for rows in held(other).values()] == [2] * len(before)
    assert set(before) < set(NOUNS)


def test_what_lies_ahead_and_what_was_watched_before_it_began_is_told(active: Tenant) -> None:
    upload = active.load(
        events(["V-90001", "2098-10-01T09:00:00Z"], ["V-90001", "2026-09-01T09:00:00Z"]), EVENTS
    )
    assert told(active, upload) == [
        (
            2,
            "created",
            [
                (
                    "Watched At is `2098-10-01T09:00:00Z`, which lies ahead of now. What happened is told after it has; no"
                    " report of days counts it before. Correct it if a clock was wrong."
                )
            ],
        ),
        (
            3,
            "created",
            [
                (
                    "Watched At is `2026-09-01T09:00:00Z`, before the view began, `2026-09-03T18:20:04.115Z`. It is counted;"
                    " correct it if a clock was wrong."
                )
            ],
        ),
    ]
    assert (upload.job.status, upload.counts["warnings"]) == ("completed", 2)
    again = active.load(events(["V-90001", "2098-10-01T09:00:00Z"]), EVENTS)
    assert active.plan(again)[0].codes == ["already_exists"]


def test_what_statements_named_is_corrected_by_an_update(active: Tenant) -> None:
    active.query("UPDATE activity_video SET origin = 1 WHERE external_id = 'M-7002'")
    header = ["Media Name", "Created At", "External ID"]
    row = ["Tables", "2026-09-01T16:40:00Z", "M-7002"]
    upload = active.load(csv_text(header, row), "activity.media")
    assert told(active, upload) == [
        (2, "failed", ["The video `M-7002` is known from statements. Send the row with the action update."])
    ]
    done = active.load(
        csv_text(["Media ID", *header], ["M-7002", *row]), "activity.media", "update", keep_absent=True
    )
    assert done.counts["updated"] == 1


def test_an_anchor_is_what_the_note_was_taken_on_and_kept_by_system_id(active: Tenant) -> None:
    header, key = ["Note ID", "Anchor", "Word Count", "Noted At"], "activity.note-revisions"
    [(slide,)] = active.query("SELECT id::text FROM activity_slide WHERE external_id = 'SL-410-1'")
    [(video,)] = active.query("SELECT id::text FROM activity_video WHERE external_id = 'M-7001'")
    said = [
        '{"type":"slide","slideId":"SL-410-1","position":1}',
        '{"type":"video","mediaId":"M-7001","seconds":12.5}',
    ]
    good = csv_text(
        header,
        ["N-601", said[0], "1", T.format(1)],
        ["N-602", said[1], "2", T.format(1)],
        ["N-601", said[0].replace("SL-410-1", slide.upper()), "3", T.format(2)],
        ["N-601", "", "4", T.format(3)],
    )
    for outcome in ("created", "unchanged"):
        assert active.load(good, key).counts[outcome] == 4
    anchors = [anchor for anchor, count in live(active, "note_revision", "anchor", "word_count") if count < 5]
    assert sorted(filter(None, anchors))[:3] == [
        f'{{"type":"slide","slideId":"{slide}","position":1}}',
        f'{{"type":"slide","slideId":"{slide}","position":1}}',
        f'{{"type":"video","mediaId":"{video}","seconds":12.5}}',
    ]
    bad = active.load(
        csv_text(header, ["N-601", said[1], "1", T.format(4)], ["N-602", said[0], "1", T.format(4)]), key
    )
    assert told(active, bad) == [
        (
            2,
            "failed",
            [
                (
                    'Anchor is `{"type":"video","mediaId":"M-7001","seconds":12.5}`, and the note was not taken on that. Name a'
                    " slide of the presentation, or the video, of this note."
                )
            ],
        ),
        (
            3,
            "failed",
            [
                (
                    'Anchor is `{"type":"slide","slideId":"SL-410-1","position":1}`, and the note was not taken on that. Name a'
                    " slide of the presentation, or the video, of this note."
                )
            ],
        ),
    ]
    assert active.plan(bad)[0].cells == ["N-601", said[1], "1", "2026-10-01T09:00:04Z"]
