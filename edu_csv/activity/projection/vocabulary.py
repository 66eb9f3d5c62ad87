"""The words in which statements tell of activity (xapi.md 8.1 and 8.2), and what each comes to.

Addresses of our own are known by how they end: an institution may change the address with which its ids begin, and
the templates of the gallery take any; what is stored keeps the address it was made with.
"""

from __future__ import annotations

from enum import IntEnum, StrEnum
from typing import Final

ADLNET: Final = "http://adlnet.gov/expapi/verbs/"
VIDEO_PROFILE: Final = "https://w3id.org/xapi/video/"
EXTENSION: Final = VIDEO_PROFILE + "extensions/"

EXPERIENCED: Final = ADLNET + "experienced"
ANSWERED: Final = ADLNET + "answered"
ASKED: Final = ADLNET + "asked"
VIEWED: Final = "http://id.tincanapi.com/verb/viewed"
DOWNLOADED: Final = "http://id.tincanapi.com/verb/downloaded"
ANNOTATED: Final = "http://risc-inc.com/annotator/verbs/annotated"
# Verbs of our own, after whatever address an institution has (8.2).
FLAGGED: Final = "/xapi/verbs/flagged-confusing"
CLEARED: Final = "/xapi/verbs/cleared-confusing"

# Extensions of our own, after whatever address an institution has.
WORD_COUNT: Final = "/xapi/ext/word-count"
SLIDE_COUNT: Final = "/xapi/ext/slide-count"
ASKER: Final = "/xapi/ext/asker"
PUBLIC_LINK: Final = "/xapi/ext/public-link"
LIVE: Final = "/xapi/ext/live"


class Noun(IntEnum):
    """What a statement is about: the codes of these nouns in the roster."""

    VIDEO = 20
    PRESENTATION = 25
    SLIDE = 26
    POLL = 30
    QUESTION = 33


# By the kind in an id such as https://lecture.example.edu/media/v-17.
BY_PATH: Final = {
    "media": Noun.VIDEO,
    "presentation": Noun.PRESENTATION,
    "slide": Noun.SLIDE,
    "poll": Noun.POLL,
    "question": Noun.QUESTION,
}
BY_TYPE: Final = {
    VIDEO_PROFILE + "activity-type/video": Noun.VIDEO,
    "http://id.tincanapi.com/activitytype/slide-deck": Noun.PRESENTATION,
    "http://id.tincanapi.com/activitytype/slide": Noun.SLIDE,
    "http://adlnet.gov/expapi/activities/cmi.interaction": Noun.POLL,
    "http://adlnet.gov/expapi/activities/question": Noun.QUESTION,
}


class Kind(IntEnum):
    """What a fact is; as kept in ``activity_fact.kind``, never renumbered."""

    WATCHED = 1
    PLAYER = 2
    DECK_VIEW = 3
    SLIDE_VIEW = 4
    CONFUSION = 5
    POLL_ANSWER = 6
    ANSWER = 7
    ASKED = 8
    NOTE = 9
    DOWNLOAD = 10
    # Only names an object that another fact of the statement needs.
    MENTION = 11

    @property
    def told(self) -> str:
        """For people, in the plural."""
        return TOLD[self]


TOLD: Final = {
    Kind.WATCHED: "times watched",
    Kind.PLAYER: "player moves",
    Kind.DECK_VIEW: "presentation views",
    Kind.SLIDE_VIEW: "slide views",
    Kind.CONFUSION: "confusion flags",
    Kind.POLL_ANSWER: "poll answers",
    Kind.ANSWER: "answers",
    Kind.ASKED: "questions asked",
    Kind.NOTE: "notes",
    Kind.DOWNLOAD: "downloads",
    Kind.MENTION: "mentions",
}
# Nobody knows of whom these are: they are not kept without a person (reporting-api.md 7.1).
NEED_PERSON: Final = (
    Kind.DECK_VIEW, Kind.SLIDE_VIEW, Kind.CONFUSION, Kind.POLL_ANSWER, Kind.ANSWER, Kind.NOTE,
)  # fmt: skip


class Move(IntEnum):
    """What a player did. In the order in which moves of one moment are taken: a pause ends what a seek leaves."""

    INITIALIZED = 1
    PAUSED = 2
    COMPLETED = 3
    SEEKED = 4
    PLAYED = 5
    TERMINATED = 6


MOVES: Final = {
    ADLNET + "initialized": Move.INITIALIZED,
    VIDEO_PROFILE + "verbs/paused": Move.PAUSED,
    ADLNET + "completed": Move.COMPLETED,
    VIDEO_PROFILE + "verbs/seeked": Move.SEEKED,
    VIDEO_PROFILE + "verbs/played": Move.PLAYED,
    ADLNET + "terminated": Move.TERMINATED,
}

# Bits of ``activity_fact.flags``. IN_SESSION: the view is told by a session and not by its day.
VIA_PUBLIC_LINK: Final = 1
IS_LIVE: Final = 2
IN_SESSION: Final = 4


class Unplaced(StrEnum):
    """Why a statement of this vocabulary has no row; a sentence goes on with it."""

    PERSON = "person not known"
    SLIDE = "slide not known"
    DECK = "poll without a presentation"
    TIME = "time before 1900 or after 2199"
    LONG_ID = "id longer than 1,000 bytes"
    UNREADABLE = "not readable"
