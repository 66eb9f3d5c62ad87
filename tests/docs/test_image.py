"""What the image takes along: pages show parts of the docs, and those must be there."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from pytest_django import Settings

from imports.formats.registry import formats
from tests.pages.house import new_house

ROOT = Path(__file__).parents[2]


@pytest.fixture
def installed(tmp_path: Path, settings: Settings) -> Path:
    """The docs as the Dockerfile copies them out of what .dockerignore lets through."""
    let_through = [
        line[1:] for line in (ROOT / ".dockerignore").read_text().splitlines() if line.startswith("!")
    ]
    for line in (ROOT / "Dockerfile").read_text().splitlines():
        word, *names = line.split() or [""]
        if word != "COPY" or not names[0].startswith("docs"):
            continue
        for name in names[:-1]:
            assert name in let_through
            place = tmp_path / (names[-1] if not names[-1].endswith("/") else f"{names[-1]}{Path(name).name}")
            place.parent.mkdir(parents=True, exist_ok=True)
            (shutil.copytree if (ROOT / name).is_dir() else shutil.copy)(ROOT / name, place)
    settings.BASE_DIR = tmp_path
    return tmp_path


def test_every_page_of_help_has_its_text_in_the_image(committed: None, installed: Path) -> None:
    browser = new_house().browser()
    one_of_each = {fmt.family: fmt.key for fmt in formats().values()}
    texts = ("templates", "sources", "activity", "reporting", "recurring-reports")
    for address in (*texts, *(f"formats/{key}" for key in one_of_each.values())):
        answer = browser.get(f"/help/{address}/")
        assert answer.status_code == 200, address
        assert answer.context["preface"], address
