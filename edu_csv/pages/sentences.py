"""The sentence with which a page opens, and the one its bar repeats: always counts, never "are you sure".

Counts are rows by outcome; effects are what rows do to other objects, by type and operation, as the
contract has them: {"enrollment": {"deleted": 867}}. Rows of a feed are about several kinds of objects: kinds are
their counts by kind, {"section": {"created": 212}}, files how many files it has, and unread how many of them were
refused as a whole while the others went on: whatever else is said, that is said first.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from edu_csv.pages.contexts.parts import Sentence
from edu_csv.pages.quoting import with_values
from edu_csv.pages.words import counted, listed, noun, number

Counts = Mapping[str, int]
Effects = Mapping[str, Mapping[str, int]]
Kinds = Mapping[str, Counts]
CHANGING = ("created", "updated", "deleted")
WAITS = "You can leave this page: the plan will wait for you under Imports."


def changes_in(counts: Counts) -> int:
    """Rows that change something: what the approve button counts."""
    return sum(counts.get(outcome, 0) for outcome in CHANGING)


def plan(
    counts: Counts, kind: str, effects: Effects, kinds: Kinds | None = None, files: int = 0, unread: int = 0
) -> Sentence:
    """ "If you approve, 212 offerings are created, 1,284 change and 31 are deleted, and 867 … end."

    Of a feed: "If you approve these 3 files, 212 sections and 66 people are created, and 31 sections change."
    """
    if not changes_in(counts):
        return _nothing_to_do(counts, files, unread, kind)
    verbs = {
        "created": ("is created", "are created"),
        "updated": ("changes", "change"),
        "deleted": ("is deleted", "are deleted"),
    }
    clauses = _clauses_of_kinds(kinds, verbs) if kinds else _clauses(counts, kind, verbs)
    read = files - unread
    what = (
        format_html(" {} <b>{}</b> files", "the other" if unread else "these", number(read))
        if read > 1
        else ""
    )
    lead = format_html(
        "{}If you approve{}, {}{}.", _unread(files, unread), what, _joined(clauses), _effects_clause(effects)
    )
    return {"lead": lead, "rest": f"It can be undone. {_left_out(counts)}".strip()}


def approve(counts: Counts, kind: str, effects: Effects, kinds: Kinds | None = None) -> str:
    """The consequence again, for the bar: "Approving creates 212, changes 1,284 and deletes 31 offerings"."""
    verbs = {"created": "creates", "updated": "changes", "deleted": "deletes"}
    there = [(verb, counts[outcome]) for outcome, verb in verbs.items() if counts.get(outcome)]
    if not there:
        return "There is nothing to approve."
    if kinds:
        parts = [f"{verbs[outcome]} {listed(objects)}" for outcome, objects in _objects(kinds)]
        said = f"Approving {listed(parts)}"
    else:
        parts = [f"{verb} {number(count)}" for verb, count in there]
        said = f"Approving {listed(parts)} {noun(kind, there[-1][1])}"
    by_verb: dict[str, list[str]] = {}
    for of, operation, count in _listed_effects(effects):
        by_verb.setdefault(_effect_verb(operation), []).append(counted(count, of))
    ends = [f"{verb} {listed(objects)}" for verb, objects in by_verb.items()]
    return f"{said}, and {listed(ends)}." if ends else f"{said}."


def left_out(counts: Counts) -> str:
    """ "37 failed and 18 held rows stay out." or nothing."""
    parts = [f"{number(counts[outcome])} {outcome}" for outcome in ("failed", "held") if counts.get(outcome)]
    total = sum(counts.get(outcome, 0) for outcome in ("failed", "held"))
    if not parts:
        return ""
    return f"{listed(parts)} {noun('row', total)} {'stays' if total == 1 else 'stay'} out."


def result(
    counts: Counts, kind: str, effects: Effects, kinds: Kinds | None = None, files: int = 0, unread: int = 0
) -> Sentence:
    """Sentence 22: "Done: 212 offerings created, 1,284 updated, 31 deleted; 867 enrollments ended."

    Of a feed: "Done, 3 files: 212 sections and 66 people created, 31 sections updated; 867 enrollments ended."
    """
    if not changes_in(counts):
        return _nothing_to_do(counts, files, unread, kind)
    said: list[SafeString] = []
    if kinds:
        said = [
            format_html("{} {}", _joined([_counted(one) for one in objects]), outcome)
            for outcome, objects in _objects(kinds)
        ]
    for outcome in () if kinds else CHANGING:
        count = counts.get(outcome, 0)
        if count:
            what = f" {noun(kind, count)}" if not said else ""
            said.append(format_html("<b>{}</b>{} {}", number(count), what, outcome))
    along = [
        format_html("<b>{}</b> {} {}", number(count), noun(of, count), _effect_done(operation))
        for of, operation, count in _listed_effects(effects)
    ]
    lead = format_html(
        "{}Done{}: {}{}{}.",
        _unread(files, unread),
        format_html(", <b>{}</b> files", number(files - unread)) if files - unread > 1 else "",
        format_html_join(", ", "{}", ((part,) for part in said)),
        "; " if along else "",
        format_html_join(", ", "{}", ((part,) for part in along)),
    )
    rest = []
    if counts.get("failed"):
        rest.append(f"{counted(counts['failed'], 'row')} could not be applied.")
    if counts.get("held"):
        rest.append(f"{counted(counts['held'], 'row')} {'is' if counts['held'] == 1 else 'are'} still held.")
    return {"lead": lead, "rest": " ".join(rest)}


def checked(counts: Counts, files: int = 0, unread: int = 0) -> Sentence:
    """Of a file that was to be checked only: "Checked only: 212 rows are good, 3 failed." """
    good = counts.get("rows", 0) - counts.get("failed", 0)
    failed = f", {number(counts['failed'])} failed" if counts.get("failed") else ""
    lead = format_html(
        "{}Checked only: <b>{}</b> {} good{}.",
        _unread(files, unread),
        counted(good, "row"),
        "is" if good == 1 else "are",
        failed,
    )
    return {"lead": lead, "rest": "Nothing was changed."}


def running(phase: str) -> Sentence:
    """Nothing has changed until apply begins; then all of it happens or none of it does."""
    lead = "Nothing has changed yet." if phase != "applying" else "All of it happens or none of it does."
    rest = {
        "queued": "It waits for its turn. You can leave this page: it begins by itself.",
        "reading": f"We are reading the file. {WAITS}",
        "checking": f"We are checking every cell. {WAITS}",
        "planning": f"We are comparing every row with the roster. {WAITS}",
        "applying": "The changes are being written in one piece. You can leave this page.",
        "voiding": "What this import changed is being put back in one piece. You can leave this page.",
    }.get(phase, "You can leave this page.")
    return {"lead": format_html("<b>{}</b>", lead), "rest": rest}


def refused(detail: str) -> Sentence:
    """Sentences 16 and 17 come worded from the problem, its values between backticks; what is safe is said after it."""
    return {"lead": format_html("<b>{}</b>", with_values(detail, "")), "rest": "Nothing was changed."}


def cancelled() -> Sentence:
    return {"lead": format_html("<b>{}</b>", "This import was cancelled."), "rest": "Nothing was changed."}


@dataclass(frozen=True, slots=True)
class Why:
    """Why an undo leaves something alone: something made later hangs on it, or it is not as the import left it."""

    hangs: bool = False
    changed: bool = True

    def said(self, count: int) -> str:
        """ "because something made later hangs on them", of so many changes."""
        them = "it" if count == 1 else "them"
        if not self.hangs:
            return f"because something has changed {them} since"
        if not self.changed:
            return f"because something made later hangs on {them}"
        return f"because something has changed {them} since or hangs on {them}"

    def first(self, count: int) -> str:
        """What to undo before; blank where nothing hangs on it."""
        them = "it" if count == 1 else "them"
        return f" Undo first the imports that made what hangs on {them}, then this one." if self.hangs else ""


CHANGED = Why()


def undo(
    removed: int, restored: int, revived: int, left_alone: int, kind: str, why: Why = CHANGED
) -> Sentence:
    """ "Undoing takes back 1,518 of 1,527 changes: 209 offerings are removed again, 1,278 get …" """
    total = removed + restored + revived
    if not total and left_alone and why.hangs:
        lead = format_html("<b>{}</b>", "Nothing can be undone yet.")
        are = "1 change is" if left_alone == 1 else f"All {counted(left_alone, 'change')} are"
        return {"lead": lead, "rest": f"{are} left alone, {why.said(left_alone)}.{why.first(left_alone)}"}
    if not total:
        lead = format_html("<b>{}</b>", "There is nothing left to undo.")
        rest = f"All {counted(left_alone, 'change')} have been changed again since." if left_alone else ""
        return {"lead": lead, "rest": rest}
    parts: list[SafeString] = []
    for count, one, many in (
        (removed, "is removed again", "are removed again"),
        (restored, "gets its old values", "get their old values"),
        (revived, "comes back", "come back"),
    ):
        if count:
            what = f" {noun(kind, count)}" if not parts else ""
            parts.append(format_html("<b>{}</b>{} {}", number(count), what, one if count == 1 else many))
    lead = format_html(
        "Undoing takes back <b>{}</b> of {}: {}.",
        number(total),
        counted(total + left_alone, "change"),
        format_html_join(", ", "{}", ((part,) for part in parts)),
    )
    if not left_alone:
        return {"lead": lead, "rest": "Nothing it touched has changed since."}
    is_are = "is" if left_alone == 1 else "are"
    return {
        "lead": lead,
        "rest": f"{number(left_alone)} {is_are} left alone, {why.said(left_alone)}.{why.first(left_alone)}",
    }


def unread_words(files: int, unread: int) -> str:
    """ "1 file of 4 was not read"; of all of them "none of 4 files was read"."""
    if unread >= files:
        return "its one file was not read" if files == 1 else f"none of {counted(files, 'file')} was read"
    return f"{counted(unread, 'file')} of {number(files)} {'was' if unread == 1 else 'were'} not read"


def _unread(files: int, unread: int) -> SafeString | str:
    if not unread:
        return ""
    said = unread_words(files, unread)
    return format_html("<b>{}</b>. ", f"{said[0].upper()}{said[1:]}")


def _nothing_to_do(counts: Counts, files: int = 0, unread: int = 0, kind: str = "") -> Sentence:
    said = _no_change(counts, " in the rest" if unread else "", kind)
    return {**said, "lead": format_html("{}{}", _unread(files, unread), said["lead"])}


def _no_change(counts: Counts, where: str, kind: str) -> Sentence:
    rows = counts.get("rows", 0)
    failed = counts.get("failed", 0)
    if rows and failed == rows:
        return {
            "lead": format_html("None of the <b>{}</b> can be applied.", counted(rows, "row")),
            "rest": "Nothing has changed. The causes stand beside the rows.",
        }
    if rows and counts.get("unchanged", 0) == rows:
        known = "make nothing new" if kind == "statement" else "already say what the roster says"
        lead = format_html("Nothing to do{}: all <b>{}</b> {}.", where, counted(rows, "row"), known)
        return {"lead": lead, "rest": ""}
    if not rows:
        return {
            "lead": format_html(
                "Nothing to do{}: {}", where, "there are no rows." if where else "the file has no rows."
            ),
            "rest": "",
        }
    return {
        "lead": format_html("Nothing to do{}: {}", where, "no row changes anything."),
        "rest": _left_out(counts).strip(),
    }


def _left_out(counts: Counts) -> str:
    failed, held = counts.get("failed", 0), counts.get("held", 0)
    if not failed and not held:
        return ""
    if failed and held:
        return f"{counted(failed + held, 'row')} stay out: {number(failed)} failed, {number(held)} are held. "
    count, word = (failed, "failed") if failed else (held, "is held" if held == 1 else "are held")
    stay, they = ("stays", "it") if count == 1 else ("stay", "they")
    return f"{counted(count, 'row')} {stay} out: {they} {word}. "


def _clauses(counts: Counts, kind: str, verbs: Mapping[str, tuple[str, str]]) -> list[SafeString]:
    """ "<b>212</b> offerings are created", "<b>1,284</b> change": the noun stands once, with the first."""
    clauses: list[SafeString] = []
    for outcome, (one, many) in verbs.items():
        count = counts.get(outcome, 0)
        if count:
            what = f" {noun(kind, count)}" if not clauses else ""
            clauses.append(format_html("<b>{}</b>{} {}", number(count), what, one if count == 1 else many))
    return clauses


def _clauses_of_kinds(kinds: Kinds, verbs: Mapping[str, tuple[str, str]]) -> list[SafeString]:
    """ "<b>212</b> sections and <b>66</b> people are created", "<b>31</b> sections change"."""
    clauses: list[SafeString] = []
    for outcome, objects in _objects(kinds):
        one, many = verbs[outcome]
        is_one = objects[0].startswith("1 ") and len(objects) == 1
        clauses.append(
            format_html("{} {}", _joined([_counted(each) for each in objects]), one if is_one else many)
        )
    return clauses


def _objects(kinds: Kinds) -> list[tuple[str, list[str]]]:
    """("created", ["212 sections", "66 people"]), …: what changes, the most first."""
    found = []
    for outcome in CHANGING:
        there = [(kind, counts[outcome]) for kind, counts in kinds.items() if counts.get(outcome)]
        if there:
            found.append(
                (outcome, [counted(count, kind) for kind, count in sorted(there, key=lambda of: -of[1])])
            )
    return found


def _counted(objects: str) -> SafeString:
    figure, _, what = objects.partition(" ")
    return format_html("<b>{}</b> {}", figure, what)


def _joined(parts: list[SafeString]) -> SafeString:
    if len(parts) == 1:
        return parts[0]
    head = format_html_join(", ", "{}", ((part,) for part in parts[:-1]))
    return format_html("{} and {}", head, parts[-1])


def _effects_clause(effects: Effects) -> SafeString | str:
    clauses = [
        format_html("<b>{} {}</b>", counted(count, of), _effect_future(operation, count))
        for of, operation, count in _listed_effects(effects)
    ]
    return format_html(", and {}", _joined(clauses)) if clauses else ""


def _listed_effects(effects: Effects) -> list[tuple[str, str, int]]:
    """(object type, operation, count), the largest first; what ends comes before what is made."""
    order = {"deleted": 0, "created": 1, "revived": 2, "updated": 3}
    found = [(of, operation, count) for of, by in effects.items() for operation, count in by.items() if count]
    return sorted(found, key=lambda effect: (order.get(effect[1], 9), -effect[2], effect[0]))


def _effect_future(operation: str, count: int) -> str:
    one, many = {
        "deleted": ("ends", "end"),
        "created": ("is made along", "are made along"),
        "revived": ("comes back", "come back"),
    }.get(operation, ("changes along", "change along"))
    return one if count == 1 else many


def _effect_verb(operation: str) -> str:
    return {"deleted": "ends", "created": "makes", "revived": "brings back"}.get(operation, "changes")


def _effect_done(operation: str) -> str:
    return {"deleted": "ended", "created": "made", "revived": "brought back"}.get(operation, "changed along")
