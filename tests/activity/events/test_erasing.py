"""Erasing a person: what they asked and answered goes, what they watched stays without a name (reporting-api.md G32)."""

from __future__ import annotations

import json
from typing import Any

import pytest
from psycopg.sql import SQL, Identifier

from edu_csv import storage, tenancy
from edu_csv.access.policy import EVERYWHERE
from edu_csv.roster.nouns import ACTIVITY_ORDER
from imports import plans
from imports.erasure import erase_person
from imports.models import Import
from imports.steps import report
from tests.imports.harness import Tenant, csv_text

# The samples of activity are of two people; this one asked, answered a poll, and changed that answer.
PERSON = "tomas.reyes@fjord.example"
TEXTS = ("high tides a day", "neap tide", "Chalk", "Basalt")
ANSWERS, REVISIONS, QUESTIONS = (f"activity.{kind}" for kind in ("answers", "answer-revisions", "questions"))


@pytest.fixture
def active(tenant: Tenant) -> Tenant:
    """He answers his own question too, and corrects it; so does she, whose words stay."""
    tenant.load_activity()
    for author, external_id, body in ((PERSON, "AN-9", "At neap tide"), ("P-1001", "AN-8", "Spring tide")):
        header = ["Question ID", "Answered By", "External ID"]
        assert tenant.load(csv_text(header, ["Q-801", author, external_id]), ANSWERS).counts["created"] == 1
        header = ["Answer ID", "Answer", "Answered At"]
        rows = [
            [external_id, f"{body} it is less.", "2031-09-05T13:00:00Z"],
            [external_id, f"{body} it differs.", "2031-09-05T13:05:00Z"],
        ]
        assert tenant.load(csv_text(header, *rows), REVISIONS).counts["created"] == 2
    return tenant


def erase(tenant: Tenant, person: str = PERSON) -> dict[str, Any]:
    with tenancy.use_institution(tenant.pk):
        return erase_person(tenant.pk, person)


def correct(tenant: Tenant, body: str, author: str = PERSON) -> Import:
    """An update of his question, whose former text the journal keeps."""
    header = ["Question ID", "Asked By", "Question", "Asked At", "External ID"]
    row = ["Q-801", author, body, "2031-09-05T11:20:00Z", "Q-801"]
    return tenant.approve(tenant.load(csv_text(header, row), QUESTIONS, "update"))


def written(tenant: Tenant) -> dict[str, list[tuple[Any, ...]]]:
    """All texts, by whose they are."""
    return {
        "questions": tenant.query(
            "SELECT p.external_id, q.body FROM activity_question AS q JOIN roster_person AS p ON p.id = q.author_id ORDER BY 1, 2"
        ),
        "answers": tenant.query(
            "SELECT p.external_id, r.body FROM activity_answer_revision AS r JOIN activity_answer AS a ON a.id = r.answer_id"
            " JOIN roster_person AS p ON p.id = a.author_id ORDER BY 1, 2"
        ),
        "polls": tenant.query(
            "SELECT p.external_id, r.answer FROM activity_poll_answer_revision AS r"
            " JOIN activity_poll_answer AS a ON a.id = r.poll_answer_id JOIN roster_person AS p ON p.id = a.person_id"
            " ORDER BY 1, 2"
        ),
    }


def live(tenant: Tenant) -> dict[str, int]:
    return {
        noun.name: tenant.query(
            SQL("SELECT count(*) FROM {} WHERE deleted_at IS NULL").format(Identifier(noun.table))
        )[0][0]
        for noun in ACTIVITY_ORDER
    }


def test_their_texts_are_emptied_and_nothing_else_is_touched(active: Tenant) -> None:
    before, rows = written(active), live(active)
    assert [text for _, text in before["polls"]] == ["Basalt", "Chalk"]
    told = erase(active)
    assert told["texts"] == 5
    after = written(active)
    assert live(active) == rows
    for kind in before:
        assert [text for person, text in after[kind] if person is None] == [""] * sum(
            person == "P-1002" for person, _ in before[kind]
        )
        assert [line for line in after[kind] if line[0]] == [
            line for line in before[kind] if line[0] != "P-1002"
        ]
    # Who watched is an id without a name.
    assert active.query(
        "SELECT count(*) FROM activity_view AS v JOIN roster_person AS p ON p.id = v.person_id WHERE p.deleted_at IS NOT NULL"
    ) != [(0,)]


def test_to_erase_again_finds_the_same(active: Tenant) -> None:
    told = erase(active)
    after = written(active)
    assert erase(active, told["person"])["texts"] == told["texts"]
    assert written(active) == after


@pytest.mark.parametrize("author", [PERSON, ""])
def test_no_plan_journal_or_result_holds_their_words(active: Tenant, author: str) -> None:
    """Nor when a file has taken the question from him since."""
    corrected = correct(active, "Why two high tides a day, tell me?", author)
    assert corrected.counts["updated"] == 1, corrected.job.problem
    erase(active)
    held = json.dumps(active.query("SELECT before, after FROM roster_change"), default=str)
    with tenancy.use_institution(active.pk):
        uploads = [
            one for one in Import.objects.select_related("job") if one.format_key.startswith("activity.")
        ]
        for upload in uploads:
            for row in plans.rows(upload, EVERYWHERE, limit=500).rows:
                held += json.dumps(
                    [row.cells, row.changes, row.key, [str(p) for p in row.problems]], default=str
                )
        for upload in uploads:
            made = report.results_file(active.fresh(upload))
            assert made is not None
            with storage.open_file(made.key) as file:
                # The poll itself offers these words; they are nobody's.
                if upload.format_key != "activity.polls":
                    held += file.read().decode()
    polls = [text for text in TEXTS if text in held and text not in ("Chalk", "Basalt")]
    assert polls == []
    assert "P-1002" not in held
    assert PERSON not in held
    # What she said stays.
    assert "Spring tide it differs." in held


def test_an_undo_of_what_was_erased_is_a_conflict_and_brings_no_word_back(active: Tenant) -> None:
    corrected = correct(active, "Why two?")
    erase(active)
    undone = active.undo(corrected)
    assert undone.void is not None
    assert [(c["object_type"], c["reason"]) for c in undone.void["conflicts"]] == [("question", "erased")]
    assert active.query("SELECT body FROM activity_question WHERE external_id = 'Q-801'") == [("",)]
