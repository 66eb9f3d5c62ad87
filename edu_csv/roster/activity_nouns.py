"""The nouns of activity, declared as the roster's are (reporting-api.md 7.1); ``nouns`` takes them in.

Here and not in the app that keeps their tables: whoever writes objects by the set goes by one list.
"""

from __future__ import annotations

from edu_csv.roster.noun import Noun

VIDEO = Noun(
    "video",
    20,
    "activity_video",
    {
        "external_id": "text",
        "name": "text",
        "made_at": "timestamptz",
        "owner_id": "uuid",
        "duration_seconds": "integer",
        "from_schedule": "boolean",
        "room_id": "uuid",
        "device_type": "text",
        "auto_transcribed": "boolean",
    },
    never_null=("from_schedule", "auto_transcribed"),
)
PUBLICATION = Noun(
    "publication",
    21,
    "activity_publication",
    {
        "video_id": "uuid",
        "section_id": "uuid",
        "published_at": "timestamptz",
        "unpublished_at": "timestamptz",
    },
    label="to_char(o.published_at AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS')",
    via=("section_id", "section"),
    has_external_id=False,
    key=("video_id", "section_id", "published_at"),
)
VIEW = Noun(
    "view",
    22,
    "activity_view",
    {
        "external_id": "text",
        "video_id": "uuid",
        "section_id": "uuid",
        "person_id": "uuid",
        "via_public_link": "boolean",
        "is_live": "boolean",
        "started_at": "timestamptz",
    },
    label="to_char(o.started_at AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS')",
    via=("section_id", "section"),
    never_null=("via_public_link", "is_live"),
)
VIEW_EVENT = Noun(
    "view_event",
    23,
    "activity_view_event",
    {"view_id": "uuid", "occurred_at": "timestamptz"},
    label="to_char(o.occurred_at AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS')",
    via=("view_id", "view"),
    has_external_id=False,
    time="occurred_at",
    key=("view_id", "occurred_at"),
)
DOWNLOAD = Noun(
    "download",
    24,
    "activity_download",
    {"video_id": "uuid", "section_id": "uuid", "person_id": "uuid", "occurred_at": "timestamptz"},
    label="to_char(o.occurred_at AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS')",
    via=("section_id", "section"),
    has_external_id=False,
    time="occurred_at",
    key=("video_id", "section_id", "person_id", "occurred_at"),
)
PRESENTATION = Noun("presentation", 25, "activity_presentation", {"external_id": "text", "name": "text"})
SLIDE = Noun(
    "slide",
    26,
    "activity_slide",
    {"external_id": "text", "presentation_id": "uuid", "position": "integer"},
    label="o.position::text",
)
PRESENTATION_VIEW = Noun(
    "presentation_view",
    27,
    "activity_presentation_view",
    {
        "external_id": "text",
        "presentation_id": "uuid",
        "section_id": "uuid",
        "person_id": "uuid",
        "started_at": "timestamptz",
    },
    label="to_char(o.started_at AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS')",
    via=("section_id", "section"),
)
SLIDE_VIEW = Noun(
    "slide_view",
    28,
    "activity_slide_view",
    {"presentation_view_id": "uuid", "slide_id": "uuid", "viewed_at": "timestamptz"},
    label="to_char(o.viewed_at AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS')",
    via=("presentation_view_id", "presentation_view"),
    has_external_id=False,
    time="viewed_at",
    key=("presentation_view_id", "slide_id", "viewed_at"),
)
CONFUSION = Noun(
    "confusion",
    29,
    "activity_confusion",
    {
        "presentation_id": "uuid",
        "slide_id": "uuid",
        "section_id": "uuid",
        "person_id": "uuid",
        "action": "text",
        "occurred_at": "timestamptz",
    },
    label="o.action",
    plural="confusion flags",
    via=("section_id", "section"),
    has_external_id=False,
    time="occurred_at",
    key=("slide_id", "presentation_id", "section_id", "person_id", "occurred_at", "action"),
)
POLL = Noun(
    "poll",
    30,
    "activity_poll",
    {
        "external_id": "text",
        "presentation_id": "uuid",
        "prompt": "text",
        "content": "text",
        "solution": "text",
    },
    label="left(o.prompt, 60)",
)
POLL_ANSWER = Noun(
    "poll_answer",
    31,
    "activity_poll_answer",
    {"external_id": "text", "poll_id": "uuid", "section_id": "uuid", "person_id": "uuid"},
    label="o.external_id",
    via=("section_id", "section"),
)
POLL_ANSWER_REVISION = Noun(
    "poll_answer_revision",
    32,
    "activity_poll_answer_revision",
    {"poll_answer_id": "uuid", "answer": "text", "occurred_at": "timestamptz"},
    label="to_char(o.occurred_at AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS')",
    via=("poll_answer_id", "poll_answer"),
    has_external_id=False,
    time="occurred_at",
    key=("poll_answer_id", "occurred_at"),
)
QUESTION = Noun(
    "question",
    33,
    "activity_question",
    {
        "external_id": "text",
        "section_id": "uuid",
        "author_id": "uuid",
        "body": "text",
        "asked_at": "timestamptz",
        "is_anonymous": "boolean",
    },
    label="left(o.body, 60)",
    via=("section_id", "section"),
    never_null=("is_anonymous",),
)
ANSWER = Noun(
    "answer",
    34,
    "activity_answer",
    {"external_id": "text", "question_id": "uuid", "author_id": "uuid", "is_anonymous": "boolean"},
    label="o.external_id",
    via=("question_id", "question"),
    never_null=("is_anonymous",),
)
ANSWER_REVISION = Noun(
    "answer_revision",
    35,
    "activity_answer_revision",
    {"answer_id": "uuid", "body": "text", "occurred_at": "timestamptz"},
    label="to_char(o.occurred_at AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS')",
    via=("answer_id", "answer"),
    has_external_id=False,
    time="occurred_at",
    key=("answer_id", "occurred_at"),
)
NOTE = Noun(
    "note",
    36,
    "activity_note",
    {
        "external_id": "text",
        "section_id": "uuid",
        "person_id": "uuid",
        "presentation_id": "uuid",
        "video_id": "uuid",
    },
    label="o.external_id",
    via=("section_id", "section"),
)
NOTE_REVISION = Noun(
    "note_revision",
    37,
    "activity_note_revision",
    {"note_id": "uuid", "anchor": "text", "word_count": "integer", "occurred_at": "timestamptz"},
    label="to_char(o.occurred_at AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS')",
    via=("note_id", "note"),
    has_external_id=False,
    time="occurred_at",
    key=("note_id", "occurred_at"),
)

# What others point to comes first.
WRITE_ORDER = (
    VIDEO,
    PUBLICATION,
    VIEW,
    PRESENTATION,
    SLIDE,
    PRESENTATION_VIEW,
    POLL,
    POLL_ANSWER,
    QUESTION,
    ANSWER,
    NOTE,
    VIEW_EVENT,
    DOWNLOAD,
    SLIDE_VIEW,
    CONFUSION,
    POLL_ANSWER_REVISION,
    ANSWER_REVISION,
    NOTE_REVISION,
)
EVENTS = tuple(noun for noun in WRITE_ORDER if noun.time)
POINTS_TO = {
    "video_id": VIDEO,
    "view_id": VIEW,
    "presentation_id": PRESENTATION,
    "slide_id": SLIDE,
    "presentation_view_id": PRESENTATION_VIEW,
    "poll_id": POLL,
    "poll_answer_id": POLL_ANSWER,
    "question_id": QUESTION,
    "answer_id": ANSWER,
    "note_id": NOTE,
}
