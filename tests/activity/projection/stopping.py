"""A projector that stands still at a place, to be killed there: ``python -m tests.activity.projection.stopping PK PLACE``."""

from __future__ import annotations

import os
import sys
from typing import Any

import django

from tests.stopping import stop


def main(institution: int, place: str) -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "edu_csv.settings.test")
    django.setup()
    from edu_csv import tenancy
    from edu_csv.activity.projection import project, projector, things, views

    def stopping(module: Any, name: str, *, before: bool) -> None:
        original = getattr(module, name)

        def stopped(*args: Any, **options: Any) -> None:
            if not before:
                original(*args, **options)
            stop()

        setattr(module, name, stopped)

    at: dict[str, tuple[Any, str, bool]] = {
        "read": (projector, "_write", True),
        "kept": (things, "make", True),
        "written": (views, "write", False),
        "moved": (projector, "_write", False),
    }
    module, name, before = at[place]
    stopping(module, name, before=before)
    with tenancy.use_institution(institution):
        project(institution, most=5)


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2])
