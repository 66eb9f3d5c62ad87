"""The text face: IBM Plex Sans, cut down to what the pages use and renamed.

Its licence (OFL 1.1) reserves the name "Plex", so the cut is called "Edu Text" and the licence
stays beside it. The cut is made once on the machine that serves it and never committed; where it
is missing, or a browser has not fetched it in time, the system font serves and nothing moves.
"""

from __future__ import annotations

import logging
import os
import shutil
from importlib import resources
from pathlib import Path

from django.conf import settings
from fontTools import subset
from fontTools.ttLib import TTFont
from fontTools.varLib import instancer

FAMILY = "Edu Text"
STATIC_FOLDER = "fonts"
FONT, STYLESHEET, LICENCE = "edu-text.woff2", "edu-text.css", "edu-text-OFL.txt"
FILES = (FONT, STYLESHEET, LICENCE)

PACKAGE = "fontpkg_ibm_plex_sans"
SOURCE = "files/IBMPlexSans[wdth,wght].ttf"

WEIGHTS = (400, 700)
WIDTHS = (88, 100)
# Latin and Latin Extended-A, the Romanian and Vietnamese letters beyond them, combining marks for
# names that come decomposed; then punctuation, currency and the few signs that pages set.
# Each further block costs some 3 kB on every first visit.
CODE_POINTS = [
    *range(0x0020, 0x007F),
    *range(0x00A0, 0x0180),
    *(0x0192, 0x01A0, 0x01A1, 0x01AF, 0x01B0),
    *range(0x0218, 0x021C),
    *range(0x0300, 0x030D),
    *range(0x0323, 0x0329),
    *range(0x1E80, 0x1E86),
    *range(0x1E9E, 0x1EFA),
    *range(0x2010, 0x2015),
    *range(0x2018, 0x201F),
    *(0x2020, 0x2022, 0x2026, 0x2030, 0x2032, 0x2033, 0x2039, 0x203A, 0x20AC, 0x2122),
    *range(0x2190, 0x2194),
    *(0x2212, 0x2260, 0x2264, 0x2265),
]
FEATURES = ["kern", "mark", "mkmk", "ccmp", "locl", "zero"]

FONT_FACE = f"""\
/* Cut from IBM Plex Sans, Copyright 2019 IBM Corp., SIL Open Font License 1.1: see {LICENCE}. */
@font-face {{
  font-family: "{FAMILY}"; src: url("{FONT}") format("woff2");
  font-weight: {WEIGHTS[0]} {WEIGHTS[1]}; font-stretch: {WIDTHS[0]}% {WIDTHS[1]}%; font-display: optional;
}}
"""


def directory() -> Path:
    """Where the cut lies: with this machine's other data, since no commit carries it."""
    return Path(settings.DATA_DIR) / "fonts"


def is_cut() -> bool:
    return all((directory() / name).is_file() for name in FILES)


def cut(to: Path) -> int:
    """Cut the face into ``to`` and return the size of the woff2 in bytes; takes about 10 s.

    Raises ModuleNotFoundError when the package that carries the face is not installed.
    """
    # It tells of every glyph at INFO, which is the level of our own log.
    logging.getLogger("fontTools").setLevel(logging.WARNING)
    package = resources.files(PACKAGE)
    to.mkdir(parents=True, exist_ok=True)
    with resources.as_file(package.joinpath(*SOURCE.split("/"))) as source:
        font = TTFont(source, recalcTimestamp=False)
    # In this order: the instancer drops variations of empty glyphs, which the subsetter looks up.
    _keep_only_what_pages_use(font)
    font = instancer.instantiateVariableFont(font, {"wght": WEIGHTS, "wdth": WIDTHS})
    _rename(font)
    font.flavor = "woff2"
    # Written beside and moved: a server that runs meanwhile never serves half a font.
    unfinished = to / f".{FONT}.{os.getpid()}"
    font.save(unfinished)
    size_bytes = unfinished.stat().st_size
    unfinished.replace(to / FONT)
    with resources.as_file(package.joinpath("LICENSE")) as licence:
        shutil.copyfile(licence, to / LICENCE)
    (to / STYLESHEET).write_text(FONT_FACE, "utf-8")
    return size_bytes


def _keep_only_what_pages_use(font: TTFont) -> None:
    options = subset.Options()
    options.layout_features = FEATURES
    options.hinting = False
    options.notdef_outline = True
    # Copyright and licence travel inside the file too.
    options.name_IDs = ["*"]
    cutter = subset.Subsetter(options)
    cutter.populate(unicodes=CODE_POINTS)
    cutter.subset(font)


def _rename(font: TTFont) -> None:
    names = font["name"]
    postscript = FAMILY.replace(" ", "")
    ours = {1: FAMILY, 3: f"{postscript}-cut", 4: FAMILY, 6: postscript, 16: FAMILY, 25: postscript}
    kept_of_theirs = {0, 5, 9, 11, 13, 14}
    used_by_axes = {axis.axisNameID for axis in font["fvar"].axes}
    used_by_axes |= {instance.subfamilyNameID for instance in font["fvar"].instances}
    if "STAT" in font:
        stat = font["STAT"].table
        used_by_axes |= {axis.AxisNameID for axis in stat.DesignAxisRecord.Axis}
        values = stat.AxisValueArray.AxisValue if stat.AxisValueArray else []
        used_by_axes |= {value.ValueNameID for value in values}
        used_by_axes.add(stat.ElidedFallbackNameID)
    for instance in font["fvar"].instances:
        instance.postscriptNameID = 0xFFFF
    keep = kept_of_theirs | used_by_axes | {2, 17}
    names.names = [record for record in names.names if record.nameID in keep | ours.keys()]
    for record in names.names:
        if record.nameID in ours:
            record.string = ours[record.nameID]
