"""A worker process that takes one report of an institution and stops for ever at a given place.

Run as ``python -m tests.reporting.requests.stopping_worker INSTITUTION PLACE``; prints ``there`` when it has got
there. What it does until then is the product's own code; only the stop is ours.
"""

from __future__ import annotations

import sys

import django

from tests.stopping import stop


def main() -> None:
    institution, place = int(sys.argv[1]), sys.argv[2]
    django.setup()

    from edu_csv.jobs import runners, services
    from edu_csv.jobs.lease import Lease
    from edu_csv.jobs.models import Job

    if place == "writing":
        # The second time: some rows are written and some are not.
        beats: list[int] = []

        def beat(self: Lease, *, rows: int | None = None, total: int | None = None) -> None:
            beats.append(rows or 0)
            if len(beats) == 2:
                stop()

        Lease.beat = beat  # type: ignore[method-assign]  # put in place for this process
    if place == "written":
        # The file is in storage, under its key; the job has not ended.
        find = services.locked

        def locked(lease: Lease) -> Job:
            stop()
            return find(lease)

        services.locked = locked
    runners.work_one(["reports"], only_institution=institution)


if __name__ == "__main__":
    main()
