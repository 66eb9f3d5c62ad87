"""Values in statements: of definitions and extensions, where anything may stand (xapi.md 8.2, video profile). Pure."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

from edu_csv.activity.projection.vocabulary import EXTENSION, SLIDE_COUNT, Noun
from edu_csv.activity.telling import language_text

# No video is longer than a day, and nobody watches for longer than six hours at a stretch: one statement makes no
# thousands of rows.
MOST_SECONDS = 86_400
MOST_WATCHED_SECONDS = 21_600
EVENT_SECONDS = 30
MOST_SLIDES = 1_000
MOST_WORDS = 2_000_000_000
_DURATION = re.compile(
    r"P(?:(?P<weeks>[\d.,]+)W)?(?:(?P<years>[\d.,]+)Y)?(?:(?P<months>[\d.,]+)M)?(?:(?P<days>[\d.,]+)D)?"
    r"(?:T(?:(?P<hours>[\d.,]+)H)?(?:(?P<minutes>[\d.,]+)M)?(?:(?P<seconds>[\d.,]+)S)?)?",
    re.ASCII,
)
_SECONDS = {
    "weeks": 604_800, "years": 31_536_000, "months": 2_592_000, "days": 86_400, "hours": 3_600, "minutes": 60, "seconds": 1,
}  # fmt: skip


def choices_of(definition: Mapping[str, Any]) -> dict[str, str]:
    """The text of each choice by its id; the id where it has none."""
    listed = definition.get("choices") or ()
    return {
        clean(each["id"]): clean(language_text(each.get("description"))) or clean(each["id"])
        for each in listed
    }


def one_or_list(ids: Sequence[str], choices: Mapping[str, str]) -> str:
    """The text of what was chosen when it is one, a JSON array when there are several (reporting-api.md G15)."""
    texts = [choices.get(each, each) for each in ids]
    return texts[0] if len(texts) == 1 else json.dumps(texts, ensure_ascii=False)


def said_of(noun: Noun, definition: Mapping[str, Any], context: Mapping[str, Any]) -> dict[str, Any] | None:
    """What a definition says of its thing, by the columns of its table; None when nothing."""
    says: dict[str, Any] = {}
    names = definition.get("name")
    if isinstance(names, dict) and (name := clean(language_text({k: v for k, v in names.items() if v}))):
        says["name"] = name
    extensions = extensions_of(definition)
    if noun is Noun.VIDEO:
        length = number_of(extensions.get(EXTENSION + "length"))
        if length is None:
            length = number_of(extensions_of(context).get(EXTENSION + "length"))
        if length is not None and length <= MOST_WORDS:
            says["length"] = round(length)
    elif noun is Noun.PRESENTATION:
        slides = number_of(ending(extensions, SLIDE_COUNT))
        if slides is not None and slides <= MOST_SLIDES:
            says["slides"] = int(slides)
    elif noun is Noun.POLL:
        choices = choices_of(definition)
        if choices:
            content = [{"id": id_, "text": text} for id_, text in choices.items()]
            says["content"] = json.dumps(content, ensure_ascii=False)
        if pattern := definition.get("correctResponsesPattern"):
            several = [part for each in pattern for part in clean(each).split("[,]")]
            says["solution"] = one_or_list(several, choices)
    return says or None


def seconds_of(said: Mapping[str, Any], name: str) -> float | None:
    found = number_of(said.get(EXTENSION + name))
    return None if found is None or found > MOST_SECONDS else found


def events_of(result: Mapping[str, Any]) -> float:
    """How many times 30 seconds a duration is."""
    duration = result.get("duration")
    match = _DURATION.fullmatch(duration) if isinstance(duration, str) else None
    if match is None:
        return 0
    seconds = sum(
        float(text.replace(",", ".")) * _SECONDS[unit] for unit, text in match.groupdict().items() if text
    )
    return float(min(seconds, MOST_WATCHED_SECONDS) // EVENT_SECONDS)


def extensions_of(of: Mapping[str, Any]) -> Mapping[str, Any]:
    return mapping(of.get("extensions"))


def ending(extensions: Mapping[str, Any], end: str) -> Any:
    """The value of an extension of our own, after whatever address."""
    return next((value for name, value in extensions.items() if name.endswith(end)), None)


def number_of(value: Any) -> float | None:
    """A number that is none too small and none too large, or a text that is one."""
    if isinstance(value, str) and len(value) <= 20:
        try:
            value = float(value)
        except ValueError:
            return None
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return float(value) if 0 <= value < 1e15 else None


def mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


def clean(text: str) -> str:
    """As PostgreSQL keeps it: without NUL and halves of characters."""
    if "\0" in text:
        text = text.replace("\0", "")
    return text if text.isascii() else text.encode("utf-8", "ignore").decode()
