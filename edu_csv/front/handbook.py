"""Pages of the docs as help. The docs are part of every installation; the image's are held to it by a test."""

from __future__ import annotations

import re

from django.conf import settings

from edu_csv.pages.contexts.help import Handbook
from edu_csv.pages.markdown import sections, to_html

GENERATED = "<!--"
# Their title, and the marks around what is generated.
NOT_SHOWN = re.compile(r"^(# .*|<!--.*-->)\n", re.MULTILINE)


def handbook(name: str, *, is_whole: bool = False) -> Handbook:
    """A page of the docs up to what is generated, which pages show in a form of their own; or all of it."""
    text = (settings.BASE_DIR / "docs" / name).read_text("utf-8")
    text = NOT_SHOWN.sub("", text if is_whole else text.partition(GENERATED)[0])
    return {"preface": to_html(text.partition("\n## ")[0]), "parts": sections(text)}
