"""A worker process that takes one job of an institution and stops for ever at a given place.

Run as ``python -m tests.jobs.stopping_worker INSTITUTION PLACE``; prints ``there`` when it has got
there. What it does until then is the product's own code; only the stop is ours.
"""

from __future__ import annotations

import sys
from typing import Any

import django

from tests.stopping import stop


def main() -> None:
    institution, place = int(sys.argv[1]), sys.argv[2]
    django.setup()

    from edu_csv.activity import store
    from edu_csv.jobs import lease, runners, services
    from imports.steps import apply

    enter = lease.Lease.enter

    def entered(self: lease.Lease, status: str, **options: Any) -> None:
        enter(self, status, **options)
        if status == place:
            stop()

    lease.Lease.enter = entered  # type: ignore[method-assign]  # put in place for this process
    if place == "written":
        journal = apply.write_journal

        def written(*given: Any, **options: Any) -> None:
            journal(*given, **options)
            stop()

        apply.write_journal = written
    if place == "stored":
        write = store.write

        def stored(*given: Any, **options: Any) -> None:
            write(*given, **options)
            stop()

        store.write = stored  # type: ignore[assignment]  # put in place for this process
    if place == "committed":
        end = services.end

        def ended(*given: Any, **options: Any) -> None:
            end(*given, **options)
            # The last statement has run; the commit has not.
            stop()

        services.end = ended
    runners.work_one(["imports"], only_institution=institution)


if __name__ == "__main__":
    main()
