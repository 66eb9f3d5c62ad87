from __future__ import annotations

import pytest

from edu_csv.jobs.models import Status
from edu_csv.pages.statuses import status_of


@pytest.mark.parametrize(
    ("status", "counts", "pill"),
    [
        ("awaiting_approval", None, ("turn", "Waiting for your approval")),
        ("planning", None, ("run", "Planning")),
        ("completed", {"created": 3}, ("ok", "Completed")),
        ("completed", {"unchanged": 12}, ("ok", "Completed, no change")),
        ("completed_with_errors", {"failed": 1204}, ("part", "Completed, 1,204 rows failed")),
        ("completed_with_errors", {"failed": 1}, ("part", "Completed, 1 row failed")),
        ("failed", None, ("bad", "Refused")),
        ("voided", {"created": 3}, ("undone", "Undone")),
        ("completed", None, ("ok", "Completed")),
    ],
)
def test_the_pill_says_how_a_job_stands(
    status: str, counts: dict[str, int] | None, pill: tuple[str, str]
) -> None:
    found = status_of(status, counts)
    assert (found["kind"], found["label"]) == pill


def test_only_the_person_who_decides_sees_yellow() -> None:
    assert status_of("awaiting_approval", is_yours=False) == {
        "kind": "plain",
        "label": "Waiting for approval",
    }


def test_a_list_says_it_short() -> None:
    assert (
        status_of("completed_with_errors", {"failed": 37}, is_short=True)["label"] == "Completed, 37 failed"
    )


@pytest.mark.parametrize("status", Status.values)
def test_every_status_of_the_contract_has_a_word_of_its_own(status: str) -> None:
    label = status_of(status)["label"]
    assert label
    assert "_" not in label


def test_a_package_of_which_a_file_was_not_read_is_not_simply_completed() -> None:
    assert status_of("completed_with_errors", {"rows": 6, "unchanged": 6}, unread=1) == {
        "kind": "part",
        "label": "Completed, 1 file not read",
    }
    assert (
        status_of("completed_with_errors", {"failed": 3}, unread=2)["label"] == "Completed, 2 files not read"
    )
    assert status_of("failed", {}, unread=2)["label"] == "Refused"
