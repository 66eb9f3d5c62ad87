"""Each kind of job has one runner."""

from __future__ import annotations

import pytest

from edu_csv.jobs import runners
from edu_csv.jobs.lease import Lease
from edu_csv.jobs.models import Kind


def test_every_kind_of_job_has_a_runner() -> None:
    assert set(runners.RUNNERS) == set(Kind)


@pytest.mark.parametrize("kind", list(Kind))
def test_a_kind_that_has_a_runner_gets_no_other(kind: Kind) -> None:
    def other(lease: Lease) -> None:
        raise AssertionError(lease)

    with pytest.raises(ValueError, match=f"jobs of kind {kind} have a runner already"):
        runners.register(kind, other)
    runners.register(kind, runners.RUNNERS[kind])
