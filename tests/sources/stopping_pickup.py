"""A process that looks after one inbox and stops for ever at a given place.

Run as ``python -m tests.sources.stopping_pickup INSTITUTION SOURCE PLACE``; prints ``there`` when it has got there.
What it does until then is the product's own code; only the stop is ours.
"""

from __future__ import annotations

import sys
from typing import Any
from uuid import UUID

import django

from tests.stopping import stop


def main() -> None:
    institution, source, place = int(sys.argv[1]), UUID(sys.argv[2]), sys.argv[3]
    django.setup()

    from edu_csv import storage
    from imports import services
    from imports.models import InboxFile
    from imports.sources import pickup

    if place == "import made":
        receive = services.receive_stored

        def received(*given: Any, **options: Any) -> Any:
            receive(*given, **options)
            stop()

        services.receive_stored = received
    if place == "log stored":
        put = storage.put

        def stored(*given: Any, **options: Any) -> Any:
            put(*given, **options)
            stop()

        storage.put = stored
    if place == "answered":
        create = InboxFile.objects.create

        def created(**given: Any) -> Any:
            create(**given)
            # The last statement has run; the commit has not.
            stop()

        InboxFile.objects.create = created  # type: ignore[method-assign]  # put in place for this process
    pickup.pickup(institution, source)


if __name__ == "__main__":
    main()
