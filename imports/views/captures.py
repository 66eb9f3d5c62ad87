"""What a plan does to captures of schedules that its rows do not name."""

from __future__ import annotations

from collections.abc import Mapping

from edu_csv.pages.contexts.parts import Sentence
from edu_csv.pages.words import counted, listed

# (count, of one, of several), as in a plan's review.
WORDS = (
    ("moved", "takes place at another time", "take place at another time"),
    ("removed", "does not take place any more", "do not take place any more"),
    ("added", "is added", "are added"),
)


def with_captures(sentence: Sentence, captures: Mapping[str, int]) -> Sentence:
    """The sentence, which goes on: "200 schedules are affected: 8,400 captures take place at another time."

    captures: schedules, moved, added, removed; or nothing.
    """
    if not captures:
        return sentence
    parts = [
        f"{counted(captures[name], 'capture')} {one if captures[name] == 1 else many}"
        for name, one, many in WORDS
        if captures[name]
    ]
    schedules = captures["schedules"]
    said = f"{counted(schedules, 'schedule')} {'is' if schedules == 1 else 'are'} affected: {listed(parts)}."
    return {**sentence, "rest": f"{said} {sentence['rest']}".rstrip()}
