"""Plain words for what is decided about a feed: modes, switches, limits, days."""

from __future__ import annotations

from collections.abc import Mapping

from imports.models import Family, SourceMode

# The question, then what each answer means; the first is what a new source does.
Answers = tuple[tuple[str, str, str], ...]

FAMILIES: Mapping[str, str] = {
    Family.D2L: "Packages and single files of org units, users and enrollments.",
    Family.CIRCLEIN: "Courses, Users, Enrollments and UpdateIDs.",
    Family.ECHOVIDEO: "Files of one kind of object, with one action for all their rows.",
}
MODES: Answers = (
    (SourceMode.APPLY, "Apply it", "What can be applied is applied as it comes; it can be undone."),
    (SourceMode.PREVIEW, "Plan it and wait", "Nothing changes until somebody approves the plan."),
    (SourceMode.VALIDATE, "Only check it", "Faults are answered beside the file; nothing ever changes."),
)
ON_ERROR: Answers = (
    ("skip", "Leave the failed rows out", "All other rows are applied."),
    ("abort", "Apply nothing", "One failed row, and the whole file is refused."),
)
ACTIONS: Answers = (
    ("create", "Create", "Rows make new objects."),
    ("update", "Update", "Rows change objects that are there."),
    ("delete", "Delete", "Rows delete objects."),
)
# By switch: the question and its answers (formats.feed.Switches).
SWITCHES: Mapping[str, tuple[str, Answers]] = {
    "user_key": (
        "Which column says who a person is?",
        (
            (
                "org_defined_id",
                "The id of the institution",
                "org_defined_id finds the person; the user name may change.",
            ),
            ("username", "The user name", "username finds the person; the id may change."),
        ),
    ),
    "blank_means": (
        "What does a blank cell mean for what is there?",
        (
            ("keep", "Keep it", "A blank cell changes nothing."),
            ("clear", "Empty it", "A blank cell removes what is stored."),
        ),
    ),
    "create_on_existing": (
        "What if a row creates what is there already?",
        (
            ("update", "Update it", "It gets the values of the row."),
            ("error", "Refuse the row", "It fails and is told so."),
        ),
    ),
    "on_delete_with_enrollments": (
        "What if something with enrollments is deleted?",
        (
            ("cascade", "End the enrollments too", "It goes, and so do they."),
            ("block", "Refuse the row", "It stays until nobody is enrolled."),
        ),
    ),
    "on_user_delete": (
        "What becomes of a deleted person?",
        (
            (
                "deactivate",
                "Deleted, and inactive",
                "The person goes, their enrollments and relationships end, and they are marked as inactive.",
            ),
            ("delete", "Deleted", "The person goes, and their enrollments and relationships end."),
        ),
    ),
    "org_name_characters": (
        "What if a name has characters that D2L does not take?",
        (
            ("error", "Refuse the row", "It fails and is told which."),
            ("warn", "Take it and warn", "It is stored as it came."),
        ),
    ),
    "tutor_means": (
        "What does the role “tutor” mean?",
        (
            ("tutor", "A tutor", "They are enrolled as tutors."),
            ("instructor", "An instructor", "They are enrolled as instructors."),
        ),
    ),
}
DAYS: Mapping[str, str] = {
    "MO": "Mondays",
    "TU": "Tuesdays",
    "WE": "Wednesdays",
    "TH": "Thursdays",
    "FR": "Fridays",
    "SA": "Saturdays",
    "SU": "Sundays",
}
FOLDERS: Mapping[str, str] = {
    "incoming": "What waits for its turn. Files are taken by name, one at a time.",
    "processed": "What became an import, with our answers beside it.",
    "failed": "What was refused, with the reason beside it.",
}
