"""The docs name nothing that does not exist: commands, targets, files, settings, addresses, other pages."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import get_commands
from django.urls import Resolver404, resolve

ROOT = Path(settings.BASE_DIR)
PAGES = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")])
MAKE_TARGET = re.compile(r"^([a-z]+):.*##", re.MULTILINE)
# Paths in backticks: from the root of the repository, or the end of one.
A_PATH = re.compile(r"`([\w.-]+(?:/[\w.-]+)*/?)`")
SUFFIXES = (".py", ".md", ".toml", ".yml", ".html", "/")
# Made when somebody runs it, and not before.
MADE = {"var/", "logs/", ".venv/"}
FOLDERS = ("edu_csv", "imports", "exports", "reporting", "tests", "bench", "docs", "templates", "static")

pages = pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))


@pages
def test_named_commands_exist(page: Path) -> None:
    named = set(re.findall(r"manage\.py ([a-z_]+)", page.read_text()))
    assert named <= set(get_commands()) | {"demo", "up"}


@pages
def test_named_make_targets_exist(page: Path) -> None:
    targets = set(MAKE_TARGET.findall((ROOT / "Makefile").read_text()))
    named = {
        word
        for words in re.findall(r"`?\bmake ((?:[a-z]+ ?)+)[`\s]", code_of(page))
        for word in words.split()
    }
    assert named <= targets


@pages
def test_links_to_other_pages_lead_somewhere(page: Path) -> None:
    targets = [target for target in re.findall(r"\]\(([^)#]+)\)", page.read_text()) if "://" not in target]
    missing = [target for target in targets if not (page.parent / target).exists()]
    assert missing == []


@cache
def known_paths() -> tuple[str, ...]:
    """All files and folders of the product, each with a slash before it."""
    found = [path for folder in FOLDERS for path in (ROOT / folder, *(ROOT / folder).rglob("*"))]
    return tuple(f"/{path.relative_to(ROOT)}" for path in found)


def exists(path: str) -> bool:
    return (
        path in MADE
        or (ROOT / path).exists()
        or any(each.endswith(f"/{path.rstrip('/')}") for each in known_paths())
    )


@pages
def test_named_files_exist(page: Path) -> None:
    named = [path for path in A_PATH.findall(page.read_text()) if path.endswith(SUFFIXES) and "/" in path]
    assert [path for path in named if not exists(path)] == []


@pages
def test_addresses_of_examples_exist(page: Path) -> None:
    named = re.findall(r'"\$EDU(/[^"?]*)', code_of(page))
    # Templates are numbered.
    numbered = [path.replace("$TEMPLATE", "17") for path in named]
    assert all(answers(re.sub(r"\$\w+", "0190a3b0-0000-7000-8000-000000000000", path)) for path in numbered)


def code_of(page: Path) -> str:
    """What stands in code: blocks, and words in backticks."""
    text = page.read_text()
    return "\n".join([*re.findall(r"```\w*\n(.*?)```", text, re.DOTALL), *re.findall(r"(`[^`\n]+`)", text)])


def answers(path: str) -> bool:
    for prefix in ("", "/api/v1"):
        try:
            resolve(prefix + path)
        except Resolver404:
            continue
        return "nothing_here" not in str(resolve(prefix + path).func)
    return False


def test_every_setting_has_its_paragraph() -> None:
    read = "".join(path.read_text() for path in (ROOT / "edu_csv" / "settings").glob("*.py"))
    names = set(re.findall(r'env\.\w+\(\s*"([A-Z][A-Z0-9_]+)"', read))
    page = (ROOT / "docs" / "settings.md").read_text()
    assert {name for name in names if f"`{name}`" not in page} == set()
    assert len(names) > 30, "the settings were not found"
