"""The two addresses that whoever runs the system asks, without credentials."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.test import Client
from pytest_django import Settings

from edu_csv import health


def test_process_is_up_even_when_nothing_else_is(client: Client) -> None:
    answer = client.get("/healthz")
    assert (answer.status_code, answer.json()) == (200, {"status": "ok"})


@pytest.mark.django_db
def test_ready_when_database_broker_and_storage_answer(client: Client) -> None:
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json()) == (200, {"status": "ok"})
    assert "no-store" in answer["Cache-Control"]


@pytest.mark.django_db
def test_what_does_not_answer_is_named_and_nothing_else_is_told(
    client: Client, settings: Settings, tmp_path: Path
) -> None:
    (tmp_path / "file").touch()
    settings.FILES_DIR = tmp_path / "file"
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert answer.json() == {"status": "unavailable", "unreachable": ["storage"]}


@pytest.mark.parametrize("name", ["database", "broker", "storage"])
@pytest.mark.django_db
def test_each_dependency_is_asked(client: Client, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    def is_away() -> None:
        raise ConnectionError("at 10.0.0.1, user secret")

    monkeypatch.setitem(health.DEPENDENCIES, name, is_away)
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert answer.json()["unreachable"] == [name]
    assert b"secret" not in answer.content
