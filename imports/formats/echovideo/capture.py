"""How a schedule is recorded: the columns that both versions have (echovideo.md 2.11, 2.12).

One object serves both formats: a column keeps nothing of the format it stands in but its name.
"""

from __future__ import annotations

from imports.formats.columns import Boolean, Choice, Text
from imports.formats.echovideo import schedule_parts as parts
from imports.formats.echovideo.family import NAME

GUEST_INSTRUCTOR = Text(
    "Guest Instructor", aliases=("Guest Presenter",), max_length=NAME, help="Need not be a user."
)
STREAM_LIVE = Boolean(
    "Stream Live", aliases=("Live", "Live Stream", "Should Stream Live"), default=False,
    help="Blank: FALSE. Live streaming needs a section.",
)  # fmt: skip
CAPTION = Boolean(
    "Caption", aliases=("Should Caption", "Closed Caption"), default=False, help="Blank: FALSE."
)
AUTO_PUBLISH = Boolean(
    "Auto Publish", aliases=("Should Auto Publish",), is_completed=True,
    help="Blank: TRUE where sections are given, else FALSE.",
)  # fmt: skip
INPUT_1 = Choice("Input 1", parts.INPUTS, required=True)
INPUT_2 = Choice("Input 2", parts.INPUTS, help="Blank: a capture of one source.")
CAPTURE_QUALITY = Choice("Capture Quality", parts.QUALITIES, also=parts.ALSO_QUALITIES, required=True)
STREAM_QUALITY = Choice(
    "Stream Quality", parts.QUALITIES, also=parts.ALSO_QUALITIES, help="Blank: that of the capture."
)
