"""What is told of files of activity: moments, JSON in cells, what hangs together."""

from __future__ import annotations

SENTENCES = {
    "bad_moment": "{said}, which is no moment we can be sure of. Write {expected}. Spreadsheets often rewrite dates when"
    " they save.",
    "bad_moment.none": "{said}, and there is no such day or time of day. Write {expected}.",
    "bad_moment.serial": "{said}, a spreadsheet's number for a day and a time. Give the column the format"
    " yyyy-mm-dd hh:mm:ss there and save it again.",
    "bad_moment.beyond": "{said}, outside the years {first} to {last}. Correct the year.",
    "bad_json": "{said}, which is not JSON: {fault}. Write {expected}.",
    "bad_options": "{said}, which is no list. Write {expected}.",
    "bad_options.entry": "{said}, and entry {place} of the list is not an object of the two texts `id` and `text`. Write"
    " {expected}.",
    "bad_options.twice": "{said}, and the id `{id}` stands in it twice. Give each of the options an id of its own.",
    "bad_anchor": "{said}, which does not say what was noted on. Write {expected}.",
    "bad_anchor.slide": "{said}. Of a note on a slide it has `type`, `slideId` (a text) and `position` (a whole number from"
    " 1), and nothing else. Write {expected}.",
    "bad_anchor.video": "{said}. Of a note on a video it has `type`, `mediaId` (a text) and `seconds` (a number from 0), and"
    " nothing else. Write {expected}.",
    "in_future": "{said}, which lies ahead of now. What happened is told after it has; no report of days counts it before. Correct"
    " it if a clock was wrong.",
    "before_view": "{said}, before the view began, `{other}`. It is counted; correct it if a clock was wrong.",
    "known_from_statements": "The {object} `{value}` is known from statements. Send the row with the action update.",
    "anchor_elsewhere": "{said}, and the note was not taken on that. Name a slide of the presentation, or the video, of this"
    " note.",
    "note_on_nothing": "Presentation ID and Media ID are both blank. Say what the note was taken on: fill one of the two.",
    "slide_elsewhere": "{said}, a slide of another presentation than that of this row. Correct one of the two.",
    "unpublished_before": "{said}, before it was published, `{other}`. Correct one of the two.",
    "published_otherwise": "This video is in this section from that moment on already, {holder}. Use the update action to"
    " change when it ends.",
    "told_otherwise": "There is a {object} of that moment already: {holder}. Take this row out, or delete the other first.",
    "unknown_act": "There is no {object} that says just this, at `{value}`. Take the row out, or correct it.",
    "unknown_act.update": "There is no {object} that says just this, at `{value}`. Create it first, or correct the row.",
}
