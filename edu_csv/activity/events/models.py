"""Activity as the ORM sees it: for pages and tests; sets are written and read by SQL (reporting-api.md 7.1).

Times are moments in UTC. Objects are tables like the roster's; events are partitioned by month of their time
(migration 0005), so the time stands in their primary key, and ``id`` alone is unique by how ids are made.
"""

from __future__ import annotations

from django.db import models

from edu_csv.roster.models.base import RosterObject


class Origin(models.IntegerChoices):
    """What brought a row. What was projected may be taken away and projected again; the rest stays for ever."""

    GIVEN = 0, "files and people"
    PROJECTED = 1, "statements"


class ActivityObject(RosterObject):
    """An object of the roster's kind that knows whether it was given or projected from a statement."""

    origin = models.SmallIntegerField(choices=Origin.choices, default=Origin.GIVEN, db_default=0)

    class Meta:
        abstract = True


class ActivityEvent(ActivityObject):
    """Something that happened at a moment: made or deleted, never changed. It has no id outside."""

    external_id = None

    class Meta:
        abstract = True


class Video(ActivityObject):
    """made_at: the report's create_date. room_id, device_type: of the capture, when it was one."""

    name = models.TextField()
    made_at = models.DateTimeField()
    owner_id = models.UUIDField(null=True, blank=True)
    duration_seconds = models.IntegerField(null=True, blank=True)
    from_schedule = models.BooleanField(default=False, db_default=False)
    room_id = models.UUIDField(null=True, blank=True)
    device_type = models.TextField(null=True, blank=True)
    auto_transcribed = models.BooleanField(default=False, db_default=False)

    class Meta:
        db_table = "activity_video"

    def __str__(self) -> str:
        return self.name


class Publication(ActivityObject):
    """A video in a section; it stays when the video is withdrawn, with the moment of that."""

    external_id = None
    video_id = models.UUIDField()
    section_id = models.UUIDField()
    published_at = models.DateTimeField()
    unpublished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        db_table = "activity_publication"

    def __str__(self) -> str:
        return f"{self.video_id} in {self.section_id}"


class View(ActivityObject):
    """One press of play after a page was loaded. person_id null: nobody knows who watched."""

    video_id = models.UUIDField()
    section_id = models.UUIDField(null=True, blank=True)
    person_id = models.UUIDField(null=True, blank=True)
    via_public_link = models.BooleanField(default=False, db_default=False)
    is_live = models.BooleanField(default=False, db_default=False)
    started_at = models.DateTimeField()

    class Meta:
        db_table = "activity_view"

    def __str__(self) -> str:
        return f"{self.video_id} at {self.started_at}"


class Presentation(ActivityObject):
    name = models.TextField()

    class Meta:
        db_table = "activity_presentation"

    def __str__(self) -> str:
        return self.name


class Slide(ActivityObject):
    """position: from 1; one live slide at each place of a presentation."""

    presentation_id = models.UUIDField()
    position = models.IntegerField()

    class Meta:
        db_table = "activity_slide"

    def __str__(self) -> str:
        return f"{self.position} of {self.presentation_id}"


class PresentationView(ActivityObject):
    presentation_id = models.UUIDField()
    section_id = models.UUIDField(null=True, blank=True)
    person_id = models.UUIDField()
    started_at = models.DateTimeField()

    class Meta:
        db_table = "activity_presentation_view"

    def __str__(self) -> str:
        return f"{self.presentation_id} at {self.started_at}"


class Poll(ActivityObject):
    """content: JSON text, ``[{"id": "a", "text": "Basalt"}]`` (reporting-api.md 9, G14)."""

    presentation_id = models.UUIDField()
    prompt = models.TextField()
    content = models.TextField(null=True, blank=True)
    solution = models.TextField(null=True, blank=True)

    class Meta:
        db_table = "activity_poll"

    def __str__(self) -> str:
        return self.prompt


class PollAnswer(ActivityObject):
    """That somebody answered; what they said, and said later, are its revisions."""

    poll_id = models.UUIDField()
    section_id = models.UUIDField(null=True, blank=True)
    person_id = models.UUIDField()

    class Meta:
        db_table = "activity_poll_answer"

    def __str__(self) -> str:
        return f"{self.person_id} to {self.poll_id}"


class Question(ActivityObject):
    """asked_at null: not known. The body is empty once its author was erased."""

    section_id = models.UUIDField(null=True, blank=True)
    author_id = models.UUIDField(null=True, blank=True)
    body = models.TextField()
    asked_at = models.DateTimeField(null=True, blank=True)
    is_anonymous = models.BooleanField(default=False, db_default=False)

    class Meta:
        db_table = "activity_question"

    def __str__(self) -> str:
        return self.body


class Answer(ActivityObject):
    question_id = models.UUIDField()
    author_id = models.UUIDField()
    is_anonymous = models.BooleanField(default=False, db_default=False)

    class Meta:
        db_table = "activity_answer"

    def __str__(self) -> str:
        return f"{self.author_id} to {self.question_id}"


class Note(ActivityObject):
    """On a presentation, a video, or both; the words themselves are not kept (reporting-api.md 7.1)."""

    section_id = models.UUIDField(null=True, blank=True)
    person_id = models.UUIDField()
    presentation_id = models.UUIDField(null=True, blank=True)
    video_id = models.UUIDField(null=True, blank=True)

    class Meta:
        db_table = "activity_note"

    def __str__(self) -> str:
        return str(self.id)


class ViewEvent(ActivityEvent):
    """30 seconds watched, within a view."""

    view_id = models.UUIDField()
    occurred_at = models.DateTimeField()

    class Meta:
        db_table = "activity_view_event"
        managed = False

    def __str__(self) -> str:
        return f"{self.view_id} at {self.occurred_at}"


class Download(ActivityEvent):
    video_id = models.UUIDField()
    section_id = models.UUIDField(null=True, blank=True)
    person_id = models.UUIDField(null=True, blank=True)
    occurred_at = models.DateTimeField()

    class Meta:
        db_table = "activity_download"
        managed = False

    def __str__(self) -> str:
        return f"{self.video_id} at {self.occurred_at}"


class SlideView(ActivityEvent):
    presentation_view_id = models.UUIDField()
    slide_id = models.UUIDField()
    viewed_at = models.DateTimeField()

    class Meta:
        db_table = "activity_slide_view"
        managed = False

    def __str__(self) -> str:
        return f"{self.slide_id} at {self.viewed_at}"


class Confusion(ActivityEvent):
    """A flag set or cleared. slide_id null: not known on which slide of the presentation."""

    presentation_id = models.UUIDField()
    slide_id = models.UUIDField(null=True, blank=True)
    section_id = models.UUIDField(null=True, blank=True)
    person_id = models.UUIDField()
    action = models.TextField(choices=[("set", "set"), ("cleared", "cleared")])
    occurred_at = models.DateTimeField()

    class Meta:
        db_table = "activity_confusion"
        managed = False

    def __str__(self) -> str:
        return f"{self.action} at {self.occurred_at}"


class PollAnswerRevision(ActivityEvent):
    poll_answer_id = models.UUIDField()
    answer = models.TextField()
    occurred_at = models.DateTimeField()

    class Meta:
        db_table = "activity_poll_answer_revision"
        managed = False

    def __str__(self) -> str:
        return self.answer


class AnswerRevision(ActivityEvent):
    answer_id = models.UUIDField()
    body = models.TextField()
    occurred_at = models.DateTimeField()

    class Meta:
        db_table = "activity_answer_revision"
        managed = False

    def __str__(self) -> str:
        return self.body


class NoteRevision(ActivityEvent):
    """anchor: JSON text of where the note is (reporting-api.md 9, G16)."""

    note_id = models.UUIDField()
    anchor = models.TextField(null=True, blank=True)
    word_count = models.IntegerField()
    occurred_at = models.DateTimeField()

    class Meta:
        db_table = "activity_note_revision"
        managed = False

    def __str__(self) -> str:
        return f"{self.note_id} at {self.occurred_at}"


# For whoever walks them all, in the order of the codes of their nouns.
ALL_ACTIVITY: tuple[type[ActivityObject], ...] = (
    Video, Publication, View, ViewEvent, Download, Presentation, Slide, PresentationView, SlideView, Confusion,
    Poll, PollAnswer, PollAnswerRevision, Question, Answer, AnswerRevision, Note, NoteRevision,
)  # fmt: skip

__all__ = [
    "ALL_ACTIVITY",
    "ActivityEvent",
    "ActivityObject",
    "Answer",
    "AnswerRevision",
    "Confusion",
    "Download",
    "Note",
    "NoteRevision",
    "Origin",
    "Poll",
    "PollAnswer",
    "PollAnswerRevision",
    "Presentation",
    "PresentationView",
    "Publication",
    "Question",
    "Slide",
    "SlideView",
    "Video",
    "View",
    "ViewEvent",
]
