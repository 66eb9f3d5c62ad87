"""Settings from the environment: read by type, refused with a sentence."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Callable
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured

from edu_csv.roster.occurrences import LONGEST_CAPTURE
from edu_csv.settings import broker, database, env
from tests.local.running import ROOT

NAME = "A_SETTING"


def size() -> Any:
    return env.size_bytes(NAME, 7)


def whole() -> Any:
    return env.integer(NAME, 7, at_least=2, at_most=256)


def switch() -> Any:
    return env.boolean(NAME, False)


def address() -> Any:
    return env.url(NAME, "redis://here", schemes=("redis", "pgmq"))


def word() -> Any:
    return env.choice(NAME, "INFO", ("INFO", "ERROR"))


@pytest.mark.parametrize(
    ("read", "text", "value"),
    [
        (size, "", 7),
        (size, "2147483648", 2 << 30),
        (size, "2 GiB", 2 << 30),
        (size, "512mib", 512 << 20),
        (whole, "", 7),
        (whole, " 12 ", 12),
        (switch, "Yes", True),
        (switch, "off", False),
        (switch, "", False),
        (address, "", "redis://here"),
        (address, "pgmq://a:b@c:1/d", "pgmq://a:b@c:1/d"),
        (word, "", "INFO"),
        (word, "ERROR", "ERROR"),
    ],
)
def test_value_is_read(
    monkeypatch: pytest.MonkeyPatch, read: Callable[[], Any], text: str, value: object
) -> None:
    monkeypatch.setenv(NAME, text)
    assert read() == value


@pytest.mark.parametrize(
    ("read", "text", "expected"),
    [
        (size, "2 GB", "a number of bytes such as 2147483648, 512 MiB or 2 GiB"),
        (size, "-1", "a number of bytes"),
        (whole, "1", "a whole number from 2 to 256"),
        (whole, "257", "a whole number from 2 to 256"),
        (whole, "1e2", "a whole number from 2 to 256"),
        (whole, "٣", "a whole number from 2 to 256"),
        (switch, "maybe", "one of 1, true, yes, on, 0, false, no, off"),
        (address, "amqp://secret@here", "redis://… or pgmq://…"),
        (address, "redis://here:port", "redis://… or pgmq://…"),
        (word, "info", "one of INFO, ERROR"),
    ],
)
def test_value_that_makes_no_sense_stops_the_start_and_names_what_is_accepted(
    monkeypatch: pytest.MonkeyPatch, read: Callable[[], Any], text: str, expected: str
) -> None:
    monkeypatch.setenv(NAME, text)
    with pytest.raises(ImproperlyConfigured, match=f"{NAME}: expected .*{re.escape(expected)}") as refused:
        read()
    assert "secret" not in str(refused.value)


def test_required_setting_says_what_to_set_it_to(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(NAME, raising=False)
    with pytest.raises(ImproperlyConfigured, match=f"{NAME} is not set. Set it to a thing."):
        env.required(NAME, "a thing")


def test_database_address_is_taken_apart() -> None:
    found = database.from_url("DATABASE_URL", "postgresql://me:p%40ss@[::1]:5433/roster?sslmode=require")
    assert found["NAME"] == "roster"
    assert (found["USER"], found["PASSWORD"]) == ("me", "p@ss")
    assert (found["HOST"], found["PORT"]) == ("::1", "5433")
    assert found["OPTIONS"] == {"sslmode": "require"}


def test_database_address_without_a_database_is_refused() -> None:
    with pytest.raises(ImproperlyConfigured, match="DATABASE_URL: expected the name of a database"):
        database.from_url("DATABASE_URL", "postgresql://here:5432")


@pytest.mark.parametrize(
    ("given", "named"),
    [("https://user:word@s3.example:9000/path", "https://s3.example:9000"), ("", "")],
)
def test_origin_of_an_address(given: str, named: str) -> None:
    assert env.origin(given) == named


def test_names_of_queues_fit_into_names_of_tables() -> None:
    assert all(len(queue.name) < 48 for queue in broker.QUEUES)


def start(**settings: str) -> subprocess.CompletedProcess[str]:
    kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    return subprocess.run(
        [sys.executable, "manage.py", "check"], cwd=ROOT, env=kept | settings, capture_output=True, text=True
    )  # fmt: skip


@pytest.mark.parametrize("missing", ["SECRET_KEY", "ALLOWED_HOSTS", "DATABASE_URL", "BROKER_URL"])
def test_production_starts_with_what_it_needs_and_without_it_says_so(missing: str) -> None:
    needed = {
        "DJANGO_SETTINGS_MODULE": "edu_csv.settings.production",
        "SECRET_KEY": "k" * 60,
        "ALLOWED_HOSTS": "edu.example",
        "DATABASE_URL": "postgresql://db.example/edu_csv",
        "BROKER_URL": "redis://cache.example/0",
    }
    refused = start(**{name: value for name, value in needed.items() if name != missing})
    assert refused.returncode == 2
    assert refused.stderr.startswith(f"{missing} is not set. Set it to ")
    assert "Traceback" not in refused.stderr


def test_refused_setting_is_one_sentence_and_no_traceback() -> None:
    refused = start(MAX_ROWS="many")
    assert refused.returncode == 2
    assert refused.stderr == (
        "MAX_ROWS: expected a whole number from 1 to 1,000,000,000, written without commas, got 'many'. "
        "Correct it, or unset it.\n"
    )


READ = re.compile(
    r"""env\.(?:text|required|boolean|integer|size_bytes|choice|names|url)\(\s*"([A-Z0-9_]+)"|environ(?:\.get\(|\[)"([A-Z0-9_]+)\""""
)
NOT_OURS = {"DJANGO_SETTINGS_MODULE"}


def test_every_setting_is_documented_and_every_documented_setting_is_read() -> None:
    read = set()
    for path in (ROOT / "edu_csv").rglob("*.py"):
        read |= {first or second for first, second in READ.findall(path.read_text())}
    rows = [line for line in (ROOT / "docs/settings.md").read_text().splitlines() if line.startswith("| `")]
    documented = {name for row in rows for name in re.findall(r"`([A-Z0-9_]+)`", row.split("|")[1])}
    assert documented == read - NOT_OURS


def test_no_capture_may_last_as_long_as_the_longest_is_taken_to_be() -> None:
    """What is running began within LONGEST_CAPTURE: the queries of the rooms ask for nothing earlier."""
    minutes = int(LONGEST_CAPTURE.total_seconds()) // 60
    test = {"DJANGO_SETTINGS_MODULE": "edu_csv.settings.test"}
    refused = start(**test, SCHEDULE_MAX_MINUTES=str(minutes))
    assert refused.returncode != 0
    assert (
        f"SCHEDULE_MAX_MINUTES: expected a whole number from 1 to 1,439, written without commas, got '{minutes}'"
        in (refused.stderr)
    )
